// A saved trace, unpacked: read, and written again.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "saved/saved_trace.h"

using namespace whywontitstart;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  Result<SavedTrace> trace = read_saved_trace(text, "fuzzed");
  if (!trace) return 0;
  // What was read is what is written and read again.
  const std::string once = text_of(*trace);
  Result<SavedTrace> again = read_saved_trace(once, "again");
  if (!again || text_of(*again) != once) std::abort();
  return 0;
}
