#pragma once
// DSSE envelopes (secure-systems-lab/dsse, protocol and JSON envelope 1.0.2).
#include <span>
#include <vector>

#include "sign/signer.hpp"

namespace solemn::sign {

struct DsseSignature {
  std::string key_id;  // a hint, not authenticated
  base::Bytes bytes;
};

struct DsseEnvelope {
  std::string payload_type;  // "application/vnd.in-toto+json"
  base::Bytes payload;
  std::vector<DsseSignature> signatures;
};

/// What is signed: "DSSEv1 LEN TYPE LEN BODY".
base::Bytes dsse_message(std::string_view payload_type, base::ByteSpan payload);

/// Either base64 alphabet, with padding or without. Unknown fields are passed over, as the specification wants; a field
/// given twice is not. Throws Error{malformed}. Shape: at most 16 MiB, 64 signatures.
DsseEnvelope parse_dsse(base::ByteSpan json);
std::string write_dsse(const DsseEnvelope& envelope);

/// Adds a signature; its key_id is the key's id in hex. ECDSA as DER.
void sign_dsse(DsseEnvelope& envelope, Signer& signer);

/// Which of the trusted keys (by index, each once) have a valid signature in the envelope. A (t, n) check compares the
/// size with t: `trusted` must then hold distinct keys (equal ones are counted once, under the first index). ECDSA
/// signatures are taken as DER and as r || s. Use envelope.payload afterwards, never the file again.
[[nodiscard]] std::vector<std::size_t> verify_dsse(const DsseEnvelope& envelope, std::span<const PublicKey> trusted);

}  // namespace solemn::sign
