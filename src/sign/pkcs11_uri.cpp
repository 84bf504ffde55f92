#include "sign/pkcs11_uri.hpp"

#include <charconv>
#include <map>

#include "base/error.hpp"

namespace solemn::sign {

using base::Code;
using base::Error;

namespace {

using Attributes = std::map<std::string, std::string, std::less<>>;

[[noreturn]] void wrong(const std::string& why) {
  throw Error(Code::usage, "key URI: " + why, "pkcs11:token=LABEL;object=LABEL?module-path=FILE (RFC 7512)");
}

std::string unescaped(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      if (static_cast<unsigned char>(text[i]) <= 0x20 || static_cast<unsigned char>(text[i]) >= 0x7f)
        wrong("a character that must be written as %XX");
      out += text[i];
      continue;
    }
    const auto byte = base::from_hex(text.substr(i + 1, 2));
    if (!byte || byte->size() != 1) wrong("'%' without two hexadecimal digits");
    out += static_cast<char>((*byte)[0]);
    i += 2;
  }
  return out;
}

Attributes split(std::string_view text, char separator) {
  Attributes found;
  while (!text.empty()) {
    const std::size_t end = text.find(separator);
    const std::string_view item = text.substr(0, end);
    const std::size_t equals = item.find('=');
    if (equals == std::string_view::npos || equals == 0) wrong("'" + base::printable(item) + "' is not NAME=VALUE");
    if (!found.emplace(item.substr(0, equals), unescaped(item.substr(equals + 1))).second)
      wrong("'" + std::string(item.substr(0, equals)) + "' is given twice");
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  }
  return found;
}

std::optional<std::string> take(Attributes& attributes, std::string_view name) {
  const auto found = attributes.find(name);
  if (found == attributes.end()) return std::nullopt;
  std::string value = std::move(found->second);
  attributes.erase(found);
  return value;
}

void read_path(Pkcs11Uri& uri, Attributes attributes) {
  uri.token = take(attributes, "token");
  uri.manufacturer = take(attributes, "manufacturer");
  uri.serial = take(attributes, "serial");
  uri.model = take(attributes, "model");
  uri.object = take(attributes, "object");
  if (const auto id = take(attributes, "id")) uri.id.emplace(base::as_bytes(*id).begin(), base::as_bytes(*id).end());
  if (const auto slot = take(attributes, "slot-id")) {
    std::uint64_t value = 0;
    const auto [end, error] = std::from_chars(slot->data(), slot->data() + slot->size(), value);
    if (error != std::errc{} || end != slot->data() + slot->size()) wrong("slot-id is not a number");
    uri.slot_id = value;
  }
  uri.type = take(attributes, "type");
  if (uri.type && *uri.type != "private" && *uri.type != "secret-key") wrong("type is not private or secret-key");
  if (!attributes.empty()) wrong("'" + attributes.begin()->first + "' is not supported");
  if (!uri.object && !uri.id) wrong("neither object nor id: which key?");
}

void read_query(Pkcs11Uri& uri, Attributes attributes) {
  if (take(attributes, "pin-value"))
    wrong("a PIN on the command line is seen by every user; use pin-source, --pin-file");
  if (const auto module = take(attributes, "module-path")) uri.module_path = *module;
  if (auto source = take(attributes, "pin-source")) {
    if (source->starts_with("file:")) source->erase(0, 5);
    if (!source->starts_with('/')) wrong("pin-source is not a file with a full path");
    uri.pin_source = *source;
  }
  if (!attributes.empty()) wrong("'" + attributes.begin()->first + "' is not supported");
}

}  // namespace

Pkcs11Uri parse_pkcs11_uri(std::string_view text) {
  constexpr std::string_view kScheme = "pkcs11:";
  if (!text.starts_with(kScheme)) wrong("it does not begin with pkcs11:");
  text.remove_prefix(kScheme.size());
  const std::size_t question = text.find('?');
  Pkcs11Uri uri;
  read_path(uri, split(text.substr(0, question), ';'));
  if (question != std::string_view::npos) read_query(uri, split(text.substr(question + 1), '&'));
  return uri;
}

}  // namespace solemn::sign
