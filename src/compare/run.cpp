#include "compare/run.h"

#include "base/text.h"
#include "facts/calls.h"

namespace whywontitstart {
namespace {

/// Calls that ask the same of an object, whatever their names are.
std::string group_of(const std::string& name) {
  if (name.starts_with("open") || name == "creat") return "open";
  SyscallEvent call;
  call.name = name;
  const CallKind kind = kind_of(call);
  if (kind == CallKind::lookup) return "look";
  if (kind == CallKind::exec) return "exec";
  for (const std::string_view ending : {"at2", "at"})
    if (kind != CallKind::other && name.ends_with(ending)) return name.substr(0, name.size() - ending.size());
  return name;
}

std::string key_of(const std::string& group, const std::string& object) { return group + " " + object; }

}  // namespace

std::string executable_of(const Run& run) {
  const Process* process = run.facts.target();
  return process != nullptr && !process->executable.empty() ? process->executable : run.target.executable;
}

DoneBy::DoneBy(const Run& run) : alike_(run.target, run.facts) {
  for (const Step& step : run.course.steps) add(step);
  for (const Line& line : run.facts.lines) lines_.insert(Alike::line(line.text));
}

void DoneBy::add(const Step& step) {
  std::vector<std::string> names = {alike_.object(step.object)};
  if (std::string own = alike_.from_own_folders(step.object); !own.empty()) names.push_back(std::move(own));
  for (const std::string& name : names) {
    objects_.insert(name);
    Results& results = by_call_[key_of(group_of(step.call), name)];
    if (step.error != Errno::none)
      results.failed[step.error] += step.count;
    else if (results.worked == nullptr)
      results.worked = &step;
  }
  const std::string group = group_of(step.call);
  if (step.error == Errno::none && (group == "open" || group == "exec" || group == "look"))
    by_name_.emplace(base_name(step.object), &step);
}

const DoneBy::Results* DoneBy::results(const std::string& group, const std::string& object,
                                       const Alike& alike) const {
  for (const std::string& name : {alike.object(object), alike.from_own_folders(object)})
    if (const auto found = by_call_.find(key_of(group, name)); !name.empty() && found != by_call_.end())
      return &found->second;
  // Calls without an object are what their name is.
  const auto found = by_call_.find(key_of(group, ""));
  return object.empty() && found != by_call_.end() ? &found->second : nullptr;
}

const Step* DoneBy::worked(const SyscallEvent& call, const std::string& object, const Alike& alike) const {
  std::vector<std::string> groups = {group_of(call.name)};
  // What could be opened is there.
  if (means_absent(call.error) || groups.front() == "look") groups.insert(groups.end(), {"open", "exec"});
  if (means_absent(call.error)) groups.emplace_back("look");
  for (const std::string& group : groups)
    if (const Results* found = results(group, object, alike); found != nullptr && found->worked != nullptr)
      return found->worked;
  return nullptr;
}

const Step* DoneBy::found_by_name(std::string_view name) const {
  const auto found = by_name_.find(name);
  return found == by_name_.end() ? nullptr : found->second;
}

std::size_t DoneBy::failed(const SyscallEvent& call, const std::string& object, const Alike& alike) const {
  std::size_t count = 0;
  const std::string own = group_of(call.name);
  for (const std::string group : {"open", "look", "exec"}) {
    if (group != own && !means_absent(call.error)) continue;
    const Results* found = results(group, object, alike);
    const auto times =
        found == nullptr ? std::map<Errno, std::size_t>::const_iterator() : found->failed.find(call.error);
    if (found != nullptr && times != found->failed.end()) count += times->second;
  }
  if (own == "open" || own == "look" || own == "exec") return count;
  const Results* found = results(own, object, alike);
  if (found == nullptr) return count;
  const auto times = found->failed.find(call.error);
  return times == found->failed.end() ? count : count + times->second;
}

bool DoneBy::touched(const std::string& object, const Alike& alike) const {
  const std::string own = alike.from_own_folders(object);
  return objects_.count(alike.object(object)) > 0 || (!own.empty() && objects_.count(own) > 0);
}

bool DoneBy::said(std::string_view line) const { return lines_.count(Alike::line(line)) > 0; }

}  // namespace whywontitstart
