#include "host/resolver.h"

#include <cerrno>

#include "base/text.h"

namespace whywontitstart {
namespace {

const std::string servers_file = "/etc/resolv.conf";

/// The words of a line without its comment.
std::vector<std::string> words_of(std::string_view line) {
  std::vector<std::string> words;
  std::string text(line.substr(0, line.find('#')));
  std::replace(text.begin(), text.end(), '\t', ' ');
  for (const std::string_view word : split(text, ' '))
    if (!word.empty()) words.emplace_back(word);
  return words;
}

void read_servers(const Host& host, Resolver& resolver) {
  const Result<std::string> text = host.read(servers_file);
  if (!text && text.error().errno_code != ENOENT) {
    resolver.not_looked_at.push_back(text.error().what);
    return;
  }
  if (!text) {
    const Result<std::string> link = host.link(servers_file);
    resolver.faults.push_back(
        link ? fmt::format("{} is a link to {}, which does not exist", servers_file, *link)
             : fmt::format("{} does not exist: no name server is known", servers_file));
    return;
  }
  for (const std::string_view line : split(*text, '\n')) {
    const std::vector<std::string> words = words_of(line.substr(0, line.find(';')));
    if (words.size() >= 2 && words[0] == "nameserver") resolver.servers.push_back(words[1]);
  }
  if (resolver.servers.empty())
    resolver.faults.push_back(
        fmt::format("{} names no server{}", servers_file, trim(*text).empty() ? ": it is empty" : ""));
}

void read_sources(const Host& host, Resolver& resolver) {
  const Result<std::string> text = host.read("/etc/nsswitch.conf");
  if (!text && text.error().errno_code != ENOENT) resolver.not_looked_at.push_back(text.error().what);
  const std::string lines = text.value_or("");
  for (const std::string_view line : split(lines, '\n')) {
    std::vector<std::string> words = words_of(line);
    if (words.empty() || words.front() != "hosts:") continue;
    resolver.sources.assign(words.begin() + 1, words.end());
  }
  const auto asks = [&](std::string_view source) {
    return std::find(resolver.sources.begin(), resolver.sources.end(), source) != resolver.sources.end();
  };
  if (!resolver.sources.empty() && !asks("dns") && !asks("resolve"))
    resolver.faults.push_back("/etc/nsswitch.conf does not ask name servers for hosts: " +
                              join(resolver.sources, " "));
}

void read_hosts(const Host& host, Resolver& resolver) {
  const Result<std::string> text = host.read("/etc/hosts");
  if (!text && text.error().errno_code != ENOENT) {
    resolver.not_looked_at.push_back(text.error().what);
    return;
  }
  const std::string lines = text.value_or("");
  for (const std::string_view line : split(lines, '\n')) {
    const std::vector<std::string> words = words_of(line);
    if (words.size() > 1 && std::find(words.begin() + 1, words.end(), "localhost") != words.end()) return;
  }
  resolver.faults.emplace_back(text ? "/etc/hosts does not have localhost" : "/etc/hosts does not exist");
}

}  // namespace

Resolver resolver_of(const Host& host) {
  Resolver resolver;
  read_servers(host, resolver);
  read_sources(host, resolver);
  read_hosts(host, resolver);
  return resolver;
}

}  // namespace whywontitstart
