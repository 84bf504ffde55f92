#pragma once
// Dates that the coordinator of a record cannot choose alone: docs/transcript.md, "Dates".
#include "keys/inventory.hpp"

namespace solemn::keys {

/// Adds times-after-rounds where an entry has a round of a known drand chain attached: whatever holds a round was
/// written after it was out, and so was everything after it. Reads the record's attachments; never throws for bad
/// content. REQUIRES: the folder has a record.
void check_rounds(base::Verdict& verdict, const base::Path& record);

/// Measures the transitions of rotations by the clocks of the witnesses, where root wants witnesses: from the
/// cosignatures over the rotation to those over the retirement. Adds transition-times when there was a rotation. A
/// transition that still runs ends when both the entries and the witnesses say so, and has no end before the witnesses
/// saw the rotation. `state`: of `contents`.
void measure_transitions(Inventory& inventory, const transcript::Contents& contents, const transcript::Replay& state,
                         base::Verdict& verdict);

}  // namespace solemn::keys
