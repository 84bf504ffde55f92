// solemn ptau: phase 1.
#include "cli/command.hpp"
#include "cli/log.hpp"
#include "cli/ui.hpp"
#include "cli/verbs.hpp"
#include "setup/phase1.hpp"

namespace solemn::cli {
namespace {

void say_contribution(Ui& ui, const setup::ContributionResult& result, const base::Path& out) {
  ui.json()["output"] = out.string();
  ui.line("wrote " + quoted(out));
  ui.hash("response hash (what this step publishes)", "response_hash", result.response_hash);
  ui.hash("next challenge", "next_challenge", result.next_challenge);
}

int run_new(const Arguments& arguments, Ui& ui) {
  const auto curve = format::curve_from_name(arguments.text("CURVE"));
  const unsigned power = arguments.number("POWER", 1, 28);
  const base::Path out = arguments.path("OUT");
  StepLog log(arguments, ui, format::StepKind::ptau_new, {});
  const base::Hash64 challenge = setup::ptau_new(curve, power, out, ui.context());
  ui.json()["output"] = out.string();
  ui.line("wrote " + quoted(out) + ": " + std::string(format::curve_name(curve)) + ", power " + std::to_string(power));
  ui.hash("first challenge", "first_challenge", challenge);
  log.write_ptau(out, operator_of(arguments), std::nullopt);
  ui.next("solemn ptau contribute " + shell_word(out) + " OUT --name NAME");
  return 0;
}

int run_contribute(const Arguments& arguments, Ui& ui) {
  const base::Path in = arguments.path("IN"), out = arguments.path("OUT");
  base::require_different_files(in, out);
  StepLog log(arguments, ui, format::StepKind::ptau_contribution, in);
  const auto result =
      setup::ptau_contribute(in, out, arguments.text("--name"), gather_entropy(arguments, ui), ui.context());
  say_contribution(ui, result, out);
  log.write_ptau(out, arguments.text("--name"), result.response_hash);
  ui.note("publish the response hash under your name; then forget this machine's memory: switch it off");
  ui.next("solemn ptau verify " + shell_word(out) + " --previous " + shell_word(in));
  return 0;
}

int run_beacon(const Arguments& arguments, Ui& ui) {
  const base::Path in = arguments.path("IN"), out = arguments.path("OUT");
  StepLog log(arguments, ui, format::StepKind::ptau_beacon, in);
  const BeaconStep step = beacon_from(arguments, ui);
  const auto result = setup::ptau_beacon(in, out, step.name, step.value, beacon_policy(arguments, ui), ui.context());
  say_contribution(ui, result, out);
  log.write_ptau(out, operator_of(arguments), result.response_hash);
  ui.next("solemn ptau prepare " + shell_word(out) + " OUT");
  return 0;
}

int run_verify(const Arguments& arguments, Ui& ui) {
  setup::PtauVerifyOptions options;
  const auto previous = arguments.maybe("--previous");
  const base::Path previous_path = previous.value_or("");
  if (previous) options.previous = &previous_path;
  options.beacon_policy = beacon_policy(arguments, ui);
  options.allow_fresh = arguments.flag("--allow-fresh");
  const base::Path file = arguments.path("FILE");
  const auto drand = maybe_drand(arguments);
  setup::Verdict verdict = setup::ptau_verify(file, options, ui.context());
  if (drand) check_beacon_is_drand(verdict, *drand, [&] { return claims_of(setup::ptau_info(file).steps); });
  return ui.verdict(verdict, quoted(file));
}

int run_prepare(const Arguments& arguments, Ui& ui) {
  const base::Path in = arguments.path("IN"), out = arguments.path("OUT");
  std::optional<unsigned> only;
  if (arguments.maybe("--only")) only = arguments.number("--only", 1, 28);
  StepLog log(arguments, ui, format::StepKind::ptau_prepare, in);
  setup::ptau_prepare(in, out, ui.context(), only);
  ui.json()["output"] = out.string();
  ui.line("wrote " + quoted(out) + ": prepared for phase 2" +
          (only ? ", for circuits whose domain is 2^" + std::to_string(*only) + " alone" : ""));
  const format::PtauHeader header = format::read_ptau_header(base::InputFile(out));
  ui.json()["power"] = header.power;
  ui.json()["prepared_for_one_domain"] = header.only_largest;
  if (header.only_largest) ui.note("snarkjs' own powersoftau verify refuses such a file, its zkey new does not");
  if (only && header.power < header.ceremony_power)
    ui.note("verify the original: of a file that is cut, last-challenge cannot be run");
  log.write_ptau(out, operator_of(arguments), std::nullopt);
  ui.next("solemn zkey new CIRCUIT.r1cs " + shell_word(out) + " OUT.zkey");
  return 0;
}

int run_truncate(const Arguments& arguments, Ui& ui) {
  const base::Path out = arguments.path("OUT");
  const unsigned power = arguments.number("POWER", 1, 28);
  setup::ptau_truncate(arguments.path("IN"), power, out, ui.context());
  ui.json()["output"] = out.string();
  ui.line("wrote " + quoted(out) + ": power " + std::to_string(power) + " of the same ceremony");
  ui.next("solemn ptau verify " + shell_word(out));
  return 0;
}

int run_export_challenge(const Arguments& arguments, Ui& ui) {
  const base::Path out = arguments.path("OUT");
  const base::Hash64 hash = setup::ptau_export_challenge(arguments.path("IN"), out, ui.context());
  ui.json()["output"] = out.string();
  ui.line("wrote " + quoted(out));
  ui.hash("challenge hash", "challenge_hash", hash);
  return 0;
}

int run_import_response(const Arguments& arguments, Ui& ui) {
  const base::Path out = arguments.path("OUT");
  const auto result = setup::ptau_import_response(arguments.path("PREVIOUS"), arguments.path("RESPONSE"), out,
                                                  arguments.maybe("--name").value_or(""), ui.context());
  say_contribution(ui, result, out);
  return 0;
}

int run_info(const Arguments& arguments, Ui& ui) {
  const base::Path file = arguments.path("FILE");
  const setup::PtauInfo info = setup::ptau_info(file);
  const auto& header = info.header;
  ui.json()["file"] = file.string();
  ui.json()["curve"] = format::curve_name(header.curve);
  ui.json()["power"] = header.power;
  ui.json()["ceremony_power"] = header.ceremony_power;
  ui.json()["prepared"] = header.prepared;
  if (header.prepared) ui.json()["prepared_for_one_domain"] = header.only_largest;
  ui.json()["has_points"] = header.has_points;
  ui.json()["bytes"] = info.file_bytes;
  ui.json()["origin"] = info.origin;
  ui.line(quoted(file) + ": powers of tau, " + std::string(format::curve_name(header.curve)) + ", power " +
          std::to_string(header.power) + " of " + std::to_string(header.ceremony_power) +
          (!header.prepared      ? ", not prepared"
           : header.only_largest ? ", prepared for the domain of 2^" + std::to_string(header.power) + " alone"
                                 : ", prepared") +
          ", " + base::human_bytes(info.file_bytes));
  if (!info.origin.empty()) ui.line("origin: " + info.origin);
  ui.line(steps_text(info.steps.size()) + "; names and kinds are claims that no hash covers:");
  Json steps = Json::array();
  std::size_t number = 0;
  for (const auto& step : info.steps) {
    Json item = claimed_json(step.claimed);
    item["response_hash"] = base::to_hex(step.response_hash);
    item["next_challenge"] = base::to_hex(step.next_challenge);
    steps.push_back(std::move(item));
    ui.line(std::to_string(++number) + "  " + claimed_text(step.claimed) + "  response " +
            base::to_hex(base::ByteSpan(step.response_hash).first(16)) + "...");
  }
  ui.json()["steps"] = std::move(steps);
  ui.note("info reads, it does not verify: solemn ptau verify " + shell_word(file));
  return 0;
}

}  // namespace

std::vector<Command> ptau_commands() {
  const Positional in{"IN", "powers of tau file", Kind::ptau}, out{"OUT", "the file to write"},
      file{"FILE", "powers of tau file", Kind::ptau};
  return {
      {"ptau",
       "new",
       "",
       "start a ceremony: a fresh accumulator",
       {{"CURVE", "bn254 (bn128) or bls12-381 (bls12381)", Kind::curve},
        {"POWER", "1 to 28: circuits of up to 2^POWER constraints", Kind::number},
        out},
       with_log_options({kOperatorOption}),
       "The file holds tau = alpha = beta = 1: anybody can make the same one.",
       {{"solemn ptau new bn254 4 pot_0000.ptau", "a ceremony for tiny circuits"}},
       run_new},
      {"ptau",
       "contribute",
       "",
       "add your randomness",
       {in, out},
       with_log_options({{"--name", "NAME", "how the record calls you (a claim, not a proof)", true},
                         kEntropyOption,
                         kTypeEntropyOption,
                         kDiceOption,
                         kTokenEntropyOption}),
       "Your secret is made from the operating system's randomness and whatever you add, is used in constant time, is "
       "wiped, and never leaves\n"
       "guarded memory. The new file is verified before it gets its name. Ctrl-C is safe: nothing is written before "
       "the end.",
       {{"solemn ptau contribute pot_0000.ptau pot_0001.ptau --name Alice", "the operating system's randomness only"},
        {"solemn ptau contribute pot_0001.ptau pot_0002.ptau --name Bob --entropy /etc/hostname",
         "and a file mixed in"}},
       run_contribute},
      {"ptau",
       "beacon",
       "",
       "end the ceremony with a public random value",
       {in, out},
       with_log_options(with_operator(beacon_options())),
       "The value must not have been known to anybody before the last contribution. Values from tutorials are refused.",
       {{"solemn ptau beacon pot_0002.ptau pot_beacon.ptau --name Beacon --value "
         "52e6c7d1b0f6a1c9338a40d0c2f0e7b51d77f1a0c59be3826d4b8f6e90a1c3d7 --iterations-exp 10",
         "a value published after the last contribution"},
        {"solemn ptau beacon pot_0002.ptau pot_drand.ptau --drand round.json --iterations-exp 10",
         "a drand round, fetched by 'solemn beacon fetch'"}},
       run_beacon},
      {"ptau",
       "verify",
       "",
       "check everything that can be checked",
       {file},
       {{"--previous", "FILE", "also prove that FILE was extended, nothing dropped or replaced", false, Kind::file},
        {"--allow-fresh", "", "accept a file without contributions: the first of a ceremony"},
        kIsDrandOption,
        kChainOption,
        kChainInfoOption,
        kTestBeaconOption},
       "Every point is checked for its curve and subgroup, every step for its proof of knowledge and ratio, every "
       "section with 128-bit random\n"
       "coefficients. A check that could not be run is not a pass: the exit status is then 2.",
       {{"solemn ptau verify pot_beacon.ptau", "the whole record"},
        {"solemn ptau verify pot_drand.ptau --drand round.json", "and that its beacon is this drand round"},
        {"solemn ptau verify pot_0002.ptau --previous pot_0001.ptau", "and that Bob built on Alice"}},
       run_verify},
      {"ptau",
       "prepare",
       "",
       "compute the Lagrange sections that phase 2 needs",
       {in, out},
       with_log_options(
           {kOperatorOption,
            {"--only", "POWER", "for circuits whose domain is 2^POWER, and no others", false, Kind::number}}),
       "Long at large sizes, and resumable: after a kill, run the same command again. --only cuts the powers to "
       "2^POWER and computes that domain\n"
       "alone, some 60 % of the work; POWER is the one that 'solemn circuit info' names. The other domains are filled "
       "with 0xff: solemn refuses\n"
       "them, snarkjs makes keys of them that do not verify.",
       {{"solemn ptau prepare pot_beacon.ptau pot_final.ptau", "for phase 2"},
        {"solemn ptau prepare pot_beacon.ptau pot_only_04.ptau --only 4", "for circuits whose domain is 2^4"}},
       run_prepare},
      {"ptau",
       "truncate",
       "",
       "cut to a smaller power of the same ceremony",
       {in, {"POWER", "the smaller power", Kind::number}, out},
       {},
       "",
       {{"solemn ptau truncate pot_final.ptau 3 pot_final_03.ptau", "for circuits of up to 2^3 constraints"}},
       run_truncate},
      {"ptau",
       "export",
       "challenge",
       "write the challenge file for other tools",
       {in, out},
       {},
       "",
       {{"solemn ptau export challenge pot_0002.ptau challenge_0003", "for a contributor with other software"}},
       run_export_challenge},
      {"ptau",
       "import",
       "response",
       "take another tool's response, after verifying it",
       {{"PREVIOUS", "the file the challenge came from", Kind::ptau}, {"RESPONSE", "the response"}, out},
       {{"--name", "NAME", "how the record calls the contributor"}},
       "Nothing is written unless every check passes.",
       {},
       run_import_response},
      {"ptau",
       "info",
       "",
       "say what a file is, in no time at any size",
       {file},
       {},
       "",
       {{"solemn ptau info pot_final.ptau", "curve, power, steps"}},
       run_info},
  };
}

}  // namespace solemn::cli
