// Checkpoints: what is read is written back the same.
#include "fuzz.hpp"
#include "transcript/checkpoint.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace solemn;
  const std::string_view text = base::as_text(fuzz::bytes_of(data, size));
  fuzz::accepts([&] {
    const transcript::SignedCheckpoint read = transcript::parse_checkpoint(text);
    fuzz::require(read.checkpoint.text() == read.note.text);
    fuzz::require(sign::write_note(read.note) == text);
  });
  return 0;
}
