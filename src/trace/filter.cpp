#include "trace/filter.h"

namespace whywontitstart {

// Put in by CMakeLists.txt.
extern "C" const sock_filter embedded_call_filter[];
extern "C" const sock_filter embedded_call_filter_end[];

std::span<const sock_filter> call_filter() { return {embedded_call_filter, embedded_call_filter_end}; }

}  // namespace whywontitstart
