#pragma once

#include <functional>
#include <string>

#include "base/fd.h"
#include "base/names.h"
#include "base/result.h"

namespace whywontitstart {

/// What is done aside. `ended`: nobody waits for it any more. What it gives is handed on.
using Aside = std::function<std::string(const std::function<bool()>& ended)>;

/// A process of ours that does something while others of our threads trace: helpers may be run in there
/// without mixing up descriptors and exits with those of the tracer. It is gone when this is, or when we are
/// killed.
class AsideProcess {
 public:
  /// Forks it; it waits for go(). There must be no threads yet. Errors: pipe and fork failures.
  static Result<AsideProcess> make(const Aside& what);
  AsideProcess(AsideProcess&& other) noexcept;
  AsideProcess& operator=(AsideProcess&&) = delete;
  ~AsideProcess();

  void go();
  /// Waits until it is done, or `is_enough`, which is asked some twenty times a second; then tells it to end,
  /// and gives what it gave.
  std::string wait(const std::function<bool()>& is_enough);

 private:
  AsideProcess(Pid pid, Fd to, Fd from) : pid_(pid), to_(std::move(to)), from_(std::move(from)) {}

  Pid pid_ = Pid::none;
  Fd to_;    ///< its end tells the process that nobody waits for it
  Fd from_;  ///< what it gives
};

}  // namespace whywontitstart
