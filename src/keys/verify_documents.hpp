#pragma once
// Private to this folder: what people signed at the end of a ceremony, computed again from its record.
#include "keys/verify_ceremony.hpp"

namespace solemn::keys {

/// Rules: certificate-matches, certificate-signatures; destruction-certificate and recovery-report (of the record, byte
/// for byte, and signed by coordinator, auditor and two witnesses); revocations (one of every key, and each notice says
/// what the record computes to). A document that the script does not ask for is said to be none.
/// REQUIRES: script, people, progress, entries and facts of the audit.
void check_documents(CeremonyAudit& audit, const CeremonyFolder& folder, const transcript::Replay& state);

}  // namespace solemn::keys
