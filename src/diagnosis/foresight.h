#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "host/host.h"
#include "model/finding.h"
#include "model/intent.h"
#include "model/report.h"
#include "model/target.h"

namespace whywontitstart {

constexpr double as_the_machine_says = 0.97;
/// What is at least as sure as this keeps a program from starting; less is a warning.
constexpr double sure_enough = 0.8;

/// The title of a finding that is about the program itself, which has been started before.
constexpr const char* runs_already = "It runs already";

/// What a look at the machine before a start tells: what is wrong, and for the checks of the report what was
/// seen.
struct Foresight {
  struct Note {
    std::string_view check;  ///< its id
    CheckStatus status = CheckStatus::pass;
    std::string about;  ///< "0.0.0.0:80"
    std::string text;
  };

  std::vector<Finding> findings;
  std::vector<Note> notes;

  void pass(std::string_view check, std::string about, std::string text) {
    notes.push_back({check, CheckStatus::pass, std::move(about), std::move(text)});
  }
  void unknown(std::string_view check, std::string about, std::string text) {
    notes.push_back({check, CheckStatus::unknown, std::move(about), std::move(text)});
  }
};

/// What the parts of a look ahead have in common.
struct LookAhead {
  const Target& target;
  const Intentions& intended;
  const Host& host;
};

/// The beginnings of a finding about something that the program wants: its cause, subject, how sure it is and
/// who says that it is wanted.
Finding about(const Intent& intent, std::string cause, Subject subject);

/// "listen of /etc/x.conf:3", "--port of its call": who names it.
std::string who_names(const Intent& intent);

/// The address or socket that it is going to bind: taken, left over, for root alone, none of this machine.
void foresee_listening(const LookAhead& look, const Intent& intent, Foresight& into);

/// The file or folder that it is going to use.
void foresee_path(const LookAhead& look, const Intent& intent, Foresight& into);

/// The variable that its configuration uses.
void foresee_variable(const LookAhead& look, const Intent& intent, Foresight& into);

/// The user or group that it is going to become.
void foresee_account(const LookAhead& look, const Intent& intent, Foresight& into);

/// Does the program's own file show that it listens on something: an ELF program that calls listen(2), a
/// script that speaks of it?
bool seems_to_listen(const LookAhead& look);

}  // namespace whywontitstart
