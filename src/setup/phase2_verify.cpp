// `solemn zkey verify`, as it reads in the paper: the chain of contributions, the deltas, and every section from the
// circuit and the powers of tau.
#include <algorithm>
#include <atomic>
#include <exception>
#include <memory>

#include "base/error.hpp"
#include "msm/msm.hpp"
#include "setup/phase2.hpp"
#include "setup/phase2_chain.hpp"
#include "setup/phase2_circuit_hash.hpp"
#include "setup/phase2_initial.hpp"
#include "setup/phase2_seen.hpp"
#include "setup/phase2_update.hpp"

namespace solemn::setup {

using base::Code;
using base::Error;
using curve::G1;
using curve::G2;
using format::ZkeySection;

namespace {

constexpr std::array<std::string_view, 10> kNeedCircuit = {
    "ptau-alpha-beta", "circuit-shape", "no-custom-gates", "coefficients", "query-ic",
    "query-a",         "query-b1",      "query-b2",        "query-l",      "query-h"};

/// A complaint about the circuit or the powers of tau says nothing about the key.
bool is_about(const Error& error, const base::Path* input) {
  return input != nullptr && error.message().starts_with("'" + base::printable(input->native()) + "'");
}

/// The sections of a key, as they were seen when their points were tested, against the initial key, while that is
/// computed block by block.
template <class C>
class Comparison {
 public:
  Comparison(const format::ZkeyReader<C>& zkey, SeenSections<C>& seen, InitialKey<C>& initial, const Context& context)
      : zkey_(zkey),
        seen_(seen),
        initial_(initial),
        context_(context),
        n_ic_(initial.header().n_public + std::uint64_t{1}) {
    for (Fixed& fixed : fixed_) fixed.tag.emplace(seen.tag_key());
  }

  /// Beside each other goes what is for one thread and what is for all.
  void run(Verdict& verdict) {
    CircuitHasher<C> hasher(initial_.header(), variants(), context_.pool);
    const typename InitialKey<C>::CoefSink compare_coefs = [this](auto block) { this->compare(block); };
    context_.pool.run_together({[&] { initial_.coefs(compare_coefs); },
                                [&] {
                                  hash_ic(hasher);
                                  hasher.differences(initial_.ptau(), tau_top(), context_.progress);
                                }});
    hasher.count(static_cast<std::uint32_t>(initial_.header().n_vars - n_ic_));
    bool finished = false;
    const auto see_block = [&](const typename InitialKey<C>::Block& block) {
      see_signals(block, hasher);
      finished = block.a.size() == initial_.header().n_vars;
      if (finished)
        finish(hasher, [&] {
          hash_points<G1<C>>(hasher, block.a);
          hash_points<G1<C>>(hasher, block.b1);
          hash_points<G2<C>>(hasher, block.b2);
        });
    };
    initial_.signals(see_block, compare_coefs);
    if (initial_.n_coefs() != zkey_.n_coefs()) {
      coefs_.found = false;  // that says more than which is the first that differs
      note(coefs_, ZkeySection::coefs, zkey_.n_coefs(), "number of coefficients");
    }
    ASSERT(coefs_.found || n_coefs_seen_ == zkey_.n_coefs());  // none was left out
    // The circuit hash takes A after all of L, which is computed in parts here: sections are read again for it.
    if (!finished) finish(hasher, [&] { hash_file_queries(hasher); });
    if (differ_) find_differences();
    report(verdict, "coefficients", coefs_);
    for (const Fixed& fixed : fixed_) report(verdict, fixed.rule, fixed.difference);
    verdict.add("query-l", l_holds_,
                l_holds_ ? "every point divided by delta" : "section 8 is not the circuit's points divided by delta");
    verdict.add("query-h", h_holds_, "section 9: the powers of tau divided by delta");
  }

  /// Which of the known ways of hashing gives the key's circuit hash.
  void report_hash(Verdict& verdict, const base::Hash64& claimed) const {
    for (const CircuitHash& hash : hashes_)
      if (hash.digest == claimed) return verdict.pass("circuit-hash", hash.describe());
    verdict.fail(
        "circuit-hash",
        "section 10 names another circuit, or another phase 1: its hash is none of those that snarkjs' versions give");
  }

