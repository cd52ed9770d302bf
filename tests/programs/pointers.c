/* Paths that cannot be read: NULL, no address at all, the kernel's, a PROT_NONE page, one that runs into an unmapped page;
   and one that ends just before such a page, which can. Ends with 0 if the kernel answered as it should. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

static int refuses(const void* path, int wanted) {
  errno = 0;
  return syscall(SYS_openat, AT_FDCWD, path, O_RDONLY, 0) < 0 && errno == wanted;
}

int main(void) {
  char* pages = mmap(NULL, 8192, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  char* closed = mmap(NULL, 4096, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  munmap(pages + 4096, 4096);
  strcpy(pages + 4096 - 14, "/nowhere/edge");
  if (!refuses(pages + 4096 - 14, ENOENT)) return 2;
  memset(pages + 4096 - 8, 'x', 8); /* no end */
  if (!refuses(pages + 4096 - 8, EFAULT)) return 3;
  if (!refuses(NULL, EFAULT)) return 4;
  if (!refuses((void*)-1, EFAULT)) return 5;
  if (!refuses((void*)0xffffffff81000000, EFAULT)) return 6;
  if (!refuses(closed, EFAULT)) return 7;
  if (connect(socket(AF_INET, SOCK_STREAM, 0), (void*)8, 16) == 0 || errno != EFAULT) return 8;
  if (bind(-1, NULL, 1 << 30) == 0) return 9;
  if (syscall(SYS_execve, "/nowhere/x", (char**)8, (char**)16) == 0) return 10;
  if (syscall(SYS_execve, NULL, NULL, NULL) == 0) return 11;
  if (syscall(SYS_writev, 2, (struct iovec*)8, 1 << 20) == 0) return 12;
  if (syscall(SYS_sendmsg, 2, (void*)-8, 0) == 0) return 13;
  if (syscall(SYS_clone3, (void*)8, 88) == 0) return 14;
  if (syscall(SYS_openat2, AT_FDCWD, "/etc/passwd", (void*)8, 24) == 0) return 15;
  return 0;
}
