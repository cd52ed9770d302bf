#include "host/path_walk.h"

#include <sys/stat.h>

#include <cerrno>

#include "base/text.h"
#include "host/accounts.h"
#include "host/path_rules.h"

namespace whywontitstart {
namespace {

constexpr int most_links = 40;  // the kernel's MAXSYMLINKS
constexpr std::size_t longest_name = 255, longest_path = 4095;

/// "others have", "the group has": who of the mode's three.
std::string describe_denier(const Answer& answer) {
  if (answer.who == "owner") return "its owner has";
  if (answer.who == "group") return "its group has";
  if (answer.who == "others") return "others have";
  return answer.who == "ACL mask" ? "the mask of its ACL leaves" : "its ACL gives";
}

std::string_view folder_under(std::string_view path) { return path.empty() ? "/" : path; }

/// One walk; a class since the steps share a lot.
class Walker {
 public:
  Walker(const Host& host, const Identity& identity, const Wanted& wanted)
      : host_(host), identity_(identity), wanted_(wanted), privileges_(privileges_of(host, identity)) {}

  PathWalk go(const std::string& path) {
    result_.path = path;
    if (path.size() > longest_path) {
      stop(Barrier::name_too_long, ENAMETOOLONG, path, "the path is longer than 4095 bytes");
      return std::move(result_);
    }
    push(path);
    if (!step_into_root()) return std::move(result_);
    while (result_.barrier == Barrier::none && !rest_.empty()) step();
    result_.resolved = std::string(folder_under(place_));
    for (auto next = rest_.rbegin(); next != rest_.rend(); ++next)
      if (!next->empty() && *next != ".") result_.resolved = absolute_path(result_.resolved, *next);
    if (result_.barrier == Barrier::none && !creatable_) check_end();
    return std::move(result_);
  }

 private:
  void push(std::string_view path) {
    const std::vector<std::string_view> pieces = split(path, '/');
    for (auto piece = pieces.rbegin(); piece != pieces.rend(); ++piece)
      if (!piece->empty() && *piece != ".") rest_.emplace_back(*piece);
  }

  void stop(Barrier barrier, int code, std::string at, std::string reason) {
    result_.barrier = barrier;
    result_.error = Errno{code};
    result_.at = std::move(at);
    result_.reason = std::move(reason);
  }

  bool step_into_root() {
    const Result<FileStatus> root = host_.status("/");
    if (!root) {
      stop(Barrier::unknown, 0, "/", root.error().what);
      return false;
    }
    current_ = *root;
    result_.steps.push_back({"/", *root, {}});
    return true;
  }

  void step() {
    const std::string name = rest_.back();
    if (!S_ISDIR(current_.mode)) {
      stop(Barrier::not_a_folder, ENOTDIR, place_, fmt::format("{} is not a folder", place_));
      return;
    }
    if (!may_search()) return;
    if (name == "..") {
      go_up();
      return;
    }
    if (name.size() > longest_name) {
      stop(Barrier::name_too_long, ENAMETOOLONG, place_ + "/" + name,
           "a name in it is longer than 255 bytes");
      return;
    }
    look_at(place_ + "/" + name);
  }

  bool may_search() {
    const Answer answer = ask(folder_under(place_), current_, {.execute = true});
    if (answer.allowed) return true;
    const std::string folder(folder_under(place_));
    stop(Barrier::search, EACCES, folder,
         fmt::format("{} is {}: {} no right to go through it (x), so {} cannot", folder, owned(current_),
                     describe_denier(answer), who()));
    offer_permission(folder, answer, "x", fmt::format("let {} go through {}", who(), folder));
    return false;
  }

  void go_up() {
    rest_.pop_back();
    place_.erase(place_.empty() ? 0 : place_.rfind('/'));
    if (const Result<FileStatus> status = host_.status(std::string(folder_under(place_)))) current_ = *status;
  }

  void look_at(const std::string& next) {
    const Result<FileStatus> status = host_.status(next, false);
    if (!status) {
      not_there(next, status.error());
      return;
    }
    folder_ = current_;
    rest_.pop_back();
    if (S_ISLNK(status->mode)) {
      follow(next, *status);
      return;
    }
    place_ = next;
    current_ = *status;
    result_.steps.push_back({next, *status, {}});
  }

  void not_there(const std::string& next, const Error& error) {
    if (error.errno_code != ENOENT) {
      stop(Barrier::unknown, 0, next, error.what);
      return;
    }
    result_.exists = false;
    if (rest_.size() == 1 && wanted_.create && !wanted_.remove) {
      check_creation();
      return;
    }
    const bool is_link =
        !last_link_.empty() && rest_.size() > rest_after_link_;  // in what the link points at
    stop(is_link ? Barrier::dangling_link : Barrier::missing, ENOENT, next,
         is_link ? fmt::format("{} is a symbolic link to {}, and {} does not exist", last_link_, last_target_,
                               next)
                 : fmt::format("{} does not exist", next));
    suggest_near(next);
    if (wanted_.create && rest_.size() > 1) offer_folder();
  }

