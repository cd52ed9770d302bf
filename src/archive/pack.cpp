#include "archive/pack.h"

#include <zstd.h>

#include <memory>

namespace whywontitstart {

Result<std::string> packed(std::string_view text) {
  constexpr int level = 6;    // well below a second for what a trace holds
  constexpr int window = 24;  // 16 MB: tables of the kernel that were read again and again are far apart
  const std::unique_ptr<ZSTD_CCtx, std::size_t (*)(ZSTD_CCtx*)> context(::ZSTD_createCCtx(), ::ZSTD_freeCCtx);
  if (!context) return error("out of memory");
  for (const auto& [what, value] :
       {std::pair(ZSTD_c_compressionLevel, level), std::pair(ZSTD_c_windowLog, window),
        std::pair(ZSTD_c_enableLongDistanceMatching, 1), std::pair(ZSTD_c_checksumFlag, 1)})
    if (const std::size_t status = ::ZSTD_CCtx_setParameter(context.get(), what, value);
        ::ZSTD_isError(status) != 0)
      return error(::ZSTD_getErrorName(status));
  std::string result(::ZSTD_compressBound(text.size()), '\0');
  const std::size_t size =
      ::ZSTD_compress2(context.get(), result.data(), result.size(), text.data(), text.size());
  if (::ZSTD_isError(size) != 0) return error(::ZSTD_getErrorName(size));
  result.resize(size);
  return result;
}

}  // namespace whywontitstart
