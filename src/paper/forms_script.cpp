// Papers for before and during a ceremony: script, blank log, contacts.
#include "paper/forms.hpp"

namespace solemn::paper {

namespace {

constexpr double kWritingMm = 9;

std::vector<std::vector<std::string>> blank_rows(std::size_t n) { return std::vector<std::vector<std::string>>(n); }

/// Who is there: everybody signs once, so that initials further on can be matched.
void attendance(Document& document, std::span<const Person> people) {
  Table table{{{"name", 2.2}, {"role", 2}, {"arrived", 1}, {"signature", 2}, {"initials", 1}}, {}, kWritingMm + 1};
  for (const Person& person : people) table.rows.push_back({person.name, person.role, "", "", ""});
  document.heading("Who is present");
  document.table(table);
}

std::string small_print(const ScriptStep& step) {
  std::string text = step.performer;
  const auto add = [&text](const std::string& more) {
    if (!more.empty()) text += (text.empty() ? "" : " \u00b7 ") + more;
  };
  if (step.witnesses != 0) add(std::to_string(step.witnesses) + (step.witnesses == 1 ? " witness" : " witnesses"));
  if (step.secret) add("private: nobody else looks");
  add(step.note);
  return text;
}

void phase_pages(Document& document, const ScriptPhase& phase, std::size_t number) {
  document.heading("Phase " + std::to_string(number) + ": " + phase.title +
                   (phase.minutes == 0 ? "" : " (" + std::to_string(phase.minutes) + " minutes)"));
  Table table{{{"done", 0.55, ColumnKind::box}, {"step", 0.6}, {"what is done", 5}, {"time", 0.95}, {"initials", 1.1}},
              {},
              kWritingMm + 1};
  for (const ScriptStep& step : phase.steps) table.rows.push_back({"", step.id, step.text + "\n" + small_print(step)});
  document.table(table);
}

}  // namespace

SecretBytes script_pdf(const Script& script) {
  Document document(script.page);
  document.title(script.title, script.purpose);
  document.key_values(script.facts);
  if (!script.digest.empty()) document.hash("Hash of this script", script.digest);
  if (!script.rules.empty()) {
    document.heading("Rules");
    document.bullets(script.rules);
  }
  if (!script.people.empty()) attendance(document, script.people);
  document.page_break();
  for (std::size_t i = 0; i < script.phases.size(); ++i) phase_pages(document, script.phases[i], i + 1);
  if (!script.checklist.empty()) {
    document.need(20 + 8 * static_cast<double>(script.checklist.size()));
    document.heading("Checklist");
    document.checklist(script.checklist);
  }
  return document.pdf();
}

SecretBytes blank_log_pdf(const BlankLog& log) {
  Document document(log.page);
  document.title("Ceremony log", "written by hand while it happens, and compared with the signed record");
  document.key_values(log.facts);
  if (!log.people.empty()) attendance(document, log.people);
  document.page_break();
  document.heading("What happened");
  Table table{{{"no.", 0.5}, {"time", 0.9}, {"step", 0.8}, {"what happened, numbers read aloud", 5}, {"initials", 1}},
              blank_rows(log.rows),
              kWritingMm + 0.5};
  for (std::size_t i = 0; i < table.rows.size(); ++i) table.rows[i] = {std::to_string(i + 1)};
  document.table(table);
  for (unsigned i = 1; i <= log.exceptions; ++i) {
    document.page_break();
    document.title("Exception " + std::to_string(i), "anything that did not go as the script says");
    document.key_values(std::vector<KeyValue>{
        {"Time it began", ""}, {"Step", ""}, {"Noticed by", ""}, {"Material secured, and where", ""}});
    for (const std::string_view question :
         {"What happened", "What was done about it", "Why the ceremony could go on, or was ended"}) {
      document.heading(question);
      document.ruled(log.page.size == PageSize::letter ? 3 : 4);
    }
    document.signatures(std::vector<Signature>{{"", "coordinator"}, {"", "auditor"}});
  }
  return document.pdf();
}

SecretBytes contact_sheet_pdf(const ContactSheet& sheet) {
  Document document(sheet.page);
  document.title("Emergency contacts", "keep it where it is found without a computer");
  Table people{{{"role", 2}, {"name", 2.4}, {"telephone, mail, address", 4}}, {}, kWritingMm};
  for (const Person& person : sheet.people) people.rows.push_back({person.role, person.name, person.contact});
  document.table(people);
  if (!sheet.hotlines.empty()) {
    document.heading("Hotlines");
    document.key_values(sheet.hotlines);
  }
  if (!sheet.when.empty()) {
    document.heading("When to call");
    document.bullets(sheet.when);
  }
  document.notice(
      "Nobody asks for a share, a PIN or a passphrase by telephone or mail. Whoever does is an impostor: hang up, and "
      "call the coordinator.");
  return document.pdf();
}

}  // namespace solemn::paper
