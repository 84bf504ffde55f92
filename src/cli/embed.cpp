// solemn embed (also the program zk-embed): a verified key as source text, and the guard for build scripts.
#include <iostream>

#include "cli/build_info.hpp"
#include "cli/bundle_verbs.hpp"
#include "cli/verbs.hpp"
#include "format/exports.hpp"
#include "release/embed.hpp"
#include "setup/groth16.hpp"

namespace solemn::cli {
namespace {

using base::Code;
using base::Error;

constexpr std::uint64_t kMaxSnippetBytes = 64 << 20, kMaxProgramFile = 4096, kMaxVkBytes = 8 << 20;

base::Bytes program_id(const Arguments& arguments) {
  const auto text = arguments.maybe("--program-id-str"), hex = arguments.maybe("--program-id-hex"),
             file = arguments.maybe("--program-id-file");
  if (int{text.has_value()} + int{hex.has_value()} + int{file.has_value()} != 1)
    throw Error(Code::usage, "give exactly one of --program-id-str, --program-id-hex, --program-id-file");
  if (text) return base::Bytes(base::as_bytes(*text).begin(), base::as_bytes(*text).end());
  if (file) return base::read_file(*file, kMaxProgramFile);
  const auto bytes = base::from_hex(hex->starts_with("0x") ? hex->substr(2) : *hex);
  if (!bytes) throw Error(Code::usage, "--program-id-hex is not hexadecimal");
  return *bytes;
}

release::Language language(const Arguments& arguments, const std::string& file) {
  const std::string typed = arguments.maybe("--lang").value_or("");
  if (typed == "rust" || typed == "cpp") return typed == "rust" ? release::Language::rust : release::Language::cpp;
  if (!typed.empty()) throw Error(Code::usage, "--lang is rust or cpp, not '" + typed + "'");
  const std::string extension = base::Path(file).extension().string();
  return extension == ".hpp" || extension == ".h" ? release::Language::cpp : release::Language::rust;
}

release::Snippet snippet_from(const Arguments& arguments, const std::string& file) {
  release::Snippet snippet;
  snippet.language = language(arguments, file);
  snippet.program_id = program_id(arguments);
  snippet.domain = arguments.maybe("--ds-program").value_or(std::string(release::kDefaultProgramContext));
  snippet.prefix = release::clean_prefix(arguments.maybe("--const-prefix").value_or("PROGRAM"));
  return snippet;
}

/// The key in the form that is embedded: compressed, whatever form the file has.
base::Bytes canonical(const base::Path& path, curve::CurveId& curve) {
  const base::Bytes bytes = base::read_file(path, kMaxVkBytes);
  std::string reasons;
  for (const curve::CurveId id : {curve::CurveId::bls12_381, curve::CurveId::bn254}) {
    try {
      base::Bytes vk = format::with_curve(id, [&]<class C>() {
        return format::write_arkworks_vk<C>(format::read_arkworks_vk<C>(bytes), curve::Form::compressed);
      });
      curve = id;
      return vk;
    } catch (const Error& error) {
      if (error.code() != Code::malformed) throw;
      reasons += (reasons.empty() ? "" : "; ") + error.message();
    }
  }
  throw Error(Code::malformed, "'" + path.string() + "': " + reasons);
}

/// Fills key and provenance from a report whose verdict was accepted.
void fill(release::Snippet& snippet, const release::BundleReport& report, const Arguments& arguments) {
  snippet.vk = report.bundle->vk;
  snippet.curve = report.vk->curve;
  snippet.provenance = {
      "solemn/" + std::string(kVersion), report.sha256, report.metadata->vk_blake3, {}, report.threshold};
  for (const sign::PublicKey& key : report.signers) snippet.provenance.key_ids.push_back(key.id_hex());
  if (const auto vk = arguments.maybe("--vk")) {
    curve::CurveId curve{};
    if (canonical(*vk, curve) != snippet.vk)
      throw Error(Code::rejected, "'" + *vk + "' is not the key of the bundle", "leave --vk out");
  }
}

/// Nothing is emitted from a bundle with a check that failed or was not run.
void require_accepted(const release::BundleReport& report, const std::string& bundle) {
  for (const setup::Check& check : report.verdict.checks()) {
    if (check.outcome == setup::Outcome::passed) continue;
    throw Error(Code::rejected, "'" + bundle + "': " + std::string(check.rule) + ": " + check.detail,
                "nothing was written; all checks: solemn bundle verify " + shell_word(bundle));
  }
}

void put(const std::string& text, const std::string& out, Ui& ui) {
  if (out.empty() || out == "-") {
    if (ui.global().json) ui.json()["snippet"] = text;
    if (!ui.global().json) std::cout << text;
    return;
  }
  base::write_file(out, base::as_bytes(text), ui.global().force ? base::Overwrite::yes : base::Overwrite::no);
  ui.json()["output"] = out;
  ui.note("wrote '" + out + "'");
}

int run_embed(const Arguments& arguments, Ui& ui) {
  const std::string out = arguments.maybe("--out").value_or("");
  release::Snippet snippet = snippet_from(arguments, out);
  if (const auto bundle = arguments.maybe("--bundle")) {
    const release::BundleReport report = ask_verifier(read_bundle_file(*bundle), arguments, ui);
    require_accepted(report, *bundle);
    report_json(report, ui);
    fill(snippet, report, arguments);
  } else {
    const auto vk = arguments.maybe("--vk");
    if (!vk || !arguments.flag("--insecure-unsigned"))
      throw Error(Code::usage, "no --bundle FILE: a key without a signed bundle is not embedded",
                  "for tests only: --vk FILE --insecure-unsigned; the text then has no marker");
    snippet.vk = canonical(*vk, snippet.curve);
    const setup::Verdict lint = setup::vkey_check_bytes(snippet.vk, nullptr, ui.context());
    for (const setup::Check& check : lint.checks())
      if (check.outcome == setup::Outcome::failed)
        throw Error(Code::refused, "'" + *vk + "' must not be used: " + std::string(check.rule) + ": " + check.detail);
    ui.warning("--insecure-unsigned: nobody vouches for this key; for tests only");
  }
  ui.json()["program_hash"] = base::to_hex(release::program_hash(snippet.domain, snippet.program_id));
  put(release::emit(snippet), out, ui);
  return 0;
}

int run_check(const Arguments& arguments, Ui& ui) {
  const base::Path file = arguments.path("SNIPPET");
  const base::Bytes bytes = base::read_file(file, kMaxSnippetBytes);
  release::Snippet snippet = snippet_from(arguments, file.string());
  release::BundleReport report = ask_verifier(read_bundle_file(arguments.path("--bundle")), arguments, ui);
  if (report.verdict.accepted()) {
    fill(snippet, report, arguments);
    release::check_snippet(report.verdict, base::as_text(bytes), std::move(snippet));
  } else {
    report.verdict.not_run("snippet", "the bundle is not accepted");
  }
  report_json(report, ui);
  return ui.verdict(report.verdict, "'" + file.string() + "'");
}

std::vector<Option> snippet_options() {
  return {{"--program-id-str", "TEXT", "the program id (exactly one of the three)"},
          {"--program-id-hex", "HEX", "the program id, 0x may stand before"},
          {"--program-id-file", "FILE", "the program id: the bytes of a file", false, Kind::file},
          {"--const-prefix", "NAME", "names of the constants (default PROGRAM)"},
          {"--ds-program", "TEXT", "context of the program hash (default NONOS:ZK:PROGRAM:v1)"},
          {"--vk", "FILE", "the bundle's key must be this one", false, Kind::file},
          {"--lang", "rust|cpp", "default: by the file's name, else rust"}};
}

}  // namespace

std::vector<Command> embed_commands() {
  const Option bundle{"--bundle", "FILE", "the signed release bundle", false, Kind::file};
  Option needed = bundle;
  needed.required = true;
  return {
      {"embed",
       "",
       "",
       "a bundle's key as source text, verified first",
       {},
       std::vector<Option>{bundle} + snippet_options() +
           std::vector<Option>{
               {"--out", "FILE", "the file to write (default: standard output)", false, Kind::file},
               {"--insecure-unsigned", "", "for tests only: from --vk, without a bundle and without the marker"}} +
           trust_options() + std::vector<Option>{kAcceptCeremonyOption},
       "The program zk-embed is the same with the same options. The line with ZK-EMBED: says which bundle, key and\n"
       "signers the text comes from.",
       {{"solemn embed --bundle attestation_bundle.tar.gz --root-pubkey release.pub --program-id-str my-program-v1 "
         "--const-prefix MY_PROGRAM --out vk_snippet.rs",
         "Rust"},
        {"solemn embed --bundle attestation_bundle.tar.gz --root-pubkey release.pub --program-id-str my-program-v1 "
         "--const-prefix MY_PROGRAM --out vk_snippet.hpp",
         "C++"}},
       run_embed},
      {"embed",
       "check",
       "",
       "the build guard: is this text exactly what the bundle gives?",
       {{"SNIPPET", "the source text"}},
       std::vector<Option>{needed} + snippet_options() + trust_options() + std::vector<Option>{kAcceptCeremonyOption},
       "For build scripts: verifies the bundle, makes the text again and compares it byte for byte. "
       "examples/embed-guard\n"
       "shows a build.rs.",
       {{"solemn embed check vk_snippet.rs --bundle attestation_bundle.tar.gz --root-pubkey release.pub "
         "--program-id-str my-program-v1 --const-prefix MY_PROGRAM",
         "in a build script"}},
       run_check}};
}

}  // namespace solemn::cli
