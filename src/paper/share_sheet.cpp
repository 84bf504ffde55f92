#include "paper/share_sheet.hpp"

#include "base/error.hpp"

namespace solemn::paper {

using base::Code;
using base::Error;

namespace {

std::string share_number(const ShareSheet& sheet) {
  return "share " + std::to_string(sheet.index) + " of " + std::to_string(sheet.count);
}

std::vector<KeyValue> facts(const ShareSheet& sheet) {
  std::vector<KeyValue> rows = {
      {"Key", sheet.key_name},
      {"Share", std::to_string(sheet.index) + " of " + std::to_string(sheet.count)},
      {"To rebuild", "any " + std::to_string(sheet.threshold) + " of the " + std::to_string(sheet.count) + " shares"},
      {"Custodian", sheet.custodian},
      {"Date", sheet.date},
      {"Bag seal", sheet.seal, true},
      {"Share set", sheet.set_id, true}};
  rows.insert(rows.end(), sheet.more.begin(), sheet.more.end());
  return rows;
}

void share_page(Document& document, const ShareSheet& sheet) {
  document.title(sheet.key_name + ", " + share_number(sheet), "in the keeping of " + sheet.custodian);
  document.notice(
      "Secret. Whoever has " + std::to_string(sheet.threshold) + " of these " + std::to_string(sheet.count) +
      " sheets has the key. Once it was checked at the table it is not copied, photographed or read aloud any more: "
      "it goes into the sealed bag.");
  document.qr(sheet.qr, QrLevel::quartile, 66, facts(sheet));
  document.subheading("The same share as text");
  document.small(
      "When the code cannot be read, these lines are typed instead. Every line carries its own checksum, so a wrong "
      "letter is found at once and its line is named.");
  document.mono(sheet.lines);
  document.hash("Fingerprint of this share (not secret; the set file lists it)", sheet.fingerprint);
  const std::vector<Signature> people = {{sheet.custodian, "custodian: checked, and put into the bag"},
                                         {"", "witness of the sealing"}};
  document.signatures(people);
}

void instruction_page(Document& document, const ShareSheet& sheet) {
  document.page_break();
  document.title("For the custodian",
                 sheet.key_name + ", " + share_number(sheet) + ": keep this page outside of the bag");
  document.numbered(sheet.instructions.empty() ? standard_instructions(sheet) : sheet.instructions);
  document.heading("To recognise your share by");
  document.key_values(std::vector<KeyValue>{{"Bag seal", sheet.seal, true},
                                            {"Share set", sheet.set_id, true},
                                            {"If something is wrong, call", sheet.contact}});
  document.hash("Fingerprint", sheet.fingerprint);
  document.heading("The bag was looked at");
  const std::size_t rows = document.free_mm() > 58 ? 5 : document.free_mm() > 40 ? 3 : 2;  // as the page has room
  document.table({{{"date", 1.4}, {"seal number as read", 2.4}, {"whole?", 1}, {"who looked", 2.4}, {"initials", 1}},
                  std::vector<std::vector<std::string>>(rows),
                  9});
}

}  // namespace

std::vector<std::string> standard_instructions(const ShareSheet& sheet) {
  const std::string count = std::to_string(sheet.count), threshold = std::to_string(sheet.threshold);
  return {
      "The first page is one of " + count + " parts of the key \u201c" + sheet.key_name +
          "\u201d. One part alone opens nothing. Any " + threshold + " parts together are the key.",
      "At the table: the machine there scans the first page and checks it; then sign. Put the first page into the "
      "bag, close it, and compare the number on the seal with the one below.",
      "Keep the bag locked away where only you can reach it: dry, safe from fire, and not in a building where "
      "another part of the same key is kept.",
      "Never open the bag alone. Away from such a table do not copy, photograph, type or send what is in it. Nobody "
      "will ever ask you for it by telephone or mail; whoever does is an impostor, and we want to hear about it.",
      "The bag is opened in front of witnesses, at a meeting to which you are invited in writing: to recover the key, "
      "to deal its parts anew, or to prove that you have yours. Then it goes into a new bag with a new seal.",
      "When the bag is torn, opened, wet or lost, or you cannot reach it any more: call the same day. A part that "
      "is reported can be replaced; silence is the danger.",
      "From time to time you will be asked to look at the bag, unopened, and note its seal below; more rarely, at such "
      "a meeting, to prove at a machine that you still have your part, which does not give it away.",
      "When you pass on your duty, do not hand over the bag: a new part is made for your successor, and yours is "
      "destroyed in front of witnesses."};
}

SecretBytes share_sheet_pdf(const ShareSheet& sheet) {
  if (sheet.key_name.empty() || sheet.custodian.empty() || sheet.lines.empty() || sheet.fingerprint.empty())
    throw Error(Code::usage, "a share sheet needs the key's name, the custodian, the share and its fingerprint");
  if (sheet.index == 0 || sheet.index > sheet.count || sheet.threshold == 0 || sheet.threshold > sheet.count)
    throw Error(Code::usage, "a share sheet for " + share_number(sheet) + ", any " + std::to_string(sheet.threshold) +
                                 " to rebuild: these numbers do not fit together");
  DocumentInfo page = sheet.page;
  if (page.title.empty()) page.title = sheet.key_name + ", " + share_number(sheet);
  if (page.footer.empty()) page.footer = "for " + sheet.custodian;
  Document document(std::move(page));
  share_page(document, sheet);
  if (document.pages() != 1)
    throw Error(Code::usage, "the share does not fit on one page", "give fewer or shorter facts beside the code");
  instruction_page(document, sheet);
  return document.pdf();
}

}  // namespace solemn::paper
