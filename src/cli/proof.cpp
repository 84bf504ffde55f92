// solemn vkey, solemn proof.
#include "cli/verbs.hpp"
#include "setup/groth16.hpp"

namespace solemn::cli {
namespace {

setup::TestKey key_policy(const Arguments& arguments, Ui& ui) {
  if (!arguments.flag("--insecure-test-key")) return setup::TestKey::refuse;
  ui.warning("--insecure-test-key: proofs under this key may be forged by anybody; the result is for tests only");
  ui.json()["insecure_test_key"] = true;
  return setup::TestKey::allow_insecure;
}

int run_vkey_check(const Arguments& arguments, Ui& ui) {
  const base::Path file = arguments.path("VKEY");
  const auto zkey = arguments.maybe("--zkey");
  const base::Path zkey_path = zkey.value_or("");
  return ui.verdict(setup::vkey_check(file, zkey ? &zkey_path : nullptr, ui.context()), quoted(file));
}

int run_create(const Arguments& arguments, Ui& ui) {
  const base::Path proof = arguments.path("PROOF"), values = arguments.path("PUBLIC");
  setup::proof_create(arguments.path("ZKEY"), arguments.path("WTNS"), proof, values, key_policy(arguments, ui),
                      ui.context());
  ui.json()["proof"] = proof.string();
  ui.json()["public"] = values.string();
  ui.line("wrote " + quoted(proof) + " and " + quoted(values));
  ui.next("solemn proof verify VKEY.json " + shell_word(values) + " " + shell_word(proof));
  return 0;
}

int run_verify(const Arguments& arguments, Ui& ui) {
  const base::Path proof = arguments.path("PROOF");
  const auto verdict = setup::proof_verify(arguments.path("VKEY"), arguments.path("PUBLIC"), proof,
                                           key_policy(arguments, ui), ui.context());
  return ui.verdict(verdict, quoted(proof));
}

}  // namespace

std::vector<Command> key_and_proof_commands() {
  const Positional vkey{"VKEY", "verification key (snarkjs JSON)", Kind::vkey},
      values{"PUBLIC", "public signals (JSON)", Kind::publics}, proof{"PROOF", "proof (JSON)", Kind::proof};
  return {
      {"vkey",
       "check",
       "",
       "can this verification key be forged against?",
       {{"VKEY", "snarkjs JSON or arkworks binary", Kind::vkey}},
       {{"--zkey", "ZKEY", "also check that it is the key of this proving key", false, Kind::file}},
       "A verification key does not carry its contributions: without --zkey that check is not run and the exit status "
       "is 2 at best.",
       {{"solemn vkey check vkey.json --zkey circuit_final.zkey", "lint"}},
       run_vkey_check},
      {"proof",
       "create",
       "",
       "prove with a witness",
       {{"ZKEY", "proving key", Kind::zkey},
        {"WTNS", "witness (circom)", Kind::wtns},
        {"PROOF", "the proof to write (JSON)"},
        {"PUBLIC", "the public signals to write (JSON)"}},
       {kTestKeyOption},
       "The proof is verified before it is written.",
       {{"solemn proof create circuit_final.zkey witness.wtns proof.json public.json", "Groth16"}},
       run_create},
      {"proof",
       "verify",
       "",
       "verify a proof",
       {vkey, values, proof},
       {kTestKeyOption},
       "Refuses keys under which anybody can forge proofs.",
       {{"solemn proof verify vkey.json public.json proof.json", "Groth16"}},
       run_verify},
  };
}

}  // namespace solemn::cli
