// solemn-pkcs11-helper: loads a PKCS#11 module and signs with it for solemn, which talks to it over a socket on
// standard input. It ends when that is closed, or at the first request that is not well-formed.
#include <sys/socket.h>
#include <unistd.h>

#include <iostream>

#include "base/error.hpp"
#include "sign/pkcs11_token.hpp"
#include "sign/ssh_wire.hpp"

namespace solemn::sign {
namespace {

using base::Bytes;
using base::ByteSpan;
using base::Code;
using base::Error;

std::optional<std::string> optional_field(SshReader& reader) {
  const bool given = reader.bytes(1)[0] == std::byte{1};
  std::string value(reader.text());
  return given ? std::optional(std::move(value)) : std::nullopt;
}

TokenQuery query_in(SshReader fields) {
  SshReader reader(fields.string(), "request");
  fields.finish();
  TokenQuery query;
  for (auto* field : {&query.module, &query.manufacturer, &query.serial, &query.model, &query.token, &query.slot,
                      &query.object, &query.id})
    *field = optional_field(reader);
  reader.finish();
  if (!query.module) reader.fail("no module");
  return query;
}

class Conversation {
 public:
  Bytes answer(HelperRequest request, SshReader fields) {
    Bytes out;
    if (request == HelperRequest::open && !token_) {
      token_.emplace(query_in(fields));
      put_ssh_text(out, token_->label());
      put_ssh_text(out, token_->wants_pin() ? "1" : "0");
    } else if (request == HelperRequest::login && token_ && !logged_in_ && !can_wrap_) {
      const TokenKey key = token_->login(fields.string());
      fields.finish();
      logged_in_ = true;
      out.push_back(static_cast<std::byte>(key.kind));
      put_ssh_string(out, key.first);
      put_ssh_string(out, key.second);
    } else if (request == HelperRequest::sign && logged_in_) {
      const ByteSpan kind = fields.string(), data = fields.string();
      fields.finish();
      if (kind.size() != 1 || kind[0] < std::byte{1} || kind[0] > std::byte{4}) fields.fail("no such mechanism");
      put_ssh_string(out, token_->sign(static_cast<HelperMechanism>(kind[0]), data));
    } else if (request == HelperRequest::random && logged_in_) {
      const ByteSpan count = fields.string();
      fields.finish();
      if (count.size() != 4 || base::load_be32(count) > kMaxRandomBytes) fields.fail("too many random bytes");
      put_ssh_string(out, token_->random(base::load_be32(count)).expose());
    } else if (request == HelperRequest::login_wrapping && token_ && !logged_in_ && !can_wrap_) {
      token_->login_wrapping(fields.string());
      fields.finish();
      can_wrap_ = true;
    } else if (request == HelperRequest::wrap && can_wrap_) {
      const ByteSpan value = fields.string();
      fields.finish();
      put_ssh_string(out, token_->wrap(value));
    } else if (request == HelperRequest::unwrap && can_wrap_) {
      const ByteSpan wrapped = fields.string();
      fields.finish();
      put_ssh_string(out, token_->unwrap(wrapped).expose());
    } else {
      throw Error(Code::internal, "a request that cannot come now");
    }
    return out;
  }

 private:
  std::optional<Pkcs11Token> token_;
  bool logged_in_ = false, can_wrap_ = false;
};

bool serve_one(Conversation& conversation) {
  SecretText frame(1);
  if (receive_frame(STDIN_FILENO, frame, kMaxRequestBytes, 0) != ChannelStatus::ok) return false;
  std::byte kind{static_cast<std::uint8_t>(HelperAnswer::ok)};
  Bytes fields;
  bool go_on = true;
  try {
    fields = conversation.answer(static_cast<HelperRequest>(frame.expose()[0]),
                                 SshReader(frame.expose().subspan(1), "request"));
  } catch (const Error& error) {
    go_on = error.code() == Code::device || error.code() == Code::usage;
    kind = std::byte{static_cast<std::uint8_t>(HelperAnswer::error)};
    fields = Bytes{std::byte{error.code() == Code::usage ? std::uint8_t{1} : std::uint8_t{0}}};
    put_ssh_text(fields, error.message());
    put_ssh_text(fields, error.hint());
  }
  const bool sent = send_frame(STDIN_FILENO, {ByteSpan(&kind, 1), fields}, 0) == ChannelStatus::ok;
  base::wipe(std::span(fields));  // random bytes or a key may be among them
  return sent && go_on;
}

bool stdin_is_a_socket() {
  int type = 0;
  socklen_t size = sizeof type;
  return getsockopt(STDIN_FILENO, SOL_SOCKET, SO_TYPE, &type, &size) == 0 && type == SOCK_STREAM;
}

}  // namespace
}  // namespace solemn::sign

int main() {
  using namespace solemn;
  base::harden_process();
  if (!sign::stdin_is_a_socket()) {
    std::cerr << "solemn-pkcs11-helper: started by solemn for keys in PKCS#11 tokens; nothing to do by hand\n";
    return 2;
  }
  try {
    sign::Conversation conversation;
    while (sign::serve_one(conversation)) continue;
  } catch (const std::exception& error) {
    std::cerr << "solemn-pkcs11-helper: " << base::printable(error.what()) << '\n';
    _exit(70);
  }
  _exit(0);  // without the destructors of modules, some of which crash at exit
}
