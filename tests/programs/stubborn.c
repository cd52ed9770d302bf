/* Does not mind SIGTERM. Its parent does not either, and starts it again. */
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

int main(void) {
  signal(SIGTERM, SIG_IGN);
  for (;;) {
    if (fork() == 0) {
      write(2, "up\n", 3);
      pause();
    }
    wait(NULL);
  }
}
