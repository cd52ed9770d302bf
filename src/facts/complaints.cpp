#include "facts/complaints.h"

#include "base/text.h"
#include "facts/errno_words.h"
#include "facts/said_objects.h"

namespace whywontitstart {
namespace {

constexpr std::size_t most_complaints = 200;  // the last ones: those before the end matter
constexpr std::size_t lines_of_a_message = 3;

/// Of several errnos in one line the last exact one is the root: libraries put their own words before it.
const SaidErrno* main_errno(const std::vector<SaidErrno>& said) {
  const SaidErrno* chosen = nullptr;
  for (const SaidErrno& one : said)
    if (chosen == nullptr || one.exact >= chosen->exact) chosen = &one;
  return chosen;
}

/// What stands before the errno is what it is about ("open /x: permission denied"); else what follows it ("No
/// such file: '/x'"). An address right behind it ("ECONNREFUSED 10.0.0.1:80") is meant whatever stands
/// before.
std::string object_beside(const std::vector<SaidObject>& objects, std::size_t begin, std::size_t end) {
  constexpr std::size_t right_behind = 12;
  const SaidObject* before = nullptr;
  const SaidObject* after = nullptr;
  for (const SaidObject& object : objects) {
    if (object.end <= begin) before = &object;
    if (object.begin >= end && after == nullptr) after = &object;
  }
  const bool is_own_name = before != nullptr && before->begin == 0;  // "/usr/bin/app: no such file: /x"
  if (after != nullptr && (before == nullptr || is_own_name || after->begin <= end + right_behind))
    return after->value;
  return before == nullptr ? "" : before->value;
}

class Complaints {
 public:
  explicit Complaints(Facts& facts) : facts_(facts) {}

  void find() {
    for (std::size_t at = facts_.lines.size(); at-- > 0 && facts_.complaints.size() < most_complaints;)
      add(at);
    std::reverse(facts_.complaints.begin(), facts_.complaints.end());
  }

 private:
  void add(std::size_t line) {
    const std::string& text = facts_.lines[line].text;
    const std::vector<SaidErrno> said = errnos_said(text);
    const SaidErrno* main = main_errno(said);
    if (main == nullptr) return;
    Complaint complaint{line, main->code, main->exact, {}, {}, false};
    complaint.path = object_beside(paths_said(text), main->begin, main->end);
    complaint.address = object_beside(addresses_said(text), main->begin, main->end);
    if (complaint.path.empty() && complaint.address.empty()) look_around(complaint);
    complaint.traced = is_traced(complaint);
    facts_.complaints.push_back(std::move(complaint));
  }

  bool is_same_voice(std::size_t one, std::size_t other) const {
    return facts_.lines[one].process == facts_.lines[other].process &&
           facts_.lines[one].stream == facts_.lines[other].stream;
  }

  /// Libraries put the object on a line of its own, after the complaint or before it.
  void look_around(Complaint& complaint) const {
    const auto take = [&](std::size_t line) {
      const std::string& text = facts_.lines[line].text;
      if (!is_same_voice(line, complaint.line) || main_errno(errnos_said(text)) != nullptr) return false;
      complaint.address = object_beside(addresses_said(text), 0, 0);
      if (complaint.address.empty()) complaint.path = object_beside(paths_said(text), 0, 0);
      return !complaint.address.empty() || !complaint.path.empty();
    };
    std::size_t next = complaint.line + 1;
    for (std::size_t taken = 0; taken < lines_of_a_message && next < facts_.lines.size(); ++taken, ++next)
      if (continues(next) && take(next)) return;
    if (complaint.line > 0) take(complaint.line - 1);
  }

  bool continues(std::size_t line) const {
    const std::string& text = facts_.lines[line].text;
    return text.starts_with(' ') || text.starts_with('\t') || text.starts_with("DETAIL:") ||
           text.starts_with("HINT:") || text.starts_with("TCP/IP");
  }

  bool is_traced(const Complaint& complaint) const {
    const bool about_nothing = complaint.path.empty() && complaint.address.empty();
    const auto has = [&](const std::vector<std::size_t>& lines) {
      return std::find(lines.begin(), lines.end(), complaint.line) != lines.end();
    };
    return std::any_of(facts_.failures.begin(), facts_.failures.end(), [&](const Failure& failure) {
      return (failure.call.error == complaint.error || !complaint.exact) &&
             (has(failure.named_by) || (about_nothing && has(failure.echoed_by)));
    });
  }

  Facts& facts_;
};

}  // namespace

void find_complaints(Facts& facts) { Complaints(facts).find(); }

}  // namespace whywontitstart
