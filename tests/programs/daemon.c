/* Goes into the background: the parent leaves with 0, the child writes to a log file and stays, or ends with "brief". */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

int main(int count, char** words) {
  if (count < 2) return 2;
  if (fork() > 0) _exit(0);
  setsid();
  if (fork() > 0) _exit(0);
  int log = open(words[1], O_WRONLY | O_APPEND | O_CREAT, 0600);
  dprintf(log, "the daemon is here\n");
  if (count > 2 && strcmp(words[2], "brief") == 0) return 5;
  pause();
  return 0;
}
