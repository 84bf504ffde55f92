#pragma once
// The inventory of a ceremony's keys as people file it: the columns of the procedure's Appendix C, and path,
// fingerprint and dates.
#include "keys/certificate.hpp"

namespace solemn::keys {

struct InventoryLine {
  std::string key_type, public_key, custodian, backup_location, status, path, fingerprint, created, rotate_by, set_id;
};
/// Days until the first rotation: the procedure's year.
inline constexpr std::int64_t kRotationDays = 365;
std::vector<InventoryLine> inventory_lines(const Script& script, const CeremonyFacts& facts);

/// "solemn.keys.inventory/1".
transcript::Json inventory_json(const CeremonyFacts& facts, const std::vector<InventoryLine>& lines);
/// RFC 4180, UTF-8, every cell quoted; a cell that a spreadsheet would compute begins with an apostrophe.
std::string inventory_csv(const std::vector<InventoryLine>& lines);
paper::InventoryList inventory_paper(const CeremonyFacts& facts, const std::vector<InventoryLine>& lines,
                                     const PlanFacts& plan);
/// Appendix B: whom to call. For the participants, not for publication.
paper::ContactSheet contact_paper(const Script& script, const People& people, const PlanFacts& plan);

}  // namespace solemn::keys
