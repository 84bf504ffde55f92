#pragma once
// The papers of a ceremony, as paper/forms.hpp wants them.
#include "keys/people.hpp"
#include "paper/forms.hpp"

namespace solemn::keys {

struct PlanFacts {
  std::string label;             // how the ceremony is called
  base::Hash32 script_sha256{};  // of script.json
  std::string software;
  bool drill = false;
  std::int64_t time = 0;  // the date of the papers
  paper::PageSize size = paper::PageSize::a4;
};
/// The script to read from, with boxes, and the empty log for the auditor.
paper::Script script_paper(const Script& script, const People& people, const PlanFacts& facts);
paper::BlankLog blank_log_paper(const Script& script, const People& people, const PlanFacts& facts);
/// Of a page of this ceremony.
paper::DocumentInfo page_of(const PlanFacts& facts, std::string title);
/// "2.3": phase and step as they are counted on paper and on the screen.
std::string step_number(const Script& script, const Step& step);
/// "Coordinator, Auditor": the roles of a person by their titles.
std::string role_titles(const Script& script, const Person& person);

}  // namespace solemn::keys
