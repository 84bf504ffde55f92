#include "audit/beacons.hpp"

#include <algorithm>

#include "base/counted.hpp"
#include "base/error.hpp"
#include "base/time.hpp"
#include "beacon/announce.hpp"
#include "beacon/beacon.hpp"
#include "transcript/replay.hpp"
#include "transcript/time.hpp"
#include "transcript/verify.hpp"

namespace solemn::audit {

namespace {

constexpr std::uint64_t kMaxAttachedBytes = 65'536;

struct Announced {
  std::uint64_t sequence;
  std::optional<std::uint64_t> recorded_at;  // as its entry claims
  beacon::Announcement announcement;
};
struct Used {
  std::uint64_t sequence;
  std::optional<std::uint64_t> recorded_at;
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
        items.push_back({entry.sequence, transcript::parse_time(entry.time), read(base::as_text(bytes))});
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
  std::vector<std::string> no_round, announced, choices, known_before, untimed, unwitnessed;
};

/// A contribution entry's attachment and its place in the record.
struct Recorded {
  std::uint64_t sequence;
  base::Hash32 sha256;
};

/// What the record says of beacons, and the chains that count.
struct Evidence {
  std::vector<Announced> announced;
  std::vector<Used> used;
  std::vector<Recorded> contributions;
  std::vector<transcript::Witnessed> witnessed;
  std::span<const beacon::Chain> chains;

