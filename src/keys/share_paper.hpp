#pragma once
// A share (sharing/) on a sheet of paper (paper/), and back.
#include "paper/scan.hpp"
#include "paper/share_sheet.hpp"
#include "sharing/share_text.hpp"

namespace solemn::keys {

/// What a sheet says beside the share.
struct SheetFacts {
  std::string key_name, custodian, seal, date, contact;  // see paper::ShareSheet
  std::vector<paper::KeyValue> more;
  paper::DocumentInfo page;  // the stamp is set for drill shares
};
paper::SecretBytes share_sheet(const sharing::Share& share, const SheetFacts& facts);

/// "share 2 of 5, set 3f1cab12 9f3e0c55 01d2f2aa 7bb6a8a4": public.
std::string sheet_name(const sharing::Share& share);

/// The finished PDF, drawn and read: rules of paper::reread.
base::Verdict reread_sheet(base::ByteSpan pdf, const sharing::Share& share);
/// What was found on paper against the shares that are meant, sheet after sheet: rules of paper::compare, and
/// sheet-share, whose detail names a wrong sheet.
base::Verdict compare_sheets(std::span<const paper::Scanned> found, std::span<const sharing::Share> meant);

}  // namespace solemn::keys
