// A saved BLAKE2b state: the first 8 bytes are the length that it claims to have absorbed.
#include <algorithm>

#include "fuzz.hpp"
#include "hash/blake2b.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace solemn;
  hash::SavedBlake2b saved;
  if (size != 8 + saved.size()) return 0;
  const base::ByteSpan bytes = fuzz::bytes_of(data, size);
  const base::ByteSpan state = bytes.subspan(8);
  std::copy(state.begin(), state.end(), saved.begin());
  std::optional<hash::Blake2b> hasher = hash::Blake2b::restore(saved, base::load_le64(bytes));
  if (!hasher) return 0;
  // Restored and saved again it is the same computation.
  std::optional<hash::Blake2b> again = hash::Blake2b::restore(hasher->save(), base::load_le64(bytes));
  fuzz::require(again.has_value());
  hasher->update(bytes);
  again->update(bytes);
  fuzz::require(hasher->finish() == again->finish());
  return 0;
}
