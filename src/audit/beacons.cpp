#include "audit/beacons.hpp"

#include <algorithm>

#include "base/error.hpp"
#include "base/time.hpp"
#include "beacon/announce.hpp"
#include "beacon/beacon.hpp"
#include "transcript/replay.hpp"

namespace solemn::audit {

namespace {

constexpr std::uint64_t kMaxAttachedBytes = 65'536;

struct Announced {
  std::uint64_t sequence;
  beacon::Announcement announcement;
};
struct Used {
  std::uint64_t sequence;
  beacon::Beacon beacon;
};

/// The attachments of the entries of a type, read with read(); what is not of that form is passed over.
template <class Item, class Read>
std::vector<Item> attached(const std::vector<transcript::Entry>& entries, const transcript::Layout& layout,
                           std::string_view type, Read&& read) {
  std::vector<Item> items;
  for (const transcript::Entry& entry : entries) {
    if (entry.type != type) continue;
    for (const transcript::Attachment& attachment : entry.attachments()) {
      try {
        const base::Bytes bytes = base::read_file(layout.attachment(attachment.sha256), kMaxAttachedBytes);
        items.push_back({entry.sequence, read(base::as_text(bytes))});
      } catch (const base::Error&) { continue; }  // missing or another file: check_attachments looks at that
    }
  }
  return items;
}

/// The end of the last contribution before this step, by the signed logs; nullopt without one.
std::optional<std::int64_t> last_contribution_time(const AuditReport& report, const Step& step) {
  std::optional<std::int64_t> time;
  for (const Step& other : report.steps) {
    if (other.chain != step.chain || other.number >= step.number || other.number == 0) continue;
    if (other.log == nullptr || !other.log_signature_good) return std::nullopt;
    time = std::max(time.value_or(0), other.log->log.timestamp);
  }
  return time;
}

struct Problems {
  std::vector<std::string> no_round, announced, known_before, untimed;
};

/// What the record says of beacons, and the chains that count.
struct Evidence {
  std::vector<Announced> announced;
  std::vector<Used> used;
  std::span<const beacon::Chain> chains;

  const beacon::Chain* chain(const base::Hash32& hash) const {
    const auto given = std::ranges::find(chains, hash, &beacon::Chain::hash);
    return given != chains.end() ? &*given : beacon::find_chain(hash);
  }
};

/// What the round had to be announced for: the ceremony by its label, or this phase of it ("LABEL, phase 1").
base::Hash32 purpose_for(const AuditReport& report, const Step& step, const beacon::Announcement& announcement) {
  const base::Hash32 phase = beacon::purpose_of(report.label + ", " + step.chain.substr(0, step.chain.find(" from")));
  return announcement.purpose == phase ? phase : beacon::purpose_of(report.label);
}

void check_step(Problems& problems, const AuditReport& report, const Step& step, const Evidence& record) {
  const base::ByteSpan value = step.beacon_value;
  const std::string name = "'" + step.file + "'";
  const auto use = std::ranges::find_if(
      record.used, [&](const Used& u) { return std::ranges::equal(beacon::randomness(u.beacon), value); });
  if (use == record.used.end())
    return problems.no_round.push_back("no drand round of the record gives the value of " + name);
  const auto before = std::ranges::find_if(record.announced, [&](const Announced& a) {
    const bool same_chain = !use->beacon.chain_hash || *use->beacon.chain_hash == a.announcement.chain_hash;
    return a.sequence < use->sequence && a.announcement.round == use->beacon.round && same_chain;
  });
  if (before == record.announced.end()) {
    return problems.announced.push_back("round " + std::to_string(use->beacon.round) + " of " + name +
                                        " was not announced before it was used");
  }
  const beacon::Chain* chain = record.chain(before->announcement.chain_hash);
  if (chain == nullptr) {
    return problems.announced.push_back("the announcement for " + name +
                                        " is of a chain that is not known: give it by --chain-info");
  }
  const auto last = last_contribution_time(report, step);
  if (!last) return problems.untimed.push_back("no signed time of the last contribution before " + name);
  const base::Verdict verdict = beacon::check_announced(before->announcement, *chain, use->beacon,
                                                        purpose_for(report, step, before->announcement), *last);
  for (const base::Check& check : verdict.checks()) {
    if (check.outcome == base::Outcome::passed) continue;
    auto& list = check.rule == "unknown-at-last-contribution" ? problems.known_before : problems.announced;
    list.push_back(name + ": " + std::string(check.rule) + (check.detail.empty() ? "" : ": " + check.detail));
  }
}

std::string joined(const std::vector<std::string>& texts) {
  std::string all;
  for (const std::string& text : texts) all += (all.empty() ? "" : "; ") + text;
  return all;
}

}  // namespace

void check_beacons(AuditReport& report, const base::Path* record_folder, const std::vector<transcript::Entry>* entries,
                   std::span<const beacon::Chain> chains) {
  std::vector<const Step*> steps;
  for (const Step& step : report.steps) {
    if (step.is_beacon) steps.push_back(&step);
  }
  constexpr std::string_view kAnnounced = "beacon-announced", kUnknown = "beacon-unknown-before";
  if (steps.empty()) {
    report.verdict.not_run(kAnnounced, "no chain ends with a beacon");
    report.verdict.not_run(kUnknown, "no chain ends with a beacon");
    return;
  }
  if (entries == nullptr || record_folder == nullptr) {
    report.verdict.not_run(kAnnounced, "there is no record that could show an announcement");
    report.verdict.not_run(kUnknown, "there is no record that could show an announcement");
    return;
  }
  const transcript::Layout layout{*record_folder};
  const Evidence evidence{attached<Announced>(*entries, layout, "beacon-announced", beacon::read_announcement),
                          attached<Used>(*entries, layout, "beacon-used", beacon::read_beacon), chains};
  Problems problems;
  for (const Step* step : steps) check_step(problems, report, *step, evidence);
  if (problems.announced.empty() && !problems.no_round.empty()) {
    report.verdict.not_run(kAnnounced, joined(problems.no_round));
    report.verdict.not_run(kUnknown, joined(problems.no_round));
    return;
  }
  report.verdict.add(
      kAnnounced, problems.announced.empty(),
      problems.announced.empty() ? std::to_string(steps.size()) + " beacon steps" : joined(problems.announced));
  if (!problems.untimed.empty()) return report.verdict.not_run(kUnknown, joined(problems.untimed));
  if (!problems.announced.empty()) return report.verdict.not_run(kUnknown, "not announced");
  report.verdict.add(kUnknown, problems.known_before.empty(), joined(problems.known_before));
}

}  // namespace solemn::audit
