#pragma once
// Committing to a round before it exists. An announcement is a small file that a ceremony publishes (and its transcript
// signs); afterwards anybody can check that the beacon used is the announced one, and that nobody knew it before the
// last contribution. Spec: docs/beacon.md.
#include <cstdint>
#include <string>
#include <string_view>

#include "base/bytes.hpp"
#include "base/verdict.hpp"
#include "beacon/beacon.hpp"

namespace solemn::beacon {

struct Announcement {
  base::Hash32 chain_hash{};
  std::uint64_t round = 0;
  std::int64_t round_time = 0;  // Unix seconds, whole, as all times here
  base::Hash32 purpose{};       // purpose_of(what the value is for)
  std::int64_t created_at = 0;  // a claim: what proves it is the transcript that signs and publishes the announcement
};

/// SHA-256 of the label (a ceremony's id or name).
base::Hash32 purpose_of(std::string_view label);
/// Errors: Error{usage} for a round that the chain does not have; Error{refused} when it is out at `now`, or the chain
/// is retired.
Announcement announce(const Chain& chain, std::uint64_t round, std::string_view label, std::int64_t now);

std::string write_announcement(const Announcement& announcement);
/// Errors: Error{malformed}.
Announcement read_announcement(std::string_view text);

/// That this beacon is the announced one, good, and was not known before the last contribution. last_contribution_time:
/// from a source that the caller trusts (a signed log, an attested clock). Checks added: announcement-chain,
/// announcement-round, announcement-time, announcement-purpose, announcement-early, unknown-at-last-contribution, and
/// those of check_beacon for the announced round.
base::Verdict check_announced(const Announcement& announcement, const Chain& chain, const Beacon& beacon,
                              const base::Hash32& purpose, std::int64_t last_contribution_time);

}  // namespace solemn::beacon
