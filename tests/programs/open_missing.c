/* Opens a file that is not there: by an absolute path, and relative to a directory's descriptor and to the cwd. */
#include <fcntl.h>
#include <unistd.h>

int main(void) {
  open("/nowhere/app.conf", O_RDONLY);
  int folder = open("/etc", O_RDONLY | O_DIRECTORY);
  openat(folder, "no-such-dir/app.conf", O_RDWR | O_CREAT, 0600);
  if (chdir("/usr") != 0) return 2;
  access("no-such-file", R_OK);
  if (chdir("lib") != 0) return 2;
  write(2, "cannot read app.conf\n", 21);
  return 3;
}