  void follow(const std::string& link, const FileStatus& status) {
    const Result<std::string> target = host_.link(link);
    if (!target) {
      stop(Barrier::unknown, 0, link, target.error().what);
      return;
    }
    result_.steps.push_back({link, status, *target});
    if (++links_ > most_links) {
      stop(Barrier::link_loop, ELOOP, link, fmt::format("the symbolic links lead in a circle at {}", link));
      return;
    }
    if (rest_.empty() && wanted_.remove) {  // the name of the link itself is what goes
      place_ = link;
      current_ = status;
      return;
    }
    if (obeys(knob_against(host_, {link, status, folder_, identity_, privileges_}, {}), link)) return;
    last_link_ = link;
    last_target_ = *target;
    rest_after_link_ = rest_.size();
    if (target->starts_with('/')) {
      place_.clear();
      if (const Result<FileStatus> root = host_.status("/")) current_ = *root;
    }
    push(*target);
  }

  void check_end() {
    result_.exists = true;
    result_.status = current_;
    const std::string end(folder_under(place_));
    if (wanted_.remove) {
      check_removal(end);
      return;
    }
    const Answer answer = ask(end, current_, wanted_.rights);
    if (!answer.allowed) {
      stop(Barrier::permission, EACCES, end, describe_refusal(end, answer));
      offer_permission(end, answer, letters(wanted_.rights),
                       fmt::format("let {} {} {}", who(), verbs(), end));
      return;
    }
    check_rules(end);
  }

  /// What forbids it although the mode does not.
  void check_rules(const std::string& end) {
    const PathEnd reached{end, current_, folder_, identity_, privileges_};
    if (obeys(mount_against(host_, reached, wanted_, result_.not_looked_at), end)) return;
    if (obeys(attribute_against(reached, wanted_), end)) return;
    if (obeys(ownership_against(host_, reached, wanted_), wanted_.remove ? folder_of(end) : end)) return;
    if (!wanted_.remove) obeys(knob_against(host_, reached, wanted_), end);
  }

  /// True: there is such a thing, and the way ends.
  bool obeys(const std::optional<Prohibition>& forbidden, const std::string& at) {
    if (!forbidden) return false;
    stop(forbidden->barrier, forbidden->code, at, forbidden->reason);
    if (forbidden->barrier != Barrier::immutable) return true;
    const std::string owner = forbidden->reason.substr(0, forbidden->reason.find(" has the attribute "));
    const bool append = forbidden->reason.ends_with("+a)");
    result_.fixes.push_back({"take the attribute away, once it is clear who set it and why",
                             shell_quoted({"chattr", append ? "-a" : "-i", owner}), "security"});
    return true;
  }

  void check_creation() {
    const std::string folder(folder_under(place_));
    const std::string wanted_path = absolute_path(folder, rest_.front());
    const Answer answer = ask(folder, current_, {.write = true, .execute = true});
    if (!answer.allowed) {
      stop(Barrier::permission, EACCES, folder,
           fmt::format("{} does not exist, and in {} ({}) {} no right to create it (w), so {} cannot",
                       wanted_path, folder, owned(current_), describe_denier(answer), who()));
      offer_permission(folder, answer, "wx", fmt::format("let {} create files in {}", who(), folder));
      return;
    }
    const PathEnd there{folder, current_, folder_, identity_, privileges_};
    const Wanted to_write{.rights = {.write = true}};
    if (obeys(mount_against(host_, there, to_write, result_.not_looked_at), folder)) return;
    if (obeys(attribute_against(there, to_write), folder)) return;
    // It is not there, and it may be made: no barrier. The walk ends before it.
    place_ = wanted_path;
    rest_.clear();
    creatable_ = true;
  }

  void check_removal(const std::string& end) {
    const std::string folder = folder_of(end);
    const Answer answer = ask(folder, folder_, {.write = true, .execute = true});
    if (!answer.allowed) {
      stop(Barrier::permission, EACCES, folder,
           fmt::format("{} is {}: {} no right to remove names from it (w), so {} cannot", folder,
                       owned(folder_), describe_denier(answer), who()));
      offer_permission(folder, answer, "wx", fmt::format("let {} remove files in {}", who(), folder));
    } else {
      check_rules(end);
    }
  }

