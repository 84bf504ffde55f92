#pragma once
// The papers of a ceremony as plain data: whoever runs it fills the structs, and gets PDF bytes. Nothing here is
// secret. In every struct, empty texts are left out or become room to write by hand.
#include <utility>

#include "paper/document.hpp"

namespace solemn::paper {

/// The script, or its blank log: every step with a box, the time and initials.
struct ScriptStep {
  std::string id;  // "2.3"
  std::string text;
  std::string performer;  // role
  unsigned witnesses = 0;
  std::string note;     // what is measured, what may go otherwise
  bool secret = false;  // marked: nobody but the named roles looks
};
struct ScriptPhase {
  std::string title;
  unsigned minutes = 0;
  std::vector<ScriptStep> steps;
};
struct Person {
  std::string name, role, contact;
};
struct Script {
  DocumentInfo page;
  std::string title, purpose;
  std::vector<KeyValue> facts;  // place, date, software and its hash, script hash
  base::Bytes digest;           // of the script, shown as hash
  std::vector<Person> people;
  std::vector<std::string> rules;  // separation of roles, policies
  std::vector<ScriptPhase> phases;
  std::vector<CheckItem> checklist;  // Appendix A
};
SecretBytes script_pdf(const Script& script);

/// An empty log: numbered rows with time, step, what happened, initials; and forms for exceptions.
struct BlankLog {
  DocumentInfo page;
  std::vector<KeyValue> facts;
  std::vector<Person> people;
  unsigned rows = 60;
  unsigned exceptions = 2;
};
SecretBytes blank_log_pdf(const BlankLog& log);

/// Hex digits in groups of eight, line by line; other lines as they are.
std::string grouped(const std::string& text);

struct CertificateKey {
  std::string name, kind, public_key, sharing;  // sharing: "any 3 of 5, set 3f1c ..."
};
struct Certificate {
  DocumentInfo page;
  std::string title = "Key ceremony certificate", statement;
  std::vector<KeyValue> facts;
  std::vector<CertificateKey> keys;
  std::vector<std::pair<std::string, base::Bytes>> digests;  // label and hash: log head, script, software
  std::vector<std::string> exceptions;                       // none: said so
  std::vector<std::string> left_out;                         // what a policy left out
  std::vector<Signature> signatures;
  std::string qr;  // alphanumeric; empty: none
};
SecretBytes certificate_pdf(const Certificate& certificate);

/// Appendix C of the procedure, with path, fingerprint and dates. Landscape.
struct InventoryRow {
  std::string key_type, public_key, custodian, backup_location, status, path, fingerprint, created, expires;
};
struct InventoryList {
  DocumentInfo page;
  std::vector<KeyValue> facts;
  std::vector<InventoryRow> keys;
};
SecretBytes inventory_pdf(const InventoryList& inventory);

/// Appendix B.
struct ContactSheet {
  DocumentInfo page;
  std::vector<Person> people;
  std::vector<KeyValue> hotlines;
  std::vector<std::string> when;  // when to call whom
};
SecretBytes contact_sheet_pdf(const ContactSheet& sheet);

struct DestroyedItem {
  std::string item, serial, method, verdict;
};
struct DestructionCertificate {
  DocumentInfo page;
  std::vector<KeyValue> facts;
  std::vector<DestroyedItem> items;
  std::vector<KeyValue> verdicts;  // what each verdict word means
  Table returned;                  // equipment that went back; no rows: left out
  base::Bytes digest;              // SHA-256 of what is signed
  std::vector<Signature> signatures;
};
SecretBytes destruction_pdf(const DestructionCertificate& certificate);

/// Anything else that is headings, facts, tables and texts: verification, recovery and audit reports.
struct ReportSection {
  std::string heading, text;
  std::vector<KeyValue> facts;
  std::optional<Table> table;
  std::vector<CheckItem> checks;
  std::vector<std::pair<std::string, base::Bytes>> digests;
};
struct Report {
  DocumentInfo page;
  std::string title, below;
  std::vector<ReportSection> sections;
  std::vector<Signature> signatures;
};
SecretBytes report_pdf(const Report& report);

}  // namespace solemn::paper
