/* Stops itself; a child continues it once it is stopped. Signals that are handled must still arrive. */
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static volatile sig_atomic_t handled = 0;
static void handler(int signal) { handled += signal == SIGUSR1; }

static char state_of(int pid) {
  char path[64], text[512] = "";
  snprintf(path, sizeof path, "/proc/%d/stat", pid);
  FILE* file = fopen(path, "r");
  if (file == NULL) return '?';
  fgets(text, sizeof text, file);
  fclose(file);
  char* end = strrchr(text, ')');
  return end == NULL ? '?' : end[2];
}

int main(void) {
  signal(SIGUSR1, handler);
  int parent = getpid();
  int child = fork();
  if (child == 0) {
    char state;
    while ((state = state_of(parent)) != 'T' && state != 't') usleep(1000);
    /* 't' may be any ptrace-stop of a moment: one that lasts is the group-stop. */
    usleep(20000);
    kill(parent, SIGUSR1);
    kill(parent, SIGCONT);
    _exit(0);
  }
  raise(SIGSTOP);
  wait(NULL);
  return handled == 1 ? 0 : 1;
}
