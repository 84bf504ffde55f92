#pragma once
// What contribute, beacon and import have in common: what a step may stand on, and how a written step becomes a file.
#include "setup/origin.hpp"
#include "setup/phase1.hpp"
#include "setup/phase1_links.hpp"

namespace solemn::setup::phase1 {

/// What the next step stands on.
template <class C>
struct Standing {
  std::vector<format::PtauContribution<C>> steps;
  base::Hash64 response;   // of the last step
  base::Hash64 challenge;  // that the next step answers
  Accumulated<C> last;
};

/// Throws Error{malformed} for files that nothing can be added to: truncated, without points, or with a broken record.
template <class C>
Standing<C> standing_of(const format::PtauReader<C>& file, base::Progress& progress);

/// Throws Error{rejected} when a step so far has no proof of knowledge for its place, changes nothing, or is not the
/// one before it times its secrets: nobody should put work on a chain that will never verify.
template <class C>
void require_sound_chain(const base::Path& file, const Standing<C>& standing, unsigned ceremony_power,
                         const Context& context);

/// Throws Error{malformed} unless the hash of the points of `file` is the challenge that the next step will answer:
/// later nobody could find out.
[[noreturn]] void refuse_wrong_challenge(const base::Path& file);

/// The points of a record are the first ones of the sections.
template <class C, class G>
void remember_first(format::PtauContribution<C>& step, format::PtauSection section,
                    std::span<const typename G::Affine> points) {
  using format::PtauSection;
  if constexpr (G::kIndex == 1) {
    if (section == PtauSection::tau_g1) step.tau_g1 = points[1];
    if (section == PtauSection::alpha_tau_g1) step.alpha_g1 = points[0];
    if (section == PtauSection::beta_tau_g1) step.beta_g1 = points[0];
  } else {
    if (section == PtauSection::tau_g2) step.tau_g2 = points[1];
    if (section == PtauSection::beta_g2) step.beta_g2 = points[0];
  }
}

/// Finishes a file of which sections 2 to 6 are written: appends the record of the step (with its next_challenge still
/// open), reads everything back, checks the whole new step, fills the challenge in and commits.
/// Throws Error{internal}, or Error{rejected} for points from elsewhere, naming the check that failed; nothing stands
/// under the name of `out` then.
template <class C>
ContributionResult seal(base::OutputFile& out, format::PtauWriter<C>& writer, unsigned power,
                        const Standing<C>& standing, format::PtauContribution<C> step, Origin origin,
                        const Context& context);

}  // namespace solemn::setup::phase1
