#pragma once
// The bodies of the inventory's entries. Private to this folder.
#include "keys/inventory.hpp"

namespace solemn::keys {

transcript::Json policy_json(const Policy& policy);
/// Throws Error{malformed}.
Policy policy_from(const transcript::Json& json);

struct SharesBody {
  sharing::ShareSet set;
  std::vector<Holding> holdings;
};
/// Throws Error{malformed}: commitments that are no points, a set id that is not theirs, an index twice or out of
/// range.
SharesBody shares_from(const transcript::Json& json, const std::string& key_id);

std::int64_t time_from(const transcript::Json& json, const std::string& what);
/// "" or 1 to 300 characters.
std::string text_from(const transcript::Json& json, const std::string& what);

}  // namespace solemn::keys
