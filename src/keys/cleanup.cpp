#include "keys/cleanup.hpp"

#include <algorithm>

#include "base/error.hpp"
#include "base/time.hpp"

namespace solemn::keys {

using transcript::Json;

namespace {

constexpr const char* kSchema = "solemn.cleanup-certificate/1";
constexpr std::size_t kMaxItems = 1000;

[[noreturn]] void malformed(const std::string& what) { throw base::Error(base::Code::malformed, what); }

std::string text_of(const Json& json, const char* field) {
  const std::string& text = transcript::string_of(json[field], field);
  if (text.size() > 2000) malformed("'" + std::string(field) + "' is too long");
  return text;
}

template <class Word>
Word word_of(const Json& json, const char* field, std::optional<Word> (*named)(std::string_view) noexcept) {
  const auto word = named(text_of(json, field));
  if (!word) malformed("'" + base::printable(text_of(json, field)) + "' is no " + field);
  return *word;
}

Json names(const std::vector<std::string>& people) { return Json(people); }

std::vector<std::string> names_of(const Json& json, const char* what) {
  std::vector<std::string> people;
  for (const Json& item : transcript::array_of(json, what, kMaxItems))
    people.push_back(transcript::name_of(item, what));
  return people;
}

}  // namespace

DestructionItem destruction_item_from(const Json& item) {
  transcript::object_of(item, "a device", {"device", "medium", "method", "model", "note", "serial", "verdict"});
  DestructionItem made{{text_of(item, "device"), text_of(item, "model"), text_of(item, "serial")},
                       word_of(item, "method", method_named),
                       word_of(item, "verdict", wipe_verdict_named),
                       text_of(item, "note")};
  made.device.medium = word_of(item, "medium", medium_named);
  const WipeVerdict best = verdict_of(made.device.medium, made.method);
  const bool modest = made.verdict == WipeVerdict::destroy ||
                      (made.verdict == WipeVerdict::overwritten_not_trustworthy && best != WipeVerdict::destroy);
  if (made.verdict != best && !modest)
    malformed("'" + base::printable(made.device.name) + "': " + std::string(name(made.method)) + " on " +
              std::string(name(made.device.medium)) + " gives " + std::string(name(best)) + ", not " +
              std::string(name(made.verdict)));
  return made;
}

ReturnedItem returned_item_from(const Json& item) {
  transcript::object_of(item, "returned equipment", {"handed_to", "name", "seal", "serial"});
  return {text_of(item, "name"), text_of(item, "serial"), text_of(item, "seal"), text_of(item, "handed_to")};
}

Json item_json(const DestructionItem& item) {
  return {{"device", item.device.name},
          {"medium", name(item.device.medium)},
          {"method", name(item.method)},
          {"model", item.device.model},
          {"note", item.note},
          {"serial", item.device.serial},
          {"verdict", name(item.verdict)}};
}

Json item_json(const ReturnedItem& item) {
  return {{"handed_to", item.handed_to}, {"name", item.name}, {"seal", item.seal}, {"serial", item.serial}};
}

std::vector<std::string> CleanupCertificate::open_items() const {
  std::vector<std::string> open;
  for (const DestructionItem& item : destroyed) {
    if (item.verdict == WipeVerdict::destroy && item.method != Method::destroy) open.push_back(item.device.name);
  }
  return open;
}

Json CleanupCertificate::json() const {
  Json devices = Json::array(), equipment = Json::array();
  for (const DestructionItem& item : destroyed) devices.push_back(item_json(item));
  for (const ReturnedItem& item : returned) equipment.push_back(item_json(item));
  return Json{{"ceremony", ceremony},
              {"devices", std::move(devices)},
              {"performed_by", names(performed_by)},
              {"residues", residues},
              {"returned", std::move(equipment)},
              {"scanned_bytes", scanned_bytes},
              {"schema", kSchema},
              {"time", time},
              {"witnesses", names(witnesses)}};
}

CleanupCertificate CleanupCertificate::from_json(const Json& json) {
  transcript::object_of(
      json, "the certificate",
      {"ceremony", "devices", "performed_by", "residues", "returned", "scanned_bytes", "schema", "time", "witnesses"});
  if (json["schema"] != kSchema) malformed("the schema is not " + std::string(kSchema));
  CleanupCertificate made;
  made.ceremony = text_of(json, "ceremony");
  made.time = text_of(json, "time");
  if (!base::parse_utc(made.time)) malformed("the certificate's time is not like 2026-01-31T12:00:00Z");
  for (const Json& item : transcript::array_of(json["devices"], "devices", kMaxItems))
    made.destroyed.push_back(destruction_item_from(item));
  for (const Json& item : transcript::array_of(json["returned"], "returned", kMaxItems))
    made.returned.push_back(returned_item_from(item));
  made.scanned_bytes = transcript::number_of(json["scanned_bytes"], "scanned_bytes");
  made.residues = transcript::number_of(json["residues"], "residues");
  made.performed_by = names_of(json["performed_by"], "performed_by");
  made.witnesses = names_of(json["witnesses"], "witnesses");
  return made;
}

}  // namespace solemn::keys