 private:
  struct Difference {
    bool found = false;
    std::string where;
  };
  /// A section that no contribution changes.
  struct Fixed {
    std::string_view rule;
    ZkeySection section;
    std::optional<hash::Poly1305Pair> tag{};  // of what it should be
    Difference difference{};
  };
  static void report(Verdict& verdict, std::string_view rule, const Difference& difference) {
    verdict.add(rule, !difference.found,
                difference.found ? difference.where : "as computed from the circuit and the powers of tau");
  }
  static void note(Difference& difference, ZkeySection section, std::uint64_t index, std::string_view item) {
    if (difference.found) return;
    difference = {true, "section " + std::to_string(static_cast<unsigned>(section)) + ": " + std::string(item) + " " +
                            std::to_string(index) + " is not what the circuit gives"};
  }

  std::vector<typename CircuitHasher<C>::Variant> variants() const {
    using curve::InfinityFlag;
    const unsigned k = initial_.header().domain_log2;
    std::vector<typename CircuitHasher<C>::Variant> all;
    for (const InfinityFlag era : {InfinityFlag::zeros, InfinityFlag::flag_0x40})
      for (const Extra extra : {Extra::none, Extra::honest, Extra::beyond_section})
        if ((extra == Extra::none) == (k < 15)) all.push_back({era, extra});
    return all;
  }
  typename G1<C>::Affine tau_top() const {
    const unsigned k = initial_.header().domain_log2;
    return k < 15 ? G1<C>::Affine::infinity() : tau_power_2n_minus_1<C>(initial_.ptau(), k, context_.pool);
  }

  /// The next coefficients, as far as the key has them.
  void compare(std::span<const format::ZkeyCoef<C>> expected) {
    const std::uint64_t n_left = zkey_.n_coefs() - n_coefs_seen_;
    expected = expected.first(static_cast<std::size_t>(std::min<std::uint64_t>(n_left, expected.size())));
    std::vector<format::ZkeyCoef<C>> mine(expected.size());
    zkey_.read_coefs(n_coefs_seen_, mine);
    for (std::size_t i = 0; i < expected.size(); ++i)
      if (mine[i].matrix != expected[i].matrix || mine[i].constraint != expected[i].constraint ||
          mine[i].signal != expected[i].signal || !(mine[i].value == expected[i].value))
        note(coefs_, ZkeySection::coefs, n_coefs_seen_ + i, "coefficient");
    n_coefs_seen_ += expected.size();
  }

  /// So many signals of a block are public: their points belong to IC, the others to L.
  std::size_t ic_points(const typename InitialKey<C>::Block& block) const noexcept {
    return block.first < n_ic_ ? static_cast<std::size_t>(std::min<std::uint64_t>(block.k.size(), n_ic_ - block.first))
                               : 0;
  }

  void see_signals(const typename InitialKey<C>::Block& block, CircuitHasher<C>& hasher) {
    const std::size_t ic = ic_points(block);
    const auto l = block.k.subspan(ic);
    const auto tag = [&](std::size_t i, const auto& points) { fixed_[i].tag->update(base::object_bytes(points)); };
    context_.pool.run_together({[&] { hasher.points(l); },
                                [&] {
                                  tag(0, block.k.first(ic));
                                  tag(1, block.a);
                                  tag(2, block.b1);
                                  tag(3, block.b2);
                                },
                                [&] {
                                  const std::uint64_t first = block.first + ic - n_ic_;
                                  l_ = add_vartime(
                                      l_, msm::random_combination<G1<C>>(l, seen_.seed(), first, context_.pool));
                                }});
  }

