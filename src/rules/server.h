#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "model/intent.h"
#include "rules/fields.h"

namespace whywontitstart {

/// How the configuration of a server is written.
struct ConfigSyntax {
  bool braces = false;    ///< statements end in ';' and blocks stand in braces; else a line is a statement
  bool indented = false;  ///< a key without a value is the section of what follows it, as in YAML
  std::string comment = "#";          ///< each of these letters begins one
  std::string separator;              ///< letters that may stand between key and value, beside blanks
  std::vector<std::string> sections;  ///< keys that open a section, until the next one does: "frontend web"
  std::string condition;              ///< the block <IfModule X> is heeded …
  std::string met_by;                 ///< … where this key named X before it: "loadmodule"
  std::string defines;                ///< the key that sets a variable: "define"
};

/// What one setting means. What is not asked for holds always.
struct ServerSetting {
  enum class Means { intent, port, address, config, config_folder, base };

  std::vector<std::string> keys;  ///< as config_key() gives them
  Means means = Means::intent;
  Intent::Kind kind = Intent::Kind::read;
  Pattern section;                    ///< it stands in a section of such a name
  Pattern only, unless;               ///< its value is such, and not such
  Pattern value;                      ///< what of it counts: its group address, port, path or value
  std::string where_key;              ///< another setting …
  Pattern where;                      ///< … has such a value; none: it is not set
  bool all_words = false;             ///< each word of the value is meant, not the first
  bool repeats = false;               ///< each occurrence is meant, not the last
  bool optional = false;              ///< where it cannot be had the program goes on
  bool beside = false;                ///< of config: seen from the folder of the file in which it stands
  std::vector<std::string> defaults;  ///< what it is where nothing is set
  std::string variable;               ///< of the environment, which is heeded where nothing is set
  std::string protocol = "tcp";       ///< of listen and port
  std::string port;                   ///< of listen: where the value has none
  std::string suffix;                 ///< behind a path, or what files of a config_folder end in
  double certainty = 0.95;
  bool if_listens = false, shares = false, one_is_enough = false, stale_stops = false;  ///< see Intent
  bool as_user = false;  ///< the user of the server does it, not whoever starts it
  std::uint32_t forbidden_mode = 0;
};

/// A word of the call that means what a setting does.
struct ServerArgument {
  std::vector<std::string> options;  ///< "-p", "--port", with its value; none: a word that is no option
  std::string key;  ///< of the setting; "config" is a file of configuration, "statement" a text as in one
  Pattern only;     ///< the value looks so
};

/// Files and a call to try a server's rules with.
struct ServerTest {
  std::string name;
  std::vector<std::string> call;
  std::vector<std::pair<std::string, std::string>> files;
  std::vector<std::string> expect;  ///< to_text() of each Intent
  Place place;
};

/// How one server is called and configured, as far as it tells what it will want of the machine.
struct Server {
  std::string id;
  std::string file;
  Place place;
  Pattern program;                   ///< the name of the executable
  Pattern call;                      ///< the words after it, with blanks between
  std::vector<std::string> names;    ///< of its processes, beside that of the executable
  std::vector<std::string> configs;  ///< read where the call names none, those that are there; see fill()
  bool first_config = true;          ///< only the first of them that is there
  bool needs_config = false;
  std::vector<std::string> variables;  ///< shell scripts that set variables which the configuration uses
  ConfigSyntax syntax;
  std::vector<ServerArgument> arguments;
  bool long_options = false;             ///< --port 80 and --port=80 are the setting port
  std::vector<std::string> takes_value;  ///< further options with a value in the next word
  std::vector<std::string> not_a_start;  ///< words with which it only tells or tests something
  std::string rest;           ///< the server whose arguments stand after the first word that is no option
  bool refuses_root = false;  ///< unless a user is set
  std::vector<ServerSetting> settings;
  std::vector<ServerTest> tests;
};

}  // namespace whywontitstart
