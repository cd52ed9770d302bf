// openers THREADS N: each thread opens N files, of which every other one is missing.
#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>
#include <unistd.h>

static long each;

static void* open_files(void* unused) {
  for (long i = 0; i < each; ++i) {
    int fd = open(i % 2 ? "/dev/null" : "/nonexistent/file", O_RDONLY);
    if (fd >= 0) close(fd);
  }
  return unused;
}

int main(int argc, char** argv) {
  (void)argc;
  int threads = atoi(argv[1]);
  each = atol(argv[2]);
  pthread_t ids[256];
  for (int i = 0; i < threads; ++i) pthread_create(&ids[i], 0, open_files, 0);
  for (int i = 0; i < threads; ++i) pthread_join(ids[i], 0);
  return 0;
}
