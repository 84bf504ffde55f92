// Entries of the inventory, and the statements and audits inside them: what breaks a rule is named and changes nothing.
// Input: lines of TYPE, a blank, JSON.
#include "fuzz.hpp"
#include "keys/recovery.hpp"
#include "keys/share_audit.hpp"
#include "keys/statements.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace solemn;
  std::string_view text = base::as_text(fuzz::bytes_of(data, size));
  keys::Inventory inventory;
  inventory.record = "solemn.transcript/test";  // as in the seeds
  for (std::uint64_t number = 0; !text.empty() && number < 16; ++number) {
    const std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(text.size(), line.size() + 1));
    const std::size_t blank = line.find(' ');
    if (blank == std::string_view::npos) continue;
    fuzz::accepts([&] {
      transcript::Entry entry;
      entry.sequence = number;
      entry.type = line.substr(0, blank);
      entry.time = "2027-01-15T08:00:00Z";
      entry.body = transcript::parse_json(line.substr(blank + 1));
      const std::string before = inventory.json().dump();
      const auto problem = keys::apply_entry(inventory, entry);
      if (problem) fuzz::require(!problem->detail.empty() && inventory.json().dump() == before);
      (void)keys::reminders(inventory, 1'900'000'000);
      (void)keys::check_recovery(inventory, keys::RecoveryReport::from_json(entry.body));
    });
  }
  return 0;
}