  template <class HashQueries>
  void finish(CircuitHasher<C>& hasher, const HashQueries& hash_queries) {
    const auto &before = G2<C>::generator(), &now = zkey_.header().delta2;
    const auto holds = [&](const auto& initial, const auto& sum) {
      return divided_by_delta<C>(initial.to_affine_vartime(), before, sum.to_affine_vartime(), now);
    };
    context_.pool.run_together({[&] { h_holds_ = holds(initial_h(), zkey_h()); },
                                [&] {
                                  hash_queries();
                                  hashes_ = hasher.finish();
                                },
                                [&] { l_holds_ = holds(l_, seen_.l()); }});
    for (Fixed& fixed : fixed_) {
      fixed.difference.found = fixed.tag->finish() != seen_.tag(fixed.section);
      differ_ = differ_ || fixed.difference.found;
    }
  }

  /// Which point it is, and the circuit hash of the sections as they are: everything is computed once more.
  void find_differences() {
    std::array<Difference, 4> found;
    CircuitHasher<C> hasher(initial_.header(), variants(), context_.pool);
    hash_ic(hasher);
    hasher.differences(initial_.ptau(), tau_top(), context_.progress);
    hasher.count(static_cast<std::uint32_t>(initial_.header().n_vars - n_ic_));
    const auto compare_block = [&](const typename InitialKey<C>::Block& block) {
      const std::size_t ic = ic_points(block);
      hasher.points(block.k.subspan(ic));
      compare<G1<C>>(found[0], ZkeySection::ic, block.first, block.k.first(ic));
      compare<G1<C>>(found[1], ZkeySection::a, block.first, block.a);
      compare<G1<C>>(found[2], ZkeySection::b1, block.first, block.b1);
      compare<G2<C>>(found[3], ZkeySection::b2, block.first, block.b2);
    };
    initial_.signals(compare_block, nullptr);
    hash_file_queries(hasher);
    hashes_ = hasher.finish();
    for (std::size_t i = 0; i < fixed_.size(); ++i) {
      if (fixed_[i].difference.found != found[i].found)
        throw Error(Code::io, "the key is not the one that was read before",
                    "the file changed while it was read, or memory is damaged: verify again");
      fixed_[i].difference = found[i];
    }
  }

  template <class G>
  void compare(Difference& difference, ZkeySection section, std::uint64_t first,
               std::span<const typename G::Affine> expected) {
    if (expected.empty()) return;  // IC, in all blocks of signals but the first
    std::vector<typename G::Affine> mine(expected.size());
    zkey_.template read<G>(section, first, mine, context_.pool);
    const auto mismatch = std::mismatch(expected.begin(), expected.end(), mine.begin());
    if (mismatch.first != expected.end())
      note(difference, section, first + static_cast<std::uint64_t>(mismatch.first - expected.begin()), "point");
  }

  typename G1<C>::Jacobian initial_h() {
    auto sum = G1<C>::Jacobian::infinity();
    context_.progress.phase("query-h", initial_.header().domain_size, "points");
    initial_.h_points([&](std::uint64_t first, auto points) {
      if (first == 0) sum = add_vartime(sum, -unfixed(points[0]));
      sum = add_vartime(sum, msm::random_combination<G1<C>>(points, seen_.seed(), first, context_.pool));
      context_.progress.advance(points.size());
    });
    return sum;
  }
  typename G1<C>::Jacobian zkey_h() { return add_vartime(seen_.h(), -unfixed(seen_.h_0())); }
  typename G1<C>::Jacobian unfixed(const typename G1<C>::Affine& h_0) {
    return unfixed_part<C>(h_0, initial_.header().domain_log2, seen_.seed(), context_);
  }

