/* A child that ends with 3, one that kills itself, one that becomes /bin/true by way of vfork. */
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

int main(void) {
  if (fork() == 0) {
    if (fork() == 0) _exit(4);
    wait(NULL);
    _exit(3);
  }
  if (fork() == 0) {
    kill(getpid(), SIGUSR1);
    _exit(0);
  }
  if (vfork() == 0) {
    execl("/bin/true", "true", (char*)NULL);
    _exit(127);
  }
  while (wait(NULL) > 0) {
  }
  return 0;
}
