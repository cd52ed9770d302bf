#include "trace/memory.h"

#include <fcntl.h>
#include <sys/ptrace.h>
#include <sys/uio.h>
#include <unistd.h>

#include <cstring>

#include "trace/requests.h"

namespace whywontitstart {
namespace {

constexpr std::uint64_t page = 4096;

std::size_t peek(pid_t thread, std::uint64_t address, std::span<char> to) {
  std::size_t done = 0;
  while (done < to.size()) {
    errno = 0;
    const long word = ::ptrace(PTRACE_PEEKDATA, thread, address + done, nullptr);
    if (errno != 0) break;
    const std::size_t length = std::min(sizeof word, to.size() - done);
    std::memcpy(to.data() + done, &word, length);
    done += length;
  }
  return done;
}

}  // namespace

void Memory::open_early() {
  Result<Fd> file = open_file(proc_file(thread_, "mem"), O_RDONLY);
  mem_ = file ? std::move(*file) : Fd();
}

std::size_t Memory::read(std::uint64_t address, std::span<char> to) const {
  std::size_t done = 0;
  while (done < to.size()) {
    // A page at a time: a read that runs into an unmapped page would fail as a whole.
    const std::size_t length = std::min<std::size_t>(to.size() - done, page - (address + done) % page);
    const std::size_t got = read_some(address + done, to.subspan(done, length));
    done += got;
    if (got < length) break;
  }
  return done;
}

void Memory::write(std::uint64_t address, std::span<const char> bytes) const {
  constexpr std::size_t word_size = sizeof(long);
  for (std::size_t at = 0; at + word_size <= bytes.size(); at += word_size) {
    long word = 0;
    std::memcpy(&word, bytes.data() + at, word_size);
    if (::ptrace(PTRACE_POKEDATA, number(thread_), address + at, word) != 0) return;
  }
}

std::size_t Memory::read_some(std::uint64_t address, std::span<char> to) const {
  iovec local{to.data(), to.size()};
  iovec remote{reinterpret_cast<void*>(address),
               to.size()};  // NOLINT(performance-no-int-to-ptr): theirs, not ours
  const ssize_t direct = ::process_vm_readv(number(thread_), &local, 1, &remote, 1, 0);
  if (direct > 0) return static_cast<std::size_t>(direct);
  if (errno == EFAULT || errno == ESRCH) return 0;
  if (mem_) {
    const ssize_t got = ::pread(mem_.get(), to.data(), to.size(), static_cast<off_t>(address));
    if (got > 0) return static_cast<std::size_t>(got);
  }
  return peek(number(thread_), address, to);
}

}  // namespace whywontitstart
