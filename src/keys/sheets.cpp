#include "keys/sheets.hpp"

#include <algorithm>

#include "base/error.hpp"
#include "base/time.hpp"
#include "sharing/share_text.hpp"

namespace solemn::keys {

namespace {

/// "1  QPZRY 9X8GF ..." without its number: the sheet numbers the lines itself.
std::vector<paper::MonoLine> lines_of(const sign::SecretText& text) {
  std::vector<paper::MonoLine> lines;
  std::string_view rest = base::as_text(text.expose());
  while (!rest.empty()) {
    const std::size_t end = rest.find('\n');
    const std::string_view line = rest.substr(0, end);
    rest = end == std::string_view::npos ? std::string_view() : rest.substr(end + 1);
    if (line.size() < 4 || line[0] < '1' || line[0] > '9' || line.substr(1, 2) != "  ") continue;
    lines.push_back({line.substr(3), {}});
  }
  return lines;
}

}  // namespace

paper::SecretBytes share_sheet(const KeySession::Holding& holding, const std::string& custodian,
                               const std::string& contact, const paper::DocumentInfo& page) {
  const sign::SecretText text = sharing::share_text(holding.key, *holding.share);
  const sign::SecretText qr = sharing::share_qr_text(*holding.share);
  const std::vector<paper::MonoLine> lines = lines_of(text);
  const std::string set = base::to_hex(holding.set->set.prefix());
  const base::Hash32 fingerprint = holding.share->commitment();
  paper::ShareSheet sheet;
  sheet.page = page;
  sheet.key_name = holding.key;
  sheet.custodian = custodian;
  sheet.contact = contact;
  sheet.index = holding.share->index;
  sheet.count = holding.share->count;
  sheet.threshold = holding.share->threshold;
  sheet.set_id = set.substr(0, 8) + " " + set.substr(8, 8) + " " + set.substr(16, 8) + " " + set.substr(24);
  sheet.fingerprint.assign(fingerprint.begin(), fingerprint.end());
  sheet.date = base::utc(page.time).substr(0, 10);
  sheet.lines = lines;
  sheet.qr = base::as_text(qr.expose());
  paper::SecretBytes pdf = paper::share_sheet_pdf(sheet);
  const paper::Meant meant[] = {{holding.key, sheet.qr}};
  std::vector<std::string_view> printed;
  for (const paper::MonoLine& line : lines) printed.push_back(line.text);
  const base::Verdict verdict = paper::reread(pdf.expose(), meant, printed);
  for (const base::Check& check : verdict.checks()) {
    if (check.outcome != base::Outcome::passed)
      throw base::Error(base::Code::internal,
                        "the sheet of " + holding.key + " does not read back: " + std::string(check.rule));
  }
  return pdf;
}

sign::SecretText shares_text(const std::vector<KeySession::Holding>& holdings) {
  std::vector<sign::SecretText> texts;
  std::size_t size = 0;
  for (const KeySession::Holding& holding : holdings) {
    texts.push_back(sharing::share_text(holding.key, *holding.share));
    size += texts.back().size() + 1;
  }
  sign::SecretText all(size);
  auto end = all.expose().begin();
  for (const sign::SecretText& text : texts) {
    end = std::ranges::copy(text.expose(), end).out;
    *end++ = std::byte{'\n'};
  }
  return all;
}

}  // namespace solemn::keys
