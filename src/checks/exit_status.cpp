#include "checks/exit_status.h"

#include <array>

#include "base/names.h"
#include "base/text.h"

namespace whywontitstart {
namespace {

constexpr int first_of_sysexits = 64;
constexpr std::array<std::string_view, 15> sysexits{"wrong usage",
                                                    "wrong data",
                                                    "an input file is missing",
                                                    "an unknown user",
                                                    "an unknown host",
                                                    "a service is missing",
                                                    "an internal error",
                                                    "an error of the system",
                                                    "a system file is missing",
                                                    "an output file cannot be created",
                                                    "an input or output error",
                                                    "try again later",
                                                    "a protocol error",
                                                    "permission denied",
                                                    "wrong configuration"};

constexpr int first_of_lsb = 2;
constexpr std::array<std::string_view, 6> lsb{"wrong arguments",      "not implemented",
                                              "rights are missing",   "the program is not installed",
                                              "it is not configured", "it does not run"};

/// What systemd could not do before the program was executed.
constexpr std::array<std::pair<int, std::string_view>, 43> of_systemd{{
    {200, "CHDIR: change to WorkingDirectory="},
    {201, "NICE: set Nice="},
    {202, "FDS: close or arrange file descriptors"},
    {203, "EXEC: execute the program (missing, not executable, its interpreter is missing)"},
    {204, "MEMORY: get memory"},
    {205, "LIMITS: set a limit (Limit…=)"},
    {206, "OOM_ADJUST: set OOMScoreAdjust="},
    {207, "SIGNAL_MASK: set the signal mask"},
    {208, "STDIN: set up StandardInput="},
    {209, "STDOUT: set up StandardOutput="},
    {210, "CHROOT: change to RootDirectory="},
    {211, "IOPRIO: set IOScheduling…="},
    {212, "TIMERSLACK: set TimerSlackNSec="},
    {213, "SECUREBITS: set SecureBits="},
    {214, "SETSCHEDULER: set CPUScheduling…="},
    {215, "CPUAFFINITY: set CPUAffinity="},
    {216, "GROUP: become Group= or its supplementary groups"},
    {217, "USER: become User= (it does not exist, or user namespaces are refused)"},
    {218, "CAPABILITIES: drop or give capabilities"},
    {219, "CGROUP: set up the control group"},
    {220, "SETSID: make a session"},
    {222, "CONFIRM: it was cancelled at the console"},
    {223, "STDERR: set up StandardError="},
    {224, "PAM: open a session of PAMName="},
    {225, "NETWORK: set up PrivateNetwork="},
    {226, "NAMESPACE: set up mounts (a path of ReadWritePaths=, BindPaths=, … does not exist)"},
    {227, "NO_NEW_PRIVILEGES: set NoNewPrivileges="},
    {228, "SECCOMP: set SystemCallFilter="},
    {229, "SELINUX_CONTEXT: set SELinuxContext="},
    {230, "PERSONALITY: set Personality="},
    {231, "APPARMOR_PROFILE: change to AppArmorProfile="},
    {232, "ADDRESS_FAMILIES: set RestrictAddressFamilies="},
    {233, "RUNTIME_DIRECTORY: make RuntimeDirectory="},
    {235, "CHOWN: change the owner of a socket"},
    {236, "SMACK_PROCESS_LABEL: set SmackProcessLabel="},
    {237, "KEYRING: set up the keyring"},
    {238, "STATE_DIRECTORY: make StateDirectory="},
    {239, "CACHE_DIRECTORY: make CacheDirectory="},
    {240, "LOGS_DIRECTORY: make LogsDirectory="},
    {241, "CONFIGURATION_DIRECTORY: make ConfigurationDirectory="},
    {242, "NUMA_POLICY: set NUMAPolicy="},
    {243, "CREDENTIALS: set up LoadCredential= or SetCredential="},
    {244, "BPF: set up a BPF program"},
}};

/// systemd-run(1) and its like hand on what systemd gave; whoever is started by systemd may as well.
bool is_under_systemd(const Target& target) {
  const std::string_view program = base_name(target.argv.empty() ? target.executable : target.argv.front());
  return program.starts_with("systemd") || program == "systemctl" ||
         variable(target.environment, "INVOCATION_ID").has_value();
}

bool is_init_script(const Target& target) {
  const auto in_folder = [](const std::string& word) {
    return word.starts_with("/etc/init.d/") || word.starts_with("/etc/rc.d/init.d/");
  };
  const std::string_view program = base_name(target.executable);
  return in_folder(target.executable) || program == "service" || program == "invoke-rc.d" ||
         std::any_of(target.argv.begin(), target.argv.end(), in_folder);
}

std::string of_shell(int code) {
  constexpr int by_signal = 128, last_signal = 64;
  if (code == 126) return "as of a shell: found, but not executable";
  if (code == 127) return "as of a shell: a command or library was not found";
  if (code > by_signal && code <= by_signal + last_signal)
    return fmt::format("as of a shell: ended by {}", name(Signal{code - by_signal}));
  if (code == 255) return "-1: as of many programs that do not tell more, and of ssh for its connection";
  return {};
}

}  // namespace

std::string meaning_of_status(int code, const Target& target) {
  if (code == 1) return "a failure of any kind (EXIT_FAILURE)";
  if (is_under_systemd(target))
    for (const auto& [number, words] : of_systemd)
      if (number == code)
        return fmt::format(
            "as of systemd, which could not do {}; the program itself may mean "
            "something else",
            words);
  if (is_init_script(target) && code >= first_of_lsb && code < first_of_lsb + static_cast<int>(lsb.size()))
    return fmt::format("as of an init script: {}", lsb.at(static_cast<std::size_t>(code - first_of_lsb)));
  if (code == 2) return "mostly wrong usage: an option or argument";
  if (code >= first_of_sysexits && code < first_of_sysexits + static_cast<int>(sysexits.size()))
    return fmt::format("by the convention of sysexits: {}",
                       sysexits.at(static_cast<std::size_t>(code - first_of_sysexits)));
  return of_shell(code);
}

}  // namespace whywontitstart
