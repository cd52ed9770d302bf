/* Looks a file up a hundred times, and once more after something has changed, so that this fails. What
   changes: "gone" (the file is taken away), "chdir", "fchdir", "thread" (a thread gets a folder of its own),
   "own" (a link that only the caller has), "mode" (access(2) for more than is allowed), "flags" (such as do
   not exist), "buffer" (nowhere to put the answer); as root "user", "fsuid", "chroot", "mount". Prints the
   errno of the last call; exits with 2 where it could not do its part. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/fsuid.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

static char folder[] = "/tmp/lookups-XXXXXX";
static char file[sizeof folder + 16];
static int last;

static void need(int works) {
  if (works) return;
  perror("lookups");
  exit(2);
}

static void look_up(const char* path) {
  struct stat status;
  last = fstatat(AT_FDCWD, path, &status, 0) == 0 ? 0 : errno;
}

static void* elsewhere(void* unused) {
  need(unshare(CLONE_FS) == 0 && chdir("/") == 0);
  look_up("thing");
  return unused;
}

static void change(const char* what) {
  if (!strcmp(what, "gone")) {
    unlink(file);
    look_up(file);
  } else if (!strcmp(what, "chdir")) {
    need(chdir("/") == 0);
    look_up("thing");
  } else if (!strcmp(what, "fchdir")) {
    need(fchdir(open("/", O_RDONLY)) == 0);
    look_up("thing");
  } else if (!strcmp(what, "thread")) {
    pthread_t id;
    pthread_create(&id, NULL, elsewhere, NULL);
    pthread_join(id, NULL);
  } else if (!strcmp(what, "own")) {
    char path[64];
    snprintf(path, sizeof path, "%s/own", folder);
    need(symlink("/proc/self/fd", path) == 0);
    snprintf(path, sizeof path, "%s/own/999", folder);
    look_up(path);
  } else if (!strcmp(what, "mode")) {
    last = access(file, X_OK) == 0 ? 0 : errno;
  } else if (!strcmp(what, "flags")) {
    struct stat status;
    last = syscall(SYS_newfstatat, AT_FDCWD, file, &status, 0x40000000) == 0 ? 0 : errno;
  } else if (!strcmp(what, "buffer")) {
    last = syscall(SYS_newfstatat, AT_FDCWD, file, (void*)8, 0) == 0 ? 0 : errno;
  } else if (!strcmp(what, "user")) {
    need(setresuid(65534, 65534, 65534) == 0);
    look_up(file);
  } else if (!strcmp(what, "fsuid")) {
    setfsuid(65534);
    look_up(file);
    setfsuid(0);
  } else if (!strcmp(what, "chroot")) {
    int root = open("/", O_RDONLY);
    need(chroot(folder) == 0);
    look_up(file);
    need(fchdir(root) == 0 && chroot(".") == 0 && chdir(folder) == 0);
  } else if (!strcmp(what, "mount")) {
    need(unshare(CLONE_NEWNS) == 0 && mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0 &&
         mount("none", folder, "tmpfs", 0, NULL) == 0);
    look_up(file);
    need(umount2(folder, MNT_DETACH) == 0);
  }
}

int main(int argc, char** argv) {
  need(argc == 2 && mkdtemp(folder) != NULL && chdir(folder) == 0);  // only for its owner
  snprintf(file, sizeof file, "%s/thing", folder);
  close(open("thing", O_CREAT | O_WRONLY, 0644));
  for (int i = 0; i < 50; ++i) {
    look_up(file);
    look_up("thing");
    need(last == 0 && access("thing", R_OK) == 0);
  }
  change(argv[1]);
  printf("%d\n", last);
  fflush(stdout);
  if (getuid() == 0) chdir("/"), unlink(file), rmdir(folder);
  return 0;
}
