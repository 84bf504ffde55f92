#include <algorithm>

#include "base/error.hpp"
#include "base/json_input.hpp"
#include "curve/bulk.hpp"
#include "curve/pairing.hpp"
#include "setup/groth16.hpp"

namespace solemn::setup {

using base::Code;
using base::Error;
using curve::G1;
using curve::G2;

namespace {

constexpr std::uint64_t kMaxJsonBytes = std::uint64_t{64} << 20;

std::string read_text(const base::Path& path) {
  const base::Bytes bytes = base::read_file(path, kMaxJsonBytes);
  return std::string(base::as_text(bytes));
}

template <class C>
using Key = format::VerifyingKey<C>;

/// The ways in which a key lets anybody forge, whatever the circuit.
template <class C>
void lint_key(Verdict& verdict, const Key<C>& vk) {
  const auto g2 = G2<C>::generator();
  const auto add = [&](std::string_view rule, bool ok, std::string_view why) {
    verdict.add(rule, ok, ok ? "" : std::string(why));
  };
  const bool infinite = vk.alpha1.is_infinity_vartime() || vk.beta2.is_infinity_vartime() ||
                        vk.gamma2.is_infinity_vartime() || vk.delta2.is_infinity_vartime();
  add("no-infinity", !infinite, "alpha, beta, gamma or delta is the point at infinity");
  add("delta-not-gamma", !(vk.delta2 == vk.gamma2) && !(vk.delta2 == -vk.gamma2),
      "delta = gamma: anybody can forge proofs (phase 2 was skipped)");
  add("delta-not-generator", !(vk.delta2 == g2) && !(vk.delta2 == -g2),
      "delta is the generator: anybody can forge proofs (phase 2 was skipped)");
  add("alpha-beta-not-generator", !(vk.alpha1 == G1<C>::generator()) && !(vk.beta2 == g2),
      "alpha or beta is the generator: phase 1 was skipped");
  const bool all_infinite =
      std::all_of(vk.ic.begin() + 1, vk.ic.end(), [](const auto& p) { return p.is_infinity_vartime(); });
  if (vk.ic.size() > 1)
    add("ic-binds-inputs", !all_infinite, "no public input changes anything: proofs hold for any input");
}

template <class C>
void check_vkey(Verdict& verdict, const Key<C>& vk, const base::Path* zkey, const Context& context) {
  verdict.pass("structure");
  verdict.pass("curve-points", "every point reduced, on its curve and in its subgroup");
  lint_key<C>(verdict, vk);
  std::vector<std::size_t> order(vk.ic.size());
  bool distinct = true;
  for (std::size_t i = 0; i < vk.ic.size() && vk.ic.size() <= 4096; ++i)
    for (std::size_t j = 0; j < i; ++j)
      distinct = distinct && (vk.ic[i].is_infinity_vartime() || !(vk.ic[i] == vk.ic[j]));
  verdict.add("ic-distinct", distinct,
              distinct ? std::to_string(vk.ic.size() - 1) + " public inputs"
                       : "two public inputs share a point: they can be exchanged");
  if (zkey == nullptr)
    return verdict.not_run("contributions-exist", "a verification key does not carry its contributions: give --zkey");
  const format::ZkeySummary summary = format::read_zkey_summary(base::InputFile(*zkey));
  if (summary.protocol != format::ZkeyProtocol::groth16 || summary.curve != C::kId)
    return verdict.fail("matches-zkey", "the proving key is of another protocol or curve");
  const format::ZkeyReader<C> reader(*zkey);
  const Key<C> other = format::verifying_key<C>(reader, context.pool);
  const bool same = other.alpha1 == vk.alpha1 && other.beta2 == vk.beta2 && other.gamma2 == vk.gamma2 &&
                    other.delta2 == vk.delta2 && other.ic == vk.ic;
  verdict.add("matches-zkey", same,
              same ? "every point is the proving key's" : "not the key of '" + zkey->string() + "'");
  const Verdict chain = zkey_lint(*zkey, Links::verify, context);
  for (const Check& check : chain.checks())
    if (check.rule.starts_with("contribution")) verdict.add(check.rule, check.outcome == Outcome::passed, check.detail);
}

/// An arkworks key says nothing about its curve: the one that parses completely is it.
void check_binary(Verdict& verdict, base::ByteSpan bytes, const base::Path* zkey, const Context& context) {
  std::string reasons;
  for (const curve::CurveId id : {curve::CurveId::bn254, curve::CurveId::bls12_381}) {
    const bool done = format::with_curve(id, [&]<class C>() {
      try {
        const Key<C> vk = format::read_arkworks_vk<C>(bytes);
        check_vkey<C>(verdict, vk, zkey, context);
        return true;
      } catch (const Error& error) {
        if (error.code() != Code::malformed) throw;
        reasons += (reasons.empty() ? "" : "; ") + std::string(C::kName) + ": " + error.message();
        return false;
      }
    });
    if (done) return;
  }
  verdict.fail("structure", "not a verification key: " + reasons);
}

}  // namespace

template <class C>
bool groth16_verify(const Key<C>& vk, std::span<const typename C::Fr> public_inputs, const format::Proof<C>& proof,
                    base::Pool& pool) {
  ASSERT(vk.ic.size() == public_inputs.size() + 1);
  auto inputs = G1<C>::Jacobian::from(vk.ic[0]);  // IC_0 + sum x_i IC_i
  for (std::size_t i = 0; i < public_inputs.size(); ++i)
    inputs = add_vartime(inputs, curve::mul_integer_vartime<G1<C>>(vk.ic[i + 1], public_inputs[i].to_canonical()));
  const std::array<curve::PairingInput<C>, 4> pairs = {{
      {-proof.a, proof.b},                      // e(A, B)^-1
      {vk.alpha1, vk.beta2},                    // e(alpha, beta)
      {inputs.to_affine_vartime(), vk.gamma2},  // e(inputs, gamma)
      {proof.c, vk.delta2},                     // e(C, delta)
  }};
  return curve::pairing_product_is_one<C>(std::span<const curve::PairingInput<C>>(pairs), pool);
}

namespace {

/// Calls read(); what is malformed there says in which of the three files.
template <class Read>
auto within(const std::string& file, Read&& read) {
  try {
    return read();
  } catch (const Error& error) { throw error.code() == Code::malformed ? error.with_context(file) : error; }
}

template <class C>
void verify_proof(Verdict& verdict, const std::string& vkey, const std::string& values, const std::string& proof_text,
                  TestKey policy, base::Pool& pool) {
  const Key<C> vk = within("verification key", [&] { return format::read_vkey_json<C>(vkey); });
  const auto inputs = within("public signals", [&] { return format::read_public_json<C>(values); });
  const auto proof = within("proof", [&] { return format::read_proof_json<C>(proof_text); });
  verdict.pass("structure");
  verdict.pass("curve-points", "every point reduced, on its curve and in its subgroup");
  verdict.pass("public-range", "every public signal is below r");
  if (inputs.size() + 1 != vk.ic.size())
    return verdict.fail("public-count", std::to_string(inputs.size()) + " public signals, the key takes " +
                                            std::to_string(vk.ic.size() - 1));
  verdict.pass("public-count", std::to_string(inputs.size()) + " public signals");
  Verdict lint;
  lint_key<C>(lint, vk);
  if (policy == TestKey::refuse)
    for (const Check& check : lint.checks())
      if (check.outcome == Outcome::failed) verdict.fail("key-sound", std::string(check.rule) + ": " + check.detail);
  if (policy == TestKey::refuse && lint.accepted()) verdict.pass("key-sound");
  const bool holds = groth16_verify<C>(vk, inputs, proof, pool);
  verdict.add("pairing-equation", holds,
              holds ? "e(A, B) = e(alpha, beta) e(inputs, gamma) e(C, delta)"
                    : "the proof does not hold for these public signals");
}

}  // namespace

Verdict proof_verify(const base::Path& vkey, const base::Path& public_json, const base::Path& proof_json,
                     TestKey policy, const Context& context) {
  Verdict verdict;
  const std::string vkey_text = read_text(vkey), values = read_text(public_json), proof = read_text(proof_json);
  try {
    const curve::CurveId id = within("verification key", [&] { return format::read_json_curve(vkey_text); });
    format::with_curve(id,
                       [&]<class C>() { verify_proof<C>(verdict, vkey_text, values, proof, policy, context.pool); });
  } catch (const Error& error) {
    if (error.code() != Code::malformed) throw;
    verdict.fail("structure", error.message());
  }
  return verdict;
}

Verdict vkey_check(const base::Path& vkey, const base::Path* zkey, const Context& context) {
  return vkey_check_bytes(base::read_file(vkey, kMaxJsonBytes), zkey, context);
}

Verdict vkey_check_bytes(base::ByteSpan bytes, const base::Path* zkey, const Context& context) {
  Verdict verdict;
  try {
    if (!base::looks_like_json(bytes)) {  // an arkworks key has its number of points in eight bytes, some of them zero
      check_binary(verdict, bytes, zkey, context);
      return verdict;
    }
    const std::string_view text = base::as_text(bytes);
    format::with_curve(format::read_json_curve(text),
                       [&]<class C>() { check_vkey<C>(verdict, format::read_vkey_json<C>(text), zkey, context); });
  } catch (const Error& error) {
    if (error.code() != Code::malformed) throw;
    verdict.fail("structure", error.message());
  }
  return verdict;
}

template bool groth16_verify<curve::Bn254>(const Key<curve::Bn254>&, std::span<const curve::Bn254::Fr>,
                                           const format::Proof<curve::Bn254>&, base::Pool&);
template bool groth16_verify<curve::Bls12_381>(const Key<curve::Bls12_381>&, std::span<const curve::Bls12_381::Fr>,
                                               const format::Proof<curve::Bls12_381>&, base::Pool&);

}  // namespace solemn::setup
