#include "sign/pkcs11_client.hpp"

#include <fcntl.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>
#include <csignal>

#include <algorithm>

#include "base/error.hpp"
#include "sign/ssh_wire.hpp"

extern char** environ;

namespace solemn::sign {

using base::Bytes;
using base::ByteSpan;
using base::Code;
using base::Error;

namespace {

base::Path helper_program(const OpenOptions& options) {
  if (!options.pkcs11_helper.empty()) return options.pkcs11_helper;
  std::error_code error;
  const base::Path self = std::filesystem::read_symlink("/proc/self/exe", error);
  return self.parent_path() / "solemn-pkcs11-helper";
}

void put_optional(Bytes& out, const std::optional<std::string>& value) {
  out.push_back(std::byte{value ? std::uint8_t{1} : std::uint8_t{0}});
  put_ssh_text(out, value.value_or(""));
}

Bytes open_request(const Pkcs11Uri& uri, const base::Path& module) {
  Bytes out;
  put_optional(out, module.string());
  put_optional(out, uri.manufacturer);
  put_optional(out, uri.serial);
  put_optional(out, uri.model);
  put_optional(out, uri.token);
  put_optional(out, uri.slot_id ? std::optional(std::to_string(*uri.slot_id)) : std::nullopt);
  put_optional(out, uri.object);
  put_optional(out, uri.id ? std::optional(std::string(base::as_text(*uri.id))) : std::nullopt);
  return out;
}

SecretText pin_for(const Pkcs11Uri& uri, const OpenOptions& options, const std::string& token) {
  if (uri.pin_source) {
    const base::InputFile in(*uri.pin_source);
    if (in.size() > 4096) throw Error(Code::usage, "'" + uri.pin_source->string() + "' is too long for a PIN");
    SecretText file(static_cast<std::size_t>(in.size()));
    in.read_at(0, file.expose());
    const auto line = file.expose();
    const auto end = std::ranges::find(line, std::byte{'\n'});
    return secret_copy(line.first(static_cast<std::size_t>(end - line.begin())));
  }
  if (!options.pin)
    throw Error(Code::refused, token + " wants a PIN, and there is nobody to ask",
                "give --pin-file FILE, or - for stdin");
  return options.pin(token);
}

}  // namespace

void device_error(const std::string& what, const std::string& hint) { throw Error(Code::device, what, hint); }

Pkcs11Client::Pkcs11Client(const Pkcs11Uri& uri, const OpenOptions& options)
    : Pkcs11Client(options.time_limit_seconds) {  // so that the destructor runs when the rest throws
  const base::Path module = uri.module_path.value_or(options.pkcs11_module);
  if (module.empty())
    throw Error(Code::usage, "no PKCS#11 module is named",
                "add ?module-path=/usr/lib/softhsm/libsofthsm2.so (or the like) to the URI, or give --pkcs11-module");
  start(helper_program(options));
  const SecretText opened = ask(HelperRequest::open, {open_request(uri, module)});
  SshReader reader(opened.expose(), "answer of the PKCS#11 helper");
  token_ = "token '" + base::printable(reader.text()) + "'";
  wants_pin_ = reader.text() == "1";
  reader.finish();
}

void Pkcs11Client::start(const base::Path& program) {
  int pair[2];
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) != 0) device_error("no socket for the PKCS#11 helper");
  socket_ = pair[0];
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, pair[1], STDIN_FILENO);
  posix_spawn_file_actions_adddup2(&actions, STDERR_FILENO, STDOUT_FILENO);  // what a module prints is no answer
  std::string name = program.string();
  char* const arguments[] = {name.data(), nullptr};
  const int failed = posix_spawn(&process_, name.c_str(), &actions, nullptr, arguments, environ);
  posix_spawn_file_actions_destroy(&actions);
  ::close(pair[1]);
  if (failed != 0) {
    ::close(socket_);
    process_ = -1;
    device_error("cannot start the PKCS#11 helper '" + name + "'", "it belongs beside the program solemn");
  }
}

Pkcs11Client::~Pkcs11Client() {
  if (process_ <= 0) return;
  ::close(socket_);
  kill(process_, SIGKILL);
  while (waitpid(process_, nullptr, 0) < 0 && errno == EINTR) continue;
}

SecretText Pkcs11Client::ask(HelperRequest request, std::initializer_list<ByteSpan> fields) {
  const std::byte kind{static_cast<std::uint8_t>(request)};
  std::vector<std::array<std::byte, 4>> lengths(fields.size());
  Bytes head{kind};
  ASSERT(fields.size() <= 2);
  const ByteSpan* field = fields.begin();
  for (std::size_t i = 0; i < fields.size(); ++i)
    base::store_be32(lengths[i], static_cast<std::uint32_t>(field[i].size()));
  const ByteSpan none;
  const ByteSpan l0 = !lengths.empty() ? ByteSpan(lengths[0]) : none, f0 = !lengths.empty() ? field[0] : none;
  const ByteSpan l1 = lengths.size() > 1 ? ByteSpan(lengths[1]) : none, f1 = lengths.size() > 1 ? field[1] : none;
  check(send_frame(socket_, {head, l0, f0, l1, f1}, time_limit_seconds_));
  SecretText answer(1);
  check(receive_frame(socket_, answer, kMaxAnswerBytes, time_limit_seconds_));
  if (answer.expose()[0] == std::byte{static_cast<std::uint8_t>(HelperAnswer::ok)})
    return secret_copy(answer.expose().subspan(1));
  SshReader reader(answer.expose().subspan(1), "answer of the PKCS#11 helper");
  const auto code = reader.bytes(1)[0] == std::byte{1} ? Code::usage : Code::device;
  const std::string message(reader.text()), hint(reader.text());
  throw Error(code, message, hint);
}

SecretText Pkcs11Client::log_in(HelperRequest kind, const Pkcs11Uri& uri, const OpenOptions& options) {
  const SecretText pin = wants_pin_ ? pin_for(uri, options, token_) : SecretText(0);
  return ask(kind, {pin.expose()});
}

SecretText Pkcs11Client::ask_for_bytes(HelperRequest request, std::initializer_list<ByteSpan> fields) {
  const SecretText answer = ask(request, fields);
  SshReader reader(answer.expose(), "answer of the PKCS#11 helper");
  const ByteSpan bytes = reader.string();
  reader.finish();
  return secret_copy(bytes);
}

void Pkcs11Client::check(ChannelStatus status) const {
  if (status == ChannelStatus::ok) return;
  if (status == ChannelStatus::too_late)
    device_error("the token did not answer within " + std::to_string(time_limit_seconds_) + " seconds");
  if (status == ChannelStatus::too_long) device_error("too much data for the token, or from it");
  device_error("the PKCS#11 module crashed, or its helper ended", "try the module with pkcs11-tool --module FILE -L");
}

}  // namespace solemn::sign
