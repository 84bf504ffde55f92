// solemn circuit, solemn zkey: phase 2.
#include "cli/log.hpp"
#include "cli/verbs.hpp"
#include "setup/phase2.hpp"

namespace solemn::cli {
namespace {

setup::TestKey key_policy(const Arguments& arguments, Ui& ui) {
  if (!arguments.flag("--insecure-test-key")) return setup::TestKey::refuse;
  ui.warning("--insecure-test-key: proofs under this key may be forged by anybody; the result is for tests only");
  ui.json()["insecure_test_key"] = true;
  return setup::TestKey::allow_insecure;
}

int run_circuit_info(const Arguments& arguments, Ui& ui) {
  const base::InputFile file(arguments.path("R1CS"));
  const format::R1csHeader header = format::read_r1cs_header(file);
  const unsigned power = format::groth16_domain_log2(header);
  ui.json().update({{"file", file.path().string()},
                    {"curve", format::curve_name(header.curve)},
                    {"constraints", header.n_constraints},
                    {"wires", header.n_wires},
                    {"public_outputs", header.n_pub_out},
                    {"public_inputs", header.n_pub_in},
                    {"private_inputs", header.n_prv_in},
                    {"labels", header.n_labels},
                    {"custom_gates", header.has_custom_gates},
                    {"custom_gate_uses", header.n_custom_gate_uses},
                    {"power_needed", power}});
  ui.line(quoted(file.path()) + ": circuit over " + std::string(format::curve_name(header.curve)));
  ui.line("constraints " + std::to_string(header.n_constraints) + ", wires " + std::to_string(header.n_wires) +
          ", public " + std::to_string(header.n_public()) + " (" + std::to_string(header.n_pub_out) + " outputs, " +
          std::to_string(header.n_pub_in) + " inputs), private inputs " + std::to_string(header.n_prv_in));
  ui.line("needs a powers of tau file of power " + std::to_string(power) +
          " or more (constraints + public + 1 <= 2^power)");
  if (header.has_custom_gates)
    ui.warning("the circuit declares custom gates and uses them " + std::to_string(header.n_custom_gate_uses) +
               " times; Groth16 cannot express them");
  return 0;
}

int run_new(const Arguments& arguments, Ui& ui) {
  const base::Path out = arguments.path("OUT");
  const base::Path ptau = arguments.path("PTAU");
  StepLog log(arguments, ui, format::StepKind::zkey_new, ptau);
  const base::Hash64 hash = setup::zkey_new(arguments.path("R1CS"), ptau, out, ui.context());
  ui.json()["output"] = out.string();
  ui.line("wrote " + quoted(out) + ": no contribution yet, so proofs under it can be forged");
  ui.hash("circuit hash", "circuit_hash", hash);
  log.write_zkey(out, operator_of(arguments), hash);
  ui.next("solemn zkey contribute " + shell_word(out) + " OUT --name NAME");
  return 0;
}

void say_contribution(Ui& ui, const base::Hash64& hash, const base::Path& out) {
  ui.json()["output"] = out.string();
  ui.line("wrote " + quoted(out));
  ui.hash("contribution hash (what this step publishes)", "contribution_hash", hash);
}

int run_contribute(const Arguments& arguments, Ui& ui) {
  const base::Path in = arguments.path("IN"), out = arguments.path("OUT");
  base::require_different_files(in, out);
  StepLog log(arguments, ui, format::StepKind::zkey_contribution, in);
  const base::Hash64 hash =
      setup::zkey_contribute(in, out, arguments.text("--name"), gather_entropy(arguments, ui), ui.context());
  say_contribution(ui, hash, out);
  log.write_zkey(out, arguments.text("--name"), hash);
  ui.note("publish the contribution hash under your name; then forget this machine's memory: switch it off");
  ui.next("solemn zkey verify R1CS PTAU " + shell_word(out) + " --previous " + shell_word(in));
  return 0;
}

int run_beacon(const Arguments& arguments, Ui& ui) {
  const base::Path in = arguments.path("IN"), out = arguments.path("OUT");
  StepLog log(arguments, ui, format::StepKind::zkey_beacon, in);
  const BeaconStep step = beacon_from(arguments, ui);
  const base::Hash64 hash =
      setup::zkey_beacon(in, out, step.name, step.value, beacon_policy(arguments, ui), ui.context());
  say_contribution(ui, hash, out);
  log.write_zkey(out, operator_of(arguments), hash);
  ui.next("solemn zkey verify R1CS PTAU " + shell_word(out));
  return 0;
}

int verdict_on_key(const base::Path* r1cs, const base::Path* ptau, const base::Path& zkey,
                   const setup::ZkeyVerifyOptions& options, const Arguments& arguments, Ui& ui) {
  const auto drand = maybe_drand(arguments);
  setup::Verdict verdict = setup::zkey_verify(r1cs, ptau, zkey, options, ui.context());
  if (drand) check_beacon_is_drand(verdict, *drand, [&] { return claims_of(setup::zkey_info(zkey).steps); });
  return ui.verdict(verdict, quoted(zkey));
}

int run_verify(const Arguments& arguments, Ui& ui) {
  setup::ZkeyVerifyOptions options;
  const auto previous = arguments.maybe("--previous");
  const base::Path previous_path = previous.value_or("");
  if (previous) options.previous = &previous_path;
  options.beacon_policy = beacon_policy(arguments, ui);
  const base::Path r1cs = arguments.path("R1CS"), ptau = arguments.path("PTAU"), zkey = arguments.path("ZKEY");
  return verdict_on_key(&r1cs, &ptau, zkey, options, arguments, ui);
}

int run_verify_chain(const Arguments& arguments, Ui& ui) {
  setup::ZkeyVerifyOptions options;
  const auto previous = arguments.maybe("--previous");
  const base::Path previous_path = previous.value_or("");
  if (previous) options.previous = &previous_path;
  options.beacon_policy = beacon_policy(arguments, ui);
  options.chain_only = true;
  return verdict_on_key(nullptr, nullptr, arguments.path("ZKEY"), options, arguments, ui);
}

int run_info(const Arguments& arguments, Ui& ui) {
  const base::Path file = arguments.path("ZKEY");
  const setup::ZkeyInfo info = setup::zkey_info(file);
  const auto& summary = info.summary;
  const std::string_view protocol = summary.protocol == format::ZkeyProtocol::groth16
                                        ? "groth16"
                                        : (summary.protocol == format::ZkeyProtocol::plonk ? "plonk" : "fflonk");
  ui.json().update({{"file", file.string()},
                    {"protocol", protocol},
                    {"curve", format::curve_name(summary.curve)},
                    {"variables", summary.n_vars},
                    {"public", summary.n_public},
                    {"domain", summary.domain_size},
                    {"bytes", info.file_bytes}});
  ui.line(quoted(file) + ": " + std::string(protocol) + " key, " + std::string(format::curve_name(summary.curve)) +
          ", " + std::to_string(summary.n_vars) + " variables, " + std::to_string(summary.n_public) +
          " public, domain " + std::to_string(summary.domain_size) + ", " + base::human_bytes(info.file_bytes));
  if (summary.protocol != format::ZkeyProtocol::groth16) return 0;
  if (info.circuit_hash) ui.hash("circuit hash", "circuit_hash", *info.circuit_hash);
  ui.json()["phase1_fingerprint"] = info.alpha_beta_fingerprint;
  ui.line("phase 1 fingerprint (SHA-256 of alpha and beta): " + info.alpha_beta_fingerprint);
  ui.line(steps_text(info.steps.size()) + "; names and kinds are claims that no hash covers:");
  Json steps = Json::array();
  std::size_t number = 0;
  for (const auto& step : info.steps) {
    Json item = claimed_json(step.claimed);
    item["contribution_hash"] = base::to_hex(step.contribution_hash);
    steps.push_back(std::move(item));
    ui.line(std::to_string(++number) + "  " + claimed_text(step.claimed) + "  " +
            base::to_hex(base::ByteSpan(step.contribution_hash).first(16)) + "...");
  }
  ui.json()["steps"] = std::move(steps);
  if (info.steps.empty()) ui.warning("no contribution: proofs under this key can be forged");
  ui.note("info reads, it does not verify: solemn zkey verify R1CS PTAU " + shell_word(file));
  return 0;
}

template <void (*Export)(const base::Path&, const base::Path&, setup::TestKey, const setup::Context&)>
int run_export(const Arguments& arguments, Ui& ui) {
  const base::Path out = arguments.path("OUT");
  Export(arguments.path("ZKEY"), out, key_policy(arguments, ui), ui.context());
  ui.json()["output"] = out.string();
  ui.line("wrote " + quoted(out));
  return 0;
}

template <void (*Export)(const base::Path&, const base::Path&, curve::Form, setup::TestKey, const setup::Context&)>
int run_export_arkworks(const Arguments& arguments, Ui& ui) {
  const base::Path out = arguments.path("OUT");
  const auto form = arguments.flag("--uncompressed") ? curve::Form::uncompressed : curve::Form::compressed;
  Export(arguments.path("ZKEY"), out, form, key_policy(arguments, ui), ui.context());
  ui.json()["output"] = out.string();
  ui.line("wrote " + quoted(out));
  return 0;
}

int run_import(const Arguments& arguments, Ui& ui) {
  const base::Path out = arguments.path("OUT");
  const base::Hash64 hash = setup::zkey_import_mpcparams(arguments.path("ZKEY"), arguments.path("PARAMS"), out,
                                                         arguments.maybe("--name").value_or(""), ui.context());
  say_contribution(ui, hash, out);
  return 0;
}

}  // namespace

std::vector<Command> circuit_commands() {
  return {{"circuit",
           "info",
           "",
           "say how large a circuit is and which ptau it needs",
           {{"R1CS", "compiled circuit (circom)", Kind::r1cs}},
           {},
           "",
           {{"solemn circuit info circuit.r1cs", "constraints, wires, power needed"}},
           run_circuit_info}};
}

std::vector<Command> zkey_commands() {
  const Positional r1cs{"R1CS", "compiled circuit (circom)", Kind::r1cs},
      ptau{"PTAU", "prepared powers of tau file", Kind::ptau}, in{"IN", "proving key", Kind::zkey},
      out{"OUT", "the file to write"}, zkey{"ZKEY", "proving key", Kind::zkey};
  const Option uncompressed{"--uncompressed", "", "uncompressed points (default: compressed)"};
  return {
      {"zkey",
       "new",
       "",
       "make the initial proving key of a circuit",
       {r1cs, ptau, out},
       with_log_options({kOperatorOption}),
       "Deterministic: anybody can repeat it. The key is not usable before somebody contributed.",
       {{"solemn zkey new circuit.r1cs pot_final.ptau circuit_0000.zkey", "start of phase 2"}},
       run_new},
      {"zkey",
       "contribute",
       "",
       "add your randomness",
       {in, out},
       with_log_options({{"--name", "NAME", "how the record calls you (a claim, not a proof)", true},
                         kEntropyOption,
                         kTypeEntropyOption,
                         kDiceOption,
                         kTokenEntropyOption}),
       "Your secret is made from the operating system's randomness and whatever you add, is used in constant time and "
       "wiped.",
       {{"solemn zkey contribute circuit_0000.zkey circuit_0001.zkey --name Alice", "one contribution"}},
       run_contribute},
      {"zkey",
       "beacon",
       "",
       "end phase 2 with a public random value",
       {in, out},
       with_log_options(with_operator(beacon_options())),
       "The value must not have been known to anybody before the last contribution.",
       {{"solemn zkey beacon circuit_0001.zkey circuit_final.zkey --name Beacon --value "
         "9d2f6c1e84b07a35d1c8e92f4b6a70539e1d4c8b7fa26035b8e4d19c2a7f6e03 --iterations-exp 10",
         "a value published after the last contribution"},
        {"solemn zkey beacon circuit_0001.zkey circuit_drand.zkey --drand round.json --iterations-exp 10",
         "a drand round, fetched by 'solemn beacon fetch'"}},
       run_beacon},
      {"zkey",
       "verify",
       "",
       "check a key against its circuit and powers of tau",
       {r1cs, ptau, zkey},
       {{"--previous", "FILE", "also prove that the key extends this accepted one", false, Kind::file},
        kIsDrandOption,
        kChainOption,
        kChainInfoOption,
        kTestBeaconOption},
       "Recomputes everything that is deterministic and verifies everything that is not: every link, every section. "
       "Verify the ptau itself with\n"
       "'solemn ptau verify'. A key without contributions is rejected.",
       {{"solemn zkey verify circuit.r1cs pot_final.ptau circuit_final.zkey", "the whole key"},
        {"solemn zkey verify circuit.r1cs pot_final.ptau circuit_final.zkey --previous circuit_0001.zkey",
         "and that nobody was dropped"}},
       run_verify},
      {"zkey",
       "verify",
       "--chain-only",
       "check only the chain, without circuit and ptau",
       {zkey},
       {{"--previous", "FILE", "also prove that the key extends this accepted one", false, Kind::file},
        kIsDrandOption,
        kChainOption,
        kChainInfoOption,
        kTestBeaconOption},
       "What needs the circuit or the powers of tau is reported as not run, so the exit status is never 0.",
       {},
       run_verify_chain},
      {"zkey",
       "info",
       "",
       "say what a key is: protocol, sizes, hashes",
       {zkey},
       {},
       "",
       {{"solemn zkey info circuit_final.zkey", "sizes and steps"}},
       run_info},
      {"zkey",
       "export",
       "vkey",
       "verification key as snarkjs JSON",
       {zkey, out},
       {kTestKeyOption},
       "",
       {{"solemn zkey export vkey circuit_final.zkey vkey.json", "for verifiers"}},
       run_export<setup::zkey_export_vkey>},
      {"zkey",
       "export",
       "solidity",
       "verifier contract (bn254)",
       {zkey, out},
       {kTestKeyOption},
       "",
       {{"solemn zkey export solidity circuit_final.zkey Verifier.sol", "for Ethereum"}},
       run_export<setup::zkey_export_solidity>},
      {"zkey",
       "export",
       "arkworks-vk",
       "arkworks VerifyingKey",
       {zkey, out},
       {uncompressed, kTestKeyOption},
       "",
       {{"solemn zkey export arkworks-vk circuit_final.zkey vk.bin", "CanonicalSerialize, compressed"}},
       run_export_arkworks<setup::zkey_export_arkworks_vk>},
      {"zkey",
       "export",
       "arkworks-pk",
       "arkworks ProvingKey",
       {zkey, out},
       {uncompressed, kTestKeyOption},
       "",
       {{"solemn zkey export arkworks-pk circuit_final.zkey pk.bin", "CanonicalSerialize, compressed"}},
       run_export_arkworks<setup::zkey_export_arkworks_pk>},
      {"zkey",
       "export",
       "mpcparams",
       "phase-2 parameters for bellman-style tools",
       {zkey, out},
       {kTestKeyOption},
       "",
       {{"solemn zkey export mpcparams circuit_final.zkey circuit.params", "for a contributor with other software"}},
       run_export<setup::zkey_export_mpcparams>},
      {"zkey",
       "export",
       "json",
       "every section as JSON",
       {zkey, out},
       {kTestKeyOption},
       "",
       {{"solemn zkey export json circuit_final.zkey circuit_final.json", "to look inside"}},
       run_export<setup::zkey_export_json>},
      {"zkey",
       "import",
       "mpcparams",
       "take another tool's contributions, after verifying",
       {zkey, {"PARAMS", "phase-2 parameters"}, out},
       {{"--name", "NAME", "how the record calls the contributor"}},
       "Nothing is written unless every check passes.",
       {},
       run_import},
  };
}

}  // namespace solemn::cli