  void hash_ic(CircuitHasher<C>& hasher) {
    if (n_ic_ > seen_.ic().size()) return hash_file_section<G1<C>>(hasher, ZkeySection::ic, n_ic_);
    hash_points<G1<C>>(hasher, seen_.ic());
  }
  template <class G>
  static void hash_points(CircuitHasher<C>& hasher, std::span<const typename G::Affine> points) {
    hasher.count(static_cast<std::uint32_t>(points.size()));
    hasher.points(points);
  }
  void hash_file_queries(CircuitHasher<C>& hasher) {
    hash_file_section<G1<C>>(hasher, ZkeySection::a, zkey_.points(ZkeySection::a));
    hash_file_section<G1<C>>(hasher, ZkeySection::b1, zkey_.points(ZkeySection::b1));
    hash_file_section<G2<C>>(hasher, ZkeySection::b2, zkey_.points(ZkeySection::b2));
  }
  template <class G>
  void hash_file_section(CircuitHasher<C>& hasher, ZkeySection section, std::uint64_t count) {
    hasher.count(static_cast<std::uint32_t>(count));
    std::vector<typename G::Affine> block(std::size_t{1} << 14);
    for (std::uint64_t first = 0; first < count; first += block.size()) {
      context_.progress.check_interrupt();
      const auto part =
          std::span(block).first(static_cast<std::size_t>(std::min<std::uint64_t>(block.size(), count - first)));
      zkey_.template read<G>(section, first, part, context_.pool);
      hasher.points(std::span<const typename G::Affine>(part));
    }
  }

