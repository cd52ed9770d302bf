/* What a debugger inside does: "traceme" - a child asks its parent to trace it; "attach" - to a thread or process. Says why
   not, ends with 0 if it may. */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <unistd.h>

int main(int count, char** words) {
  if (count < 2) return 2;
  pid_t child = fork();
  if (child == 0) {
    if (strcmp(words[1], "attach") == 0) pause();
    if (ptrace(PTRACE_TRACEME, 0, NULL, NULL) != 0) {
      fprintf(stderr, "ptrace: %s\n", strerror(errno));
      _exit(1);
    }
    _exit(0);
  }
  int status = 0;
  if (strcmp(words[1], "attach") == 0) {
    const long result = ptrace(PTRACE_ATTACH, child, NULL, NULL);
    if (result != 0) fprintf(stderr, "ptrace: %s\n", strerror(errno));
    kill(child, 9);
    waitpid(child, &status, 0);
    return result == 0 ? 0 : 1;
  }
  waitpid(child, &status, 0);
  return WEXITSTATUS(status);
}
