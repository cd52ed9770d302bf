#include <catch2/catch.hpp>

#include "fake_host.h"
#include "host/lz4.h"
#include "host/packages.h"

using namespace whywontitstart;

namespace {

std::string from_hexadecimal(std::string_view digits) {
  std::string bytes;
  for (std::size_t at = 0; at + 1 < digits.size(); at += 2)
    bytes += static_cast<char>(std::stoi(std::string(digits.substr(at, 2)), nullptr, 16));
  return bytes;
}

/// Made by lz4 -9: six lines of the form of apt's Contents files.
const std::string packed = from_hexadecimal(
    "04224d1860408252000000f0097573722f6c69622f7838365f36342d6c696e75782d676e751500f6037468696e67302e"
    "736f2e312020206c69627316001f0a39000e1f313900021f3139000f1f323900022f320aab009350696e67320a000000"
    "00");

}  // namespace

TEST_CASE("a list in the format of lz4 is read") {
  FakeHost host;
  host.files["/list.lz4"] = packed;
  Lz4File file(host, "/list.lz4");
  const std::string text = file.next().value();
  CHECK(text.size() == 342);
  CHECK(text.starts_with("usr/lib/x86_64-linux-gnu/libthing0.so.1   libs/libthing0\n"));
  CHECK(text.ends_with("usr/lib/x86_64-linux-gnu/libthing2.so.1   libs/libthing2\n"));
  CHECK(file.next().value().empty());
  host.files["/list.lz4"] = "no such thing, and long enough";
  CHECK_FALSE(Lz4File(host, "/list.lz4").next().has_value());
  CHECK_FALSE(Lz4File(host, "/nowhere").next().has_value());
}

TEST_CASE("a broken list is an error, whatever is broken in it") {
  FakeHost host;
  for (std::size_t at = 0; at < packed.size(); ++at)
    for (const char byte : {'\x00', '\x01', '\x7f', '\xff'}) {
      host.files["/list.lz4"] = packed;
      host.files["/list.lz4"][at] = byte;
      Lz4File file(host, "/list.lz4");
      const Result<std::string> text = file.next();
      CHECK((!text || text->size() < (16U << 20)));
    }
  host.files["/list.lz4"] = packed.substr(0, packed.size() / 2);
  CHECK_FALSE(Lz4File(host, "/list.lz4").next().has_value());
}

TEST_CASE("the package of a library is found in a packed list as well") {
  FakeHost host;
  host.files["/var/lib/apt/lists/deb_main_Contents-amd64.lz4"] = packed;
  CHECK(package_of_library(host, "libthing2.so.1").value() == "libthing2");
  CHECK_FALSE(package_of_library(host, "libthing3.so.1").has_value());
}
