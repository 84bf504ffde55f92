#include "keys/script.hpp"

#include <gtest/gtest.h>

#include "base/error.hpp"
#include "keys/people.hpp"

namespace solemn::keys {
namespace {

Script shipped() { return parse_script(default_script_text()); }

std::string failed_rules(const base::Verdict& verdict) {
  std::string rules;
  for (const base::Check& check : verdict.checks()) {
    if (check.outcome == base::Outcome::failed) rules += (rules.empty() ? "" : " ") + std::string(check.rule);
  }
  return rules;
}

Step& step_of(Script& script, std::string_view id) {
  for (Phase& phase : script.phases) {
    for (Step& step : phase.steps) {
      if (step.id == id) return step;
    }
  }
  throw std::out_of_range(std::string(id));
}

TEST(Script, the_shipped_procedure_is_sound) {
  const Script script = shipped();
  const base::Verdict verdict = check_script(script);
  for (const base::Check& check : verdict.checks()) EXPECT_EQ(check.outcome, base::Outcome::passed) << check.detail;
  EXPECT_EQ(script.threshold, 3U);
  EXPECT_EQ(script.shares, 5U);
  EXPECT_EQ(script.role("custodian")->at_least, 7U);
}

TEST(Script, the_four_phases_have_the_budgets_of_the_procedure) {
  std::vector<unsigned> minutes;
  for (const Phase& phase : shipped().phases) {
    if (phase.minutes != 0) minutes.push_back(phase.minutes);
  }
  EXPECT_EQ(minutes, (std::vector<unsigned>{30, 60, 45, 30}));
}

TEST(Script, what_is_written_reads_back_the_same) {
  const std::string text = write_script(shipped());
  EXPECT_EQ(write_script(parse_script(text)), text);
}

TEST(Script, unknown_members_are_refused) {
  transcript::Json json = script_json(shipped());
  json["phases"][0]["steps"][0]["optional"] = true;
  EXPECT_THROW((void)parse_script(json.dump()), base::Error);
}

struct Spoilt {
  const char* rule;
  void (*spoil)(Script& script);
};

TEST(Script, each_fault_is_named_by_its_rule) {
  const Spoilt kCases[] = {
      {"script-ids",
       [](Script& s) {
         step_of(s, "venue").id = "Venue 1";
         s.checklist[0].steps[0] = "Venue 1";
       }},
      {"script-ids", [](Script& s) { s.keys[1].name = s.keys[0].name; }},
      {"script-roles", [](Script& s) { s.roles[0].at_most = 2; }},
      {"script-separation", [](Script& s) { s.separation.erase(s.separation.begin()); }},
      {"script-separation",
       [](Script& s) { std::erase_if(s.separation, [](auto& p) { return p.one == "facilitator"; }); }},
      {"script-separation", [](Script& s) { s.separation.pop_back(); }},
      {"script-separation",
       [](Script& s) {
         s.separation.push_back({"auditor", "cook"});
       }},
      {"script-sharing", [](Script& s) { s.threshold = 1; }},
      {"script-sharing", [](Script& s) { s.shares = 8; }},
      {"script-policies", [](Script& s) { s.policies[0].proposed = "perhaps"; }},
      {"script-policies",
       [](Script& s) {
         step_of(s, "venue").when = Condition{"github", "later"};
       }},
      {"script-policies", [](Script& s) { step_of(s, "policies").action = ""; }},
      {"script-keys", [](Script& s) { s.keys[0].type = "car"; }},
      {"script-steps", [](Script& s) { step_of(s, "dice").action = "roulette"; }},
      {"script-steps", [](Script& s) { step_of(s, "venue").performer = "cook"; }},
      {"script-steps",
       [](Script& s) {
         step_of(s, "clock").deviations.push_back({"no clock", false});
       }},
      {"script-witnesses", [](Script& s) { step_of(s, "venue").witnesses = 4; }},
      {"script-witnesses", [](Script& s) { step_of(s, "dice").witnesses = 1; }},
      {"script-secrets", [](Script& s) { step_of(s, "dice").secrets = false; }},
      {"script-secrets", [](Script& s) { step_of(s, "print").secrets = false; }},
      {"script-budgets", [](Script& s) { s.phases[1].minutes = 2000; }},
      {"script-checklist", [](Script& s) { s.checklist[0].steps.pop_back(); }},
      {"script-checklist", [](Script& s) { s.checklist[0].steps.push_back("coffee"); }},
  };
  for (const Spoilt& spoilt : kCases) {
    Script script = shipped();
    spoilt.spoil(script);
    EXPECT_EQ(failed_rules(check_script(script)), spoilt.rule);
  }
}

TEST(People, invented_ones_are_enough_for_the_script) {
  const Script script = shipped();
  const People people = invented_people(script);
  EXPECT_EQ(people.all.size(), 13U);
  EXPECT_TRUE(check_people(script, people).accepted()) << failed_rules(check_people(script, people));
  EXPECT_EQ(write_people(parse_people(write_people(people))), write_people(people));
}

TEST(People, each_fault_is_named_by_its_rule) {
  const Script script = shipped();
  const std::pair<const char*, void (*)(People&)> kCases[] = {
      {"people-distinct", [](People& p) { p.all[4].name = p.all[5].name; }},
      {"people-distinct", [](People& p) { p.all[4].initials = p.all[5].initials; }},
      {"people-names", [](People& p) { p.all[4].name = "Ada+Eve"; }},
      {"people-names", [](People& p) { p.all[4].initials = "ada"; }},
      {"people-roles", [](People& p) { p.all.pop_back(); }},
      {"people-roles", [](People& p) { p.all[4].roles.push_back("cook"); }},
      {"people-separation",
       [](People& p) {
         p.all[1].roles = {"legal"};
         p.all[3].roles = {"custodian", "facilitator"};
       }},
  };
  for (const auto& [rule, spoil] : kCases) {
    People people = invented_people(script);
    spoil(people);
    EXPECT_EQ(failed_rules(check_people(script, people)), rule);
  }
}

}  // namespace
}  // namespace solemn::keys
