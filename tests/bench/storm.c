// storm N: N times getpid(2), each a real call.
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

int main(int argc, char** argv) {
  (void)argc;
  for (long left = atol(argv[1]); left > 0; --left) syscall(SYS_getpid);
  return 0;
}
