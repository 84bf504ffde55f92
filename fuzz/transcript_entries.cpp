// entries.jsonl: whatever it holds gets a verdict, and a line that is read is written back the same.
#include "fuzz.hpp"
#include "transcript/verify.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace solemn;
  const std::string_view text = base::as_text(fuzz::bytes_of(data, size));
  fuzz::accepts([&] {
    const transcript::Contents contents = transcript::split_lines(text);
    const base::Verdict verdict = transcript::verify_contents(contents, {});
    fuzz::require(!verdict.checks().empty() && !verdict.accepted());  // no root key was given
  });
  fuzz::accepts([&] {
    const std::string_view line = text.substr(0, text.find('\n'));
    fuzz::require(transcript::parse_entry(line).line() == line);
  });
  return 0;
}
