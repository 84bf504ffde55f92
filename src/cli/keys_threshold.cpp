// solemn keys threshold: how many registered keys signed.
#include "base/error.hpp"
#include "cli/key_verbs.hpp"
#include "cli/keys_verbs.hpp"
#include "cli/transcript_verbs.hpp"
#include "keys/threshold.hpp"

namespace solemn::cli {
namespace {

constexpr std::uint64_t kMaxMessageBytes = 64 << 20, kMaxSignatureFileBytes = 64 << 10;

Json texts(const std::vector<std::string>& items) {
  Json list = Json::array();
  for (const std::string& item : items) list.push_back(base::printable(item));
  return list;
}

int run_threshold_verify(const Arguments& arguments, Ui& ui) {
  const auto registry = keys::read_registry(whole_text(arguments.path("--keys"), transcript::kMaxJsonBytes));
  const base::Bytes message = base::read_file(arguments.path("--message"), kMaxMessageBytes);
  std::vector<keys::SuppliedSignature> signatures;
  for (const std::string& file : arguments.list("SIG"))
    signatures.push_back(keys::read_signature(whole_text(file, kMaxSignatureFileBytes), file));
  setup::Verdict verdict;
  const keys::Count count =
      keys::check_threshold(verdict, registry, arguments.number("--threshold", 0, 256), message, signatures);
  ui.json().update({{"signers", texts(count.signers)},
                    {"duplicates", texts(count.duplicates)},
                    {"not_counted", texts(count.unregistered)}});
  for (const std::string& id : count.signers) ui.line("signed: " + base::printable(id));
  for (const std::string& text : count.duplicates) ui.line("counted once: " + base::printable(text));
  for (const std::string& text : count.unregistered) ui.line("not counted: " + base::printable(text));
  return ui.verdict(verdict, quoted(arguments.path("--message")));
}

int run_threshold_message(const Arguments& arguments, Ui& ui) {
  const std::string &kind = arguments.text("KIND"), &a = arguments.text("FIRST"), &b = arguments.text("SECOND");
  if (kind != "release" && kind != "module" && kind != "budget")
    throw base::Error(base::Code::usage, "there is no kind of message '" + kind + "'", "release, module or budget");
  const std::string message = kind == "release"  ? keys::release_message(a, b)
                              : kind == "module" ? keys::module_message(a, b)
                                                 : keys::budget_message(a, b);
  ui.json()["message"] = message;
  put_result(message, arguments, ui);
  return 0;
}

}  // namespace

std::vector<Command> keys_threshold_commands() {
  return {
      {"keys",
       "threshold",
       "verify",
       "count the distinct registered keys that signed",
       {{"SIG", "signature files: hexadecimal digits, or JSON with a member signature", Kind::file, false, true}},
       {{"--keys", "REGISTRY.json", "which keys there are: keys status writes it", true, Kind::file},
        {"--threshold", "N", "how many distinct keys must have signed", true, Kind::number},
        {"--message", "FILE", "what was signed, byte for byte", true, Kind::file}},
       "ECDSA over secp256k1 (64 bytes r || s over SHA-256 of the message), BIP-340, Ed25519, and every key of solemn "
       "key. A key counts once, however many signatures, forms of one signature or names it comes with; what a "
       "signature file says of its key is never believed. Messages that begin with RELEASE:, MODULE: or BUDGET: must "
       "be what keys threshold message makes.",
       {},
       run_threshold_verify},
      {"keys",
       "threshold",
       "message",
       "make a message that can be read in one way only",
       {{"KIND", "release, module or budget", Kind::text},
        {"FIRST", "version, name or amount", Kind::text},
        {"SECOND", "commit, version or purpose", Kind::text}},
       {{"--out", "FILE", "write it there, without a newline (-o)", false, Kind::file}},
       "",
       {{"solemn keys threshold message release v1.2.0 0123456789abcdef0123456789abcdef01234567 -o release.txt",
         "what the maintainers sign"}},
       run_threshold_message}};
}

}  // namespace solemn::cli
