#include "store/names.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <map>
#include <set>

#include "base/error.hpp"
#include "base/time.hpp"
#include "hash/sha256.hpp"

namespace solemn::store {

using base::Code;
using base::Error;
using base::Hash32;

namespace {

constexpr std::size_t kHexBytes = 64;

bool is_lower_hex(std::string_view text) noexcept {
  return std::ranges::all_of(text, [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

bool is_name_character(char c) noexcept {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         std::string_view("._-+@=,").find(c) != std::string_view::npos;
}

Hash32 next_head(const Hash32& previous, std::string_view rest) {
  hash::Sha256 sha;
  sha.update(previous);
  sha.update(base::as_bytes(rest));
  return sha.finish();
}

std::string rest_of(const NamedObject& object) {
  return base::to_hex(object.digest) + " " + std::to_string(object.size_bytes) + " " + base::utc(object.time) + " " +
         object.name;
}

[[noreturn]] void bad_line(std::size_t number, const std::string& what) {
  throw Error(Code::malformed, "line " + std::to_string(number) + " of the names: " + what);
}

/// Up to the next space, which is removed too.
std::string_view take_word(std::string_view& rest) noexcept {
  const std::size_t end = rest.find(' ');
  const std::string_view word = rest.substr(0, end);
  rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
  return word;
}

NamedObject parse_rest(std::string_view rest, std::size_t number) {
  NamedObject object;
  const std::string_view digest = take_word(rest), size = take_word(rest), time = take_word(rest);
  const auto parsed = parse_digest(digest);
  if (!parsed || !is_lower_hex(digest)) bad_line(number, "no SHA-256");
  object.digest = *parsed;
  const auto [end, error] = std::from_chars(size.data(), size.data() + size.size(), object.size_bytes);
  if (error != std::errc() || end != size.data() + size.size() || std::to_string(object.size_bytes) != size)
    bad_line(number, "no size");
  const auto seconds = base::parse_utc(time);
  if (!seconds) bad_line(number, "no time");
  object.time = *seconds;
  if (!is_good_name(rest)) bad_line(number, "'" + base::printable(rest.substr(0, kMaxNameBytes)) + "' is not a name");
  object.name = rest;
  return object;
}

}  // namespace

std::optional<Hash32> parse_digest(std::string_view hex) {
  if (hex.size() != kHexBytes) return std::nullopt;
  const auto bytes = base::from_hex(hex);
  if (!bytes) return std::nullopt;
  Hash32 digest{};
  std::ranges::copy(*bytes, digest.begin());
  return digest;
}

bool is_good_name(std::string_view name) noexcept {
  if (name.empty() || name.size() > kMaxNameBytes) return false;
  bool at_start = true;
  for (const char c : name) {
    if (at_start && (c == '/' || c == '.' || c == '-')) return false;
    if (c != '/' && !is_name_character(c)) return false;
    at_start = c == '/';
  }
  return !at_start;
}

std::string object_place(const Hash32& digest) {
  const std::string hex = base::to_hex(digest);
  return "objects/" + hex.substr(0, 2) + "/" + hex;
}

const NamedObject* Names::find(std::string_view name) const noexcept {
  const auto found = std::ranges::find_if(objects, [&](const NamedObject& object) { return object.name == name; });
  return found == objects.end() ? nullptr : &*found;
}

const NamedObject* Names::find(const Hash32& digest) const noexcept {
  const auto found = std::ranges::find_if(objects, [&](const NamedObject& object) { return object.digest == digest; });
  return found == objects.end() ? nullptr : &*found;
}

bool Names::contains_head(const Hash32& head) const noexcept {
  return head == Hash32{} || std::ranges::find(heads, head) != heads.end();
}

Names parse_names(std::string_view text) {
  Names names;
  std::set<std::string> seen;
  std::map<Hash32, std::uint64_t> sizes;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = text.find('\n', at), number = names.objects.size() + 1;
    if (end == std::string_view::npos) break;
    std::string_view rest = text.substr(at, end - at);
    const std::string_view value = take_word(rest);
    const auto claimed = parse_digest(value);
    if (!claimed || !is_lower_hex(value)) bad_line(number, "no chain value");
    const Hash32 head = next_head(names.head(), rest);
    if (*claimed != head)
      bad_line(number, "it does not follow from the lines before: something was changed or removed");
    NamedObject object = parse_rest(rest, number);
    if (!seen.insert(object.name).second) bad_line(number, "the name '" + object.name + "' is given a second time");
    if (sizes.emplace(object.digest, object.size_bytes).first->second != object.size_bytes)
      bad_line(number, "one content has two sizes");
    names.objects.push_back(std::move(object));
    names.heads.push_back(head);
    at = names.whole_bytes = end + 1;
  }
  return names;
}

std::string write_line(const Hash32& previous_head, const NamedObject& object) {
  ASSERT(is_good_name(object.name));
  const std::string rest = rest_of(object);
  return base::to_hex(next_head(previous_head, rest)) + " " + rest;
}

std::string write_names(const Names& names) {
  std::string text;
  Hash32 head{};
  for (std::size_t i = 0; i < names.objects.size(); ++i) {
    text += write_line(head, names.objects[i]) + "\n";
    head = names.heads[i];
  }
  return text;
}

}  // namespace solemn::store
