#pragma once
// Sheets of paper for shares, and their content for an encrypted backup.
#include "keys/session.hpp"
#include "paper/scan.hpp"
#include "paper/share_sheet.hpp"

namespace solemn::keys {

/// The sheet of one share. Its PDF is drawn and read again before it is returned: what is printed is what is held.
/// Throws Error{internal} when the two differ.
paper::SecretBytes share_sheet(const KeySession::Holding& holding, const std::string& custodian,
                               const std::string& contact, const paper::DocumentInfo& page);
/// All shares of a custodian as text, one after the other, as `solemn keys share` reads them one by one.
sign::SecretText shares_text(const std::vector<KeySession::Holding>& holdings);

}  // namespace solemn::keys
