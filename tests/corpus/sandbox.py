"""A program that runs another one under a filter, as a unit or a container does.

./sandbox ACTION CALL PROGRAM...: ACTION is an errno, or 0 for the death that SystemCallFilter= gives.
"""

SANDBOX = r"""
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdlib.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <unistd.h>
int main(int n, char **a) {
  int e = atoi(a[1]);
  struct sock_filter f[] = {
    BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, atoi(a[2]), 0, 1),
    BPF_STMT(BPF_RET | BPF_K, e ? SECCOMP_RET_ERRNO | e : SECCOMP_RET_KILL_PROCESS),
    BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW)};
  struct sock_fprog p = {4, f};
  prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
  if (prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &p)) return 99;
  execvp(a[3], a + 3);
  perror("sandbox");
  return 98;
}
"""
MKDIR, CLONE3, SOCKET, MEMFD, URING, LISTEN, PTRACE = 83, 435, 41, 319, 425, 50, 101  # the numbers of x86-64
