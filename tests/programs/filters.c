/* Puts a seccomp filter on itself that answers uname(2) with what is named, then calls it: "errno", "kill-process",
   "kill-thread" (in a thread of its own), "trap", "trap-handled", "log", "tsync" (errno, on a thread that runs already),
   "exec PROGRAM..." (errno, inherited by what it becomes), "silence" (errno for what a tracer might lean on), "asks" (whether there is a
   filter: none before its own). */
#define _GNU_SOURCE
#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <pthread.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <unistd.h>

static int forbid(const int* calls, int count, unsigned action, unsigned flags) {
  struct sock_filter program[64];
  int at = 0;
  program[at++] = (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr));
  for (int i = 0; i < count; ++i) {
    program[at++] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, calls[i], 0, 1);
    program[at++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, action);
  }
  program[at++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
  struct sock_fprog filter = {(unsigned short)at, program};
  prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
  return (int)syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, flags, &filter);
}

static const int calls_uname[] = {SYS_uname};
static int go[2];

static int call_uname(void) {
  struct utsname names;
  return uname(&names) == 0 ? 0 : errno;
}

static void* in_thread(void* unused) {
  call_uname();
  return unused;
}

static void* waits_then_calls(void* result) {
  char byte;
  read(go[0], &byte, 1);
  *(int*)result = call_uname();
  return NULL;
}

static volatile sig_atomic_t trapped = 0;
static void on_trap(int signal, siginfo_t* info, void* context) {
  trapped = info->si_syscall;
  (void)signal, (void)context;
}

int main(int count, char** words) {
  if (count < 2) return 2;
  const char* what = words[1];
  if (strcmp(what, "errno") == 0) {
    if (forbid(calls_uname, 1, SECCOMP_RET_ERRNO | EPERM, 0) != 0) return 2;
    if (call_uname() != EPERM) return 3;
    fprintf(stderr, "uname: %s\n", strerror(EPERM));
    return 1;
  }
  if (strcmp(what, "kill-process") == 0) {
    if (forbid(calls_uname, 1, SECCOMP_RET_KILL_PROCESS, 0) != 0) return 2;
    return call_uname();
  }
  if (strcmp(what, "kill-thread") == 0) {
    pthread_t thread;
    if (forbid(calls_uname, 1, SECCOMP_RET_KILL_THREAD, 0) != 0) return 2;
    pthread_create(&thread, NULL, in_thread, NULL);
    pthread_join(thread, NULL);
    return 4;
  }
  if (strcmp(what, "trap") == 0) {
    if (forbid(calls_uname, 1, SECCOMP_RET_TRAP, 0) != 0) return 2;
    return call_uname();
  }
  if (strcmp(what, "trap-handled") == 0) {
    struct sigaction action = {.sa_sigaction = on_trap, .sa_flags = SA_SIGINFO};
    sigaction(SIGSYS, &action, NULL);
    if (forbid(calls_uname, 1, SECCOMP_RET_TRAP, 0) != 0) return 2;
    call_uname();
    return trapped == SYS_uname ? 0 : 3;
  }
  if (strcmp(what, "log") == 0) {
    if (forbid(calls_uname, 1, SECCOMP_RET_LOG, 0) != 0) return 2;
    return call_uname();
  }
  if (strcmp(what, "tsync") == 0) {
    int result = 0;
    pthread_t thread;
    if (pipe(go) != 0) return 2;
    pthread_create(&thread, NULL, waits_then_calls, &result);
    if (forbid(calls_uname, 1, SECCOMP_RET_ERRNO | EACCES, SECCOMP_FILTER_FLAG_TSYNC) != 0) return 2;
    write(go[1], "!", 1);
    pthread_join(thread, NULL);
    return result == EACCES ? 0 : 3;
  }
  if (strcmp(what, "exec") == 0) {
    if (forbid(calls_uname, 1, SECCOMP_RET_ERRNO | EPERM, 0) != 0) return 2;
    execvp(words[2], words + 2);
    return 127;
  }
  if (strcmp(what, "asks") == 0) {
    const int before = prctl(PR_GET_SECCOMP);
    if (forbid(calls_uname, 1, SECCOMP_RET_LOG, 0) != 0) return 2;
    return before * 10 + prctl(PR_GET_SECCOMP);
  }
  if (strcmp(what, "silence") == 0) {
    const int some[] = {SYS_ptrace, SYS_prctl, SYS_kill, SYS_getpid, SYS_process_vm_readv, SYS_restart_syscall};
    if (forbid(some, 6, SECCOMP_RET_ERRNO | EPERM, 0) != 0) return 2;
    return call_uname();
  }
  return 2;
}
