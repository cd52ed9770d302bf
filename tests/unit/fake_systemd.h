#pragma once

#include "fake_host.h"

namespace whywontitstart {

/// A machine whose systemd answers as busctl(1) prints it.
class FakeSystemd : public FakeHost {
 public:
  FakeSystemd() {
    files["/etc/passwd"] = "root:x:0:0:root:/root:/bin/sh\nwww-data:x:33:33::/var/www:/usr/sbin/nologin\n";
    files["/etc/group"] = "root:x:0:\nwww-data:x:33:\n";
    files["/proc/self/mountinfo"] = "1 0 8:1 / / rw - ext4 /dev/sda1 rw\n";
    files["/proc/self/status"] = "CapBnd:\t000001ffffffffff\n";
    commands["/usr/bin/getent passwd nobody-here"] = {2, "", ""};
    commands["/usr/bin/getent group nobody-here"] = {2, "", ""};
  }

  /// A unit with these properties, each as JSON of type and data without the braces:
  /// {"Result", R"("s","data":"timeout")"}.
  FakeSystemd& unit(const std::string& name, const std::map<std::string, std::string>& properties) {
    const std::string object = "/org/freedesktop/systemd1/unit/" + name;
    commands[call + "/org/freedesktop/systemd1 org.freedesktop.systemd1.Manager LoadUnit s " + name] = {
        0, R"({"type":"o","data":[")" + object + R"("]})", ""};
    std::string json;
    for (const auto& [key, value] : properties)
      json += (json.empty() ? "" : ",") + ("\"" + key + R"(":{"type":)" + value + "}");
    const std::string get =
        call + object + " org.freedesktop.DBus.Properties GetAll s org.freedesktop.systemd1.";
    commands[get + "Unit"] = {0, R"({"type":"a{sv}","data":[{)" + json + "}]}", ""};
    commands[get + "Service"] = {0, R"({"type":"a{sv}","data":[{}]})", ""};
    return *this;
  }

  const std::string call = "/usr/bin/busctl --system --json=short --no-pager call org.freedesktop.systemd1 ";
};

inline std::string text_property(const std::string& value) { return R"("s","data":")" + value + "\""; }
inline std::string flag_property(bool value) {
  return std::string(R"("b","data":)") + (value ? "true" : "false");
}
inline std::string number_property(std::uint64_t value) { return R"("t","data":)" + std::to_string(value); }
/// `items`: as in JSON, "\"a\",\"b\"".
inline std::string list_property(const std::string& items) { return R"("as","data":[)" + items + "]"; }
/// A command that ended: `words` as in JSON.
inline std::string command_property(const std::string& path, const std::string& words, int code, int status) {
  return R"("command","data":[[")" + path + "\",[" + words + "],false,10,11,12,13,123," +
         std::to_string(code) + "," + std::to_string(status) + "]]";
}

}  // namespace whywontitstart
