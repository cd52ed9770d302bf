/* Ways to make processes and threads: "threads N" - each opens a missing file; "children N" - each ends at once with
   its number modulo 7; "vfork" - a vfork whose execve fails and one that works, and posix_spawn; "clone3" - a child by
   clone3; "clone3-untraced" - one with CLONE_UNTRACED, and its flags are as before afterwards; "busy" - threads
   that start threads and processes, for ever; "race" - and a thread becomes /bin/true meanwhile; "in-flight" - exit_group while another thread reads. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/sched.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <spawn.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

extern char** environ;

static void* opens(void* unused) {
  open("/nowhere/of-a-thread", O_RDONLY);
  return unused;
}

static int threads(int count) {
  pthread_t* all = calloc(count, sizeof *all);
  pthread_attr_t small;
  pthread_attr_init(&small);
  pthread_attr_setstacksize(&small, 64 << 10);
  for (int i = 0; i < count; ++i)
    if (pthread_create(&all[i], &small, opens, NULL) != 0) return 2;
  for (int i = 0; i < count; ++i) pthread_join(all[i], NULL);
  return 0;
}

static int children(int count) {
  int sum = 0;
  for (int i = 0; i < count; ++i) {
    int status = 0;
    pid_t child = fork();
    if (child < 0) return 2;
    if (child == 0) _exit(i % 7);
    if (i % 3 == 0) continue; /* these are reaped later: a few run at a time */
    if (waitpid(child, &status, 0) != child || WEXITSTATUS(status) != i % 7) return 3;
    ++sum;
  }
  while (wait(NULL) > 0) ++sum;
  return sum == count ? 0 : 4;
}

static int vforks(void) {
  int status = 0;
  pid_t child = vfork();
  if (child == 0) {
    execl("/nowhere/program", "program", (char*)NULL);
    _exit(9);
  }
  waitpid(child, &status, 0);
  if (WEXITSTATUS(status) != 9) return 2;
  child = vfork();
  if (child == 0) {
    execl("/bin/true", "true", (char*)NULL);
    _exit(9);
  }
  waitpid(child, &status, 0);
  if (status != 0) return 3;
  char* words[] = {"false", NULL};
  if (posix_spawn(&child, "/bin/false", NULL, NULL, words, environ) != 0) return 4;
  waitpid(child, &status, 0);
  return WEXITSTATUS(status) == 1 ? 0 : 5;
}

static int clones(uint64_t flags) {
  struct clone_args how;
  memset(&how, 0, sizeof how);
  how.flags = flags;
  how.exit_signal = SIGCHLD;
  long child = syscall(SYS_clone3, &how, sizeof how);
  if (child < 0) return errno == ENOSYS ? 77 : 2;
  if (child == 0) _exit(how.flags == flags && open("/etc/passwd", O_RDONLY) >= 0 ? 6 : 7);
  int status = 0;
  waitpid(child, &status, 0);
  return how.flags == flags && WEXITSTATUS(status) == 6 ? 0 : 3;
}

static void* busy(void* unused) {
  for (;;) {
    pthread_t thread;
    pid_t child = fork();
    if (child == 0) _exit(0);
    if (child > 0) waitpid(child, NULL, 0);
    if (pthread_create(&thread, NULL, opens, NULL) == 0) pthread_join(thread, NULL);
  }
  return unused;
}

static void* becomes_true(void* unused) {
  usleep(3000); /* let them be busy */
  execl("/bin/true", "true", (char*)NULL);
  return unused;
}

static int race(int to_the_end) {
  pthread_t thread;
  for (int i = 0; i < 4; ++i) pthread_create(&thread, NULL, busy, NULL);
  if (to_the_end) pthread_create(&thread, NULL, becomes_true, NULL);
  busy(NULL);
  return 1;
}

static int ends[2];

static void* reads(void* unused) {
  char byte;
  read(ends[0], &byte, 1);
  return unused;
}

int main(int count, char** words) {
  if (count < 2) return 2;
  const char* what = words[1];
  if (strcmp(what, "threads") == 0) return threads(atoi(words[2]));
  if (strcmp(what, "children") == 0) return children(atoi(words[2]));
  if (strcmp(what, "vfork") == 0) return vforks();
  if (strcmp(what, "clone3") == 0) return clones(0);
  if (strcmp(what, "clone3-untraced") == 0) return clones(CLONE_UNTRACED);
  if (strcmp(what, "race") == 0) return race(1);
  if (strcmp(what, "busy") == 0) return race(0);
  if (strcmp(what, "in-flight") == 0) {
    pthread_t thread;
    if (pipe(ends) != 0) return 2;
    pthread_create(&thread, NULL, reads, NULL);
    usleep(20000);
    _exit(5);
  }
  return 2;
}
