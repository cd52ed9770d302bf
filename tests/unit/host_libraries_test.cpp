#include <catch2/catch.hpp>

#include "elf_image.h"
#include "fake_host.h"
#include "host/libraries.h"

using namespace whywontitstart;

namespace {

const std::string glibc = "/lib64/ld-linux-x86-64.so.2";

FakeHost with_program(const ElfImage& program) {
  FakeHost host;
  host.add_file("/opt/app/bin/app", program.bytes(), 0755);
  host.files["/lib/x86_64-linux-gnu/libc.so.6"] =
      ElfImage{.soname = "libc.so.6", .versions = {"GLIBC_2.2.5", "GLIBC_2.9", "GLIBC_2.36"}}.bytes();
  return host;
}

std::string cache_of(const std::vector<std::pair<std::string, std::string>>& entries) {
  std::string words, texts;
  const std::size_t texts_at = 48 + entries.size() * 24;
  const auto word = [](std::size_t value) {
    std::string bytes;
    for (int shift = 0; shift < 32; shift += 8) bytes += static_cast<char>(value >> shift & 0xff);
    return bytes;
  };
  for (const auto& [soname, path] : entries) {
    words += word(3) + word(texts_at + texts.size()) + word(texts_at + texts.size() + soname.size() + 1);
    words += std::string(12, '\0');
    texts += soname + '\0' + path + '\0';
  }
  return "glibc-ld.so.cache1.1" + word(entries.size()) + word(texts.size()) + std::string(20, '\0') + words +
         texts;
}

}  // namespace

TEST_CASE("an ELF file tells what the loader wants to know") {
  const FakeHost host = with_program({.interpreter = glibc,
                                      .needed = {"libssl.so.3", "libc.so.6"},
                                      .runpath = "$ORIGIN/../lib",
                                      .version_needs = {{"libc.so.6", {"GLIBC_2.34", "GLIBC_2.2.5"}}}});
  const ElfFile elf = read_elf(host, "/opt/app/bin/app").value();
  CHECK(elf.interpreter == glibc);
  CHECK(elf.needed == std::vector<std::string>{"libssl.so.3", "libc.so.6"});
  CHECK(elf.runpath == "$ORIGIN/../lib");
  REQUIRE(elf.version_needs.size() == 1);
  CHECK(elf.version_needs[0].versions == std::vector<std::string>{"GLIBC_2.34", "GLIBC_2.2.5"});
  CHECK(read_elf(host, "/lib/x86_64-linux-gnu/libc.so.6").value().versions.size() == 3);
  CHECK(machine_name(elf) == "x86-64");
}

TEST_CASE("whatever bytes a file has, reading it comes to an end without harm") {
  const std::string good = ElfImage{
      .interpreter = glibc,
      .soname = "libx.so",
      .needed = {"liby.so", "libz.so"},
      .version_needs = {{"liby.so", {"Y_1"}}, {"libz.so", {"Z_1", "Z_2"}}},
      .versions = {"X_1",
                   "X_2"}}.bytes();
  FakeHost host;
  for (std::size_t at = 0; at < good.size(); ++at)
    for (const char byte : {'\x00', '\x01', '\x7f', '\xff'}) {
      std::string bad = good;
      bad[at] = byte;
      host.files["/x"] = bad;
      const auto elf = read_elf(host, "/x");
      CHECK((elf || elf.error().errno_code == ENOEXEC));
      if (at % 16 == 0) {
        host.files["/x"] = good.substr(0, at);
        CHECK(read_elf(host, "/x").error().errno_code == ENOEXEC);
      }
    }
}

TEST_CASE("a missing library is named with all places in the order of the loader") {
  FakeHost host =
      with_program({.interpreter = glibc, .needed = {"libgone.so.1"}, .runpath = "$ORIGIN/../lib"});
  const LibraryReport report =
      resolve_libraries(host, "/opt/app/bin/app", {"LD_LIBRARY_PATH=/opt/extra"}).value();
  REQUIRE(report.missing().size() == 1);
  const LibraryResult library = report.missing()[0];
  CHECK(library.soname == "libgone.so.1");
  CHECK(library.needed_by == "/opt/app/bin/app");
  REQUIRE(library.places.size() >= 3);
  CHECK(library.places[0].path == "/opt/extra/libgone.so.1");
  CHECK(library.places[0].source == "LD_LIBRARY_PATH");
  CHECK(library.places[1].path == "/opt/app/bin/../lib/libgone.so.1");
  CHECK(library.places[2].path == "/lib/x86_64-linux-gnu/libgone.so.1");
}

TEST_CASE("an empty entry of LD_LIBRARY_PATH is the working directory") {
  const FakeHost host = with_program({.interpreter = glibc, .needed = {"libgone.so.1"}});
  const auto first_place = [&](const std::string& list, const std::string& cwd) {
    return resolve_libraries(host, "/opt/app/bin/app", {"LD_LIBRARY_PATH=" + list}, false, cwd)
        .value()
        .missing()
        .at(0)
        .places.at(0)
        .path;
  };
  CHECK(first_place(":/opt/extra", "/srv") == "/srv/libgone.so.1");
  CHECK(first_place("lib", "/srv") == "/srv/lib/libgone.so.1");
  CHECK(first_place(":/opt/extra", "") == "/opt/extra/libgone.so.1");
  CHECK(first_place("", "/srv").starts_with("/lib/"));
}

