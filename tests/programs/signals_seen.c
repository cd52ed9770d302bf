/* Ends with the number of signals that are ignored or blocked, and says how many descriptors beyond 2 are open. */
#include <dirent.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

int main(void) {
  int odd = 0;
  sigset_t mask;
  sigprocmask(SIG_SETMASK, NULL, &mask);
  for (int number = 1; number < 32; ++number) {
    struct sigaction action;
    if (sigaction(number, NULL, &action) == 0 && action.sa_handler != SIG_DFL) ++odd;
    if (sigismember(&mask, number) == 1) ++odd;
  }
  DIR* folder = opendir("/proc/self/fd");
  int open_ones = 0;
  struct dirent* entry;
  while ((entry = readdir(folder)) != NULL)
    if (entry->d_name[0] != '.' && atoi(entry->d_name) > 2 && atoi(entry->d_name) != dirfd(folder)) ++open_ones;
  fprintf(stderr, "%d\n", open_ones);
  return odd;
}
