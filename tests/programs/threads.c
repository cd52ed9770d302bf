/* What threads may do: "open" - each opens a missing file; "exec" - one that is not the leader becomes /bin/true;
   "leader" - the leader leaves first and another thread ends the process with 7. */
#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static pthread_t leader;

static void* opens(void* unused) {
  open("/nowhere/of-a-thread", O_RDONLY);
  return unused;
}

static void* execs(void* unused) {
  execl("/bin/true", "true", (char*)NULL);
  return unused;
}

static void* outlives(void* unused) {
  pthread_join(leader, NULL);
  open("/nowhere/after-the-leader", O_RDONLY);
  exit(7);
  return unused;
}

static void* waits(void* unused) {
  pause();
  return unused;
}

int main(int count, char** words) {
  if (count < 2) return 2;
  pthread_t threads[4];
  leader = pthread_self();
  if (strcmp(words[1], "open") == 0) {
    for (int i = 0; i < 4; ++i) pthread_create(&threads[i], NULL, opens, NULL);
    for (int i = 0; i < 4; ++i) pthread_join(threads[i], NULL);
    return 0;
  }
  if (strcmp(words[1], "exec") == 0) {
    pthread_create(&threads[0], NULL, waits, NULL);
    pthread_create(&threads[1], NULL, execs, NULL);
    pthread_join(threads[1], NULL);
    return 1;
  }
  pthread_create(&threads[0], NULL, outlives, NULL);
  pthread_exit(NULL);
}
