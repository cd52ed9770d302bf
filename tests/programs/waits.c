/* Hangs: "read" from a pipe that nobody writes to, "accept" on a socket, "lock" on a file whose name is given. Says "up". */
#include <arpa/inet.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <unistd.h>

int main(int count, char** words) {
  if (count < 2) return 2;
  int ends[2];
  char byte;
  write(2, "up\n", 3);
  if (strcmp(words[1], "read") == 0) {
    if (pipe(ends) != 0) return 2;
    return (int)read(ends[0], &byte, 1);
  }
  if (strcmp(words[1], "accept") == 0) {
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int listener = socket(AF_INET, SOCK_STREAM, 0);
    bind(listener, (struct sockaddr*)&address, sizeof address);
    listen(listener, 1);
    return accept(listener, NULL, NULL);
  }
  if (fork() == 0) {
    flock(open(words[2], O_RDWR | O_CREAT, 0600), LOCK_EX);
    write(2, "locked\n", 7);
    pause();
  }
  pause();
  return 0;
}
