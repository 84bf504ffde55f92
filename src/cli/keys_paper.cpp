// solemn keys paper: share sheets made, scanned, and compared.
#include "base/time.hpp"
#include "cli/keys_verbs.hpp"
#include "keys/share_paper.hpp"

namespace solemn::cli {
namespace {

using base::Code;
using base::Error;
using sign::SecretText;

sharing::Share share_in(const base::Path& path) {
  try {
    return sharing::parse_share(read_guarded(path, 4096).expose());
  } catch (const Error& error) { throw error.with_context(quoted(path)); }
}

/// "maintainer-1: share 2 of 5, ..." is the second line of a share's text; "" in the other forms.
std::string key_name_in(const base::Path& path) {
  const SecretText text = read_guarded(path, 4096);
  std::string_view rest = base::as_text(text.expose());
  if (!rest.starts_with("solemn share 1\n")) return {};
  rest.remove_prefix(rest.find('\n') + 1);
  if (rest.starts_with("DRILL ")) rest.remove_prefix(6);
  return std::string(rest.substr(0, rest.substr(0, rest.find('\n')).rfind(": share ")));
}

paper::DocumentInfo page_in(const Arguments& arguments) {
  paper::DocumentInfo page;
  page.ceremony = arguments.maybe("--ceremony").value_or("");
  const std::string size = arguments.maybe("--paper").value_or("a4");
  const auto known = paper::page_size_named(size);
  if (!known) throw Error(Code::usage, "there is no paper size '" + size + "'", "--paper a4 or letter");
  page.size = *known;
  const auto time = arguments.maybe("--time");
  const auto parsed = time ? base::parse_utc(*time) : base::now_seconds();
  if (!parsed) throw Error(Code::usage, "'" + *time + "' is not a time", "--time 2026-11-26T09:00:00Z");
  page.time = *parsed;
  return page;
}

int run_make(const Arguments& arguments, Ui& ui) {
  const base::Path from = arguments.path("SHARE"), out = arguments.path("OUT");
  base::require_different_files(from, out);
  const sharing::Share share = share_in(from);
  keys::SheetFacts facts;
  facts.page = page_in(arguments);
  facts.key_name = arguments.maybe("--key").value_or(key_name_in(from));
  if (facts.key_name.empty()) throw Error(Code::usage, quoted(from) + " does not name its key", "--key maintainer-1");
  facts.custodian = arguments.text("--custodian");
  facts.seal = arguments.maybe("--seal").value_or("");
  facts.contact = arguments.maybe("--contact").value_or("");
  facts.date = arguments.maybe("--date").value_or(base::utc(facts.page.time).substr(0, 10));
  const paper::SecretBytes pdf = keys::share_sheet(share, facts);
  const base::Verdict verdict = keys::reread_sheet(pdf.expose(), share);
  ui.json()["sheet"] = keys::sheet_name(share);
  const int status = ui.verdict(verdict, keys::sheet_name(share));
  if (status != 0) {
    ui.note("nothing was written");
    return status;
  }
  base::write_file(out, pdf.expose(), ui.global().force ? base::Overwrite::yes : base::Overwrite::no,
                   base::Privacy::secret);
  ui.json()["output"] = out.string();
  ui.hash("fingerprint of the share", "fingerprint", share.commitment());
  ui.line("wrote " + quoted(out) + ": it holds the share, and belongs on paper only");
  ui.next("solemn keys paper compare PHOTO.jpg --sheet " + shell_word(out));
  return 0;
}

/// Texts of a file of any kind that holds codes: a picture or PDF, or the text of a share.
std::vector<paper::Scanned> scanned(const base::Path& path) {
  const SecretText file = read_guarded(path, paper::kMaxPictureFileBytes);
  try {
    return paper::scan_file(file.expose());
  } catch (const Error& error) { throw error.with_context(quoted(path)); }
}

int run_scan(const Arguments& arguments, Ui& ui) {
  std::size_t n_codes = 0, n_shares = 0, n_bytes = 0;
  std::vector<paper::Scanned> all;
  Json found = Json::array();
  for (const base::Path file : arguments.list("PICTURE")) {
    std::vector<paper::Scanned> codes = scanned(file);
    if (codes.empty()) ui.line(quoted(file) + ": no QR code that can be read");
    for (paper::Scanned& code : codes) {
      std::string what = "no share";
      try {
        what = keys::sheet_name(sharing::parse_share(code.expose()));
        ++n_shares;
      } catch (const Error& error) { ui.note(quoted(file) + ": " + error.message()); }
      ui.line(quoted(file) + ": " + what);
      found.push_back({{"file", base::printable(file.string())}, {"holds", what}});
      n_bytes += code.size() + 1;
      ++n_codes;
      all.push_back(std::move(code));
    }
  }
  ui.json()["codes"] = std::move(found);
  if (n_codes == 0)
    throw Error(Code::rejected, "no QR code was found on any of the pictures",
                "more light, no shadow or flash on the code, the sheet flat and filling the picture; or type the five "
                "lines instead");
  if (const auto out = arguments.maybe("--out")) {
    SecretText text(n_bytes);
    auto end = text.expose().begin();
    for (const paper::Scanned& code : all) {
      end = std::ranges::copy(code.expose(), end).out;
      *end++ = std::byte{'\n'};
    }
    base::write_file(*out, text.expose(), ui.global().force ? base::Overwrite::yes : base::Overwrite::no,
                     base::Privacy::secret);
    ui.json()["output"] = *out;
    ui.warning("wrote " + quoted(base::Path(*out)) + ": whoever reads it has what was scanned");
  }
  return n_shares == n_codes ? 0 : 1;
}

/// The share of a sheet as it was made (PDF), or of its text.
sharing::Share meant_in(const base::Path& path) {
  const SecretText file = read_guarded(path, paper::kMaxPictureFileBytes);
  if (!base::as_text(file.expose()).starts_with("%PDF-")) return share_in(path);
  const auto codes = scanned(path);
  if (codes.size() != 1)
    throw Error(Code::malformed, quoted(path) + " has " + std::to_string(codes.size()) + " codes, not one");
  return sharing::parse_share(codes[0].expose());
}

int run_compare(const Arguments& arguments, Ui& ui) {
  std::vector<sharing::Share> meant;
  for (const std::string& sheet : arguments.list("--sheet")) meant.push_back(meant_in(sheet));
  if (meant.empty()) throw Error(Code::usage, "nothing to compare with", "--sheet SHEET.pdf, for each sheet in order");
  std::vector<paper::Scanned> found;
  std::string pictures;
  for (const base::Path picture : arguments.list("PICTURE")) {
    for (paper::Scanned& code : scanned(picture)) found.push_back(std::move(code));
    pictures += (pictures.empty() ? "" : ", ") + quoted(picture);
  }
  return ui.verdict(keys::compare_sheets(found, meant), pictures);
}

constexpr std::string_view kFormats = "photo, scan or PDF: PNG, JPEG, TIFF, PNM or PDF";

}  // namespace

std::vector<Command> keys_paper_commands() {
  return {
      {"keys",
       "paper",
       "make",
       "make the sheet that a custodian takes home",
       {{"SHARE", "the share's text, as keys share and a ceremony write it"}, {"OUT", "the sheet: a PDF of two pages"}},
       {{"--custodian", "NAME", "who keeps it", true},
        {"--key", "NAME", "the key's name (default: the one in the share's text)"},
        {"--seal", "NUMBER", "of the tamper-evident bag (default: a line to write it on)"},
        {"--contact", "TEXT", "whom the custodian calls when something is wrong"},
        {"--ceremony", "TEXT", "the ceremony's id, in the header"},
        {"--date", "TEXT", "the date as people say it (default: that of the time)"},
        {"--time", "UTC", "of the file, 2026-11-26T09:00:00Z (default: now)"},
        {"--paper", "SIZE", "a4 or letter (default: a4)"}},
       "The first page goes into the sealed bag: the share as a QR code and as five lines with a checksum each. The "
       "second one says what a custodian does, and stays outside. The finished file is drawn, read again and compared "
       "with the share before it is written.",
       {},
       run_make},
      {"keys",
       "paper",
       "scan",
       "tell what the codes on a picture are, and read them",
       {{"PICTURE", kFormats, Kind::file, false, true}},
       {{"--out", "FILE", "write the texts there, one a line: they are the shares themselves (-o)", false, Kind::file}},
       "Without --out nothing secret is shown: only which share of which set it is.",
       {},
       run_scan},
      {"keys",
       "paper",
       "compare",
       "compare a photo or scan of sheets with what was meant",
       {{"PICTURE", kFormats, Kind::file, false, true}},
       {{"--sheet", "FILE",
         "the sheet as it was made, or the share's text; for each sheet, in the order of the pictures", true,
         Kind::file, true}},
       "Done at the table, before the bag is closed: a printer that drops lines, a wrong sheet and sheets in another "
       "order are found and named.",
       {},
       run_compare}};
}

}  // namespace solemn::cli
