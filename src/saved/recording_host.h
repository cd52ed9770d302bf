#pragma once

#include "saved/answers.h"

namespace whywontitstart {

/// A machine that keeps what it was asked and what it answered, errors too.
class RecordingHost : public Host {
 public:
  /// `answers` are filled in; both must outlive this.
  RecordingHost(const Host& host, Answers& answers) : host_(host), answers_(answers) {}

  Result<std::string> read(const std::string& path, std::size_t limit = 1U << 20) const override;
  Result<std::string> read_at(const std::string& path, std::uint64_t offset, std::size_t size) const override;
  Result<FileStatus> status(const std::string& path, bool follow = true) const override;
  Result<std::vector<std::string>> list(const std::string& folder) const override;
  Result<std::string> link(const std::string& path) const override;
  Result<Filesystem> filesystem(const std::string& path) const override;
  Result<std::string> attribute(const std::string& path, const std::string& name) const override;
  Result<SocketInfo> socket(Pid process, int fd) const override;
  Result<std::vector<SocketRecord>> socket_records() const override;
  Result<CommandOutput> run(const std::vector<std::string>& argv,
                            std::chrono::milliseconds deadline = std::chrono::seconds(2)) const override;
  Result<std::string> derived(const std::string& question, const Derive& derive) const override;

 private:
  const Host& host_;
  Answers& answers_;
};

/// The machine of a saved trace: gives the answers in the order in which they were given then, and the last
/// one again where it is asked more often. What it was never asked it cannot look at.
class RecordedHost : public Host {
 public:
  /// `answers` must outlive this.
  explicit RecordedHost(const Answers& answers) : answers_(answers) {}

  Result<std::string> read(const std::string& path, std::size_t limit = 1U << 20) const override;
  Result<std::string> read_at(const std::string& path, std::uint64_t offset, std::size_t size) const override;
  Result<FileStatus> status(const std::string& path, bool follow = true) const override;
  Result<std::vector<std::string>> list(const std::string& folder) const override;
  Result<std::string> link(const std::string& path) const override;
  Result<Filesystem> filesystem(const std::string& path) const override;
  Result<std::string> attribute(const std::string& path, const std::string& name) const override;
  Result<SocketInfo> socket(Pid process, int fd) const override;
  Result<std::vector<SocketRecord>> socket_records() const override;
  Result<CommandOutput> run(const std::vector<std::string>& argv,
                            std::chrono::milliseconds deadline = std::chrono::seconds(2)) const override;
  Result<std::string> derived(const std::string& question, const Derive& derive) const override;

 private:
  template <typename Value>
  Result<Value> answer(const AnswerTable<Value>& table, const Question& question) const;

  const Answers& answers_;
  mutable std::map<const void*, std::size_t> asked_;  ///< how often each row was
};

}  // namespace whywontitstart
