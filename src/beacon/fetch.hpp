#pragma once
// Getting a round from relays that nobody has to trust: each answer is verified before anybody sees it.
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/progress.hpp"
#include "beacon/beacon.hpp"

namespace solemn::beacon {

/// The public relays of drand. The signature protects the answer; https hides only who asks.
std::span<const std::string_view> public_relays() noexcept;

struct FetchOptions {
  std::vector<std::string> relays;  // base addresses; empty: public_relays()
  unsigned tries = 5;               // passes over all relays; between them the wait doubles from 250 ms to 8 s
  long timeout_ms = 10'000;         // for one answer
};

struct Fetched {
  Beacon beacon;
  std::string relay;
  std::vector<std::string> refusals;  // what other relays answered before: "https://a.example: its answer is ..."
};

/// GET RELAY/CHAINHASH/public/ROUND until one answer is accepted by verify_beacon for this chain and this round.
/// Errors: Error{usage} for a relay address that is none; Error{io} when no relay gave the round; Error{interrupted}.
Fetched fetch(const Chain& chain, std::uint64_t round, const FetchOptions& options, base::Progress& progress);

}  // namespace solemn::beacon