  Answer ask(std::string_view path, const FileStatus& status, const Rights& rights) {
    const Result<std::string> list = host_.attribute(std::string(path), "system.posix_acl_access");
    return ask_permission(status, list ? parse_acl(*list) : std::vector<AclEntry>(), identity_, privileges_,
                          rights);
  }

  void suggest_near(const std::string& missing) {
    result_.near_misses = near_misses(host_, folder_of(missing), std::string(base_name(missing)));
    if (rest_.size() < 2) return;
    // The folder is the slip: the file may well be in the one that was meant.
    for (std::string& near : result_.near_misses) {
      std::string whole = near;
      for (auto next = rest_.rbegin() + 1; next != rest_.rend(); ++next) whole += "/" + *next;
      if (host_.status(whole)) near = whole;
    }
  }

  void offer_folder() {
    std::string folder(folder_under(place_));
    for (std::size_t at = rest_.size(); at > 1; --at) folder = absolute_path(folder, rest_[at - 1]);
    const std::vector<std::string> words = {
        "install", "-d", "-o", account(), "-g", std::to_string(identity_.gid), "-m", "750", folder};
    result_.fixes.push_back(
        {fmt::format("create the folder {}", folder), shell_quoted(words), "changes-system"});
  }

  void offer_permission(const std::string& path, const Answer& answer, const std::string& rights,
                        std::string text) {
    const bool own = answer.who == "owner";
    const bool has_setfacl = host_.status("/usr/bin/setfacl").has_value();
    const std::string class_letter = own ? "u" : answer.who == "group" ? "g" : "o";
    std::vector<std::string> words = {"chmod", class_letter + "+" + rights, path};
    // For one user alone, rather than for a whole class.
    if (!own && has_setfacl) words = {"setfacl", "-m", fmt::format("u:{}:{}", account(), rights), path};
    if (!own && !has_setfacl && answer.by_acl) return;
    result_.fixes.push_back({std::move(text), shell_quoted(words), own ? "changes-system" : "security"});
  }

  std::string describe_refusal(const std::string& path, const Answer& answer) const {
    return fmt::format("{} is {}: {} no right to {} it ({}), so {} cannot", path, owned(current_),
                       describe_denier(answer), verbs(), letters(wanted_.rights), who());
  }

  std::string letters(const Rights& rights) const {
    std::string text = to_text(rights);
    text.erase(std::remove(text.begin(), text.end(), '-'), text.end());
    return text;
  }

  std::string verbs() const {
    std::vector<std::string> words;
    if (wanted_.rights.read) words.emplace_back("read");
    if (wanted_.rights.write) words.emplace_back("write");
    if (wanted_.rights.execute) words.emplace_back(S_ISDIR(current_.mode) ? "enter" : "execute");
    return join(words, " and ");
  }

  std::string owned(const FileStatus& status) const {
    constexpr std::uint32_t overflow_id = 65534;
    const bool unknown = privileges_.own_namespace_only && status.uid == overflow_id;
    return fmt::format("{} {}:{}{}", mode_text(status.mode), user_name(host_, status.uid),
                       group_name(host_, status.gid),
                       unknown ? ", whose owner this user namespace does not know," : "");
  }

  std::string account() const {
    return identity_.user.empty() ? std::to_string(identity_.uid) : identity_.user;
  }

  std::string who() const {
    return identity_.user.empty() ? fmt::format("user {}", identity_.uid)
                                  : fmt::format("{} ({})", identity_.user, identity_.uid);
  }

  const Host& host_;
  const Identity& identity_;
  const Wanted& wanted_;
  const Privileges privileges_;
  PathWalk result_;
  std::string place_;              // the folder or file that was reached; "" is the root
  FileStatus current_;             // of place_
  FileStatus folder_;              // of the folder above it
  std::vector<std::string> rest_;  // the components still to go, the next one last
  int links_ = 0;
  std::string last_link_, last_target_;
  std::size_t rest_after_link_ = 0;
  bool creatable_ = false;
};

}  // namespace

std::string_view cause_of(Barrier barrier) {
  switch (barrier) {
    case Barrier::missing:
    case Barrier::dangling_link:
      return "file.missing";
    case Barrier::not_a_folder:
      return "file.not-a-directory";
    case Barrier::link_loop:
      return "file.symlink-loop";
    case Barrier::name_too_long:
      return "file.name-too-long";
    case Barrier::read_only_mount:
      return "file.read-only";
    case Barrier::noexec_mount:
      return "exec.noexec-mount";
    default:
      return "file.permission";
  }
}

PathWalk walk(const Host& host, const std::string& path, const Identity& identity, const Wanted& wanted) {
  return Walker(host, identity, wanted).go(path);
}

}  // namespace whywontitstart
