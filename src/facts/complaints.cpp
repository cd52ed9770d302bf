#include "facts/complaints.h"

#include <cerrno>

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

bool about_nothing(const Complaint& complaint) { return complaint.path.empty() && complaint.address.empty(); }

/// The C library asks these for names, and does without.
bool is_name_service(const Failure& failure) {
  return failure.call.address.find("/nscd/") != std::string::npos ||
         failure.call.address.find("/run/systemd/") != std::string::npos;
}

bool is_of_network(Errno code) {
  static const std::set<int> codes = {ECONNREFUSED, ETIMEDOUT,  EHOSTUNREACH,
                                      ENETUNREACH,  ECONNRESET, EADDRNOTAVAIL};
  return codes.count(number(code)) != 0;
}

/// What stands before the errno is what it is about ("open /x: permission denied"); else what follows it ("No
/// such file: '/x'"). An address right behind it ("ECONNREFUSED 10.0.0.1:80") is meant whatever stands
/// before.
std::string object_beside(std::string_view text, const std::vector<SaidObject>& objects, std::size_t begin,
                          std::size_t end) {
  const SaidObject* before = nullptr;
  const SaidObject* after = nullptr;
  for (const SaidObject& object : objects) {
    if (object.end <= begin) before = &object;
    if (object.begin >= end && after == nullptr) after = &object;
  }
  const bool is_own_name = before != nullptr && before->begin == 0;  // "/usr/bin/app: no such file: /x"
  const bool is_right_behind =
      after != nullptr &&
      text.substr(end, after->begin - end).find_first_not_of(" :,='\"`([") == std::string_view::npos;
  if (after != nullptr && (before == nullptr || is_own_name || is_right_behind)) return after->value;
  return before == nullptr ? "" : before->value;
}

/// Words of a program's own ("not found") are about what stands next to them, with no other name in between.
std::vector<SaidObject> near(std::string_view text, std::vector<SaidObject> objects, const SaidErrno& said) {
  constexpr std::size_t next_to = 60;
  const auto is_far = [&](std::size_t from, std::size_t to) {
    return to > from + next_to ||
           (to > from + 1 &&
            text.substr(from + 1, to - from - 2).find_first_of("'\"`") != std::string_view::npos);
  };
  if (!said.exact)
    std::erase_if(objects, [&](const SaidObject& object) {
      return object.end <= said.begin ? is_far(object.end, said.begin) : is_far(said.end, object.begin);
    });
  return objects;
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
    complaint.path = object_beside(text, near(text, paths_said(text), *main), main->begin, main->end);
    complaint.address = object_beside(text, addresses_said(text), main->begin, main->end);
    if (main->exact && about_nothing(complaint)) complaint.path = name_before(text, main->begin);
    if (main->exact && about_nothing(complaint)) look_around(complaint);
    if (is_of_network(main->code) && about_nothing(complaint)) complaint.address = host_said(text);
    if (!complaint.path.empty() && !complaint.path.starts_with('/') && !complaint.path.starts_with('~'))
      if (const Process* process = facts_.find(facts_.lines[line].process);
          process != nullptr && !process->cwd.empty())
        complaint.path = absolute_path(process->cwd, complaint.path);
    complaint.traced = is_traced(complaint) || name_failed_connect(complaint);
    facts_.complaints.push_back(std::move(complaint));
  }

  bool is_same_voice(std::size_t one, std::size_t other) const {
    return facts_.lines[one].process == facts_.lines[other].process &&
           facts_.lines[one].stream == facts_.lines[other].stream;
  }

  /// Libraries put the object on a line of its own, after the complaint or before it.
  void look_around(Complaint& complaint) const {
    std::string rest;
    for (std::size_t next = complaint.line + 1;
         next < facts_.lines.size() && next <= complaint.line + lines_of_a_message; ++next) {
      if (!is_same_voice(next, complaint.line) || !continues(next)) break;
      rest += facts_.lines[next].text + "\n";
    }
    if (take(complaint, rest) || complaint.line == 0) return;
    const std::size_t before = complaint.line - 1;
    if (is_same_voice(before, complaint.line) &&
        main_errno(errnos_said(facts_.lines[before].text)) == nullptr)
      take(complaint, facts_.lines[before].text);
  }

  static bool take(Complaint& complaint, const std::string& text) {
    complaint.address = object_beside(text, addresses_said(text), 0, 0);
    if (complaint.address.empty()) complaint.path = object_beside(text, paths_said(text), 0, 0);
    return !complaint.address.empty() || !complaint.path.empty();
  }

  bool continues(std::size_t line) const {
    const std::string& text = facts_.lines[line].text;
    return text.starts_with(' ') || text.starts_with('\t') || text.starts_with("DETAIL:") ||
           text.starts_with("HINT:") || text.starts_with("Please ");
  }

  /// "Failed to connect" in words of its own means the last connect(2) that did fail: the line is bound to
  /// that one. False: there is none.
  bool name_failed_connect(const Complaint& complaint) {
    if (complaint.exact || !is_of_network(complaint.error)) return false;
    for (std::size_t at = facts_.failures.size(); at-- > 0;) {
      Failure& failure = facts_.failures[at];
      const bool is_it = failure.call.name == "connect" && !failure.healed && !is_name_service(failure) &&
                         number(failure.call.error) != EINPROGRESS &&
                         failure.process == facts_.lines[complaint.line].process &&
                         failure.first_order < facts_.lines[complaint.line].order;
      if (!is_it) continue;
      failure.named_by.push_back(complaint.line);
      return true;
    }
    return false;
  }

  bool is_traced(const Complaint& complaint) const {
    const auto has = [&](const std::vector<std::size_t>& lines) {
      return std::find(lines.begin(), lines.end(), complaint.line) != lines.end();
    };
    return std::any_of(facts_.failures.begin(), facts_.failures.end(), [&](const Failure& failure) {
      return (failure.call.error == complaint.error || !complaint.exact) &&
             (has(failure.named_by) || (about_nothing(complaint) && has(failure.echoed_by)));
    });
  }

  Facts& facts_;
};

}  // namespace

void find_complaints(Facts& facts) { Complaints(facts).find(); }

}  // namespace whywontitstart
