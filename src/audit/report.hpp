#pragma once
// The audit as one page of HTML: no script, no network, light and dark, printable.
#include <string>

#include "audit/audit.hpp"

namespace solemn::audit {

struct ReportFacts {
  std::string tool;         // "solemn 0.1.0 (abc123)"
  std::int64_t created_at;  // Unix seconds
};

std::string html_report(const AuditReport& report, const ReportFacts& facts);

}  // namespace solemn::audit
