#pragma once
// The page that a custodian takes home.
#include "paper/scan.hpp"

namespace solemn::paper {

/// Texts in `lines` and `qr` are secret views of the caller's guarded memory.
struct ShareSheet {
  DocumentInfo page;      // title and footer are set by the sheet when empty
  std::string key_name;   // "maintainer-2"
  std::string custodian;  // any script, see document.hpp
  unsigned index = 0, count = 0, threshold = 0;
  std::string set_id;          // as printed, in groups
  base::Bytes fingerprint;     // of the share: public; shown as hex and words
  std::string seal;            // number of the tamper-evident bag; empty: a line to write it on
  std::string date;            // as people say it: "26 November 2026"
  std::vector<KeyValue> more;  // further public facts
  std::span<const MonoLine> lines;
  std::string_view qr;
  /// What the custodian should do; empty: the standard text.
  std::vector<std::string> instructions;
};

/// One page. Throws Error{usage} when it does not fit on one, or a text is missing.
SecretBytes share_sheet_pdf(const ShareSheet& sheet);

}  // namespace solemn::paper
