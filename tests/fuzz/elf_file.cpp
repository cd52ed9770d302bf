// An ELF file, whatever it says of itself.
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <string>

#include "host/absent_host.h"
#include "host/elf.h"

using namespace whywontitstart;

namespace {

/// A machine with one file.
class OneFile : public AbsentHost {
 public:
  explicit OneFile(std::string_view bytes) : bytes_(bytes) {}

  Result<std::string> read(const std::string&, std::size_t limit) const override {
    return std::string(bytes_.substr(0, limit));
  }
  Result<std::string> read_at(const std::string&, std::uint64_t offset, std::size_t size) const override {
    if (offset >= bytes_.size()) return std::string();
    return std::string(bytes_.substr(offset, size));
  }
  Result<FileStatus> status(const std::string&, bool) const override {
    FileStatus status;
    status.size = bytes_.size();
    status.mode = 0100755;
    return status;
  }

 private:
  std::string_view bytes_;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const OneFile host({reinterpret_cast<const char*>(data), size});
  if (const Result<ElfFile> elf = read_elf(host, "/x")) {
    (void)machine_name(*elf);
    (void)same_machine(*elf, *elf);
  }
  return 0;
}