  const beacon::Chain* chain(const base::Hash32& hash) const {
    const auto given = std::ranges::find(chains, hash, &beacon::Chain::hash);
    return given != chains.end() ? &*given : beacon::find_chain(hash);
  }
};

/// "phase 1", "phase 2"
std::string phase_of(const Step& step) { return step.chain.substr(0, step.chain.find(" from")); }

/// What a round may be announced for: the ceremony by its label, or this phase of it.
base::Hash32 purpose_for(const AuditReport& report, const Step& step, const beacon::Announcement& announcement) {
  const base::Hash32 phase = beacon::purpose_of(report.label + ", " + phase_of(step));
  return announcement.purpose == phase ? phase : beacon::purpose_of(report.label);
}

/// Contributions before this step that the record has only after the beacon: their makers could know its value,
/// whatever time their logs claim.
std::vector<std::string> recorded_too_late(const AuditReport& report, const Step& step, const Evidence& record,
                                           const Used& use) {
  std::vector<std::string> late;
  for (const Step& other : report.steps) {
    if (other.chain != step.chain || other.number >= step.number || other.is_beacon || other.log == nullptr) continue;
    const auto is_it = [&](const Recorded& r) { return r.sha256 == other.log->sha256; };
    const auto first = std::ranges::find_if(record.contributions, is_it);
    if (first != record.contributions.end() && first->sequence > use.sequence) {
      late.push_back("'" + other.file + "' came into the record after the beacon of '" + step.file + "'");
    }
  }
  return late;
}

/// Contributions before this step, and its announcement, that no checkpoint has which the witnesses cosigned before the
/// round was out: only the clocks of those who made them say that they could not know its value.
std::vector<std::string> not_witnessed(const AuditReport& report, const Step& step, const Evidence& record,
                                       const Announced& announced) {
  const auto round_time = static_cast<std::uint64_t>(announced.announcement.round_time);
  std::uint64_t covered = 0;
  for (const transcript::Witnessed& checkpoint : record.witnessed) {
    if (checkpoint.unix_seconds < round_time) covered = std::max(covered, checkpoint.size);
  }
  std::vector<std::string> missing;
  if (announced.sequence >= covered) missing.push_back("the announcement for '" + step.file + "'");
  for (const Step& other : report.steps) {
    if (other.chain != step.chain || other.number >= step.number || other.is_beacon || other.log == nullptr) continue;
    for (const Recorded& recorded : record.contributions) {
      if (recorded.sha256 == other.log->sha256 && recorded.sequence >= covered) {
        missing.push_back("'" + other.file + "'");
        break;
      }
    }
  }
  return missing;
}

/// Rounds that the record announced before this one was used, after the last contribution too, and that no other step
/// took: with more than one, whoever made the step could choose.
std::vector<std::string> other_choices(const AuditReport& report, const Step& step, const Evidence& record,
                                       const Used& use, const beacon::Announcement& announced, std::int64_t last) {
  const auto is_of_another_step = [&](std::uint64_t round) {
    return std::ranges::any_of(record.used, [&](const Used& used) {
      const base::Hash32 value = beacon::randomness(used.beacon);
      return used.beacon.round == round && std::ranges::any_of(report.steps, [&](const Step& other) {
               return other.is_beacon && other.chain != step.chain && std::ranges::equal(value, other.beacon_value);
             });
    });
  };
  std::vector<std::string> others;
  for (const Announced& other : record.announced) {
    const beacon::Announcement& choice = other.announcement;
    if (other.sequence > use.sequence || choice.round_time <= last) continue;
    if (choice.round == announced.round && choice.chain_hash == announced.chain_hash) continue;
    // Of files that were named, the other steps are not known: only what was announced for the same purpose counts.
    if (report.found.partial ? choice.purpose != announced.purpose
                             : choice.purpose != purpose_for(report, step, choice) || is_of_another_step(choice.round))
      continue;
    others.push_back("for '" + step.file + "' round " + std::to_string(choice.round) +
                     " was announced too: whoever made the step could choose");
  }
  return others;
}

void append(std::vector<std::string>& to, const std::vector<std::string>& more) {
  to.insert(to.end(), more.begin(), more.end());
}

/// That the last step of a chain is its beacon.
void check_chain_ends(Problems& problems, const AuditReport& report) {
  for (std::size_t i = 0; i < report.steps.size(); ++i) {
    const Step& step = report.steps[i];
    const bool is_last = i + 1 == report.steps.size() || report.steps[i + 1].chain != step.chain;
    if (is_last && !step.is_beacon) problems.no_round.push_back(step.chain + " does not end with a beacon");
  }
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
  if (before->recorded_at.value_or(~std::uint64_t{0}) >= static_cast<std::uint64_t>(before->announcement.round_time)) {
    problems.announced.push_back("the announcement for " + name + " came into the record when the round was out");
  }
  append(problems.known_before, recorded_too_late(report, step, record, *use));
  append(problems.unwitnessed, not_witnessed(report, step, record, *before));
  const auto last = last_contribution_time(report, step);
  if (!last) return problems.untimed.push_back("no signed time of the last contribution before " + name);
  append(problems.choices, other_choices(report, step, record, *use, before->announcement, *last));
  const base::Verdict verdict = beacon::check_announced(before->announcement, *chain, use->beacon,
                                                        purpose_for(report, step, before->announcement), *last);
  for (const base::Check& check : verdict.checks()) {
    if (check.outcome == base::Outcome::passed) continue;
    auto& list = check.rule == "unknown-at-last-contribution" ? problems.known_before : problems.announced;
    list.push_back(name + ": " + std::string(check.rule) + (check.detail.empty() ? "" : ": " + check.detail));
    if (check.rule == "announcement-purpose") {
      list.back() += "; taken is " + labels_text({report.label, report.label + ", " + phase_of(step)});
    }
  }
}

Evidence evidence_of(const RecordView& record, std::span<const beacon::Chain> chains) {
  const auto& entries = record.entries;
  const transcript::Layout layout{record.folder};
  std::vector<Recorded> contributions;
  for (const transcript::Entry& entry : entries) {
    if (entry.type != "contribution") continue;
    for (const auto& attachment : entry.attachments()) contributions.push_back({entry.sequence, attachment.sha256});
  }
  return {attached<Announced>(entries, layout, "beacon-announced", beacon::read_announcement),
          attached<Used>(entries, layout, "beacon-used", beacon::read_beacon), std::move(contributions),
          transcript::witnessed_checkpoints(transcript::read_contents(record.folder), record.replay), chains};
}

/// No beacon, as the auditor knows it was agreed: then nobody announced one either.
void check_waived(base::Verdict& verdict, const RecordView* record) {
  const bool announced = record != nullptr && std::ranges::any_of(record->entries, [](const transcript::Entry& entry) {
                           return entry.type == "beacon-announced";
                         });
  verdict.add("beacon-waived", !announced,
              announced ? "the record announces a round, and no chain ends with a beacon: it was dropped"
                        : "no chain ends with a beacon, and none was announced; accepted by the auditor");
}

std::string joined(const std::vector<std::string>& texts) {
  std::string all;
  for (const std::string& text : texts) all += (all.empty() ? "" : "; ") + text;
  return all;
}

}  // namespace

std::vector<std::string> announced_labels(const std::string& ceremony) {
  return {ceremony, ceremony + ", phase 1", ceremony + ", phase 2"};
}

std::string labels_text(const std::vector<std::string>& labels) {
  std::string text;
  for (const std::string& label : labels)
    text += (text.empty() ? "--label " : " or --label ") + base::shell_word(label);
  return text;
}

void check_beacons(AuditReport& report, const RecordView* record, const AuditOptions& options) {
  std::vector<const Step*> steps;
  for (const Step& step : report.steps) {
    if (step.is_beacon) steps.push_back(&step);
  }
  constexpr std::string_view kAnnounced = "beacon-announced", kUnknown = "beacon-unknown-before",
                             kWitnessed = "beacon-witnessed";
  if (steps.empty() && options.without_beacon) return check_waived(report.verdict, record);
  if (steps.empty() || record == nullptr) {
    const char* why =
        steps.empty() ? "no chain ends with a beacon" : "there is no record that could show an announcement";
    report.verdict.not_run(kAnnounced, why);
    report.verdict.not_run(kUnknown, why);
    return;
  }
  const Evidence evidence = evidence_of(*record, options.chains);
  Problems problems;
  check_chain_ends(problems, report);
  for (const Step* step : steps) check_step(problems, report, *step, evidence);
  // With a beacon that is not known, an announced round that nobody used may be that one's.
  if (problems.no_round.empty()) append(problems.announced, problems.choices);
  const std::string no_round = joined(problems.no_round);
  if (!problems.announced.empty()) {
    report.verdict.fail(kAnnounced, joined(problems.announced));
  } else if (!no_round.empty()) {
    report.verdict.not_run(kAnnounced, no_round);
  } else {
    report.verdict.pass(kAnnounced, base::counted(steps.size(), "beacon step"));
  }
  if (!problems.known_before.empty()) {
    report.verdict.fail(kUnknown, joined(problems.known_before));
  } else if (!no_round.empty()) {
    report.verdict.not_run(kUnknown, no_round);
  } else if (!problems.untimed.empty()) {
    report.verdict.not_run(kUnknown, joined(problems.untimed));
  } else if (!problems.announced.empty()) {
    report.verdict.not_run(kUnknown, "not announced");
  } else {
    report.verdict.pass(kUnknown, "every round came out after the last contribution before it");
  }
  if (!record->replay.genesis || record->replay.genesis->witness_threshold == 0) return;  // root wants no witnesses
  if (!problems.unwitnessed.empty()) {
    report.verdict.fail(kWitnessed,
                        "not cosigned by the witnesses before the round was out: " + joined(problems.unwitnessed));
  } else if (!problems.announced.empty() || !no_round.empty()) {
    report.verdict.not_run(kWitnessed, "not announced");
  } else {
    report.verdict.pass(kWitnessed, "by the clocks of the witnesses");
  }
}

}  // namespace solemn::audit