TEST_CASE("libraries of libraries are followed, and who needs one is told") {
  FakeHost host = with_program({.interpreter = glibc, .needed = {"liba.so", "libc.so.6"}});
  host.files["/etc/ld.so.cache"] = cache_of({{"liba.so", "/usr/local/lib/liba.so"}});
  host.files["/usr/local/lib/liba.so"] =
      ElfImage{.soname = "liba.so", .needed = {"libb.so", "libc.so.6"}}.bytes();
  const LibraryReport report = resolve_libraries(host, "/opt/app/bin/app", {}).value();
  REQUIRE(report.libraries.size() == 3);
  CHECK(report.libraries[0].path == "/usr/local/lib/liba.so");
  CHECK(report.libraries[1].path == "/lib/x86_64-linux-gnu/libc.so.6");
  REQUIRE(report.missing().size() == 1);
  CHECK(report.missing()[0].soname == "libb.so");
  CHECK(report.missing()[0].needed_by == "/usr/local/lib/liba.so");
}

TEST_CASE("RPATH is inherited and comes first, and a RUNPATH puts it out of force") {
  FakeHost host = with_program({.interpreter = glibc, .needed = {"liba.so"}, .rpath = "/opt/app/lib"});
  host.files["/opt/app/lib/liba.so"] = ElfImage{.soname = "liba.so", .needed = {"libb.so"}}.bytes();
  host.files["/opt/app/lib/libb.so"] = ElfImage{.soname = "libb.so"}.bytes();
  CHECK(resolve_libraries(host, "/opt/app/bin/app", {}).value().missing().empty());

  host.files["/opt/app/lib/liba.so"] =
      ElfImage{.soname = "liba.so", .needed = {"libb.so"}, .runpath = "/nowhere"}.bytes();
  CHECK(resolve_libraries(host, "/opt/app/bin/app", {}).value().missing().size() == 1);
}

TEST_CASE("a library for another machine is passed over, with the reason") {
  FakeHost host = with_program({.interpreter = glibc, .needed = {"liba.so"}});
  host.files["/opt/arm/liba.so"] = ElfImage{.machine = EM_AARCH64, .soname = "liba.so"}.bytes();
  const LibraryReport report =
      resolve_libraries(host, "/opt/app/bin/app", {"LD_LIBRARY_PATH=/opt/arm"}).value();
  REQUIRE(report.missing().size() == 1);
  CHECK(report.missing()[0].places[0].rejected == "it is for aarch64");
}

TEST_CASE("a library that is too old lacks a version, and the newest that it has is told") {
  const FakeHost host = with_program({.interpreter = glibc,
                                      .needed = {"libc.so.6"},
                                      .version_needs = {{"libc.so.6", {"GLIBC_2.2.5", "GLIBC_2.38"}}}});
  const LibraryReport report = resolve_libraries(host, "/opt/app/bin/app", {}).value();
  CHECK(report.missing().empty());
  REQUIRE(report.missing_versions.size() == 1);
  CHECK(report.missing_versions[0].version == "GLIBC_2.38");
  CHECK(report.missing_versions[0].newest == "GLIBC_2.36");
}

TEST_CASE("musl looks in its own folders and is its own C library") {
  FakeHost host = with_program(
      {.interpreter = "/lib/ld-musl-x86_64.so.1", .needed = {"libc.musl-x86_64.so.1", "liba.so"}});
  host.files["/etc/ld-musl-x86_64.path"] = "/lib\n/opt/lib\n";
  host.files["/opt/lib/liba.so"] = ElfImage{.soname = "liba.so"}.bytes();
  const LibraryReport report = resolve_libraries(host, "/opt/app/bin/app", {}).value();
  REQUIRE(report.libraries.size() == 1);
  CHECK(report.libraries[0].path == "/opt/lib/liba.so");
}

TEST_CASE("a static program and a script load nothing") {
  FakeHost host = with_program({.type = ET_EXEC});
  CHECK_FALSE(resolve_libraries(host, "/opt/app/bin/app", {}).value().applies);
  host.files["/opt/app/bin/app"] = "#!/bin/sh\n";
  CHECK_FALSE(resolve_libraries(host, "/opt/app/bin/app", {}).value().applies);
  CHECK(resolve_libraries(host, "/nowhere", {}).error().errno_code == ENOENT);
}

TEST_CASE("a broken loader cache is an empty one") {
  CHECK(parse_loader_cache("").empty());
  CHECK(parse_loader_cache("glibc-ld.so.cache1.1").empty());
  const std::string good = cache_of({{"liba.so", "/usr/lib/liba.so"}});
  for (std::size_t at = 0; at < good.size(); ++at) parse_loader_cache(good.substr(0, at));
  CHECK(parse_loader_cache(good).at("liba.so") == std::vector<std::string>{"/usr/lib/liba.so"});
}
