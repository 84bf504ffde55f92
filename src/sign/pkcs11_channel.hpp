#pragma once
// What solemn and solemn-pkcs11-helper say to each other over a socket: frames of a 32-bit length (big-endian) and that
// many bytes, a request and an answer in turn. Private to this folder.
#include <cstdint>

#include "base/bytes.hpp"
#include "base/secret.hpp"
#include "sign/signer.hpp"

namespace solemn::sign {

// Requests: one byte, then fields as SSH strings.
//   open            module path, manufacturer, serial, model, token, slot ("" or decimal), object, id; each given one
//                   after a byte 1
//   login           PIN; finds a private key        login_wrapping  PIN; finds an AES key that wraps
//   sign            mechanism (one byte), data      wrap, unwrap    data
//   random          how many bytes (4 bytes, big-endian), at most kMaxRandomBytes
// Answers: one byte, then fields.
//   ok     open: token label, "1" when a PIN is wanted. login: key type (one byte), key bytes (two strings).
//          login_wrapping: nothing. Others: the bytes.
//   error  exit code (one byte), message, hint
enum class HelperRequest : std::uint8_t {
  open = 1,
  login = 2,
  sign = 3,
  random = 4,
  login_wrapping = 5,
  wrap = 6,
  unwrap = 7
};
inline constexpr std::uint32_t kMaxRandomBytes = 4096;
enum class HelperAnswer : std::uint8_t { ok = 1, error = 2 };
enum class HelperKey : std::uint8_t { ed25519 = 1, p256 = 2, p384 = 3, rsa = 4 };
enum class HelperMechanism : std::uint8_t {
  eddsa = 1,      // the message
  ecdsa = 2,      // its hash; r || s comes back
  rsa_pss = 3,    // its SHA-256
  rsa_pkcs1 = 4,  // a DigestInfo
};

inline constexpr std::size_t kMaxRequestBytes = (64 << 20) + 64, kMaxAnswerBytes = 64 << 10;

enum class [[nodiscard]] ChannelStatus : std::uint8_t{ok, closed, too_late, too_long};

/// Sends the parts as one frame. deadline_seconds: 0 waits for ever.
ChannelStatus send_frame(int socket, std::initializer_list<base::ByteSpan> parts, unsigned deadline_seconds) noexcept;
/// Receives one frame into guarded memory; its length is checked before anything is allocated.
ChannelStatus receive_frame(int socket, SecretText& frame, std::size_t max_bytes, unsigned deadline_seconds);

}  // namespace solemn::sign
