/* A program that does one thing, complains as programs do if it may not, and else waits for clients or ends. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <err.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static void serve(const char *port) {
  const int sock = socket(AF_INET, SOCK_STREAM, 0);
  if (sock < 0) err(1, "socket");
  const struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((unsigned short)atoi(port))};
  if (bind(sock, (const struct sockaddr *)&address, sizeof address) != 0) err(1, "cannot bind port %s", port);
  if (listen(sock, 1) != 0) err(1, "cannot listen on port %s", port);
  for (;;) close(accept(sock, NULL, NULL));
}

int main(int argc, char **argv) {
  if (argc != 3) errx(64, "usage: act read|write|exec|chown|serve|sleep WHAT");
  const char *what = argv[2];
  if (strcmp(argv[1], "read") == 0 && open(what, O_RDONLY) < 0) err(1, "cannot read %s", what);
  if (strcmp(argv[1], "write") == 0 && open(what, O_WRONLY | O_CREAT, 0644) < 0) err(1, "cannot write %s", what);
  if (strcmp(argv[1], "chown") == 0 && chown(what, 33, 33) != 0) err(1, "cannot give %s away", what);
  if (strcmp(argv[1], "serve") == 0) serve(what);
  if (strcmp(argv[1], "sleep") == 0) sleep((unsigned)atoi(what));
  if (strcmp(argv[1], "exec") == 0) {
    execl(what, what, (char *)NULL);
    err(1, "cannot run %s", what);
  }
  return 0;
}
