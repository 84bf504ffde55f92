// Papers for after a ceremony: certificate, inventory, destruction, reports.
#include "paper/forms.hpp"

namespace solemn::paper {

namespace {

using Digests = std::vector<std::pair<std::string, base::Bytes>>;

void hashes(Document& document, const Digests& digests) {
  for (const auto& [label, digest] : digests) document.hash(label, digest);
}

void signed_by(Document& document, std::span<const Signature> people) {
  if (people.empty()) return;
  document.need(50);
  document.heading("Signed by");
  document.signatures(people);
}

/// first, and what there is of the others on a smaller line.
std::string with_small(const std::string& first, std::initializer_list<std::string> others) {
  std::string small;
  for (const std::string& one : others)
    if (!one.empty()) small += (small.empty() ? "" : "\n") + one;
  return small.empty() ? first : first + "\n" + small;
}

std::string labelled(std::string_view label, const std::string& value) {
  return value.empty() ? "" : std::string(label) + " " + value;
}

}  // namespace

std::string grouped(const std::string& text) {
  const std::size_t end = text.find('\n');
  if (end != std::string::npos) return grouped(text.substr(0, end)) + "\n" + grouped(text.substr(end + 1));
  if (text.find_first_not_of("0123456789abcdefABCDEF") != std::string::npos) return text;
  std::string out;
  for (std::size_t i = 0; i < text.size(); i += 8) out += (i == 0 ? "" : " ") + text.substr(i, 8);
  return out;
}

SecretBytes certificate_pdf(const Certificate& certificate) {
  Document document(certificate.page);
  document.title(certificate.title);
  if (!certificate.statement.empty()) document.paragraph(certificate.statement);
  if (certificate.qr.empty())
    document.key_values(certificate.facts);
  else
    document.qr(certificate.qr, QrLevel::medium, 44, certificate.facts);
  if (!certificate.keys.empty()) {
    document.heading("Keys");
    Table table{{{"key", 1.7}, {"public key", 4, ColumnKind::mono}, {"shares", 2.1}}, {}, 0};
    for (const CertificateKey& key : certificate.keys)
      table.rows.push_back({with_small(key.name, {key.kind}), grouped(key.public_key), key.sharing});
    document.table(table);
  }
  if (!certificate.digests.empty()) {
    document.heading("Hashes that fix the record");
    hashes(document, certificate.digests);
  }
  document.heading("Exceptions");
  if (certificate.exceptions.empty())
    document.paragraph("None: every step went as the script says.");
  else
    document.bullets(certificate.exceptions);
  if (!certificate.left_out.empty()) {
    document.heading("Not done, by policy");
    document.bullets(certificate.left_out);
  }
  signed_by(document, certificate.signatures);
  return document.pdf();
}

SecretBytes inventory_pdf(const InventoryList& inventory) {
  DocumentInfo page = inventory.page;
  page.orientation = Orientation::landscape;
  Document document(std::move(page));
  document.title("Key inventory", "public keys only");
  document.key_values(inventory.facts);
  Table table{{{"key type", 1.5},
               {"public key", 3.9, ColumnKind::mono},
               {"custodian", 1.6},
               {"backup location", 1.7},
               {"status", 1.4}},
              {},
              0};
  for (const InventoryRow& key : inventory.keys)
    table.rows.push_back({with_small(key.key_type, {key.path}),
                          with_small(grouped(key.public_key), {labelled("fingerprint", grouped(key.fingerprint))}),
                          key.custodian, key.backup_location,
                          with_small(key.status, {labelled("from", key.created), labelled("until", key.expires)})});
  document.table(table);
  return document.pdf();
}

SecretBytes destruction_pdf(const DestructionCertificate& certificate) {
  Document document(certificate.page);
  document.title("Certificate of destruction", "what held secrets, and what became of it");
  document.key_values(certificate.facts);
  Table table{
      {{"Item", 2.4}, {"Serial number", 1.8, ColumnKind::mono}, {"What was done", 2.6}, {"What it is worth", 2.2}},
      {},
      8};
  for (const DestroyedItem& item : certificate.items)
    table.rows.push_back({item.item, item.serial, item.method, item.verdict});
  document.table(table);
  if (!certificate.verdicts.empty()) {
    document.heading("What the verdicts mean");
    document.key_values(certificate.verdicts);
  }
  if (!certificate.returned.rows.empty()) {
    document.heading("Equipment that went back");
    document.table(certificate.returned);
  }
  if (!certificate.digest.empty()) {
    document.heading("What is signed");
    document.hash("SHA-256 of destruction.json", certificate.digest);
  }
  signed_by(document, certificate.signatures);
  return document.pdf();
}

SecretBytes report_pdf(const Report& report) {
  Document document(report.page);
  document.title(report.title, report.below);
  for (const ReportSection& section : report.sections) {
    if (!section.heading.empty()) document.heading(section.heading);
    if (!section.text.empty()) document.paragraph(section.text);
    if (!section.facts.empty()) document.key_values(section.facts);
    if (section.table) document.table(*section.table);
    if (!section.checks.empty()) document.checklist(section.checks);
    hashes(document, section.digests);
  }
  signed_by(document, report.signatures);
  return document.pdf();
}

}  // namespace solemn::paper
