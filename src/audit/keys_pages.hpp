#pragma once
// The pages of a key ceremony, in the style of the other reports.
#include "audit/report.hpp"
#include "keys/inventory_table.hpp"
#include "keys/verify_ceremony.hpp"

namespace solemn::audit {

std::string inventory_html(const keys::CeremonyFacts& facts, const std::vector<keys::InventoryLine>& lines);
std::string ceremony_html(const keys::CeremonyAudit& audit, const std::string& folder, const ReportFacts& facts);

}  // namespace solemn::audit
