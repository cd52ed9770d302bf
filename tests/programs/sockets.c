/* Connects to a port where nobody listens, then binds the same port twice. Prints the port. */
#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

int main(void) {
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  socklen_t size = sizeof address;
  int first = socket(AF_INET, SOCK_STREAM, 0);
  if (bind(first, (struct sockaddr*)&address, sizeof address) != 0) return 2;
  getsockname(first, (struct sockaddr*)&address, &size);
  int client = socket(AF_INET, SOCK_STREAM, 0);
  connect(client, (struct sockaddr*)&address, sizeof address); /* bound, but nobody listens: refused */
  if (listen(first, 1) != 0) return 2;
  int second = socket(AF_INET, SOCK_STREAM, 0);
  bind(second, (struct sockaddr*)&address, sizeof address);
  struct sockaddr_un local = {.sun_family = AF_UNIX};
  strcpy(local.sun_path, "no-such.sock");
  connect(socket(AF_UNIX, SOCK_STREAM, 0), (struct sockaddr*)&local, sizeof local);
  printf("%d\n", ntohs(address.sin_port));
  return 0;
}
