#pragma once

#include <optional>

#include "base/fd.h"
#include "base/names.h"
#include "base/result.h"

namespace whywontitstart {

/// The mounts, the root folder and the network of a process, kept beyond its end.
class UnitWorld {
 public:
  /// None where /proc does not give them.
  static std::optional<UnitWorld> of(Pid process);

  /// As long as it lives this process, which must have one thread, sees that world: what is asked of the
  /// machine is answered as the unit would be.
  class Visit {
   public:
    explicit Visit(const UnitWorld& world);
    ~Visit();
    Visit(const Visit&) = delete;
    Visit& operator=(const Visit&) = delete;
    bool is_there() const { return there_; }

   private:
    Fd mounts_, network_, root_, folder_;
    bool there_ = false;
  };

 private:
  Fd mounts_, network_, root_;
};

}  // namespace whywontitstart
