#pragma once
// One mnemonic of SLIP-39: words, header, checksum. Private to this folder.
#include "sharing/slip39.hpp"

namespace solemn::sharing {

struct Slip39Share {
  Slip39Info info;
  sign::SecretText value;
};
sign::SecretText write_slip39(const Slip39Info& info, base::ByteSpan value);
/// Strict: words of the list, checksum, padding of at most 8 zero bits, value of 16 bytes or more and an even number,
/// group threshold not above the count. Throws Error{malformed}.
Slip39Share parse_slip39(base::ByteSpan mnemonic);

}  // namespace solemn::sharing
