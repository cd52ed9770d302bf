#include "compare/compare.h"

#include <tuple>

#include "base/text.h"
#include "compare/differences.h"

namespace whywontitstart {
namespace {

constexpr std::size_t most_of_an_area = 8;
constexpr std::size_t most_messages = 3;  // the report has its last words anyway
constexpr std::size_t most_follow = 3;

/// "^^^^^^^", "------": what points at another line.
bool has_words(std::string_view text) {
  return std::any_of(text.begin(), text.end(), [](char byte) {
    return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') ||
           (static_cast<unsigned char>(byte) & 0x80U) != 0;
  });
}

/// The failure at which the runs part: the one that the verdict is about, else one that the program complains
/// of, else the first.
const Suspect* first_of(const Parting& parting, const Facts& bad, const Finding& verdict) {
  const auto find = [&](auto&& holds) -> const Suspect* {
    const auto found =
        std::find_if(parting.suspects.begin(), parting.suspects.end(),
                     [&](const Suspect& suspect) { return holds(bad.failures[suspect.failure]); });
    return found == parting.suspects.end() ? nullptr : &*found;
  };
  if (const Suspect* one = find([&](const Failure& failure) { return is_about(failure, verdict.subject); }))
    return one;
  if (const Suspect* one = find([](const Failure& failure) { return !failure.named_by.empty(); })) return one;
  if (const Suspect* one = find([&](const Failure& failure) { return bad.is_blamed(failure.process); }))
    return one;
  return parting.suspects.empty() ? nullptr : &parting.suspects.front();
}

std::string words_of(const Failure& failure) {
  if (failure.is_search())
    return fmt::format("looked for {} in {} places and did not find it: {}", failure.name,
                       failure.places.size(), join(failure.places, ", "));
  return to_text(failure.call);
}

Divergence at_failure(const Failure& failure, std::string good) {
  return {std::move(good), words_of(failure), failure.process, failure.at, {}};
}

/// The failure that the finding stands on, of these.
const Failure* evident(const std::vector<std::size_t>& failures, const Facts& bad, const Finding& verdict) {
  const auto is_evidence = [&](const Failure& failure) {
    const std::string text = to_text(failure.call);
    return is_about(failure, verdict.subject) ||
           std::any_of(verdict.evidence.begin(), verdict.evidence.end(),
                       [&](const Evidence& evidence) { return evidence.text.starts_with(text); });
  };
  for (const std::size_t at : failures)
    if (is_evidence(bad.failures[at])) return &bad.failures[at];
  return nullptr;
}

/// Without a failing call of something that works elsewhere: what the program says, or asks for, only here.
std::optional<Divergence> by_other_signs(const Parting& parting, const Facts& bad, const Finding& verdict) {
  const std::string nothing = "it had nothing to do with this";
  if (const Failure* failure = evident(parting.only_here, bad, verdict)) return at_failure(*failure, nothing);
  for (const std::size_t at : parting.new_lines) {
    const Line& line = bad.lines[at];
    if (line.stream == Stream::standard_output || !bad.is_blamed(line.process) || !has_words(line.text))
      continue;
    return Divergence{
        "it did not say this", "said: " + std::string(trim(line.text)), line.process, line.at, {}};
  }
  // Nearest to the end: programs look for much that they can do without.
  const Failure* last = nullptr;
  for (const std::size_t at : parting.only_here) {
    const Failure& failure = bad.failures[at];
    if (bad.is_blamed(failure.process) && (last == nullptr || failure.calls_after <= last->calls_after))
      last = &failure;
  }
  if (last == nullptr || last->calls_after > 12) return std::nullopt;
  return at_failure(*last, nothing);
}

/// What the good run did after the same point, and this one never did.
std::vector<std::string> not_reached(const std::vector<Difference>& deeds) {
  std::vector<std::string> objects;
  for (const Difference& deed : deeds)
    if (!deed.good.empty() && deed.bad.empty() && (deed.area == "opened" || deed.area == "address"))
      objects.push_back(deed.name);
  if (objects.empty()) return {};
  const std::size_t more = objects.size() > most_follow ? objects.size() - most_follow : 0;
  objects.resize(objects.size() - more);
  return {fmt::format("it never came to what the good run did then: {}{}", join(objects, ", "),
                      more > 0 ? fmt::format(" and {} more", more) : "")};
}

/// What it said then and the good run did not: of a long text the beginning and the end, where most programs
/// put what matters.
std::vector<std::string> said_after(const Run& bad, const Parting& parting, const Divergence& divergence) {
  std::vector<std::string> said;
  for (const std::size_t at : parting.new_lines) {
    const Line& line = bad.facts.lines[at];
    const std::string text(trim(line.text));
    const bool is_before = divergence.at && line.at < *divergence.at;
    if (!is_before && has_words(text) && divergence.bad != "said: " + text)
      said.push_back("it said: " + text);
  }
  if (said.size() > most_follow) said.erase(said.begin() + 1, said.end() - (most_follow - 1));
  return said;
}

void add_what_follows(const Run& bad, const Parting& parting, const std::vector<Difference>& deeds,
                      Divergence& divergence) {
  divergence.follows = said_after(bad, parting, divergence);
  for (std::string& text : not_reached(deeds)) divergence.follows.push_back(std::move(text));
  for (const Difference& deed : deeds)
    if (deed.area == "end")
      divergence.follows.push_back(fmt::format("it {}; the good run: {}", deed.bad, deed.good));
}

/// How much a difference says, the most first: it is what the verdict is about, the program speaks of it, it
/// is about the machine, it is only another thing that was done or said.
int rank_of(const Difference& difference, const Facts& bad, const Finding& verdict) {
  const std::string_view name = difference.name;
  if (difference.area == "message") return difference.bad.empty() ? 5 : 4;
  if (name == verdict.subject.value || verdict.summary.find(name) != std::string::npos) return 0;
  const bool is_named = std::any_of(bad.lines.begin(), bad.lines.end(), [&](const Line& line) {
    return line.stream != Stream::standard_output && contains_word(line.text, name);
  });
  if (is_named || difference.area == "package") return 1;
  return difference.area == "opened" || difference.area == "executed" || difference.area == "address" ? 3 : 2;
}

void put(std::vector<Difference> all, const Facts& bad, const Finding& verdict, Comparison& comparison) {
  struct Ranked {
    int rank;
    int of_area;  ///< the best of its area, so that an area stays together
    Difference difference;
  };
  std::vector<Ranked> ranked;
  std::map<std::string, int> best;
  for (Difference& difference : all) {
    if (difference.area == "end") continue;
    const int rank = rank_of(difference, bad, verdict);
    int& known = best.emplace(difference.area, rank).first->second;
    known = std::min(known, rank);
    ranked.push_back({rank, 0, std::move(difference)});
  }
  for (Ranked& one : ranked) one.of_area = best[one.difference.area];
  std::stable_sort(ranked.begin(), ranked.end(), [](const Ranked& one, const Ranked& other) {
    return std::tie(one.of_area, one.difference.area, one.rank) <
           std::tie(other.of_area, other.difference.area, other.rank);
  });
  std::map<std::string, std::size_t> of_area;
  for (Ranked& one : ranked) {
    const bool is_message = one.difference.area == "message";
    if (++of_area[one.difference.area] > (is_message ? most_messages : most_of_an_area))
      ++comparison.left_out;
    else
      comparison.differences.push_back(std::move(one.difference));
  }
}

/// Said already, as what follows.
void drop_what_is_told(const std::optional<Divergence>& first, std::vector<Difference>& deeds) {
  if (!first) return;
  std::erase_if(deeds, [&](const Difference& deed) {
    const auto tells = [&](const std::string& text) { return text.ends_with("said: " + deed.bad); };
    return deed.area == "message" && !deed.bad.empty() &&
           (!has_words(deed.bad) || tells(first->bad) ||
            std::any_of(first->follows.begin(), first->follows.end(), tells));
  });
}

void add_remarks(const Run& good, const Run& bad, Comparison& comparison) {
  const auto name_of = [](const Run& run) { return std::string(base_name(executable_of(run))); };
  if (name_of(good) != name_of(bad) && !name_of(good).empty() && !name_of(bad).empty())
    comparison.remarks.push_back(
        fmt::format("the good run is one of another program: {}", executable_of(good)));
  for (const auto& [run, file] : {std::pair(&good, &comparison.good), std::pair(&bad, &comparison.bad)}) {
    if (run->course.around.status.empty())
      comparison.remarks.push_back(
          fmt::format("{} does not have the environment, the limits, the rights and the files", *file));
    if (run->course.left_out > 0)
      comparison.remarks.push_back(
          fmt::format("{} was too long: {} of its steps are not in it", *file, run->course.left_out));
  }
}

}  // namespace

Comparison comparison_of(const Run& good, const Run& bad, const Parting& parting, const Finding& verdict) {
  Comparison comparison;
  comparison.good = good.file;
  comparison.bad = bad.file;
  add_remarks(good, bad, comparison);
  comparison.common_failures = parting.common.size();
  std::vector<Difference> deeds = deeds_of_one(good, bad);
  const bool fails = !verdict.cause.starts_with("ok.");
  if (const Suspect* suspect = first_of(parting, bad.facts, verdict); suspect != nullptr && fails)
    comparison.first = at_failure(bad.facts.failures[suspect->failure], suspect->good);
  else if (fails)
    comparison.first = by_other_signs(parting, bad.facts, verdict);
  if (comparison.first) add_what_follows(bad, parting, deeds, *comparison.first);
  drop_what_is_told(comparison.first, deeds);
  std::vector<Difference> all = differences_of(good, bad);
  all.insert(all.end(), deeds.begin(), deeds.end());
  put(std::move(all), bad.facts, verdict, comparison);
  return comparison;
}

}  // namespace whywontitstart
