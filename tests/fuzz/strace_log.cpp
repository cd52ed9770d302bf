// A log of strace, from its bytes to the report: reader, facts, rules, checks, diagnosis, all formats.
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "checks/checks.h"
#include "diagnosis/diagnose.h"
#include "facts/fact_builder.h"
#include "host/absent_host.h"
#include "report/render.h"
#include "rules/load.h"
#include "rules/match.h"
#include "trace/strace_log.h"

using namespace whywontitstart;

namespace {

const RuleSet& rules() {
  static const auto* const all = new RuleSet(*built_in_rules());
  return *all;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  // The first byte says in pieces of which size the rest comes, whether it is read as a long log is, and
  // whether it is diagnosed as well: that is slow.
  const std::size_t piece = 1 + data[0] * std::size_t{17};
  std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  FactBuilder builder;
  const std::size_t window = data[0] % 2 == 0 ? 0 : std::size_t{1} << 20;
  StraceReader reader([&](Event&& event) { builder.add(std::move(event)); }, window);
  for (; !text.empty(); text.remove_prefix(std::min(piece, text.size()))) reader.add(text.substr(0, piece));
  const StraceStats stats = reader.finish();
  if (stats.not_understood > stats.lines) std::abort();
  Evidences evidences;
  evidences.facts = builder.finish();
  if (data[0] % 16 != 0) return 0;
  Target target;
  if (const Process* process = evidences.facts.target()) {
    target.argv = process->argv;
    target.executable = process->executable;
  }
  const AbsentHost host;
  if (!went_well(target, evidences.facts)) evidences.matches = match(rules(), evidences.facts);
  evidences.checks = run_checks(target, evidences.facts, host);
  const Report report = diagnose(target, std::move(evidences), host);
  if (report.findings.empty()) std::abort();
  return 0;
}
