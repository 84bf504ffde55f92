// solemn ptau verify: the ceremony as a list of checks. What each check means is in its own function here; how it is
// done fast, over files of any size, is in phase1_links, phase1_powers and phase1_lagrange.
#include <algorithm>

#include "base/error.hpp"
#include "setup/phase1.hpp"
#include "setup/phase1_hash.hpp"
#include "setup/phase1_key.hpp"
#include "setup/phase1_known.hpp"
#include "setup/phase1_lagrange.hpp"

namespace solemn::setup {

namespace {

using namespace phase1;
using format::PtauSection;

template <class C>
struct Ceremony {
  format::PtauReader<C> file;
  std::vector<format::PtauContribution<C>> steps;
  base::Hash64 first_challenge;
  std::vector<Link<C>> links;
  Accumulated<C> last;
};

std::string numbers_of(std::span<const std::size_t> positions) {
  std::string text = positions.size() == 1 ? "contribution " : "contributions ";
  for (std::size_t i = 0; i < positions.size(); ++i) {
    text += (i == 0 ? "" : ", ") + std::to_string(positions[i] + 1);
  }
  return text;
}

std::string count_of(std::size_t n, std::string_view noun) {
  return std::to_string(n) + " " + std::string(noun) + (n == 1 ? "" : "s");
}

void add(Verdict& verdict, std::string_view rule, const MaybeFault& fault) {
  verdict.add(rule, !fault, fault ? describe(*fault) : "");
}

/// A ceremony in which nobody took part has tau = 1, and beacon steps can be repeated by everybody: its secrets are
/// public.
template <class C>
void check_contributions_exist(Verdict& verdict, const Ceremony<C>& ceremony, const PtauVerifyOptions& options) {
  if (ceremony.steps.empty() && options.allow_fresh) {
    return verdict.pass("contributions-exist", "none yet: the first file of a ceremony, allowed by option");
  }
  verdict.add(
      "contributions-exist", !ceremony.steps.empty(),
      ceremony.steps.empty() ? "no contributions: everybody knows tau" : count_of(ceremony.steps.size(), "step"));
  const bool secret = std::any_of(ceremony.steps.begin(), ceremony.steps.end(), [](const auto& step) {
    return step.params.type == format::ContributionType::contribution;
  });
  if (ceremony.steps.empty() || (!secret && options.beacon_policy == TestBeacon::allow_insecure)) return;
  verdict.add(
      "secret-contribution", secret,
      secret ? "at least one step is not a beacon" : "every step is a public beacon: everybody can compute tau");
}

/// e(s, k sp) = e(k s, sp) where sp is hashed from the challenge before: everybody knew the secrets they multiplied in,
/// and made the proof for this place in this chain. The first challenge is that of a fresh accumulator.
template <class C>
void check_keys(Verdict& verdict, const Ceremony<C>& ceremony, const Context& context) {
  const auto wrong = wrong_keys<C>(ceremony.links, context.pool);
  const bool first_is_wrong = !wrong.empty() && wrong.front() == 0;
  const std::string power = std::to_string(ceremony.file.header().ceremony_power);
  if (!ceremony.steps.empty()) {
    verdict.add("first-challenge", !first_is_wrong,
                first_is_wrong ? "contribution 1 was not made for a fresh accumulator of 2^" + power
                               : "contribution 1 was made for a fresh accumulator of 2^" + power);
  }
  verdict.add("contribution-keys", wrong.empty(),
              wrong.empty() ? count_of(3 * ceremony.steps.size(), "proof") + " of knowledge"
                            : numbers_of(wrong) + ": no proof of knowledge for this challenge");
}

/// No step has tau' = 1, alpha' = 1 or beta' = 1.
template <class C>
void check_not_trivial(Verdict& verdict, const Ceremony<C>& ceremony) {
  const auto trivial = trivial_steps<C>(ceremony.links);
  verdict.add("contribution-not-trivial", trivial.empty(),
              trivial.empty() ? "" : numbers_of(trivial) + ": multiplied by 1, which changes nothing");
}

/// Every step multiplied exactly the secrets of its key into what stood there before.
template <class C>
void check_ratios(Verdict& verdict, const Ceremony<C>& ceremony, const Context& context) {
  const auto wrong = wrong_ratios<C>(ceremony.links, context.pool);
  verdict.add("contribution-ratios", wrong.empty(),
              wrong.empty() ? "" : numbers_of(wrong) + ": not the step before times the proven secrets");
}

/// The saved hash states are of this ceremony: each gives the response hash that its contributor published.
template <class C>
void check_responses(Verdict& verdict, const Ceremony<C>& ceremony) {
  std::vector<std::size_t> wrong;
  for (std::size_t i = 0; i < ceremony.steps.size(); ++i) {
    if (!recorded_response<C>(ceremony.steps[i], ceremony.file.header().ceremony_power)) wrong.push_back(i);
  }
  verdict.add("response-states", wrong.empty(),
              wrong.empty() ? "" : numbers_of(wrong) + ": the saved hash state is not of this many bytes");
}

/// A beacon step is what everybody computes from the public value.
template <class C>
void check_beacons(Verdict& verdict, const Ceremony<C>& ceremony, const PtauVerifyOptions& options,
                   const Context& context) {
  std::size_t n_beacons = 0;
  std::vector<std::size_t> wrong, known, too_long;
  BeaconBudget budget(options.max_iterations_exp);
  for (std::size_t i = 0; i < ceremony.steps.size(); ++i) {
    const format::ClaimedParams& claimed = ceremony.steps[i].params;
    if (claimed.type != format::ContributionType::beacon) continue;
    ++n_beacons;
    if (is_known_test_beacon(claimed.beacon)) known.push_back(i);
    if (claimed.beacon.empty() || claimed.iterations_exp > kMaxIterationsExp) {
      wrong.push_back(i);
    } else if (!budget.take(claimed.iterations_exp)) {
      too_long.push_back(i);
    } else {
      const base::Hash32 seed = run_beacon({claimed.beacon, claimed.iterations_exp}, context.progress);
      hash::ChaChaRng rng(seed);
      const base::Hash64& challenge = i == 0 ? ceremony.first_challenge : ceremony.steps[i - 1].next_challenge;
      if (encode_key<C>(make_key<C>(rng, challenge).key) != encode_key<C>(ceremony.steps[i].key)) wrong.push_back(i);
    }
  }
  if (!wrong.empty()) {
    verdict.fail("beacon-steps", numbers_of(wrong) + ": not what the beacon value gives");
  } else if (!too_long.empty()) {
    verdict.not_run("beacon-steps", numbers_of(too_long) + ": with the steps before it more than 2^" +
                                        std::to_string(options.max_iterations_exp) + " hashes");
  } else {
    verdict.pass("beacon-steps", count_of(n_beacons, "beacon step"));
  }
  const bool allowed = options.beacon_policy == TestBeacon::allow_insecure;
  verdict.add("no-test-beacon", known.empty() || allowed,
              known.empty() ? ""
                            : numbers_of(known) + (allowed ? ": a value that everybody knew, allowed by option"
                                                           : ": a value that everybody knew before"));
}

/// Whether hashing all beacons takes so long that people should see how far it is: by itself, not beside the points.
template <class C>
bool has_long_beacons(const Ceremony<C>& ceremony) {
  constexpr unsigned kLongExp = 21;
  std::uint64_t n_hashes = 0;
  for (const auto& step : ceremony.steps) {
    if (step.params.type != format::ContributionType::beacon) continue;
    n_hashes += std::uint64_t{1} << std::min<unsigned>(step.params.iterations_exp, kLongExp);
  }
  return n_hashes >= std::uint64_t{1} << kLongExp;
}

/// What streaming the sections of points found.
struct Examined {
  PowersReport powers;
  std::vector<LagrangeReport> lagrange;  // of sections 12 to 15; empty when they are not there or the powers are wrong
};

template <class C>
Examined examine(const Ceremony<C>& ceremony, const Context& context) {
  const format::PtauHeader& header = ceremony.file.header();
  const bool whole = header.power == header.ceremony_power;
  std::optional<base::Hash64> response = blank_response();
  if (!ceremony.steps.empty()) response = recorded_response<C>(ceremony.steps.back(), header.ceremony_power);
  std::optional<LagrangeExaminer<C>> lagrange;
  if (header.prepared) lagrange.emplace(ceremony.file, Ratio<C>{ceremony.last.tau_g1, ceremony.last.tau_g2}, context);
  Examined found;
  found.powers = examine_powers<C>(ceremony.file, ceremony.last, whole && response ? &*response : nullptr, context,
                                   msm::kSoundBits, lagrange ? &*lagrange : nullptr);
  if (lagrange && found.powers.sound()) found.lagrange = lagrange->finish();
  return found;
}

/// Every point of the file is on its curve, in the group of prime order, and none is infinity where none may be.
void check_points(Verdict& verdict, const Examined& found) {
  MaybeFault off_curve = found.powers.off_curve, off_subgroup = found.powers.off_subgroup;
  for (const LagrangeReport& report : found.lagrange) {
    if (!off_curve) off_curve = report.off_curve;
    if (!off_subgroup) off_subgroup = report.off_subgroup;
  }
  add(verdict, "curve-points", off_curve);
  add(verdict, "subgroup-points", off_subgroup);
}

/// Sections 2 to 6 are the powers of the tau, times the alpha and beta, of the last step.
void check_powers(Verdict& verdict, const PowersReport& report) {
  if (report.points_are_sound()) {
    add(verdict, "tau-g1-powers", report.tau_g1);
    add(verdict, "tau-g2-powers", report.tau_g2);
    add(verdict, "alpha-tau-powers", report.alpha_tau);
    add(verdict, "beta-tau-powers", report.beta_tau);
    add(verdict, "beta-g2", report.beta_g2);
    return;
  }
  for (const std::string_view rule :
       {"tau-g1-powers", "tau-g2-powers", "alpha-tau-powers", "beta-tau-powers", "beta-g2"}) {
    verdict.not_run(rule, "there are bad points");
  }
}

/// The last recorded challenge is the hash of the last response and of all points. A truncated file has not all of
/// them; it can still be recognised as cut from a ceremony that the world knows.
template <class C>
void check_last_challenge(Verdict& verdict, const Ceremony<C>& ceremony, const std::optional<base::Hash64>& computed) {
  const format::PtauHeader& header = ceremony.file.header();
  constexpr std::string_view kRule = "last-challenge";
  if (header.power == header.ceremony_power) {
    const base::Hash64& recorded =
        ceremony.steps.empty() ? ceremony.first_challenge : ceremony.steps.back().next_challenge;
    const bool equal = computed && *computed == recorded;
    return verdict.add(kRule, equal,
                       equal ? base::to_hex(recorded) : "the recorded challenge is not the hash of the points");
  }
  const auto known = known_ceremony(C::kId, header.ceremony_power, ceremony.file.read_contributions_raw());
  if (known) return verdict.pass(kRule, "the record equals that of " + std::string(known->name));
  verdict.not_run(kRule, "truncated from 2^" + std::to_string(header.ceremony_power) + " to 2^" +
                             std::to_string(header.power) +
                             ": the hash is of points that are not here, and no published ceremony has this record");
}

/// Sections 12 to 15 are the inverse transforms of sections 2 to 5, block by block.
void check_lagrange(Verdict& verdict, const format::PtauHeader& header, std::span<const LagrangeReport> reports) {
  constexpr std::array<std::string_view, 4> kRules = {"lagrange-tau-g1", "lagrange-tau-g2", "lagrange-alpha-tau",
                                                      "lagrange-beta-tau"};
  for (std::size_t i = 0; i < kRules.size(); ++i) {
    if (reports.empty()) {
      verdict.not_run(kRules[i], "the powers are wrong");
    } else if (reports[i].off_curve || reports[i].off_subgroup) {
      verdict.not_run(kRules[i], "there are bad points");
    } else if (reports[i].wrong_block) {
      verdict.fail(kRules[i],
                   "block of 2^" + std::to_string(*reports[i].wrong_block) + " points is not the Lagrange form");
    } else {
      const std::string only = header.only_largest ? "the domain of 2^" + std::to_string(header.power) + " alone" : "";
      const std::string cut = reports[i].top_ends_in_infinity ? "" : "the top block was cut from a larger ceremony";
      verdict.pass(kRules[i], only + (only.empty() || cut.empty() ? "" : "; ") + cut);
    }
  }
}

/// The other file is an earlier state of the same ceremony: its records stand here unchanged, in the same order.
template <class C>
void check_extends(Verdict& verdict, const Ceremony<C>& ceremony, const base::Path& previous) {
  constexpr std::string_view kRule = "extends-previous";
  const base::InputFile file(previous);
  std::string problem;
  try {
    const format::PtauHeader before = format::read_ptau_header(file);
    const format::PtauHeader& now = ceremony.file.header();
    if (before.curve != now.curve || before.ceremony_power != now.ceremony_power) {
      return verdict.fail(kRule, "the previous file is of another curve or size");
    }
    const format::PtauReader<C> reader(previous);
    const std::size_t n_before = reader.read_contributions().size();
    const base::Bytes old_records = reader.read_contributions_raw();
    const base::Bytes records = ceremony.file.read_contributions_raw();
    const bool extends = n_before <= ceremony.steps.size() && old_records.size() <= records.size() &&
                         std::equal(old_records.begin() + 4, old_records.end(), records.begin() + 4);
    verdict.add(kRule, extends,
                extends ? count_of(ceremony.steps.size() - n_before, "step") + " after the previous file"
                        : "the records of the previous file are not the first ones here");
  } catch (const base::Error& error) {
    if (error.code() != base::Code::malformed) throw;
    verdict.fail(kRule, "the previous file: " + error.message());
  }
}

template <class C>
Ceremony<C> open_ceremony(const base::Path& path, const Context& context) {
  Ceremony<C> ceremony{format::PtauReader<C>(path), {}, {}, {}, Accumulated<C>::fresh()};
  ceremony.steps = ceremony.file.read_contributions();
  ceremony.first_challenge = fresh_challenge(C::kId, ceremony.file.header().ceremony_power, context.progress);
  ceremony.links = link_up<C>(Accumulated<C>::fresh(), ceremony.first_challenge, ceremony.steps, context.pool);
  if (!ceremony.steps.empty()) ceremony.last = Accumulated<C>::after(ceremony.steps.back());
  return ceremony;
}

template <class C>
void verify_ceremony(Verdict& verdict, const Ceremony<C>& ceremony, const PtauVerifyOptions& options,
                     const Context& context) {
  const bool has_points = ceremony.file.header().has_points;
  const bool long_beacons = has_long_beacons<C>(ceremony);
  Unseen unseen(context.progress);
  const Context beside{context.pool, unseen, context.overwrite, context.memory_limit_bytes};
  Examined found;
  context.pool.run_together({[&] {
                               if (has_points) found = examine(ceremony, context);
                             },
                             [&] {
                               check_contributions_exist(verdict, ceremony, options);
                               check_keys(verdict, ceremony, beside);
                               check_not_trivial(verdict, ceremony);
                               check_ratios(verdict, ceremony, beside);
                               check_responses(verdict, ceremony);
                               if (!long_beacons) check_beacons(verdict, ceremony, options, beside);
                             }});
  if (long_beacons) check_beacons(verdict, ceremony, options, context);
  if (has_points) {
    check_points(verdict, found);
    check_powers(verdict, found.powers);
    check_last_challenge(verdict, ceremony, found.powers.challenge);
    if (ceremony.file.header().prepared) check_lagrange(verdict, ceremony.file.header(), found.lagrange);
  } else {
    verdict.not_run("tau-g1-powers", "the file has no points, only the record of the steps");
  }
  if (options.previous != nullptr) check_extends(verdict, ceremony, *options.previous);
}

}  // namespace

Verdict ptau_verify(const base::Path& path, const PtauVerifyOptions& options, const Context& context) {
  Verdict verdict;
  const base::InputFile file(path);
  const auto read = [&](auto&& body) {
    try {
      body();
      return true;
    } catch (const base::Error& error) {
      if (error.code() != base::Code::malformed) throw;
      verdict.fail("structure", error.message());
      return false;
    }
  };
  format::PtauHeader header{};
  if (!read([&] { header = format::read_ptau_header(file); })) return verdict;
  format::with_curve(header.curve, [&]<class C>() {
    std::optional<Ceremony<C>> ceremony;
    if (!read([&] { ceremony.emplace(open_ceremony<C>(path, context)); })) return;
    verdict.pass("structure", std::string(C::kName) + ", 2^" + std::to_string(header.power));
    verify_ceremony(verdict, *ceremony, options, context);
  });
  return verdict;
}

}  // namespace solemn::setup
