#include "keys/dates.hpp"

#include <algorithm>

#include "base/error.hpp"
#include "base/time.hpp"
#include "beacon/beacon.hpp"
#include "beacon/round_time.hpp"
#include "transcript/time.hpp"
#include "transcript/verify.hpp"

namespace solemn::keys {

namespace {

constexpr std::uint64_t kMaxRoundBytes = 65'536;
constexpr auto kTolerance = static_cast<std::int64_t>(transcript::kClockTolerance);

/// When the round in this file was out; nullopt when it is no round of a chain that is known.
std::optional<std::int64_t> time_of_round_in(const base::Path& file) {
  try {
    const beacon::Beacon round = beacon::read_beacon(base::as_text(base::read_file(file, kMaxRoundBytes)));
    for (const beacon::Chain& chain : beacon::known_chains())
      if (round.chain_hash.value_or(chain.hash) == chain.hash && beacon::verify_beacon(chain, round).accepted())
        return beacon::time_of_round(chain, round.round);
  } catch (const base::Error&) {}  // another file, or a missing one: check_attachments looks at that
  return std::nullopt;
}

using Seen = std::vector<transcript::Witnessed>;

std::optional<std::int64_t> earliest(const Seen& witnessed, std::uint64_t entry,
                                     std::uint64_t transcript::Witnessed::*time) {
  std::optional<std::int64_t> found;
  for (const transcript::Witnessed& one : witnessed) {
    if (one.size <= entry) continue;
    const auto seconds = static_cast<std::int64_t>(std::min<std::uint64_t>(one.*time, base::kMaxTime));
    found = std::min(found.value_or(seconds), seconds);
  }
  return found;
}

struct Findings {
  std::string early, unseen;
  std::size_t measured = 0;
};

void put(std::string& to, const std::string& text) { to += (to.empty() ? "" : "; ") + text; }

void measure(Inventory& inventory, InventoryKey& key, const Transition& rotation, const Seen& witnessed,
             Findings& findings) {
  ++findings.measured;
  const std::int64_t length = *key.retiring_until - rotation.time;
  // From when as many as root wants had seen it, to when the first of them saw that it was over.
  const auto began = earliest(witnessed, rotation.entry, &transcript::Witnessed::unix_seconds);
  if (!began) {
    if (key.state == State::retiring) key.retiring_until.reset();
    return put(findings.unseen, "the witnesses have not cosigned the rotation of " + key.id + " yet");
  }
  if (key.state == State::retiring) key.retiring_until = std::max(*key.retiring_until, *began + length);
  const auto retired = std::ranges::find_if(
      inventory.transitions, [&](const Transition& one) { return one.key == key.id && one.to == State::retired; });
  if (retired == inventory.transitions.end()) return;
  const auto ended = earliest(witnessed, retired->entry, &transcript::Witnessed::first);
  if (!ended)
    put(findings.unseen, "the witnesses have not cosigned yet that " + key.id + " is retired");
  else if (*ended + kTolerance < *began + length)
    put(findings.early, key.id + " was retired on " + base::utc(*ended) + ", and the witnesses saw its rotation on " +
                            base::utc(*began) + ": the transition was not over before " + base::utc(*began + length));
}

}  // namespace

void check_rounds(base::Verdict& verdict, const base::Path& record) {
  constexpr std::string_view kRule = "times-after-rounds";
  const transcript::Replay state = transcript::replay(transcript::read_contents(record), transcript::Signatures::skip);
  const transcript::Layout layout{record};
  std::string last;
  for (const auto& item : state.attachments) {
    if (item.attachment.size_bytes > kMaxRoundBytes || item.entry >= state.entries.size()) continue;
    const auto out = time_of_round_in(layout.attachment(item.attachment.sha256));
    if (!out) continue;
    const transcript::Entry& entry = state.entries[item.entry];
    const std::string name = "entry " + std::to_string(item.entry);
    if (*base::parse_utc(entry.time) + kTolerance < *out)
      return verdict.fail(kRule, name + " is dated " + entry.time + ", and holds a drand round that was out on " +
                                     base::utc(*out) + ", not before");
    last = name + " and all after it were made after " + base::utc(*out);
  }
  if (!last.empty()) verdict.pass(kRule, last);
}

void measure_transitions(Inventory& inventory, const transcript::Contents& contents, const transcript::Replay& state,
                         base::Verdict& verdict) {
  constexpr std::string_view kRule = "transition-times";
  if (!state.genesis || state.genesis->witness_threshold == 0) return;  // root wants no witnesses
  const Seen witnessed = transcript::witnessed_checkpoints(contents, state);
  Findings findings;
  for (InventoryKey& key : inventory.keys) {
    const auto rotation = std::ranges::find_if(
        inventory.transitions, [&](const Transition& one) { return one.key == key.id && one.to == State::retiring; });
    if (rotation != inventory.transitions.end()) measure(inventory, key, *rotation, witnessed, findings);
  }
  if (findings.measured == 0) return;
  if (!findings.early.empty()) return verdict.fail(kRule, findings.early);
  if (!findings.unseen.empty()) return verdict.not_run(kRule, findings.unseen);
  verdict.pass(kRule, "by the clocks of the witnesses");
}

}  // namespace solemn::keys