  const format::ZkeyReader<C>& zkey_;
  SeenSections<C>& seen_;
  InitialKey<C>& initial_;
  const Context& context_;
  std::uint64_t n_ic_;
  Difference coefs_;
  std::uint64_t n_coefs_seen_ = 0;
  std::array<Fixed, 4> fixed_{{{"query-ic", ZkeySection::ic},
                               {"query-a", ZkeySection::a},
                               {"query-b1", ZkeySection::b1},
                               {"query-b2", ZkeySection::b2}}};
  typename G1<C>::Jacobian l_ = G1<C>::Jacobian::infinity();  // before it is divided
  bool l_holds_ = false, h_holds_ = false, differ_ = false;
  std::vector<CircuitHash> hashes_;
};

/// Does the key have the circuit's size? Decided from the headers alone.
template <class C>
bool check_shape(Verdict& verdict, const base::Path& r1cs, const format::ZkeyHeader<C>& key) {
  const format::R1csHeader circuit = format::read_r1cs_header(base::InputFile(r1cs));
  const bool same = key.n_vars == circuit.n_wires && key.n_public == circuit.n_public() &&
                    key.domain_log2 == format::groth16_domain_log2(circuit);
  const std::string size = std::to_string(key.n_vars) + " variables, " + std::to_string(key.n_public) +
                           " public, domain " + std::to_string(key.domain_size);
  verdict.add("circuit-shape", same,
              same ? size
                   : "the key has " + size + "; the circuit has " + std::to_string(circuit.n_wires) + " wires, " +
                         std::to_string(circuit.n_public()) + " public and needs a domain of 2^" +
                         std::to_string(format::groth16_domain_log2(circuit)));
  verdict.add("no-custom-gates", circuit.n_custom_gate_uses == 0,
              circuit.n_custom_gate_uses == 0
                  ? ""
                  : "the circuit uses custom gates " + std::to_string(circuit.n_custom_gate_uses) +
                        " times: no Groth16 key can enforce them");
  return same;
}

/// What the circuit and the powers of tau say that the key must be; null when the circuit has another size.
template <class C>
std::unique_ptr<InitialKey<C>> initial_key(Verdict& verdict, const base::Path& r1cs, const base::Path& ptau,
                                           const format::ZkeyHeader<C>& key, const Context& context,
                                           base::Progress& reading) {
  if (check_shape<C>(verdict, r1cs, key)) {
    auto initial = std::make_unique<InitialKey<C>>(r1cs, ptau, context, reading);
    base::require_memory(initial->memory_bytes(), "comparing the key with its circuit");
    return initial;
  }
  verdict.not_run("circuit-hash", "the circuit has another size");
  for (const std::string_view rule : kNeedCircuit)
    if (rule != "circuit-shape" && rule != "no-custom-gates") verdict.not_run(rule, "the circuit has another size");
  return nullptr;
}

template <class C>
void compare_with_initial(Verdict& verdict, const format::ZkeyReader<C>& zkey, SeenSections<C>& seen,
                          const base::Hash64& circuit_hash, InitialKey<C>& initial, const Context& context) {
  const auto &mine = zkey.header(), &expected = initial.header();
  const bool phase1 = mine.alpha1 == expected.alpha1 && mine.beta1 == expected.beta1 && mine.beta2 == expected.beta2;
  verdict.add("ptau-alpha-beta", phase1,
              phase1 ? "the key was made with this phase 1 (which 'solemn ptau verify' checks)"
                     : "alpha and beta are those of another phase 1");
  Comparison<C> comparison(zkey, seen, initial, context);
  comparison.run(verdict);
  comparison.report_hash(verdict, circuit_hash);
}

/// The whole verification, for one curve.
template <class C>
void verify(Verdict& verdict, const base::Path* r1cs, const base::Path* ptau, const base::Path& path,
            const ZkeyVerifyOptions& options, const Context& context) {
  const format::ZkeyReader<C> zkey(path);
  const format::ZkeyChain<C> chain = zkey.read_chain(context.pool);
  verdict.pass("structure", "sections, sizes and header agree with the file");
  std::optional<SeenSections<C>> seen;
  if (!options.chain_only) seen.emplace(context);
  std::atomic<bool> bad_points{false};
  Verdict circuit;
  std::unique_ptr<InitialKey<C>> initial;
  std::exception_ptr bad_circuit;  // told after the key's bad points
  Unseen unseen(context.progress);
  base::Progress& reading = context.pool.size() == 1 ? context.progress : unseen;
  context.pool.run_together({[&] {
                               verify_points<C>(verdict, zkey, context, seen ? &*seen : nullptr);
                               bad_points = verdict.rejected();
                               if (bad_points) return;
                               verify_chain<C>(verdict, chain, options.beacon_policy, context);
                               verify_deltas<C>(verdict, zkey.header(), chain);
                             },
                             [&] {
                               if (options.chain_only || bad_points) return;
                               try {
                                 initial = initial_key<C>(circuit, *r1cs, *ptau, zkey.header(), context, reading);
                               } catch (...) { bad_circuit = std::current_exception(); }
                             }});
  if (bad_points) return verdict.not_run("contribution-ratios", "nothing else is looked at when points are bad");
  if (bad_circuit) std::rethrow_exception(bad_circuit);
  verdict.append(circuit);
  if (options.chain_only) {
    verdict.not_run("circuit-hash", "no circuit given");
    for (const std::string_view rule : kNeedCircuit) verdict.not_run(rule, "no circuit and no powers of tau given");
  }
  ASSERT(options.chain_only || initial || circuit.rejected());  // compared, or it is said why not
  if (initial) compare_with_initial<C>(verdict, zkey, *seen, chain.circuit_hash, *initial, context);
  initial.reset();
  if (options.previous == nullptr) return;
  const format::ZkeyReader<C> previous(*options.previous);
  verify_extends<C>(verdict, previous, previous.read_chain(context.pool), zkey, chain, context);
}

}  // namespace

Verdict zkey_verify(const base::Path* r1cs, const base::Path* ptau, const base::Path& zkey,
                    const ZkeyVerifyOptions& options, const Context& context) {
  ASSERT(options.chain_only || (r1cs != nullptr && ptau != nullptr));
  Verdict verdict;
  try {
    const format::ZkeySummary summary = format::read_zkey_summary(base::InputFile(zkey));
    if (summary.protocol != format::ZkeyProtocol::groth16)
      throw Error(Code::usage, "'" + zkey.string() + "' is not a Groth16 key",
                  "plonk and fflonk keys have no phase 2 to verify");
    if (!options.chain_only) {
      const auto circuit = format::read_r1cs_header(base::InputFile(*r1cs));
      const auto powers = format::read_ptau_header(base::InputFile(*ptau));
      if (circuit.curve != summary.curve || powers.curve != summary.curve) {
        verdict.fail("circuit-shape", "key, circuit and powers of tau are not over the same curve");
        return verdict;
      }
    }
    format::with_curve(summary.curve, [&]<class C>() { verify<C>(verdict, r1cs, ptau, zkey, options, context); });
  } catch (const Error& error) {
    if (error.code() != Code::malformed || is_about(error, r1cs) || is_about(error, ptau)) throw;
    verdict.fail("structure", error.message());
  }
  return verdict;
}

}  // namespace solemn::setup
