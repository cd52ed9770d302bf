#include "facts/errno_words.h"

#include <re2/re2.h>

#include <cerrno>

#include "base/text.h"

namespace whywontitstart {
namespace {

struct Words {
  int code;
  std::string_view text;
};

constexpr Words of_the_c_library[] = {
#include "facts/errno_words.inc"
};

/// How programs and runtimes put it themselves. The symbols of Rust and Java are exact; the rest is not.
constexpr Words of_runtimes[] = {
    {EADDRINUSE, "addrinuse"},
    {EADDRNOTAVAIL, "addrnotavailable"},
    {ECONNREFUSED, "kind: connectionrefused"},
    {EACCES, "kind: permissiondenied"},
    {ENOENT, "kind: notfound"},
    {ENOENT, "nosuchfileexception"},
    {ENOENT, "directorynotfoundexception"},
    {EACCES, "accessdeniedexception"},
    {EACCES, "unauthorizedaccessexception"},
    {ETIMEDOUT, "i/o timeout"},
    {EROFS, "read-only filesystem"},
    {EADDRNOTAVAIL, "can't assign requested address"},
    {ENOENT, "no such file"},
    {EOPNOTSUPP, "operation not supported"},
    {EPROTONOSUPPORT, "protocol not supported"},
    {ENOPROTOOPT, "protocol not available"},
};

constexpr Words of_programs[] = {
    {ENOENT, "does not exist"},
    {ENOENT, "doesn't exist"},
    {ENOENT, "do not exist"},
    {ENOENT, "not found"},
    {ENOENT, "non-existent"},
    {ENOENT, "nonexistent"},
    {ENOENT, "is missing"},
    {ENOENT, "missing privilege separation directory"},
    {ENOENT, "cannot find"},
    {ENOENT, "can't find"},
    {ENOENT, "could not find"},
    {ENOENT, "couldn't find"},
    {ENOENT, "unable to find"},
    {ENOENT, "failed to find"},
    {ENOENT, "unable to access jarfile"},
    {ENOENT, "no such directory"},
    {ENOENT, "can't open"},
    {ENOENT, "cannot open"},
    {ENOENT, "could not open"},
    {ENOENT, "unable to open"},
    {ENOENT, "failed to open"},
    {EACCES, "access denied"},
    {EACCES, "is denied"},
    {EACCES, "not readable"},
    {EACCES, "not writable"},
    {EACCES, "not writeable"},
    {EACCES, "unreadable"},
    {EACCES, "unwritable"},
    {EACCES, "not permitted"},
    {EACCES, "no permission"},
    {EACCES, "insufficient permission"},
    {EACCES, "too open"},
    {EACCES, "too permissive"},
    {EACCES, "wrong ownership"},
    {EACCES, "wrong owner"},
    {EACCES, "wrong permissions"},
    {EACCES, "bad owner"},
    {EACCES, "must be writable"},
    {EACCES, "must be readable"},
    {EACCES, "must be present and writ"},
    {EACCES, "cannot write "},
    {EACCES, "can't write "},
    {EACCES, "unable to write "},
    {EACCES, "write permission"},
    {EACCES, ": eacces"},
    {EACCES, "bad permissions"},
    {EACCES, "invalid permissions"},
    {EACCES, "incorrect permissions"},
    {EACCES, "unsafe permissions"},
    {EACCES, "insecure permissions"},
    {EACCES, "unsafe ownership"},
    {EACCES, "dubious ownership"},
    {EACCES, "group or world access"},
    {EACCES, "group-writable"},
    {EACCES, "world-writable"},
    {EACCES, "world writable"},
    {EACCES, "world readable"},
    {EACCES, "group or others"},
    {EACCES, "not owned by"},
    {EACCES, "must be owned by"},
    {EACCES, "owned by a different user"},
    {EADDRINUSE, "already in use"},
    {EADDRINUSE, "connection in use"},
    {EADDRINUSE, "address in use"},
    {EADDRINUSE, "already running on port"},
    {EADDRINUSE, "already listening on"},
    {EADDRINUSE, "already being used"},
    {EADDRINUSE, "already bound"},
    {EADDRINUSE, "already running on the same address"},
    {EADDRINUSE, "is occupied"},
    {EADDRINUSE, "is in use"},
    {EADDRINUSE, "in use by"},
    {EADDRINUSE, "(in use)"},
    {EADDRINUSE, "port in use"},
    {EADDRINUSE, "already allocated"},
    {EADDRINUSE, "could not set up host forwarding"},
    {EADDRINUSE, "in use on"},
    {EADDRINUSE, "is taken"},
    {EADDRINUSE, "already taken"},
    {ECONNREFUSED, "can't reach"},
    {ECONNREFUSED, "can't connect"},
    {ECONNREFUSED, "cannot connect"},
    {ECONNREFUSED, "could not connect"},
    {ECONNREFUSED, "couldn't connect"},
    {ECONNREFUSED, "unable to connect"},
    {ECONNREFUSED, "failed to connect"},
    {ECONNREFUSED, "actively refused"},
    {ECONNREFUSED, "could not be established"},
    {ECONNREFUSED, "tns:no listener"},
    {ECONNRESET, "closed the connection unexpectedly"},
    {ECONNRESET, "connection closed by"},
    {ECONNRESET, "connection reset by"},
    {ETIMEDOUT, "timed out"},
    {ETIMEDOUT, "deadline exceeded"},
    {ETIMEDOUT, "canceled while waiting for connection"},
    {ENOSPC, "disk full"},
    {ENOSPC, "disk is full"},
    {ENOSPC, "disk space"},
    {ENOSPC, "insufficient free space"},
    {ENOSPC, "not enough free space"},
    {ENOSPC, "not enough space"},
    {EDQUOT, "quota exceeded"},
    {EIO, "disk i/o error"},
    {EIO, "i/o is currently suspended"},
    {EBUSY, "target is busy"},
    {EBUSY, "dataset is busy"},
    {EROFS, "read only file system"},
    {EROFS, "is read-only"},
    {EROFS, "readonly database"},
    {EISDIR, "is a folder"},
    {EISDIR, "not a regular file"},
    {ENOTDIR, "is not a directory"},
    {EEXIST, "already exists"},
    {EEXIST, "exists but is not empty"},
};

/// Which of the phrases begins here: looked up by the first bytes, so that a long text costs one look a byte.
class Phrases {
 public:
  Phrases() {
    for (const Words& words : of_the_c_library) add(words, true);
    for (const Words& words : of_runtimes) add(words, true);
    for (const Words& words : of_programs) add(words, false);
  }

