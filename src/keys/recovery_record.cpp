#include "keys/recovery_record.hpp"

#include <algorithm>

#include "base/error.hpp"
#include "keys/json_text.hpp"

namespace solemn::keys {

using transcript::Json;

namespace {

const Json& result_of(const Slot& slot, const std::vector<CeremonyEntry>& entries) {
  return entries.at(slot.entry).entry.body["result"];
}

const Slot& done(const Progress& progress, std::string_view action) {
  const auto found = std::ranges::find_if(progress.slots(), [&](const Slot& slot) {
    return slot.step->action == action && slot.performer != nullptr && !slot.deviates;
  });
  if (found == progress.slots().end())
    throw base::Error(base::Code::usage, "no step '" + std::string(action) + "' is done: there is nothing to report");
  return *found;
}

void add_once(std::vector<std::string>& names, const std::string& name) {
  if (std::ranges::find(names, name) == names.end()) names.push_back(name);
}

}  // namespace

std::string measured_in(const Progress& progress, const std::vector<CeremonyEntry>& entries, std::string_view measure,
                        const Person* person) {
  std::string typed;
  for (const Slot& slot : progress.slots()) {
    if (slot.performer == nullptr || slot.deviates || (person != nullptr && slot.person != person)) continue;
    const Json& result = result_of(slot, entries);
    if (!result.is_object() || !result.contains("measures")) continue;
    const std::string text = text_or_empty(result["measures"], std::string(measure));
    if (!text.empty()) typed = text;
  }
  return typed;
}

RecoveryReport recovery_report_of(const Progress& progress, const std::vector<CeremonyEntry>& entries) {
  RecoveryReport report;
  const Json& key = result_of(done(progress, "recovery-key"), entries);
  report.key = text_or_empty(key, "key");
  report.set_id = text_or_empty(key, "set_id");
  const Slot& verified = done(progress, "recovery-independent");
  report.public_key = text_or_empty(result_of(verified, entries), "public_key");
  report.verified_by = verified.performer->name;
  report.performed_by = done(progress, "recovery-forget").performer->name;
  report.reason = measured_in(progress, entries, "why");
  const auto purpose = progress.choices().find("purpose");
  if (purpose != progress.choices().end()) report.purpose = purpose->second;
  report.began = entries.front().entry.time;
  report.ended = entries.back().entry.time;
  for (const Slot& slot : progress.slots()) {
    if (slot.performer == nullptr) continue;
    if (slot.step->secrets)
      for (const Person* witness : slot.witnesses) add_once(report.witnesses, witness->name);
    if (slot.step->action != "recovery-share" || slot.deviates) continue;
    const Json& result = result_of(slot, entries);
    if (!result.is_object() || !result.contains("index"))
      throw base::Error(base::Code::malformed, "a share has no index");
    const std::string new_seal = measured_in(progress, entries, "new-seal", slot.performer);
    report.used.push_back({static_cast<unsigned>(transcript::number_of(result["index"], "index")), slot.performer->name,
                           measured_in(progress, entries, "seal", slot.performer),
                           new_seal == "destroyed" ? std::string() : new_seal});
  }
  return RecoveryReport::from_json(report.json());
}

}  // namespace solemn::keys
