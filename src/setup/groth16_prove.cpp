#include <optional>

#include "base/error.hpp"
#include "base/untouched.hpp"
#include "curve/bulk.hpp"
#include "curve/sampling.hpp"
#include "fft/fft.hpp"
#include "fft/scalar_fft.hpp"
#include "msm/msm.hpp"
#include "setup/groth16.hpp"

namespace solemn::setup {

using base::Code;
using base::Error;
using curve::G1;
using curve::G2;
using format::ZkeySection;

namespace {

constexpr std::size_t kBlock = std::size_t{1} << 16;  // points of a section at a time: five sections side by side
constexpr std::size_t kCoefs = std::size_t{1} << 12;

template <class C>
using Integer = typename C::Fr::Limbs;  // below the order: what sums of points take, and a witness file has

template <class T>
struct WipedAtEnd {
  std::vector<T>& values;
  ~WipedAtEnd() { base::wipe(std::span(values)); }
};

/// sum over a section of scalars[i] P_i.
template <class C, class G>
typename G::Jacobian combine(const format::ZkeyReader<C>& zkey, ZkeySection section,
                             std::span<const Integer<C>> scalars, const Context& context) {
  const std::uint64_t n = zkey.points(section);
  ASSERT(n == scalars.size());
  auto sum = G::Jacobian::infinity();
  base::UntouchedArray<typename G::Affine> points(static_cast<std::size_t>(std::min<std::uint64_t>(kBlock, n)));
  for (std::size_t first = 0; first < n; first += kBlock) {
    context.progress.check_interrupt();
    const std::size_t count = std::min(kBlock, scalars.size() - first);
    const auto part = points.all().first(count);
    zkey.template read<G>(section, first, part, context.pool);
    sum = add_vartime(sum, msm::msm_vartime<G>(std::span<const typename G::Affine>(part), scalars.subspan(first, count),
                                               context.pool));
    context.progress.advance(count);
  }
  return sum;
}

/// h_i = a_i b_i - c_i on the odd coset, from the coefficients of the key and the witness (spec section 8 "Prover").
template <class C>
void quotient(std::vector<Integer<C>>& h, const format::ZkeyReader<C>& zkey, std::span<const Integer<C>> witness,
              const Context& context) {
  using Fr = typename C::Fr;
  const std::size_t n = zkey.header().domain_size;
  std::vector<Fr> a(n), b(n), c(n);
  const WipedAtEnd<Fr> wiped_a{a}, wiped_b{b}, wiped_c{c};
  std::vector<format::ZkeyCoef<C>> coefs(kCoefs);
  for (std::uint64_t first = 0; first < zkey.n_coefs(); first += coefs.size()) {
    context.progress.check_interrupt();
    const auto part =
        std::span(coefs).first(static_cast<std::size_t>(std::min<std::uint64_t>(coefs.size(), zkey.n_coefs() - first)));
    zkey.read_coefs(first, part);
    for (const auto& coef : part)  // an integer taken as Montgomery limbs is divided by R
      (coef.matrix == 0 ? a : b)[coef.constraint] += coef.value * *Fr::from_montgomery(witness[coef.signal]);
  }
  const Fr r = *Fr::from_canonical(Fr::one().montgomery());
  for (auto* values : {&a, &b}) fft::scale<Fr>(*values, r);
  for (std::size_t i = 0; i < n; ++i) c[i] = a[i] * b[i];
  for (auto* values : {&a, &b, &c}) fft::to_odd_coset<Fr>(*values, context.pool);
  h.resize(n);
  context.pool.parallel_for(n, 4096, [&](std::size_t begin, std::size_t end) {
    for (std::size_t i = begin; i < end; ++i) h[i] = (a[i] * b[i] - c[i]).to_canonical();
  });
}

template <class C>
format::Proof<C> prove(const format::ZkeyReader<C>& zkey, std::span<const Integer<C>> witness, const Context& context) {
  using Fr = typename C::Fr;
  const auto& header = zkey.header();
  const base::Secret<Fr> r = curve::random_secret_scalar<Fr>(), s = curve::random_secret_scalar<Fr>();
  const auto times = []<class G>(G, const typename G::Affine& p, const Fr& k) { return curve::mul_secret<G>(p, k); };
  typename G1<C>::Affine a, s_a, r_b;
  typename G2<C>::Affine b;
  typename G1<C>::Jacobian l, h;
  context.progress.phase("proof", std::uint64_t{4} * header.n_vars + header.domain_size, "points");
  // Side by side: each has stretches on one thread only.
  context.pool.run_together(
      {[&] {  // B = beta + sum w_s B_s + s delta
         const auto sum = add_vartime(combine<C, G2<C>>(zkey, ZkeySection::b2, witness, context), header.beta2);
         b = add_vartime(sum, times(G2<C>{}, header.delta2, s.expose())).to_affine();
       },
       [&] {  // sum h_i H_i
         std::vector<Integer<C>> values;
         const WipedAtEnd<Integer<C>> wiped{values};
         quotient<C>(values, zkey, witness, context);
         h = combine<C, G1<C>>(zkey, ZkeySection::h, values, context);
       },
       [&] {  // r B, in G1
         const auto sum = add_vartime(combine<C, G1<C>>(zkey, ZkeySection::b1, witness, context), header.beta1);
         const auto b1 = add_vartime(sum, times(G1<C>{}, header.delta1, s.expose())).to_affine();
         r_b = times(G1<C>{}, b1, r.expose());
       },
       [&] {  // A = alpha + sum w_s A_s + r delta
         const auto sum = add_vartime(combine<C, G1<C>>(zkey, ZkeySection::a, witness, context), header.alpha1);
         a = add_vartime(sum, times(G1<C>{}, header.delta1, r.expose())).to_affine();
         s_a = times(G1<C>{}, a, s.expose());
       },
       [&] {  // sum over private w_s L_s - r s delta
         const auto secret_part = witness.subspan(header.n_public + std::size_t{1});
         base::Secret<Fr> rs;
         rs.expose() = -(r.expose() * s.expose());
         l = add_vartime(combine<C, G1<C>>(zkey, ZkeySection::c, secret_part, context),
                         times(G1<C>{}, header.delta1, rs.expose()));
       }});
  // C = sum w_s L_s + sum h_i H_i + s A + r B - r s delta
  return {a, b, add_vartime(add_vartime(add_vartime(l, h), s_a), r_b).to_affine()};
}

template <class C>
void create(const base::Path& path, const base::Path& wtns, const base::Path& proof_json, const base::Path& public_json,
            TestKey policy, const Context& context) {
  std::optional<base::OutputFile> proof_file, public_file;
  std::optional<format::ZkeyReader<C>> key;
  format::VerifyingKey<C> vk;
  std::vector<Integer<C>> witness;
  const WipedAtEnd<Integer<C>> wiped{witness};
  context.pool.run_together({[&] {
                               proof_file.emplace(proof_json, context.overwrite);
                               public_file.emplace(public_json, context.overwrite);
                               (void)proof_file->temporary_path();  // made now, while others read
                               (void)public_file->temporary_path();
                             },
                             [&] {
                               key.emplace(path);
                               require_sound(zkey_lint(*key, Links::trust, context), path, policy);
                               vk = format::verifying_key<C>(*key, context.pool);
                             },
                             [&] { witness = format::read_wtns<C>(wtns); }});
  base::OutputFile &proof_out = *proof_file, &public_out = *public_file;
  const format::ZkeyReader<C>& zkey = *key;
  const auto& header = zkey.header();
  if (witness.size() != header.n_vars)
    throw Error(Code::usage,
                "'" + wtns.string() + "' has " + std::to_string(witness.size()) + " values, the key's circuit has " +
                    std::to_string(header.n_vars),
                "the witness belongs to another circuit");
  std::vector<typename C::Fr> inputs;
  for (std::size_t i = 1; i <= header.n_public; ++i) inputs.push_back(*C::Fr::from_canonical(witness[i]));
  public_out.write(base::as_bytes(format::write_public_json<C>(inputs)));
  public_out.begin_sync();
  const format::Proof<C> proof = prove<C>(zkey, witness, context);
  bool accepted = false, in_subgroups = false;
  context.pool.run_together({[&] { accepted = groth16_verify<C>(vk, inputs, proof, context.pool); },
                             [&] {
                               in_subgroups = curve::is_in_subgroup<G1<C>>(proof.a) &&
                                              curve::is_in_subgroup<G2<C>>(proof.b) &&
                                              curve::is_in_subgroup<G1<C>>(proof.c);
                             }});
  if (!accepted)
    throw Error(Code::rejected,
                "the witness '" + wtns.string() + "' does not satisfy the circuit of '" + path.string() + "'",
                "compute it again from the input, with the files that circom wrote for this circuit");
  // The pairing does not see what a key's points outside the subgroup add, and that would tell about the witness.
  if (!in_subgroups)
    throw Error(Code::malformed, "'" + path.string() + "' has points outside the prime-order subgroup",
                "verify the key: solemn zkey verify R1CS PTAU " + path.string());
  proof_out.write(base::as_bytes(format::write_proof_json<C>(proof)));  // not before: it would tell about the witness
  base::OutputFile::commit_together({&proof_out, &public_out});
}

}  // namespace

void proof_create(const base::Path& zkey, const base::Path& wtns, const base::Path& proof_json,
                  const base::Path& public_json, TestKey policy, const Context& context) {
  for (const base::Path& in : {zkey, wtns})
    for (const base::Path& out : {proof_json, public_json}) base::require_different_files(in, out);
  base::require_different_outputs(proof_json, public_json);
  const auto summary = groth16_summary(zkey);
  if (format::read_wtns_curve(base::InputFile(wtns)) != summary.curve)
    throw Error(Code::usage, "the witness '" + wtns.string() + "' is over another curve than the key");
  format::with_curve(summary.curve,
                     [&]<class C>() { create<C>(zkey, wtns, proof_json, public_json, policy, context); });
}

}  // namespace solemn::setup