  /// The longest one.
  std::optional<SaidErrno> at(std::string_view lowered, std::size_t place) const {
    std::optional<SaidErrno> longest;
    const auto [first, last] = by_start_.equal_range(lowered.substr(place, start_length));
    for (auto next = first; next != last; ++next) {
      const auto& [words, exact] = next->second;
      const std::size_t end = place + words.text.size();
      if (lowered.substr(place).starts_with(words.text) && (!longest || end > longest->end))
        longest = SaidErrno{Errno{words.code}, place, end, exact};
    }
    return longest;
  }

 private:
  static constexpr std::size_t start_length = 4;

  void add(const Words& words, bool exact) {
    by_start_.emplace(words.text.substr(0, start_length), std::pair(words, exact));
  }

  std::unordered_multimap<std::string_view, std::pair<Words, bool>> by_start_;
};

/// "errno 98", "errno=-98", "os error 2", "Errcode: 2", "code: 98", "(98)", "(2: ".
void add_numbers(std::string_view text, std::vector<SaidErrno>& found) {
  static const RE2 pattern(
      R"((?i)(?:\berrno\]?[ =:]*-?|\bos error |\berrcode:? |\bcode: |\berror (?:code )?|\()(\d{1,3})(?:[ ),:;\]]|$))");
  static const std::set<int> known = [] {
    std::set<int> codes;
    for (const Words& words : of_the_c_library) codes.insert(words.code);
    return codes;
  }();
  re2::StringPiece rest(text.data(), text.size());
  re2::StringPiece digits;
  int code = 0;
  while (RE2::FindAndConsume(&rest, pattern, &digits)) {
    const bool in_brackets = digits.data()[-1] == '(';
    const std::size_t begin = static_cast<std::size_t>(digits.data() - text.data());
    const std::size_t end = begin + digits.size();
    // A bare number in brackets may be anything; at the end of the line or before a reason it is an errno.
    const bool stands_so = !in_brackets || end + 1 >= text.size() || text[end] == ':' || begin <= 1;
    if (stands_so && RE2::FullMatch(digits, R"((\d+))", &code) && known.count(code) != 0)
      found.push_back({Errno{code}, begin, end, !in_brackets});
  }
}

/// "Connection to db:5432 refused": the words stand apart.
void add_apart(std::string_view text, std::vector<SaidErrno>& found) {
  static const RE2 pattern(R"((?i)connection (?:to|with) (?:the server )?\S+ (?:was )?(refused))");
  re2::StringPiece word;
  if (!RE2::PartialMatch(re2::StringPiece(text.data(), text.size()), pattern, &word)) return;
  const std::size_t begin = static_cast<std::size_t>(word.data() - text.data());
  found.push_back({Errno{ECONNREFUSED}, begin, begin + word.size(), true});
}

void add_symbols(std::string_view text, std::vector<SaidErrno>& found) {
  static const RE2 pattern(R"(\b(E[A-Z2]{3,14})\b)");
  re2::StringPiece rest(text.data(), text.size());
  re2::StringPiece symbol;
  while (RE2::FindAndConsume(&rest, pattern, &symbol)) {
    const std::size_t begin = static_cast<std::size_t>(symbol.data() - text.data());
    if (const std::optional<Errno> code = errno_from_name({symbol.data(), symbol.size()}))
      found.push_back({*code, begin, begin + symbol.size(), true});
  }
}

}  // namespace

std::vector<SaidErrno> errnos_said(std::string_view text) {
  static const Phrases phrases;
  std::vector<SaidErrno> found;
  const std::string lowered = lower(text);
  for (std::size_t at = 0; at < lowered.size(); ++at) {
    const std::optional<SaidErrno> said = phrases.at(lowered, at);
    if (!said) continue;
    found.push_back(*said);
    at = said->end - 1;
  }
  add_numbers(text, found);
  add_apart(text, found);
  add_symbols(text, found);
  std::stable_sort(found.begin(), found.end(),
                   [](const SaidErrno& one, const SaidErrno& other) { return one.begin < other.begin; });
  return found;
}

}  // namespace whywontitstart
