#include "setup/phase1_step.hpp"

#include <utility>

#include "base/error.hpp"
#include "setup/phase1_hash.hpp"
#include "setup/phase1_powers.hpp"

namespace solemn::setup::phase1 {

using base::Code;
using base::Error;

namespace {

std::string quoted(const base::Path& path) { return "'" + base::printable(path.native()) + "'"; }

/// The rule that the record of the new step breaks; empty when it is right.
template <class C>
std::string broken_link(const Standing<C>& standing, const format::PtauContribution<C>& step, base::Pool& pool) {
  const std::vector<Link<C>> link = link_up<C>(standing.last, standing.challenge, std::span(&step, 1), pool);
  if (!wrong_keys<C>(link, pool).empty()) return "contribution-keys: no proof of knowledge for this challenge";
  if (!trivial_steps<C>(link).empty()) return "contribution-not-trivial: it multiplies by 1";
  if (!wrong_ratios<C>(link, pool).empty()) return "contribution-ratios: not the step before times the proven secrets";
  return {};
}

/// The rule that its points break, with what was seen; empty when they are right.
std::string broken_powers(const PowersReport& powers) {
  const std::array<std::pair<const char*, const MaybeFault*>, 7> faults = {{{"curve-points: ", &powers.off_curve},
                                                                            {"subgroup-points: ", &powers.off_subgroup},
                                                                            {"tau-g1-powers: ", &powers.tau_g1},
                                                                            {"tau-g2-powers: ", &powers.tau_g2},
                                                                            {"alpha-tau-powers: ", &powers.alpha_tau},
                                                                            {"beta-tau-powers: ", &powers.beta_tau},
                                                                            {"beta-g2: ", &powers.beta_g2}}};
  for (const auto& [rule, fault] : faults) {
    if (*fault) return rule + describe(**fault);
  }
  return {};
}

}  // namespace

void refuse_wrong_challenge(const base::Path& file) {
  throw Error(Code::malformed, quoted(file) + ": its points do not have the hash that its last step recorded",
              "a contribution on it could never be verified; get the file again: solemn ptau verify " + quoted(file));
}

template <class C>
Standing<C> standing_of(const format::PtauReader<C>& file, base::Progress& progress) {
  const format::PtauHeader& header = file.header();
  const std::string name = quoted(file.file().path());
  if (!header.has_points) {
    throw Error(Code::malformed, name + " has no points, only the record of the steps", "use the complete file");
  }
  if (header.power != header.ceremony_power) {
    throw Error(Code::malformed,
                name + " was truncated from 2^" + std::to_string(header.ceremony_power) + " to 2^" +
                    std::to_string(header.power) + ": nothing can be added to it",
                "use the complete file");
  }
  Standing<C> standing{file.read_contributions(), blank_response(), {}, Accumulated<C>::fresh()};
  if (standing.steps.empty()) {
    standing.challenge = fresh_challenge(C::kId, header.ceremony_power, progress);
    return standing;
  }
  const auto response = recorded_response<C>(standing.steps.back(), header.ceremony_power);
  if (!response) throw Error(Code::malformed, name + ": section 7: the saved hash state of the last step is wrong");
  standing.response = *response;
  standing.challenge = standing.steps.back().next_challenge;
  standing.last = Accumulated<C>::after(standing.steps.back());
  return standing;
}

template <class C>
void require_sound_chain(const base::Path& file, const Standing<C>& standing, unsigned ceremony_power,
                         const Context& context) {
  const base::Hash64 first = fresh_challenge(C::kId, ceremony_power, context.progress);
  const std::vector<Link<C>> links =
      link_up<C>(Accumulated<C>::fresh(), first, std::span(std::as_const(standing.steps)), context.pool);
  const auto require = [&](const std::vector<std::size_t>& wrong, const std::string& rule) {
    if (wrong.empty()) return;
    throw Error(Code::rejected,
                quoted(file) + " must not be built on: " + rule + ": contribution " + std::to_string(wrong[0] + 1),
                "verify it: solemn ptau verify " + quoted(file));
  };
  require(wrong_keys<C>(links, context.pool), "contribution-keys");
  require(trivial_steps<C>(links), "contribution-not-trivial");
  require(wrong_ratios<C>(links, context.pool), "contribution-ratios");
}

template <class C>
ContributionResult seal(base::OutputFile& out, format::PtauWriter<C>& writer, unsigned power,
                        const Standing<C>& standing, format::PtauContribution<C> step, Origin origin,
                        const Context& context) {
  constexpr std::size_t kAfterChallenge = 8;  // type and length of the params
  const auto response = recorded_response<C>(step, power);
  ASSERT(response.has_value());
  step.next_challenge = {};
  const std::size_t n_params = format::write_params(step.params).size();
  std::vector<format::PtauContribution<C>> steps = standing.steps;
  steps.push_back(step);
  writer.contributions(format::write_contributions<C>(steps));
  writer.finish();
  const std::uint64_t challenge_offset = out.position() - n_params - kAfterChallenge - step.next_challenge.size();

  const format::PtauReader<C> written(out.temporary_path());
  if (context.pool.size() > 1) out.begin_sync();
  PowersReport powers;
  std::string broken;
  context.pool.run_together({[&] {
                               powers = examine_powers<C>(written, Accumulated<C>::after(step), &*response, context,
                                                          soundness_bits(origin));
                             },
                             [&] { broken = broken_link<C>(standing, step, context.pool); }});
  if (broken.empty()) broken = broken_powers(powers);
  if (!broken.empty()) {
    throw Error(origin == Origin::here ? Code::internal : Code::rejected, "the new step does not verify: " + broken);
  }
  steps.back().next_challenge = *powers.challenge;
  out.write_at(challenge_offset, *powers.challenge);
  if (written.read_contributions_raw() != format::write_contributions<C>(steps)) {
    throw Error(Code::io, "the record of the step was not written as it should be", "check the disk and the memory");
  }
  out.commit();
  return {*response, *powers.challenge};
}

template Standing<curve::Bn254> standing_of<curve::Bn254>(const format::PtauReader<curve::Bn254>&, base::Progress&);
template Standing<curve::Bls12_381> standing_of<curve::Bls12_381>(const format::PtauReader<curve::Bls12_381>&,
                                                                  base::Progress&);
template void require_sound_chain<curve::Bn254>(const base::Path&, const Standing<curve::Bn254>&, unsigned,
                                                const Context&);
template void require_sound_chain<curve::Bls12_381>(const base::Path&, const Standing<curve::Bls12_381>&, unsigned,
                                                    const Context&);
template ContributionResult seal<curve::Bn254>(base::OutputFile&, format::PtauWriter<curve::Bn254>&, unsigned,
                                               const Standing<curve::Bn254>&, format::PtauContribution<curve::Bn254>,
                                               Origin, const Context&);
template ContributionResult seal<curve::Bls12_381>(base::OutputFile&, format::PtauWriter<curve::Bls12_381>&, unsigned,
                                                   const Standing<curve::Bls12_381>&,
                                                   format::PtauContribution<curve::Bls12_381>, Origin, const Context&);

}  // namespace solemn::setup::phase1
