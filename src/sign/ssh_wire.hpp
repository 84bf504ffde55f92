#pragma once
// OpenSSH's wire format (RFC 4251 section 5): strings with a 32-bit length. Private to this folder.
#include "base/bytes.hpp"

namespace solemn::sign {

class SshReader {
 public:
  SshReader(base::ByteSpan bytes, std::string_view what) noexcept : rest_(bytes), what_(what) {}
  base::ByteSpan string();
  std::string_view text() { return base::as_text(string()); }
  std::uint32_t number();
  /// A positive mpint without its sign byte, minimal.
  base::ByteSpan positive();
  base::ByteSpan bytes(std::size_t n_bytes);
  void finish() const;
  [[noreturn]] void fail(std::string_view why) const;

 private:
  base::ByteSpan rest_;
  std::string_view what_;
};

void put_ssh_string(base::Bytes& out, base::ByteSpan content);
void put_ssh_text(base::Bytes& out, std::string_view text);
void put_ssh_number(base::Bytes& out, std::uint32_t number);
void put_ssh_positive(base::Bytes& out, base::ByteSpan big_endian);

}  // namespace solemn::sign
