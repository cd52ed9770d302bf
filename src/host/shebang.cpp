#include <sys/stat.h>

#include "base/text.h"
#include "host/exec.h"

namespace whywontitstart {

std::optional<Shebang> parse_shebang(std::string_view text, std::size_t limit) {
  if (!text.starts_with("#!")) return std::nullopt;
  Shebang shebang;
  text = text.substr(0, limit);
  const std::size_t end = text.find('\n');
  std::string_view line = text.substr(2, end == std::string_view::npos ? end : end - 2);
  const auto strip = [](std::string_view piece) {
    const std::size_t first = piece.find_first_not_of(" \t");
    if (first == std::string_view::npos) return std::string_view();
    return piece.substr(first, piece.find_last_not_of(" \t") - first + 1);
  };
  const std::string_view whole = line;
  line = strip(line);
  const std::size_t blank = line.find_first_of(" \t");
  shebang.interpreter = std::string(line.substr(0, blank));
  if (blank != std::string_view::npos) shebang.argument = std::string(strip(line.substr(blank)));
  shebang.has_carriage_return = end != std::string_view::npos && line.ends_with('\r');
  // The kernel takes a cut-off line if at least the name of the interpreter is whole.
  const std::string_view led = whole.substr(std::min(whole.find_first_not_of(" \t"), whole.size()));
  shebang.is_cut_off = end == std::string_view::npos && text.size() >= limit &&
                       led.find_first_of(" \t") == std::string_view::npos;
  return shebang;
}

std::vector<std::string> find_in_path(const Host& host, std::string_view name,
                                      std::string_view path_variable) {
  std::vector<std::string> found;
  for (const std::string_view folder : split(path_variable, ':')) {
    if (!folder.starts_with('/')) continue;
    std::string path = absolute_path(folder, name);
    const Result<FileStatus> status = host.status(path);
    const bool is_program = status && S_ISREG(status->mode) && (status->mode & 0111) != 0;
    if (is_program && std::find(found.begin(), found.end(), path) == found.end())
      found.push_back(std::move(path));
  }
  return found;
}

}  // namespace whywontitstart
