#pragma once
// The people of a key ceremony. JSON "solemn.keys.participants/1".
#include <string>
#include <string_view>
#include <vector>

#include "keys/script.hpp"

namespace solemn::keys {

struct Person {
  std::string name;      // no blanks at the ends, no '+'
  std::string initials;  // 1 to 4 capital letters or digits: what is typed to sign a step
  std::vector<std::string> roles;
  std::string organisation, contact;  // may be empty
  std::string key;                    // where the own signing key is: path or pkcs11:...; empty: made at the ceremony

  /// The name in the record, where checkpoints allow no blanks: "Ada_Lovelace".
  std::string record_name() const;
  bool has_role(std::string_view role) const noexcept;  // kEveryone: always
};

struct People {
  std::vector<Person> all;
  std::string hotline;  // the procedure's emergency hotline; may be empty
  const Person* by_initials(std::string_view initials) const noexcept;
  const Person* by_record_name(std::string_view name) const noexcept;
  std::vector<const Person*> with_role(std::string_view role) const;
};

/// Strict. Throws Error{malformed}. The rules of the script are check_people()'s.
People parse_people(std::string_view json);
transcript::Json people_json(const People& people);
std::string write_people(const People& people);

/// Rules: people-distinct (names and initials), people-names (fit for the record), people-roles (known, and as many as
/// the script wants), people-separation.
base::Verdict check_people(const Script& script, const People& people);

/// Whom nobody could reach in an emergency: coordinator and custodians without a contact.
std::vector<const Person*> without_contact(const People& people);

/// As many invented people as the script wants: "Custodian 1", "C1". A form to fill in, and enough for a drill.
People invented_people(const Script& script);

}  // namespace solemn::keys
