// Runs a fuzz target over files and the files of folders: what the fuzzers have found stays mended in every
// build.
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <string>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

void run(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  const std::string bytes{std::istreambuf_iterator<char>(file), {}};
  LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size());
}

}  // namespace

int main(int count, char** words) {
  std::size_t files = 0;
  for (int at = 1; at < count; ++at) {
    if (!std::filesystem::is_directory(words[at])) {
      run(words[at]);
      ++files;
      continue;
    }
    for (const auto& entry : std::filesystem::directory_iterator(words[at])) {
      run(entry.path());
      ++files;
    }
  }
  std::cout << files << " inputs\n";
  return files == 0 ? 1 : 0;
}
