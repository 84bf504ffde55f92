#pragma once
// What a custodian takes home: page 1 is the share and goes into the sealed bag, page 2 says what to do and stays
// outside of it.
#include "paper/document.hpp"

namespace solemn::paper {

/// `lines` and `qr` are secret views of the caller's guarded memory; everything else is public.
struct ShareSheet {
  DocumentInfo page;      // title and footer are set by the sheet when empty
  std::string key_name;   // "maintainer-2"
  std::string custodian;  // any script, see document.hpp
  unsigned index = 0, count = 0, threshold = 0;
  std::string set_id;          // as printed, in groups
  base::Bytes fingerprint;     // of the share, shown as hex and words
  std::string seal;            // number of the tamper-evident bag; empty: a line to write it on
  std::string date;            // as people say it: "26 November 2026"
  std::string contact;         // whom to call: "Ana Ilić, +381 11 555 0134"; empty: a line
  std::vector<KeyValue> more;  // further public facts
  std::span<const MonoLine> lines;
  std::string_view qr;
  std::vector<std::string> instructions;  // empty: standard_instructions()
};

/// For people who know nothing of keys.
std::vector<std::string> standard_instructions(const ShareSheet& sheet);

/// Two pages. Throws Error{usage} when the share does not fit on the first, or a text is missing.
SecretBytes share_sheet_pdf(const ShareSheet& sheet);

}  // namespace solemn::paper
