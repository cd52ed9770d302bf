#include "checks/failures.h"

#include <array>

namespace whywontitstart {
namespace {

int badness(CheckStatus status) {
  switch (status) {
    case CheckStatus::fail:
      return 4;
    case CheckStatus::warn:
      return 3;
    case CheckStatus::unknown:
      return 2;
    case CheckStatus::pass:
      return 1;
    case CheckStatus::skipped:
      return 0;
  }
  return 2;
}

}  // namespace

bool went_well(const Outcome& outcome) {
  return outcome.ready || outcome.state == State::running ||
         (outcome.state == State::exited && outcome.status.success());
}

std::vector<const Failure*> open_failures(const Facts& facts, std::initializer_list<int> codes) {
  std::vector<const Failure*> found;
  for (const Failure& failure : facts.failures)
    if (!failure.healed && std::find(codes.begin(), codes.end(), number(failure.call.error)) != codes.end())
      found.push_back(&failure);
  return found;
}

std::string size_text(std::uint64_t bytes) {
  static constexpr std::array<std::string_view, 5> units{"KiB", "MiB", "GiB", "TiB", "PiB"};
  if (bytes < 1024) return fmt::format("{} bytes", bytes);
  double size = static_cast<double>(bytes) / 1024;
  std::size_t unit = 0;
  for (; size >= 1024 && unit + 1 < units.size(); ++unit) size /= 1024;
  return size < 10 ? fmt::format("{:.1f} {}", size, units.at(unit))
                   : fmt::format("{:.0f} {}", size, units.at(unit));
}

CheckResult result_of(std::string_view id, CheckStatus status, std::string summary) {
  return {std::string(id), status, std::move(summary), {}};
}

CheckStatus worse(CheckStatus one, CheckStatus other) { return badness(one) >= badness(other) ? one : other; }

void Verdict::note(CheckStatus status, std::string summary) {
  notes_.emplace_back(status, std::move(summary));
}

void Verdict::detail(std::string name, std::string value) {
  details_.emplace_back(std::move(name), std::move(value));
}

CheckResult Verdict::result(CheckStatus otherwise, std::string summary) && {
  CheckResult result{std::move(id_), otherwise, std::move(summary), std::move(details_)};
  if (notes_.empty()) return result;
  const auto worst = std::max_element(notes_.begin(), notes_.end(), [](const auto& one, const auto& other) {
    return badness(one.first) < badness(other.first);
  });
  result.status = worst->first;
  result.summary = worst->second;
  for (const auto& note : notes_)
    if (&note != &*worst) result.details.emplace_back("also", note.second);
  return result;
}

}  // namespace whywontitstart
