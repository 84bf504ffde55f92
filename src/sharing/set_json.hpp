#pragma once
// The public file of a shared key, NAME.set.json.
#include <optional>
#include <string>

#include "base/file.hpp"
#include "sharing/sealed.hpp"

namespace solemn::sharing {

struct SetFile {
  ShareSet set;
  std::vector<base::Hash32> share_commitments;  // Share::commitment() of 1 to count; or empty
  std::optional<SealedSecret> sealed;           // then what is shared is the key that opens it
  std::optional<SetId> replaces;                // the set that was reshared into this one

  /// "maintainer-1.set.json"
  std::string file_name() const;
};
SetFile set_file_of(const Dealt& dealt);
SetFile set_file_of(const DealtSecret& dealt);

/// verify_share() and, where the file has commitments to the shares, share-commitment: it is the sheet of that day.
base::Verdict verify_share(const SetFile& file, const Share& share);

/// Indented, fields in a fixed order, ends with a newline.
std::string write_set(const SetFile& file);
/// Strict: no unknown or repeated field; set_id must be that of the commitments and the sealed secret, public_key the
/// first commitment. Throws Error{malformed}.
SetFile parse_set(std::string_view json);
/// The same with the path in the message; at most 256 KiB.
SetFile read_set(const base::Path& path);

}  // namespace solemn::sharing
