// Receipts, consistency proofs and fork evidence: a verdict, never an exception, and never "accepted" without keys.
#include "fuzz.hpp"
#include "transcript/proof.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace solemn;
  const std::string_view text = base::as_text(fuzz::bytes_of(data, size));
  fuzz::require(!transcript::verify_receipt(text, {}).verdict.accepted());
  fuzz::require(!transcript::verify_fork_evidence(text, std::nullopt).accepted());
  const std::size_t half = text.find('\f');
  if (half == std::string_view::npos) return 0;
  const transcript::CheckpointFile old{"old", std::string(text.substr(0, half))};
  fuzz::require(!transcript::verify_consistency_file(old, text.substr(half + 1), std::nullopt).accepted());
  return 0;
}
