#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/text.h"
#include "trace/foretell.h"
#include "trace/requests.h"

namespace whywontitstart {
namespace {

/// The rest of the line of /proc/PID/status that begins so.
std::string_view line_of(std::string_view status, std::string_view key) {
  const std::size_t at = status.find(key);
  if (at == std::string_view::npos) return {};
  const std::string_view rest = status.substr(at + key.size());
  return rest.substr(0, rest.find('\n'));
}

bool have_same_rights(std::string_view theirs, std::string_view ours) {
  for (const std::string_view key : {"\nUid:", "\nGid:", "\nGroups:", "\nCapPrm:", "\nCapEff:"})
    if (line_of(ours, key).empty() || line_of(theirs, key) != line_of(ours, key)) return false;
  // access(2) asks as the real user, and with the capabilities that this one would have.
  const std::vector<std::string_view> users = split(trim(line_of(ours, "\nUid:")), '\t');
  const bool is_one_user = std::count(users.begin(), users.end(), users.front()) == std::ssize(users);
  const bool is_root = users.front() == "0";
  const bool has_none = line_of(ours, "\nCapPrm:").find_first_not_of("\t0") == std::string_view::npos;
  return is_one_user && line_of(ours, "\nCapPrm:") == line_of(ours, "\nCapEff:") && (is_root || has_none);
}

struct Place {
  std::uint64_t mount = 0;
  std::uint64_t inode = 0;
  bool operator==(const Place&) const = default;
};

std::optional<Place> place_of(const std::string& path) {
  struct statx status {};
  constexpr unsigned wanted = STATX_INO | STATX_MNT_ID;
  if (::statx(AT_FDCWD, path.c_str(), 0, wanted, &status) != 0 || (status.stx_mask & wanted) != wanted)
    return std::nullopt;
  return Place{status.stx_mnt_id, status.stx_ino};
}

bool is_same_place(const std::string& one, const std::string& other) {
  const std::optional<Place> place = place_of(one);
  return place && place == place_of(other);
}

}  // namespace

bool is_like_us(Pid thread) {
  const Result<std::string> theirs = read_file(proc_file(thread, "status"));
  const Result<std::string> ours = read_file("/proc/self/status");
  if (!theirs || !ours || !have_same_rights(*theirs, *ours)) return false;
  for (const char* space : {"ns/mnt", "ns/user"})
    if (!is_same_place(proc_file(thread, space), fmt::format("/proc/self/{}", space))) return false;
  return is_same_place(proc_file(thread, "root"), "/proc/self/root") &&
         read_file(proc_file(thread, "attr/current")).value_or("") ==
             read_file("/proc/self/attr/current").value_or("");
}

}  // namespace whywontitstart
