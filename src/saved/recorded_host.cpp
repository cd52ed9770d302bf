#include "saved/questions.h"
#include "saved/recording_host.h"

namespace whywontitstart {

template <typename Value>
Result<Value> RecordedHost::answer(const AnswerTable<Value>& table, const Question& question) const {
  const auto row = table.find(question);
  if (row == table.end() || row->second.answers.empty())
    return error("the machine was not asked this when the trace was saved");
  std::size_t past = asked_[&row->second]++;
  for (const auto& answer : row->second.answers) {
    if (past < answer.times) return answer.value;
    past -= answer.times;
  }
  return row->second.answers.back().value;
}

Result<std::string> RecordedHost::read(const std::string& path, std::size_t limit) const {
  return answer(answers_.read, read_question(path, limit));
}

Result<std::string> RecordedHost::read_at(const std::string& path, std::uint64_t offset,
                                          std::size_t size) const {
  return answer(answers_.read_at, read_at_question(path, offset, size));
}

Result<FileStatus> RecordedHost::status(const std::string& path, bool follow) const {
  return answer(answers_.status, status_question(path, follow));
}

Result<std::vector<std::string>> RecordedHost::list(const std::string& folder) const {
  return answer(answers_.list, {folder});
}

Result<std::string> RecordedHost::link(const std::string& path) const {
  return answer(answers_.link, {path});
}

Result<Filesystem> RecordedHost::filesystem(const std::string& path) const {
  return answer(answers_.filesystem, {path});
}

Result<std::string> RecordedHost::attribute(const std::string& path, const std::string& name) const {
  return answer(answers_.attribute, {path, name});
}

Result<SocketInfo> RecordedHost::socket(Pid process, int fd) const {
  return answer(answers_.socket, socket_question(process, fd));
}

Result<std::vector<SocketRecord>> RecordedHost::socket_records() const {
  return answer(answers_.socket_records, {});
}

Result<CommandOutput> RecordedHost::run(const std::vector<std::string>& argv,
                                        std::chrono::milliseconds) const {
  return answer(answers_.run, argv);
}

Result<std::string> RecordedHost::derived(const std::string& question, const Derive&) const {
  return answer(answers_.derived, {question});
}

}  // namespace whywontitstart
