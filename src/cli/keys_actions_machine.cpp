// What the program does before there are keys: policies, the machine, known answers, the script's hash.
#include "base/error.hpp"
#include "cli/keys_conductor.hpp"

namespace solemn::cli {

namespace {

/// One question; the answer's id.
std::string decide(Screen& screen, const Stage& stage, const keys::Slot& slot, const keys::PolicyQuestion& policy) {
  screen.begin_page(stage.head(&slot));
  screen.line();
  screen.strong(policy.question);
  screen.line();
  screen.paragraph(policy.reason);
  screen.line();
  std::size_t proposed = 0;
  for (std::size_t i = 0; i < policy.choices.size(); ++i) {
    const auto& choice = policy.choices[i];
    if (choice.id == policy.proposed) proposed = i;
    screen.paragraph(std::to_string(i + 1) + "  " + choice.text + (choice.id == policy.proposed ? "  (proposed)" : ""),
                     4);
  }
  screen.line();
  while (true) {
    const std::string typed =
        screen.ask("  Decision on " + policy.id + " (Enter: " + std::to_string(proposed + 1) + "): ");
    if (typed.empty()) return policy.proposed;
    const std::size_t chosen = typed.size() == 1 ? static_cast<std::size_t>(typed[0] - '0') : 0;
    if (chosen >= 1 && chosen <= policy.choices.size()) return policy.choices[chosen - 1].id;
  }
}

std::vector<std::string> left_out_by(const keys::Script& script, const RecordJson& choices) {
  std::vector<std::string> steps;
  for (const keys::Phase& phase : script.phases) {
    for (const keys::Step& step : phase.steps)
      if (step.when && choices.at(step.when->policy) != step.when->choice) steps.push_back(step.id);
  }
  return steps;
}

ActionResult decide_policies(Stage& stage, const keys::Slot& slot) {
  ActionResult done;
  done.result["policies"] = RecordJson::object();
  for (const keys::PolicyQuestion& policy : stage.script.policies)
    done.result["policies"][policy.id] = decide(stage.screen, stage, slot, policy);
  stage.screen.begin_page(stage.head(&slot));
  stage.screen.line();
  stage.screen.strong("Decided:");
  for (const keys::PolicyQuestion& policy : stage.script.policies) {
    const std::string choice = done.result["policies"][policy.id];
    stage.screen.paragraph(policy.id + ": " + choice, 4);
  }
  const std::vector<std::string> left = left_out_by(stage.script, done.result["policies"]);
  done.result["left_out"] = left;
  if (left.empty()) return done;
  std::string list;
  for (const std::string& step : left) list += (list.empty() ? "" : ", ") + step;
  stage.screen.line();
  stage.screen.paragraph("Steps that are not done, by policy: " + list);
  return done;
}

ActionResult look_at_machine(Stage& stage, const keys::Slot&) {
  const keys::Environment& seen = stage.watch.latest();
  ActionResult done;
  done.result["checks"] = show_verdict(stage.screen, seen.verdict);
  done.result["machine"] = {{"binary_sha256", seen.binary_sha256}, {"kernel", base::printable(seen.kernel)}};
  if (seen.n_packages != 0) {
    done.result["machine"]["packages"] = seen.n_packages;
    done.result["machine"]["packages_sha256"] = seen.packages_sha256;
    stage.screen.paragraph(std::to_string(seen.n_packages) + " packages are installed; SHA-256 of their list " +
                           seen.packages_sha256.substr(0, 16) + " ...");
  }
  for (const keys::UsbStorage& one : seen.usb_storage)
    stage.screen.paragraph("USB storage: " + base::printable(one.vendor + " " + one.model + " " + one.serial));
  done.good = seen.isolated();
  stage.screen.line();
  if (done.good) {
    stage.screen.strong("The machine is isolated.");
    return done;
  }
  stage.screen.strong("The machine is NOT isolated.");
  stage.screen.paragraph("Put it right and look again, or, if the script allows it, go on with an exception.");
  for (const std::string& violation : seen.violations())
    stage.incident("the machine is not isolated: " + base::printable(violation), "environment");
  return done;
}

ActionResult known_answers(Stage& stage, const keys::Slot&) {
  const base::Verdict verdict = sharing::self_test();
  ActionResult done;
  done.result["checks"] = show_verdict(stage.screen, verdict);
  done.good = verdict.accepted();
  return done;
}

ActionResult read_script(Stage& stage, const keys::Slot&) {
  const base::Hash32 digest = stage.facts().script_sha256;
  read_aloud(stage.screen, "The script", digest);
  ActionResult done;
  done.result["script_sha256"] = base::to_hex(digest);
  return done;
}

}  // namespace

Action machine_action(std::string_view name) {
  if (name == "policies") return decide_policies;
  if (name == "environment") return look_at_machine;
  if (name == "selftest") return known_answers;
  return name == "read-script" ? read_script : nullptr;
}

}  // namespace solemn::cli
