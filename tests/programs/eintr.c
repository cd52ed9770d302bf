/* One thread for each call that a stop could end with EINTR, which makes it again and again, for a few milliseconds at a
 * time, until standard input ends. Says "up"; its exit status is the number of calls that were interrupted. */
#include <errno.h>
#include <linux/futex.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/epoll.h>
#include <sys/ipc.h>
#include <sys/select.h>
#include <sys/sem.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

static atomic_int interrupted, over;
static const struct timespec moment = {0, 20000000};

static int in_epoll(void) {
  static int epoll = -1;
  struct epoll_event event;
  if (epoll < 0) epoll = epoll_create1(0);
  return epoll_wait(epoll, &event, 1, 20);
}
static int in_sigtimedwait(void) {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGUSR1);
  return sigtimedwait(&set, NULL, &moment);
}
static int in_semtimedop(void) {
  static int set = -1;
  struct sembuf take = {0, -1, 0};
  if (set < 0) set = semget(IPC_PRIVATE, 1, 0600);
  int result = semtimedop(set, &take, 1, &moment);
  int code = errno;
  if (over) semctl(set, 0, IPC_RMID);
  errno = code;
  return result;
}
static int in_recv(void) {
  static int ends[2] = {-1, -1};
  char byte;
  struct timeval time = {0, 20000};
  if (ends[0] < 0) {
    socketpair(AF_UNIX, SOCK_STREAM, 0, ends);
    setsockopt(ends[0], SOL_SOCKET, SO_RCVTIMEO, &time, sizeof time);
  }
  return recv(ends[0], &byte, 1, 0);
}
static int in_nanosleep(void) { return nanosleep(&moment, NULL); }
static int in_poll(void) { return poll(NULL, 0, 20); }
static int in_select(void) {
  struct timeval time = {0, 20000};
  return select(0, NULL, NULL, NULL, &time);
}
static int in_futex(void) {
  static int word;
  return syscall(SYS_futex, &word, FUTEX_WAIT_PRIVATE, 0, &moment, NULL, 0);
}

static void* again(void* call) {
  int (*make)(void) = call;
  while (!over)
    if (make() < 0 && errno == EINTR) ++interrupted;
  return NULL;
}

int main(void) {
  void* calls[] = {in_epoll, in_sigtimedwait, in_semtimedop, in_recv, in_nanosleep, in_poll, in_select, in_futex};
  enum { count = sizeof calls / sizeof *calls };
  pthread_t threads[count];
  char byte;
  for (int i = 0; i < count; ++i) pthread_create(&threads[i], NULL, again, calls[i]);
  write(1, "up\n", 3);
  if (read(0, &byte, 1) < 0 && errno == EINTR) ++interrupted;
  over = 1;
  for (int i = 0; i < count; ++i) pthread_join(threads[i], NULL);
  return interrupted;
}
