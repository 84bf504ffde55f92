#include "keys/people.hpp"

#include <algorithm>
#include <set>

#include "base/bytes.hpp"
#include "base/error.hpp"

namespace solemn::keys {

using transcript::array_of;
using transcript::Json;
using transcript::name_of;
using transcript::object_of;
using transcript::string_of;

namespace {

constexpr std::string_view kSchema = "solemn.keys.participants/1";
constexpr std::size_t kMostPeople = 100;

using Problems = std::vector<std::string>;

void add(base::Verdict& verdict, std::string_view rule, const Problems& problems, std::string detail) {
  std::string all;
  for (const std::string& problem : problems) all += (all.empty() ? "" : "; ") + problem;
  verdict.add(rule, problems.empty(), problems.empty() ? std::move(detail) : all);
}

std::string in_quotes(std::string_view name) { return "'" + base::printable(name) + "'"; }

std::string optional_text(const Json& json, const char* member, const std::string& what) {
  if (!json.contains(member)) return {};
  const std::string& text = string_of(json[member], what);
  return text.empty() ? text : name_of(json[member], what, 300);
}

Person person_of(const Json& json) {
  object_of(json, "a participant", {"initials", "name", "roles"}, {"contact", "key", "organisation"});
  Person person;
  person.name = name_of(json["name"], "a participant's name", 60);
  const std::string what = "participant '" + person.name + "'";
  person.initials = name_of(json["initials"], what + ": initials", 4);
  for (const Json& role : array_of(json["roles"], what + ": roles", 10))
    person.roles.push_back(name_of(role, what + ": a role", 40));
  person.organisation = optional_text(json, "organisation", what + ": organisation");
  person.contact = optional_text(json, "contact", what + ": contact");
  person.key = optional_text(json, "key", what + ": key");
  return person;
}

bool are_initials(std::string_view text) {
  return !text.empty() && text.size() <= 4 &&
         std::ranges::all_of(text, [](char c) { return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'); });
}

/// Names of witnesses stand in signed checkpoints, where '+' and blanks have a meaning.
bool fits_record(std::string_view name) {
  return base::printable(name) == name && name.find_first_of("+_") == std::string_view::npos &&
         !name.starts_with(' ') && !name.ends_with(' ') && name.find("  ") == std::string_view::npos;
}

/// "custodian", 3: "C3"; "coordinator", the only one: "CO".
std::string invented_initials(const Role& role, unsigned number) {
  std::string text;
  if (role.at_most > 1) {
    text = std::string(1, role.id[0]) + std::to_string(number);
  } else {
    text = role.id.substr(0, 2);
  }
  std::ranges::transform(text, text.begin(),
                         [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c; });
  return text;
}

}  // namespace

std::string Person::record_name() const {
  std::string text = name;
  std::ranges::replace(text, ' ', '_');
  return text;
}

bool Person::has_role(std::string_view role) const noexcept {
  return role == kEveryone || std::ranges::find(roles, role) != roles.end();
}

const Person* People::by_initials(std::string_view initials) const noexcept {
  const auto found = std::ranges::find(all, initials, &Person::initials);
  return found == all.end() ? nullptr : &*found;
}

const Person* People::by_record_name(std::string_view name) const noexcept {
  const auto found = std::ranges::find_if(all, [&](const Person& person) { return person.record_name() == name; });
  return found == all.end() ? nullptr : &*found;
}

std::vector<const Person*> People::with_role(std::string_view role) const {
  std::vector<const Person*> found;
  for (const Person& person : all) {
    if (person.has_role(role)) found.push_back(&person);
  }
  return found;
}

People parse_people(std::string_view text) {
  const Json json = transcript::parse_json(text);
  object_of(json, "the participants", {"participants", "schema"}, {"emergency_hotline"});
  if (string_of(json["schema"], "schema") != kSchema)
    throw base::Error(base::Code::malformed, "the participants are not of schema " + std::string(kSchema),
                      "a form to fill in: solemn keys plan DIR");
  People people;
  people.hotline = optional_text(json, "emergency_hotline", "emergency_hotline");
  for (const Json& item : array_of(json["participants"], "participants", kMostPeople))
    people.all.push_back(person_of(item));
  return people;
}

Json people_json(const People& people) {
  Json json = {{"emergency_hotline", people.hotline}, {"participants", Json::array()}, {"schema", kSchema}};
  for (const Person& person : people.all) {
    json["participants"].push_back({{"contact", person.contact},
                                    {"initials", person.initials},
                                    {"key", person.key},
                                    {"name", person.name},
                                    {"organisation", person.organisation},
                                    {"roles", person.roles}});
  }
  return json;
}

std::string write_people(const People& people) { return people_json(people).dump(2) + "\n"; }

base::Verdict check_people(const Script& script, const People& people) {
  base::Verdict verdict;
  Problems distinct, names, roles, separation;
  std::set<std::string> seen_names, seen_initials;
  for (const Person& person : people.all) {
    if (!seen_names.insert(person.record_name()).second) distinct.push_back(in_quotes(person.name) + " occurs twice");
    if (!seen_initials.insert(person.initials).second)
      distinct.push_back("the initials " + in_quotes(person.initials) + " are of two people");
    if (!are_initials(person.initials))
      names.push_back(in_quotes(person.initials) + " are no initials: 1 to 4 capital letters or digits");
    if (!fits_record(person.name))
      names.push_back(in_quotes(person.name) + " does not fit the record: no '+', no '_', single blanks between words");
    if (person.roles.empty()) roles.push_back(in_quotes(person.name) + " has no role");
    for (const std::string& role : person.roles) {
      if (script.role(role) == nullptr)
        roles.push_back(in_quotes(person.name) + ": there is no role " + in_quotes(role));
    }
    for (const Separation& pair : script.separation) {
      if (person.has_role(pair.one) && person.has_role(pair.other))
        separation.push_back(in_quotes(person.name) + " is " + pair.one + " and " + pair.other);
    }
  }
  for (const Role& role : script.roles) {
    const std::size_t n = people.with_role(role.id).size();
    if (n < role.at_least || n > role.at_most) {
      roles.push_back(std::to_string(n) + " with the role " + role.id + ", wanted " + std::to_string(role.at_least) +
                      (role.at_most == role.at_least ? "" : " to " + std::to_string(role.at_most)));
    }
  }
  add(verdict, "people-distinct", distinct, std::to_string(people.all.size()) + " people");
  add(verdict, "people-names", names, "fit for the record");
  add(verdict, "people-roles", roles, "as many as the script wants");
  add(verdict, "people-separation", separation,
      std::to_string(script.separation.size()) + " pairs of roles kept apart");
  return verdict;
}

std::vector<const Person*> without_contact(const People& people) {
  std::vector<const Person*> found;
  for (const Person& person : people.all) {
    const bool needed = person.has_role("coordinator") || person.has_role("custodian");
    if (needed && person.contact.find_first_not_of(' ') == std::string::npos) found.push_back(&person);
  }
  return found;
}

People invented_people(const Script& script) {
  People people;
  for (const Role& role : script.roles) {
    for (unsigned number = 1; number <= role.at_least; ++number) {
      const std::string name = role.at_most > 1 ? role.title + " " + std::to_string(number) : role.title;
      people.all.push_back({name, invented_initials(role, number), {role.id}, "", "", ""});
    }
  }
  return people;
}

}  // namespace solemn::keys
