#include "facts/failure_table.h"

#include <cerrno>

namespace whywontitstart {
namespace {

constexpr std::size_t most_groups = 8192;
constexpr std::size_t most_places = 64;

std::string key_of(std::initializer_list<std::string_view> words) {
  std::size_t size = 0;
  for (const std::string_view word : words) size += word.size() + 1;
  std::string key;
  key.reserve(size);
  for (const std::string_view word : words) key.append(word).append(1, ' ');
  return key;
}

std::string process_key(Pid process) { return std::to_string(number(process)); }

/// Where a search goes on with another ending: "foo", "foo.so", "foo.py", "foo/index.js" beside each other.
std::string stem_of(std::string_view path) {
  return fmt::format("{}/{}", folder_of(path), search_name(path));
}

/// The thing that a call is about, in one word.
std::string object_of(const SyscallEvent& call) {
  if (!call.path.empty()) return call.path;
  if (!call.address.empty()) return call.address;
  return call.file;
}

/// Of pwrite(2): that a full disk takes what was there before heals nothing.
bool is_same_place(const SyscallEvent& failed, const SyscallEvent& later) {
  return !failed.arguments.empty() && !later.arguments.empty() &&
         failed.arguments.back() == later.arguments.back();
}

/// A search in PATH goes on after a folder that it may not enter, too; it looks with stat(2) or tries
/// execve(2).
bool is_path_search(const SyscallEvent& call, CallKind kind) {
  const bool only_looks = call.name.find("stat") != std::string::npos;
  return (kind == CallKind::lookup || kind == CallKind::exec) && !base_name(call.path).empty() &&
         (means_absent(call.error) ||
          ((kind == CallKind::exec || only_looks) && number(call.error) == EACCES));
}

}  // namespace

std::string FailureTable::group_key(Pid process, const SyscallEvent& call, CallKind kind) const {
  if (is_path_search(call, kind))
    return key_of({process_key(process), kind == CallKind::exec ? "exec" : "find", base_name(call.path)});
  return key_of({process_key(process), call.name, std::to_string(number(call.error)), object_of(call)});
}

void FailureTable::index(std::size_t group, Pid process, const SyscallEvent& call, CallKind kind) {
  const auto wait_for = [&](std::string key) {
    std::vector<std::size_t>& groups = waiting_[std::move(key)];
    if (groups.empty() || groups.back() != group) groups.push_back(group);
  };
  if (!call.path.empty()) {
    wait_for(key_of({"path", call.path}));
    names_.emplace(search_name(call.path));
  }
  if (is_path_search(call, kind)) {
    wait_for(key_of({"name", process_key(process), base_name(call.path)}));
    wait_for(key_of({"stem", process_key(process), stem_of(call.path)}));
  }
  if (kind == CallKind::connect || kind == CallKind::bind) {
    wait_for(key_of({call.name, call.address}));
    if (!port_of(call.address).empty())
      wait_for(key_of({call.name, process_key(process), port_of(call.address)}));
    if (kind == CallKind::bind) wait_for(key_of({"bind fd", process_key(process), std::to_string(call.fd)}));
  }
  if (kind == CallKind::lock) wait_for(key_of({"lock", call.file}));
  if (call.path.empty() && call.address.empty()) {
    wait_for(key_of({"call", process_key(process), call.name, call.file}));
    called_.emplace(call.name);
  }
}

/// What healed goes, and the older half of what did not: the nearer to the end, the more it may matter.
void FailureTable::make_room() {
  std::deque<Group> before = std::exchange(groups_, {});
  std::erase_if(before, [](const Group& group) { return group.failure.healed; });
  const std::size_t surplus = before.size() - std::min(before.size(), most_groups / 2);
  std::vector<Order> orders;
  for (const Group& group : before) orders.push_back(group.failure.order);
  std::nth_element(orders.begin(), orders.begin() + static_cast<std::ptrdiff_t>(surplus), orders.end());
  if (surplus > 0)
    std::erase_if(before, [&](const Group& group) { return group.failure.order < orders[surplus]; });
  dropped_ += surplus;
  open_.clear();
  waiting_.clear();
  names_.clear();
  called_.clear();
  for (Group& group : before) {
    const std::size_t at = groups_.size();
    const Failure& failure = group.failure;
    open_.emplace(group_key(failure.process, failure.call, group.kind), at);
    SyscallEvent call = failure.call;
    index(at, failure.process, call, group.kind);
    for (const std::string& place : failure.places) {
      call.path = place;
      index(at, failure.process, call, group.kind);
    }
    groups_.push_back(std::move(group));
  }
}

void FailureTable::add_failure(const Event& event, const SyscallEvent& call, Order order,
                               std::size_t calls_so_far, const Credentials& as) {
  const CallKind kind = kind_of(call);
  if (groups_.size() >= most_groups) make_room();
  const std::string key = group_key(event.process, call, kind);
  const auto [found, is_new] = open_.try_emplace(key, groups_.size());
  if (is_new) {
    Group group;
    group.kind = kind;
    group.failure.process = event.process;
    group.failure.first_order = order;
    group.failure.first_at = event.at;
    group.failure.count = 0;
    groups_.push_back(std::move(group));
  }
  Group& group = groups_[found->second];
  Failure& failure = group.failure;
  // Again the same: what would heal it is known.
  const bool is_repeated = !is_new && failure.call.path == call.path &&
                           failure.call.address == call.address && failure.call.name == call.name &&
                           failure.call.fd == call.fd;
  ++failure.count;
  failure.call = call;
  failure.order = order;
  failure.at = event.at;
  failure.as = as;
  group.calls_before = calls_so_far;
  if (is_path_search(call, kind) && failure.places.size() < most_places &&
      std::find(failure.places.begin(), failure.places.end(), call.path) == failure.places.end())
    failure.places.push_back(call.path);
  failure.name = failure.is_search() ? std::string(base_name(call.path)) : object_of(call);
  if (!is_repeated) index(found->second, event.process, call, kind);
}

bool FailureTable::heals(const Group& group, const SyscallEvent& by, bool same_object) {
  const SyscallEvent& failed = group.failure.call;
  const CallKind kind = kind_of(by);
  if (group.kind == CallKind::exec && kind != CallKind::exec && !means_absent(failed.error)) return false;
  // A shell looks a program up with stat before it runs it: found is not run, so only for what was not there.
  if (means_absent(failed.error)) return kind != CallKind::remove || same_object;
  if (!same_object) return kind == group.kind;
  if (failed.name.starts_with("pwrite") && !is_same_place(failed, by)) return false;
  // Refused for writing, then content with reading: that did not heal the writing.
  if (wants_to_write(failed) && !wants_to_write(by)) return false;
  const bool only_looked = by.name.find("stat") != std::string::npos || by.name == "readlink";
  return !only_looked || failed.name == by.name;
}

void FailureTable::heal(const std::string& key, const SyscallEvent& by, bool same_object) {
  const auto found = waiting_.find(key);
  if (found == waiting_.end()) return;
  std::vector<std::size_t> left;
  for (const std::size_t at : found->second) {
    Group& group = groups_[at];
    if (group.failure.healed) continue;
    if (!heals(group, by, same_object)) {
      left.push_back(at);
      continue;
    }
    group.failure.healed = true;
    group.failure.healed_by = fmt::format("{} of {} worked later", by.name, object_of(by));
    open_.erase(group_key(group.failure.process, group.failure.call, group.kind));
  }
  if (left.empty())
    waiting_.erase(found);
  else
    found->second = std::move(left);
}

void FailureTable::add_success(Pid process, const SyscallEvent& call) {
  if (groups_.empty()) return;
  const CallKind kind = kind_of(call);
  const bool is_about_nothing = call.path.empty() && call.address.empty() && call.other_path.empty();
  if (is_about_nothing && kind != CallKind::lock && kind != CallKind::bind && kind != CallKind::connect &&
      !waits_for(call.name))
    return;
  const std::string who = process_key(process);
  for (const std::string* path : {&call.path, &call.other_path}) {
    if (path->empty() || !names_.contains(search_name(*path))) continue;
    heal(key_of({"path", *path}), call, true);
    if (kind == CallKind::remove) continue;
    heal(key_of({"name", who, base_name(*path)}), call, false);
    heal(key_of({"stem", who, stem_of(*path)}), call, false);
  }
  if (kind == CallKind::connect || kind == CallKind::bind) {
    heal(key_of({call.name, call.address}), call, true);
    if (!port_of(call.address).empty()) heal(key_of({call.name, who, port_of(call.address)}), call, true);
    if (kind == CallKind::bind) heal(key_of({"bind fd", who, std::to_string(call.fd)}), call, true);
    // A Unix socket that was made is a path that exists.
    if (const std::string_view path = socket_path_of(call.address); kind == CallKind::bind && !path.empty())
      heal(key_of({"path", path}), call, true);
  }
  if (kind == CallKind::lock) heal(key_of({"lock", call.file}), call, true);
  if (call.path.empty() && call.address.empty() && waits_for(call.name))
    heal(key_of({"call", who, call.name, call.file}), call, true);
}

std::vector<Failure> FailureTable::take(const std::function<std::size_t(Pid)>& calls_now) {
  std::vector<Failure> failures;
  failures.reserve(groups_.size());
  for (Group& group : groups_) {
    const std::size_t now = calls_now(group.failure.process);
    group.failure.calls_after = now > group.calls_before ? now - group.calls_before : 0;
    failures.push_back(std::move(group.failure));
  }
  std::sort(failures.begin(), failures.end(),
            [](const Failure& one, const Failure& other) { return one.order < other.order; });
  return failures;
}

}  // namespace whywontitstart
