#pragma once
// From a finished ceremony to the two members that are signed: everything is computed, nothing is typed.
#include <string>
#include <vector>

#include "base/file.hpp"
#include "release/bundle.hpp"
#include "setup/phase2.hpp"

namespace solemn::release {

struct Ceremony {
  base::Path zkey;
  const base::Path* r1cs = nullptr;  // both or neither; neither: chain_only must be said
  const base::Path* ptau = nullptr;
  bool chain_only = false;
  /// The files of all steps (.ptau, .zkey), for their SHA-256: each is matched to its step by its own chain,
  /// and verified like the last one.
  const base::Path* transcripts = nullptr;
  bool missing_transcripts = false;  // leave the SHA-256 of a step empty whose file is not there
  bool is_unsigned = false;
  std::string tool_version, commit;
  std::uint64_t now_seconds = 0;
};
struct Prepared {
  base::Bytes vk, metadata;
  setup::Verdict verdict;  // of the ceremony; nothing else is filled unless it is accepted (chain_only: not rejected)
};

/// Verifies the powers of tau (full), the key against circuit and powers of tau, and its lint; exports the key; fills
/// the metadata. Throws Error{usage} when the inputs do not say what to verify or a step's file is missing,
/// Error{refused} for a key that must not be released.
Prepared prepare(const Ceremony& ceremony, const setup::Context& context);

}  // namespace solemn::release
