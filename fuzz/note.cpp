// A signed note, and the same bytes as a verifier key; what is accepted is written back unchanged.
#include "sign/note.hpp"
#include "fuzz.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace solemn;
  const base::ByteSpan bytes = fuzz::bytes_of(data, size);
  fuzz::accepts([&] { fuzz::require(write_note(sign::parse_note(bytes)) == base::as_text(bytes)); });
  fuzz::accepts([&] { fuzz::require(sign::NoteKey::parse(base::as_text(bytes)).vkey() == base::as_text(bytes)); });
  return 0;
}
