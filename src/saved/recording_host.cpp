#include "saved/recording_host.h"

#include "saved/questions.h"

namespace whywontitstart {
namespace {

constexpr std::size_t most_rows = 200'000;        // of one kind
constexpr std::size_t longest_answer = 8U << 20;  // bytes; what is read for a diagnosis is far shorter

std::size_t size_of(const std::string& text) { return text.size(); }
std::size_t size_of(const CommandOutput& output) { return output.out.size() + output.err.size(); }
template <typename Value>
std::size_t size_of(const Value&) {
  return sizeof(Value);
}

bool same(const Error& one, const Error& other) {
  return one.what == other.what && one.errno_code == other.errno_code;
}
bool same(const CommandOutput& one, const CommandOutput& other) {
  return one.exit_code == other.exit_code && one.out == other.out && one.err == other.err;
}
bool same(const std::string& one, const std::string& other) { return one == other; }
bool same(const std::vector<std::string>& one, const std::vector<std::string>& other) { return one == other; }
bool same(const FileStatus& one, const FileStatus& other) {
  const auto tie = [](const FileStatus& status) {
    return std::tie(status.mode, status.uid, status.gid, status.size, status.device, status.inode,
                    status.immutable, status.append_only);
  };
  return tie(one) == tie(other);
}
/// Seldom asked twice: then both are kept.
template <typename Value>
bool same(const Value&, const Value&) {
  return false;
}

template <typename Value>
bool same(const Result<Value>& one, const Result<Value>& other) {
  if (one.has_value() != other.has_value()) return false;
  return one ? same(*one, *other) : same(one.error(), other.error());
}

template <typename Value>
Result<Value> keep(AnswerTable<Value>& table, Question question, Result<Value> answer) {
  if (table.size() >= most_rows) return answer;
  auto& answers = table[std::move(question)].answers;
  Result<Value> kept = answer;
  if (answer && size_of(*answer) > longest_answer) kept = error("too long to be saved");
  if (!answers.empty() && same(answers.back().value, kept))
    ++answers.back().times;
  else
    answers.push_back({1, std::move(kept)});
  return answer;
}

}  // namespace

Result<std::string> RecordingHost::read(const std::string& path, std::size_t limit) const {
  return keep(answers_.read, read_question(path, limit), host_.read(path, limit));
}

Result<std::string> RecordingHost::read_at(const std::string& path, std::uint64_t offset,
                                           std::size_t size) const {
  return keep(answers_.read_at, read_at_question(path, offset, size), host_.read_at(path, offset, size));
}

Result<FileStatus> RecordingHost::status(const std::string& path, bool follow) const {
  return keep(answers_.status, status_question(path, follow), host_.status(path, follow));
}

Result<std::vector<std::string>> RecordingHost::list(const std::string& folder) const {
  return keep(answers_.list, {folder}, host_.list(folder));
}

Result<std::string> RecordingHost::link(const std::string& path) const {
  return keep(answers_.link, {path}, host_.link(path));
}

Result<Filesystem> RecordingHost::filesystem(const std::string& path) const {
  return keep(answers_.filesystem, {path}, host_.filesystem(path));
}

Result<std::string> RecordingHost::attribute(const std::string& path, const std::string& name) const {
  return keep(answers_.attribute, {path, name}, host_.attribute(path, name));
}

Result<SocketInfo> RecordingHost::socket(Pid process, int fd) const {
  return keep(answers_.socket, socket_question(process, fd), host_.socket(process, fd));
}

Result<std::vector<SocketRecord>> RecordingHost::socket_records() const {
  return keep(answers_.socket_records, {}, host_.socket_records());
}

Result<CommandOutput> RecordingHost::run(const std::vector<std::string>& argv,
                                         std::chrono::milliseconds deadline) const {
  return keep(answers_.run, argv, host_.run(argv, deadline));
}

/// What was read for it is not kept: the answer is.
Result<std::string> RecordingHost::derived(const std::string& question, const Derive& derive) const {
  return keep(answers_.derived, {question}, host_.derived(question, derive));
}

}  // namespace whywontitstart
