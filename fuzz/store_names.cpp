// The names of a store, as they are and rightly chained (else no mutation gets past the chain); what is accepted is
// written back the same, and no name leads out of a folder.
#include "fuzz.hpp"
#include "hash/sha256.hpp"
#include "store/names.hpp"

namespace {

using namespace solemn;

void judge(std::string_view text) {
  fuzz::accepts([&] {
    const store::Names names = store::parse_names(text);
    fuzz::require(store::write_names(names) == text.substr(0, names.whole_bytes));
    for (const store::NamedObject& object : names.objects) {
      fuzz::require(store::is_good_name(object.name));
      fuzz::require(("/" + object.name).find("/.") == std::string::npos);
    }
  });
}

/// Each line of the input is what follows the chain value.
std::string chained(std::string_view text) {
  std::string out;
  base::Hash32 head{};
  for (std::size_t end = text.find('\n'); end != std::string_view::npos; end = text.find('\n')) {
    base::Bytes covered(head.begin(), head.end());
    const base::ByteSpan rest = base::as_bytes(text.substr(0, end));
    covered.insert(covered.end(), rest.begin(), rest.end());
    head = hash::sha256(covered);
    out += base::to_hex(head) + " " + std::string(text.substr(0, end)) + "\n";
    text.remove_prefix(end + 1);
  }
  return out;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = base::as_text(fuzz::bytes_of(data, size));
  judge(text);
  judge(chained(text));
  return 0;
}
