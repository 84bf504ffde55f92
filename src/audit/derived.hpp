#pragma once
// Files that nobody chose and that need no log: a fresh accumulator, the prepared powers of tau, an initial key. They
// are computed from what is there, so an audit computes them again.
#include "audit/audit.hpp"

namespace solemn::audit {

/// Every such file is tied by computation to a state of its chain: a fresh accumulator has no step; prepared powers
/// have the records of the last state, byte for byte, and its Lagrange sections; an initial key is that of circuit and
/// powers. Each is named; not run for one that could not be checked, or whose state has no log. A log of a prepared
/// file says what it is. Adds: derived-files. After all files were verified.
void check_derived_files(AuditReport& report, const Chain& phase1, const std::vector<Chain>& phase2);

}  // namespace solemn::audit
