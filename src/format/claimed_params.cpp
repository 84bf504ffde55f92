// The tagged values that contributions of ptau and zkey files carry about themselves (ptau.md "params").
#include "format/malformed.hpp"
#include "format/ptau.hpp"

namespace solemn::format {

using internal::malformed;

namespace {

constexpr std::size_t kMaxValueBytes = 255;
enum Tag : std::uint8_t { kName = 1, kIterationsExp = 2, kBeacon = 3 };

void append_value(base::Bytes& out, Tag tag, base::ByteSpan value) {
  if (value.size() > kMaxValueBytes) {
    throw base::Error(base::Code::usage, "a name or beacon value of more than 255 bytes does not fit into the format");
  }
  out.push_back(std::byte{tag});
  out.push_back(static_cast<std::byte>(value.size()));
  out.insert(out.end(), value.begin(), value.end());
}

// Takes tagged values off the front of a span.
class TlvReader {
 public:
  explicit TlvReader(base::ByteSpan tlv) : rest_(tlv) {}
  bool done() const noexcept { return rest_.empty(); }
  std::uint8_t take_byte() {
    if (rest_.empty()) malformed("the parameters end inside a value");
    const auto value = std::to_integer<std::uint8_t>(rest_.front());
    rest_ = rest_.subspan(1);
    return value;
  }
  base::ByteSpan take_value() {
    const std::size_t n = take_byte();
    if (n > rest_.size()) malformed("the parameters end inside a value");
    const base::ByteSpan value = rest_.first(n);
    rest_ = rest_.subspan(n);
    return value;
  }

 private:
  base::ByteSpan rest_;
};

}  // namespace

base::Bytes write_params(const ClaimedParams& params) {
  base::Bytes out;
  if (!params.name.empty()) append_value(out, kName, base::as_bytes(params.name));
  if (params.type == ContributionType::beacon) {
    out.push_back(std::byte{kIterationsExp});
    out.push_back(std::byte{params.iterations_exp});
    append_value(out, kBeacon, params.beacon);
  }
  return out;
}

ClaimedParams read_params(std::uint32_t type, base::ByteSpan tlv) {
  if (type > 1) malformed("contribution type " + std::to_string(type) + " is not known");
  ClaimedParams params;
  params.type = static_cast<ContributionType>(type);
  const bool beacon = params.type == ContributionType::beacon;
  TlvReader reader(tlv);
  bool seen[4] = {};
  for (unsigned last = 0; !reader.done();) {
    const unsigned tag = reader.take_byte();
    if (tag < kName || tag > kBeacon) malformed("parameter tag " + std::to_string(tag) + " is not known");
    if (tag <= last) malformed("parameter tags are not in increasing order");
    if (tag != kName && !beacon) malformed("a contribution that is no beacon has the parameters of one");
    last = tag;
    seen[tag] = true;
    if (tag == kName) params.name = base::as_text(reader.take_value());
    if (tag == kIterationsExp) params.iterations_exp = reader.take_byte();
    if (tag == kBeacon) {
      const base::ByteSpan value = reader.take_value();
      params.beacon.assign(value.begin(), value.end());
    }
  }
  if (beacon && !(seen[kIterationsExp] && seen[kBeacon])) malformed("a beacon without its value or iterations");
  return params;
}

}  // namespace solemn::format
