#include "cli/kept_reports.h"

#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <ctime>
#include <filesystem>
#include <map>

#include "report/write.h"

namespace whywontitstart {
namespace {

namespace fs = std::filesystem;

constexpr std::array endings = {".json", ".txt"};

/// "2024-02-29T12:00:00.123456Z": sorts by time.
std::string stamp() {
  const auto now = std::chrono::system_clock::now();
  const std::time_t seconds = std::chrono::system_clock::to_time_t(now);
  const auto rest = std::chrono::duration_cast<std::chrono::microseconds>(now.time_since_epoch()) % 1'000'000;
  std::tm parts{};
  ::gmtime_r(&seconds, &parts);
  char text[32];
  const std::size_t length = std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%S", &parts);
  return fmt::format("{}.{:06}Z", std::string_view(text, length), rest.count());
}

/// The name of a file: of a unit's name only what is harmless in one.
std::string harmless(const std::string& name) {
  std::string result;
  for (const char byte : name.substr(0, 128))
    result += std::isalnum(static_cast<unsigned char>(byte)) != 0 ||
                      std::string_view("@:_-.\\").find(byte) != std::string_view::npos
                  ? byte
                  : '_';
  return result.empty() || result.front() == '.' ? "_" + result : result;
}

/// Both files of one report.
struct Kept {
  std::string stem;
  std::string time;
  std::uint64_t bytes = 0;
};

/// NAME.DATE.MICROSECONDS
std::string time_in(const std::string& stem) {
  const std::size_t last = stem.rfind('.');
  if (last == std::string::npos || last == 0 || !stem.ends_with("Z")) return {};
  const std::size_t before = stem.rfind('.', last - 1);
  return before == std::string::npos ? std::string() : stem.substr(before + 1);
}

std::vector<Kept> reports_in(const std::string& folder) {
  std::map<std::string, Kept> found;
  std::error_code failed;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder, failed)) {
    const std::string name = entry.path().filename().string();
    for (const std::string_view ending : endings) {
      if (!name.ends_with(ending)) continue;
      const std::string stem = name.substr(0, name.size() - ending.size());
      if (time_in(stem).empty()) continue;  // none of ours
      Kept& kept = found[stem];
      kept.stem = stem;
      kept.time = time_in(stem);
      const std::uint64_t size = entry.file_size(failed);
      if (!failed) kept.bytes += size;
    }
  }
  std::vector<Kept> reports;
  for (auto& [stem, kept] : found) reports.push_back(std::move(kept));
  std::sort(reports.begin(), reports.end(),
            [](const Kept& one, const Kept& other) { return one.time > other.time; });
  return reports;
}

void take_old_ones_away(const KeptReports& where) {
  std::uint64_t bytes = 0;
  std::size_t count = 0;
  for (const Kept& kept : reports_in(where.folder)) {
    ++count;
    bytes += kept.bytes;
    if (count == 1 || (count <= where.most && bytes <= where.most_bytes)) continue;
    for (const char* const ending : endings)
      ::unlink(fmt::format("{}/{}{}", where.folder, kept.stem, ending).c_str());
  }
}

}  // namespace

Result<std::string> keep_report(const Report& report, const std::string& name, const KeptReports& where) {
  if (::mkdir(where.folder.c_str(), 0750) != 0 && errno != EEXIST)
    return errno_error("mkdir " + where.folder);
  const std::string stem = fmt::format("{}/{}.{}", where.folder, harmless(name), stamp());
  std::string path;
  for (const char* const ending : endings) {
    path = stem + ending;
    if (Result<> written = write_report(report, path); !written) return tl::unexpected(written.error());
  }
  take_old_ones_away(where);
  return path;
}

}  // namespace whywontitstart
