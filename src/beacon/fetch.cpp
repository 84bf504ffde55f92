#include "beacon/fetch.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <optional>
#include <thread>

#include "base/error.hpp"
#include "beacon/http.hpp"
#include "beacon/json_limits.hpp"

namespace solemn::beacon {

namespace {

using base::Code;
using base::Error;

constexpr std::array<std::string_view, 4> kPublicRelays = {"https://api.drand.sh", "https://api2.drand.sh",
                                                           "https://api3.drand.sh", "https://drand.cloudflare.com"};

std::string checked_relay(std::string_view address) {
  const bool web = address.starts_with("https://") || address.starts_with("http://");
  const auto allowed = [](char c) { return c > ' ' && c < '\x7f' && c != '?' && c != '#' && c != '@'; };
  if (!web || !std::all_of(address.begin(), address.end(), allowed)) {
    throw Error(Code::usage, "'" + base::printable(address) + "' is not the address of a relay",
                "an address looks like https://api.drand.sh");
  }
  while (address.ends_with('/')) address.remove_suffix(1);
  return std::string(address);
}

std::vector<std::string> checked_relays(const FetchOptions& options) {
  std::vector<std::string> relays;
  for (const std::string& relay : options.relays) relays.push_back(checked_relay(relay));
  if (relays.empty()) relays.assign(kPublicRelays.begin(), kPublicRelays.end());
  return relays;
}

/// The first check that did not pass.
std::string why_not(const base::Verdict& verdict) {
  for (const base::Check& check : verdict.checks()) {
    if (check.outcome != base::Outcome::passed) return std::string(check.rule) + ": " + check.detail;
  }
  return "nothing was checked";
}

/// The beacon, or why this relay did not give it.
std::optional<Beacon> ask(const Chain& chain, std::uint64_t round, const std::string& relay, long timeout_ms,
                          base::Progress& progress, std::string& why) {
  const std::string url = relay + "/" + base::to_hex(chain.hash) + "/public/" + std::to_string(round);
  try {
    const auto answer = internal::http_get(url, {timeout_ms, kJsonLimits.bytes}, progress);
    if (answer.status >= 300 && answer.status < 400) {
      why = "answers with a redirect, which is not followed";
    } else if (answer.status != 200) {
      why = "answers with status " + std::to_string(answer.status);
    } else {
      const Beacon beacon = read_beacon(answer.body);
      const base::Verdict verdict = verify_beacon(chain, beacon, round);
      if (verdict.accepted()) return beacon;
      why = "its answer is rejected: " + why_not(verdict);
    }
  } catch (const Error& error) {
    if (error.code() != Code::io && error.code() != Code::malformed) throw;
    why = error.code() == Code::malformed ? "its answer is malformed: " + error.message() : error.message();
  }
  return std::nullopt;
}

void wait(std::chrono::milliseconds time, base::Progress& progress) {
  const auto end = std::chrono::steady_clock::now() + time;
  for (;;) {
    progress.check_interrupt();
    const auto left = end - std::chrono::steady_clock::now();
    if (left <= std::chrono::nanoseconds(0)) return;
    std::this_thread::sleep_for(std::min<std::chrono::nanoseconds>(left, std::chrono::milliseconds(50)));
  }
}

}  // namespace

std::span<const std::string_view> public_relays() noexcept { return kPublicRelays; }

Fetched fetch(const Chain& chain, std::uint64_t round, const FetchOptions& options, base::Progress& progress) {
  const std::vector<std::string> relays = checked_relays(options);
  std::vector<std::string> refusals(relays.size());  // the last one of each
  std::chrono::milliseconds pause(250);
  for (unsigned pass = 0; pass < options.tries; ++pass) {
    if (pass > 0) {
      wait(pause, progress);
      pause = std::min(2 * pause, std::chrono::milliseconds(8000));
    }
    for (std::size_t i = 0; i < relays.size(); ++i) {
      std::string why;
      if (auto beacon = ask(chain, round, relays[i], options.timeout_ms, progress, why)) {
        std::erase(refusals, std::string());
        return {std::move(*beacon), relays[i], std::move(refusals)};
      }
      refusals[i] = relays[i] + ": " + why;
    }
  }
  std::string text = "no relay gave round " + std::to_string(round) + " of " + chain.name;
  for (const std::string& refusal : refusals) text += "; " + refusal;
  throw Error(Code::io, text, "try again later or name other relays: --relay URL; another chain is never used instead");
}

}  // namespace solemn::beacon
