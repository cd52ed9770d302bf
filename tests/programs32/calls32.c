/* A 32-bit program without a C library: its calls have other numbers, and those on sockets come through one gate. */
typedef unsigned int word;

static int call5(int number, word a, word b, word c, word d, word e) {
  int result;
  __asm__ volatile("int $0x80" : "=a"(result) : "a"(number), "b"(a), "c"(b), "d"(c), "S"(d), "D"(e) : "memory");
  return result;
}

static int call(int number, word a, word b, word c) {
  int result;
  __asm__ volatile("int $0x80" : "=a"(result) : "a"(number), "b"(a), "c"(b), "d"(c) : "memory");
  return result;
}

void _start(void) {
  static const char missing[] = "/nowhere/of-32-bits";
  static const char text[] = "thirty-two\n";
  static const unsigned char address[16] = {2, 0, 0, 1, 127, 0, 0, 1}; /* AF_INET, port 1, 127.0.0.1 */
  call(5 /* open */, (word)missing, 0, 0);
  word socket[3] = {2, 1, 0};
  int fd = call(102 /* socketcall */, 1, (word)socket, 0);
  word connect[3] = {(word)fd, (word)address, sizeof address};
  call(102, 3, (word)connect, 0);
  struct { const char* base; word size; } pieces[1] = {{text, sizeof text - 1}};
  call(146 /* writev */, 2, (word)pieces, 1);
  call5(117 /* ipc */, 23 /* shmget */, 0x7a7a7a7a, 4096, 0, 0);
  call5(117, 13 /* msgget */, 0x7a7a7a7b, 0, 0, 0);
  word old_mmap[6] = {0, 4096, 1, 2, 77, 0}; /* PROT_READ, MAP_PRIVATE, descriptor 77 */
  call(90, (word)old_mmap, 0, 0);
  int time[2] = {0, 1};
  word old_select[5] = {0, 0, 0, 0, (word)time};
  call(82, (word)old_select, 0, 0);
  call(1 /* exit */, 6, 0, 0);
  for (;;) {
  }
}
