/* A child that asks the kernel not to be traced, as some sanitizers do. It must find its calls working, and, as its
   parent does, the flags where they were. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

int main(void) {
  const long wanted = CLONE_UNTRACED | SIGCHLD;
#if defined(__x86_64__)
  long child = SYS_clone, flags = wanted;
  register long r10 __asm__("r10") = 0;
  register long r8 __asm__("r8") = 0;
  __asm__ volatile("syscall" : "+a"(child), "+D"(flags) : "S"(0), "d"(0), "r"(r10), "r"(r8) : "rcx", "r11", "memory");
#else
  long flags = wanted, child = syscall(SYS_clone, wanted, 0, 0, 0, 0);
#endif
  if (flags != wanted) _exit(8);
  if (child == 0) _exit(open("/etc/passwd", O_RDONLY) >= 0 ? 0 : 9);
  int status = 0;
  waitpid((int)child, &status, 0);
  return WEXITSTATUS(status);
}
