// Which processors do I have? By sched_getaffinity(2), by /proc/self/status, in a child, and after binding.
#define _GNU_SOURCE
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static int last;

static void tell(const char* when) {
  cpu_set_t set;
  CPU_ZERO(&set);
  sched_getaffinity(0, sizeof set, &set);
  printf("%s:", when);
  for (int cpu = 0; cpu < CPU_SETSIZE; ++cpu)
    if (CPU_ISSET(cpu, &set)) printf(" %d", last = cpu);
  printf("\n");
}

int main(int argc, char** argv) {
  (void)argv;
  setvbuf(stdout, 0, _IOLBF, 0);
  tell("asked");
  if (fork() == 0) {
    tell("child");
    return 0;
  }
  wait(0);
  if (argc > 1) {  // read: asked no more
    char line[256];
    FILE* status = fopen("/proc/self/status", "r");
    while (fgets(line, sizeof line, status))
      if (strncmp(line, "Cpus_allowed_list", 17) == 0) printf("%s", line);
    fclose(status);
  }
  cpu_set_t one;
  CPU_ZERO(&one);
  CPU_SET(last, &one);
  printf("bound: %d\n", sched_setaffinity(0, sizeof one, &one));
  tell("bound");
  if (fork() == 0) {
    tell("bound child");
    return 0;
  }
  wait(0);
  return 0;
}
