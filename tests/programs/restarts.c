/* Sleeps and reads that are interrupted: "sleep" - stopped and continued in the midst of nanosleep, which goes on;
   "handled" - a handler with SA_RESTART runs while it reads, and the read goes on; "eintr" - without SA_RESTART, and it
   does not. Says nothing, ends with 0 if so. A child does what is to be done to it. */
#define _GNU_SOURCE
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static volatile sig_atomic_t handled = 0;
static void handler(int signal) { handled += signal == SIGUSR1; }

/* Waits until the process is in this state: 'S' it sleeps, 'T' it is stopped ('t' is every stop of a tracer). */
static void wait_for(pid_t process, const char* states) {
  for (;;) {
    char path[64], text[512] = "";
    snprintf(path, sizeof path, "/proc/%d/stat", process);
    FILE* file = fopen(path, "r");
    if (file == NULL) _exit(9);
    fgets(text, sizeof text, file);
    fclose(file);
    char* end = strrchr(text, ')');
    if (end != NULL && strchr(states, end[2]) != NULL) return;
    usleep(500);
  }
}

static double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

int main(int count, char** words) {
  if (count < 2) return 2;
  const int parent = getpid();
  int ends[2];
  if (pipe(ends) != 0) return 2;
  struct sigaction action = {.sa_handler = handler, .sa_flags = strcmp(words[1], "eintr") == 0 ? 0 : SA_RESTART};
  sigaction(SIGUSR1, &action, NULL);
  const int sleeps = strcmp(words[1], "sleep") == 0;
  const double start = now();
  pid_t child = fork();
  if (child == 0) {
    usleep(30000);
    wait_for(parent, "S");
    if (sleeps) {
      kill(parent, SIGSTOP);
      usleep(30000);
      wait_for(parent, "tT");
      kill(parent, SIGCONT);
    } else {
      kill(parent, SIGUSR1);
      usleep(30000);
      write(ends[1], "x", 1);
    }
    _exit(0);
  }
  if (sleeps) {
    struct timespec time = {0, 300 * 1000 * 1000};
    const int result = nanosleep(&time, NULL);
    wait(NULL);
    return result == 0 && now() - start >= 0.3 ? 0 : 1;
  }
  char byte;
  const ssize_t got = read(ends[0], &byte, 1);
  const int code = errno;
  wait(NULL);
  if (strcmp(words[1], "eintr") == 0) return got == -1 && code == EINTR && handled == 1 ? 0 : 1;
  return got == 1 && handled == 1 ? 0 : 1;
}
