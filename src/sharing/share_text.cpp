// A share on paper: docs/share-format.md.
#include "sharing/share_text.hpp"

#include <algorithm>

#include "base/bech32.hpp"
#include "base/ct.hpp"
#include "base/error.hpp"
#include "hash/sha256.hpp"

namespace solemn::sharing {

using base::ByteSpan;
using base::Code;
using base::Error;
using base::MutableByteSpan;
using sign::SecretText;

namespace {

constexpr std::size_t kPayloadBytes = 75, kPublicBytes = 20, kCheckedBytes = 68,
                      kLineSymbols = kShareLineCharacters - base::kBech32Checksum;
constexpr std::size_t kMaxTextBytes = 4096;
constexpr std::string_view kQrHead = "SOLEMN SHARE 1:", kFirstHeader = "solemn share 1";
constexpr std::byte kVersion{1}, kDrillBit{0x80};
static_assert(kPayloadBytes * 8 == kShareLines * kLineSymbols * 5);

using Line = std::array<std::byte, kShareLineCharacters>;

/// What a line's checksum is bound to: "share1" ... "share5".
std::string prefix_of(unsigned number) { return "share" + std::to_string(number); }

std::array<std::byte, kPayloadBytes - kCheckedBytes> digest_of(ByteSpan checked) {
  hash::Sha256 hash;
  hash.update(base::as_bytes("solemn share text 1"));
  hash.update(std::array<std::byte, 1>{});
  hash.update(checked);
  const base::Hash32 whole = hash.finish();
  std::array<std::byte, kPayloadBytes - kCheckedBytes> out{};
  std::copy_n(whole.begin(), out.size(), out.begin());
  return out;
}

/// version and drill, threshold, count, index, set, value, salt, digest.
SecretText payload_of(const Share& share) {
  SecretText payload(kPayloadBytes);
  const auto bytes = payload.expose();
  bytes[0] = share.drill == Drill::yes ? kVersion | kDrillBit : kVersion;
  bytes[1] = static_cast<std::byte>(share.threshold);
  bytes[2] = static_cast<std::byte>(share.count);
  bytes[3] = static_cast<std::byte>(share.index);
  std::ranges::copy(share.set, bytes.begin() + 4);
  std::ranges::copy(share.value.expose(), bytes.begin() + 20);
  std::ranges::copy(share.salt, bytes.begin() + 52);
  std::ranges::copy(digest_of(bytes.first(kCheckedBytes)), bytes.begin() + kCheckedBytes);
  base::wipe_stack();
  return payload;
}

/// The 150 characters, upper case.
SecretText characters_of(const Share& share) {
  const SecretText payload = payload_of(share);
  SecretText symbols(kShareLines * kLineSymbols), out(kShareLines * kShareLineCharacters);
  base::to_fives(symbols.expose(), payload.expose());
  for (unsigned line = 0; line < kShareLines; ++line)
    base::bech32_encode(out.expose().subspan(line * kShareLineCharacters, kShareLineCharacters), base::Bech32::bech32m,
                        prefix_of(line + 1), symbols.expose().subspan(line * kLineSymbols, kLineSymbols));
  for (std::byte& c : out.expose()) {  // every letter of the alphabet is lower case
    const ct::Choice letter = ct::Choice::from_bit((static_cast<std::uint64_t>(c) >> 6) & 1);
    c = static_cast<std::byte>(ct::select(letter, static_cast<std::uint64_t>(c) & 0xdf, static_cast<std::uint64_t>(c)));
  }
  return out;
}

std::string set_text(const SetPrefix& set) {
  const std::string hex = base::to_hex(set);
  return hex.substr(0, 8) + " " + hex.substr(8, 8) + " " + hex.substr(16, 8) + " " + hex.substr(24);
}

std::string numbers_text(unsigned index, unsigned count, unsigned threshold) {
  return "share " + std::to_string(index) + " of " + std::to_string(count) + ", any " + std::to_string(threshold) +
         " rebuild it";
}

/// Of a text that may be secret: where its blanks, line ends and numbers stand is not.
bool is_one_of(std::byte c, std::string_view characters) noexcept {
  ct::Choice found = ct::Choice::no();
  for (const char one : characters)
    found = found | ct::equal(static_cast<std::uint64_t>(c), static_cast<unsigned char>(one));
  return ct::declassify(found);
}
bool is_blank(std::byte c) noexcept { return is_one_of(c, " \t\r-"); }

/// O is read as 0, I and 1 as L.
std::byte confused(std::byte c) noexcept {
  std::uint64_t letter = static_cast<std::uint64_t>(c);
  for (const auto& [typed, meant] : {std::pair{'o', '0'}, {'O', '0'}, {'1', 'l'}, {'i', 'l'}, {'I', 'l'}})
    letter = ct::select(ct::equal(static_cast<std::uint64_t>(c), static_cast<unsigned char>(typed)),
                        static_cast<unsigned char>(meant), letter);
  return static_cast<std::byte>(letter);
}

/// One line as typed, cleaned.
struct Typed {
  SecretText symbols{kShareLineCharacters};
  LineFinding finding{};
};

LineFinding locate(const SecretText& symbols, unsigned number) {
  LineFinding finding{LineFinding::What::wrong_checksum, std::nullopt};
  SecretText tried = sign::secret_copy(symbols.expose());
  for (std::size_t i = 0; i < tried.size(); ++i) {
    const std::byte before = tried.expose()[i];
    for (unsigned s = 0; s < 32; ++s) {
      tried.expose()[i] = static_cast<std::byte>(s);
      if (base::bech32_verify(base::Bech32::bech32m, prefix_of(number), tried.expose())) {
        finding.position = static_cast<unsigned>(i + 1);  // the code's distance is 5: there is no second
      }
    }
    tried.expose()[i] = before;
  }
  return finding;
}

Typed read_line(unsigned number, ByteSpan typed) {
  Typed line;
  SecretText kept(kShareLineCharacters);
  std::size_t n = 0;
  for (const std::byte c : typed) {
    if (is_blank(c)) continue;
    if (n < kept.size()) {
      kept.expose()[n] = confused(c);
      if (!line.finding.position &&
          !base::bech32_symbols(line.symbols.expose().subspan(n, 1), kept.expose().subspan(n, 1)))
        line.finding = {LineFinding::What::bad_character, static_cast<unsigned>(n + 1)};
    }
    ++n;
  }
  if (line.finding.what == LineFinding::What::bad_character) return line;
  if (n < kept.size()) line.finding.what = LineFinding::What::too_short;
  if (n > kept.size()) line.finding.what = LineFinding::What::too_long;
  if (n == kept.size() && !base::bech32_verify(base::Bech32::bech32m, prefix_of(number), line.symbols.expose()))
    line.finding = locate(line.symbols, number);
  return line;
}

[[noreturn]] void malformed(const std::string& what, const char* hint = "compare with the sheet and type it again") {
  throw Error(Code::malformed, "not a share: " + what, hint);
}

/// The text cut into lines without blanks at their ends; none is empty.
std::vector<ByteSpan> lines_of(ByteSpan text) {
  std::vector<ByteSpan> lines;
  while (!text.empty()) {
    const auto end = std::ranges::find_if(text, [](std::byte c) { return is_one_of(c, "\n"); });
    ByteSpan line = text.first(static_cast<std::size_t>(end - text.begin()));
    text = text.subspan(std::min(text.size(), line.size() + 1));
    while (!line.empty() && is_blank(line.front())) line = line.subspan(1);
    while (!line.empty() && is_blank(line.back())) line = line.first(line.size() - 1);
    if (!line.empty()) lines.push_back(line);
  }
  return lines;
}

/// "3  QPZRY ..."
bool is_numbered(ByteSpan line, std::string_view digits) noexcept {
  return line.size() >= 2 && is_blank(line[1]) && is_one_of(line[0], digits);
}

/// Without its number, which must be the one that is due.
ByteSpan without_number(ByteSpan line, unsigned due) {
  if (!is_numbered(line, "123456789")) return line;
  if (!is_numbered(line, std::to_string(due)))
    malformed("line " + std::to_string(due) + " is missing or not in its place");
  return line.subspan(1);
}

Share share_of(const SecretText& payload) {
  const auto bytes = payload.expose();
  ct::mark_public(bytes.data(), kPublicBytes);
  if ((bytes[0] & ~kDrillBit) != kVersion) malformed("its version is not 1", "a newer program may read it");
  const auto digest = digest_of(bytes.first(kCheckedBytes));
  std::uint64_t difference = 0;
  for (std::size_t i = 0; i < digest.size(); ++i)
    difference |= static_cast<std::uint64_t>(digest[i] ^ bytes[kCheckedBytes + i]);
  if (!ct::declassify(ct::is_zero(difference)))
    malformed("its lines do not belong together", "all five lines must be of one sheet");
  Share share;
  share.drill = (bytes[0] & kDrillBit) != std::byte{0} ? Drill::yes : Drill::no;
  share.threshold = static_cast<unsigned>(bytes[1]);
  share.count = static_cast<unsigned>(bytes[2]);
  share.index = static_cast<unsigned>(bytes[3]);
  std::copy_n(bytes.begin() + 4, share.set.size(), share.set.begin());
  std::copy_n(bytes.begin() + 20, 32, share.value.expose().begin());
  std::copy_n(bytes.begin() + 52, share.salt.size(), share.salt.begin());
  if (share.threshold < 2 || share.threshold > share.count || share.count > kMaxShares || share.index < 1 ||
      share.index > share.count)
    malformed("share " + std::to_string(share.index) + " of " + std::to_string(share.count) + ", threshold " +
                  std::to_string(share.threshold),
              "no such share is ever printed");
  return share;
}

Share share_of_lines(std::span<const ByteSpan> lines) {
  if (lines.size() != kShareLines)
    malformed(std::to_string(lines.size()) + " lines of characters, not " + std::to_string(kShareLines));
  SecretText symbols(kShareLines * kLineSymbols), payload(kPayloadBytes);
  for (unsigned i = 0; i < kShareLines; ++i) {
    const Typed line = read_line(i + 1, lines[i]);
    if (line.finding.what != LineFinding::What::ok)
      malformed("line " + std::to_string(i + 1) + ": " + line.finding.text());
    std::ranges::copy(line.symbols.expose().first(kLineSymbols), symbols.expose().begin() + i * kLineSymbols);
  }
  (void)base::from_fives(payload.expose(), symbols.expose());  // 120 symbols are 75 bytes without rest
  return share_of(payload);
}

/// In either case of letters.
bool begins_with(ByteSpan bytes, std::string_view text) {
  ct::Choice same = ct::Choice::from_bit(bytes.size() >= text.size() ? 1 : 0);
  for (std::size_t i = 0; i < std::min(bytes.size(), text.size()); ++i)
    same = same & ct::equal(static_cast<std::uint64_t>(bytes[i]) | 32, static_cast<std::uint64_t>(text[i]) | 32);
  return ct::declassify(same);
}

/// The second and third line of the header say what the share is; the name of the key is a label and is not checked.
void require_header(ByteSpan second, ByteSpan third, const Share& share) {
  const std::string_view said = base::as_text(second);
  if (!said.ends_with(": " + numbers_text(share.index, share.count, share.threshold)) ||
      said.starts_with("DRILL ") != (share.drill == Drill::yes))
    malformed("its header says something else than its lines", "do the header and the lines come from one sheet?");
  if (base::as_text(third) != "set " + set_text(share.set)) malformed("its header names another set than its lines");
}

}  // namespace

std::string LineFinding::text() const {
  switch (what) {
    case What::ok:
      return "";
    case What::too_short:
      return "fewer than " + std::to_string(kShareLineCharacters) + " characters";
    case What::too_long:
      return "more than " + std::to_string(kShareLineCharacters) + " characters";
    case What::bad_character:
      return "character " + std::to_string(*position) + " is none that a share has";
    case What::wrong_checksum:
      break;
  }
  return position ? "character " + std::to_string(*position) + " is probably wrong" : "some characters are wrong";
}

LineFinding check_share_line(unsigned number, ByteSpan typed) {
  ASSERT(number >= 1 && number <= kShareLines);
  const std::vector<ByteSpan> lines = lines_of(typed);
  const ByteSpan line = lines.empty() ? ByteSpan() : lines.front();
  return read_line(number, is_numbered(line, std::to_string(number)) ? line.subspan(1) : line).finding;
}

SecretText share_text(std::string_view key_name, const Share& share) {
  const SecretText characters = characters_of(share);
  const std::string header = std::string(kFirstHeader) + "\n" + (share.drill == Drill::yes ? "DRILL " : "") +
                             std::string(key_name) + ": " + numbers_text(share.index, share.count, share.threshold) +
                             "\nset " + set_text(share.set) + "\n";
  constexpr std::size_t kGroup = 5, kLineBytes = 2 + kShareLineCharacters + kShareLineCharacters / kGroup + 1;
  SecretText text(header.size() + kShareLines * kLineBytes);
  auto out = std::ranges::copy(base::as_bytes(header), text.expose().begin()).out;
  for (unsigned line = 0; line < kShareLines; ++line) {
    *out++ = static_cast<std::byte>('1' + line);
    *out++ = std::byte{' '};
    for (std::size_t i = 0; i < kShareLineCharacters; ++i) {
      if (i % kGroup == 0) *out++ = std::byte{' '};
      *out++ = characters.expose()[line * kShareLineCharacters + i];
    }
    *out++ = std::byte{'\n'};
  }
  return text;
}

SecretText share_qr_text(const Share& share) {
  const SecretText characters = characters_of(share);
  SecretText text(kQrHead.size() + characters.size());
  const auto out = std::ranges::copy(base::as_bytes(kQrHead), text.expose().begin()).out;
  std::ranges::copy(characters.expose(), out);
  return text;
}

Share parse_share(ByteSpan text) {
  if (text.size() > kMaxTextBytes) malformed("more than 4 KiB");
  std::vector<ByteSpan> lines = lines_of(text);
  if (lines.empty()) malformed("nothing was given");
  if (lines.size() == 1 && begins_with(lines[0], kQrHead)) {
    const ByteSpan characters = lines[0].subspan(kQrHead.size());
    if (characters.size() != kShareLines * kShareLineCharacters) malformed("the text of its QR code is cut");
    std::vector<ByteSpan> cut;
    for (std::size_t i = 0; i < characters.size(); i += kShareLineCharacters)
      cut.push_back(characters.subspan(i, kShareLineCharacters));
    return share_of_lines(cut);
  }
  const bool headed = begins_with(lines[0], kFirstHeader);
  if (headed && lines.size() < 3) malformed("it ends after its header");
  const std::vector<ByteSpan> header(lines.begin(), lines.begin() + (headed ? 3 : 0));
  lines.erase(lines.begin(), lines.begin() + (headed ? 3 : 0));
  for (unsigned i = 0; i < lines.size(); ++i) lines[i] = without_number(lines[i], i + 1);
  Share share = share_of_lines(lines);
  if (headed) require_header(header[1], header[2], share);
  return share;
}

}  // namespace solemn::sharing
