#include "keys/share_paper.hpp"

#include <algorithm>

#include "base/error.hpp"

namespace solemn::keys {

using paper::MonoLine;
using sharing::Share;

namespace {

/// The lines of a share's text below its three of header, without their numbers. Views of `text`.
std::vector<std::string_view> lines_of(const sign::SecretText& text) {
  std::vector<std::string_view> lines;
  for (std::string_view rest = base::as_text(text.expose()); !rest.empty();) {
    const std::size_t end = std::min(rest.find('\n'), rest.size());
    lines.push_back(rest.substr(0, end));
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  ASSERT(lines.size() == 3 + sharing::kShareLines);
  lines.erase(lines.begin(), lines.begin() + 3);
  for (std::string_view& line : lines) line.remove_prefix(3);
  return lines;
}

std::string grouped(base::ByteSpan bytes) {
  std::string text;
  for (std::size_t i = 0; i < bytes.size(); i += 4)
    text += (i == 0 ? "" : " ") + base::to_hex(bytes.subspan(i, std::min<std::size_t>(4, bytes.size() - i)));
  return text;
}

/// What a code holds, for people: nothing of its value.
std::string identity(const paper::Scanned& found) {
  try {
    return sheet_name(sharing::parse_share(found.expose()));
  } catch (const base::Error&) { return "no share"; }
}

void check_identities(base::Verdict& verdict, std::span<const paper::Scanned> found, std::span<const Share> meant) {
  std::string wrong;
  for (std::size_t i = 0; i < std::min(found.size(), meant.size()); ++i) {
    const std::string is = identity(found[i]), should_be = sheet_name(meant[i]);
    if (is != should_be) wrong += (wrong.empty() ? "" : "; ") + ("this sheet is " + is + "; meant is " + should_be);
  }
  if (found.empty())
    verdict.not_run("sheet-share", "no code could be read");
  else
    verdict.add("sheet-share", wrong.empty(), wrong);
}

}  // namespace

paper::SecretBytes share_sheet(const Share& share, const SheetFacts& facts) {
  const sign::SecretText text = sharing::share_text("key", share), code = sharing::share_qr_text(share);
  std::vector<MonoLine> lines;
  for (const std::string_view line : lines_of(text)) lines.push_back({line, {}});
  const base::Hash32 commitment = share.commitment();
  paper::ShareSheet sheet{facts.page,
                          facts.key_name,
                          facts.custodian,
                          share.index,
                          share.count,
                          share.threshold,
                          grouped(share.set),
                          base::Bytes(commitment.begin(), commitment.end()),
                          facts.seal,
                          facts.date,
                          facts.contact,
                          facts.more,
                          lines,
                          base::as_text(code.expose()),
                          {}};
  if (share.drill == sharing::Drill::yes) sheet.page.stamp = "DRILL";
  return paper::share_sheet_pdf(sheet);
}

std::string sheet_name(const Share& share) {
  return std::string(share.drill == sharing::Drill::yes ? "DRILL " : "") + "share " + std::to_string(share.index) +
         " of " + std::to_string(share.count) + ", set " + grouped(share.set);
}

base::Verdict compare_sheets(std::span<const paper::Scanned> found, std::span<const Share> meant) {
  std::vector<sign::SecretText> codes;
  std::vector<paper::Meant> texts;
  for (const Share& share : meant) {
    codes.push_back(sharing::share_qr_text(share));
    texts.push_back({sheet_name(share), base::as_text(codes.back().expose())});
  }
  base::Verdict verdict = paper::compare(found, texts);
  check_identities(verdict, found, meant);
  return verdict;
}

base::Verdict reread_sheet(base::ByteSpan pdf, const Share& share) {
  const sign::SecretText text = sharing::share_text("key", share), code = sharing::share_qr_text(share);
  const paper::Meant meant{sheet_name(share), base::as_text(code.expose())};
  return paper::reread(pdf, std::span(&meant, 1), lines_of(text));
}

}  // namespace solemn::keys
