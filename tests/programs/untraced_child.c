/* A child that asks the kernel not to be traced, as some sanitizers do. It must find its calls working. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

int main(void) {
  long child = syscall(SYS_clone, CLONE_UNTRACED | SIGCHLD, 0, 0, 0, 0);
  if (child == 0) _exit(open("/etc/passwd", O_RDONLY) >= 0 ? 0 : 9);
  int status = 0;
  waitpid((int)child, &status, 0);
  return WEXITSTATUS(status);
}
