#include "setup/phase2_initial.hpp"

#include <algorithm>

#include "base/error.hpp"
#include "msm/msm.hpp"

namespace solemn::setup {

using base::Code;
using base::Error;
using curve::G1;
using curve::G2;
using format::PtauSection;

namespace {

constexpr std::size_t kMaxTerms = std::size_t{1} << 20;    // of one signal range, all three matrices together: 40 MiB
constexpr std::size_t kMaxSignals = std::size_t{1} << 18;  // of one signal range: 80 MiB of points at most
constexpr std::uint64_t kBytesPerTerm = 320;               // of everything that a range needs
constexpr std::size_t kWindow = std::size_t{1} << 17;      // terms and constraint points at a time: 21 MiB at most
constexpr std::uint32_t kHistogramSignals = 256;           // signal ranges end at multiples of this
constexpr std::size_t kPointBlock = std::size_t{1} << 14;

void look_for_interrupt(std::uint32_t constraint, base::Progress& progress) {
  constexpr std::uint32_t kSometimes = 4096;
  if (constraint % kSometimes == 0) progress.check_interrupt();
}

}  // namespace

/// Of the signals [first, end): rows relative to first, columns ascending.
template <class C>
struct InitialKey<C>::Terms {
  std::uint32_t first, end;
  std::vector<msm::Term<typename C::Fr>> a{}, b{}, c{};

  std::size_t size() const noexcept { return a.size() + b.size() + c.size(); }
  void add(std::uint32_t index, const format::Constraint<C>& constraint) {
    for (const auto& term : constraint.a) take(a, term.wire, index, term.coefficient);
    for (const auto& term : constraint.b) take(b, term.wire, index, term.coefficient);
    for (const auto& term : constraint.c) take(c, term.wire, index, term.coefficient);
  }
  /// The rows that hold the public signals, after all constraints.
  void add_public(const format::R1csHeader& circuit) {
    for (std::uint32_t s = 0; s <= circuit.n_public(); ++s) take(a, s, circuit.n_constraints + s, C::Fr::one());
  }

 private:
  void take(std::vector<msm::Term<typename C::Fr>>& list, std::uint32_t wire, std::uint32_t constraint,
            const typename C::Fr& value) {
    if (wire >= first && wire < end && !value.is_zero_vartime()) list.push_back({wire - first, constraint, value});
  }
};

template <class C>
InitialKey<C>::InitialKey(const base::Path& r1cs, const base::Path& ptau, const Context& context,
                          base::Progress& reading)
    : r1cs_(r1cs),
      ptau_(ptau),
      context_(context),
      max_terms_(context.memory_limit_bytes == 0
                     ? kMaxTerms
                     : std::clamp<std::uint64_t>(context.memory_limit_bytes / kBytesPerTerm, 1, kMaxTerms)) {
  const format::R1csHeader& circuit = r1cs_.header();
  const unsigned k = format::groth16_domain_log2(circuit);
  if (!ptau_.header().prepared)
    throw Error(Code::malformed, "'" + ptau.string() + "' is not prepared for phase 2",
                "solemn ptau prepare " + base::shell_word(ptau.string()) + " OUT");
  if (k > ptau_.header().power)
    throw Error(Code::usage,
                "the circuit needs power " + std::to_string(k) + " (" + std::to_string(circuit.n_constraints) +
                    " constraints + " + std::to_string(circuit.n_public()) + " public + 1), '" + ptau.string() +
                    "' has " + std::to_string(ptau_.header().power),
                "take a ptau of power " + std::to_string(k) + " or more");
  if (circuit.n_wires <= circuit.n_public())
    throw Error(Code::malformed, "'" + r1cs.string() + "': fewer wires than public signals");
  header_.n_vars = circuit.n_wires;
  header_.n_public = circuit.n_public();
  header_.domain_log2 = k;
  header_.domain_size = std::uint32_t{1} << k;
  ptau_.template read<G1<C>>(PtauSection::alpha_tau_g1, 0, std::span(&header_.alpha1, 1), context.pool);
  ptau_.template read<G1<C>>(PtauSection::beta_tau_g1, 0, std::span(&header_.beta1, 1), context.pool);
  ptau_.template read<G2<C>>(PtauSection::beta_g2, 0, std::span(&header_.beta2, 1), context.pool);
  header_.gamma2 = header_.delta2 = G2<C>::generator();
  header_.delta1 = G1<C>::generator();
  count(reading);
}

template <class C>
void InitialKey<C>::count(base::Progress& progress) {
  std::vector<std::uint32_t> histogram(header_.n_vars / kHistogramSignals + 1);
  n_coefs_ = header_.n_public + 1;
  progress.phase("reading the circuit", r1cs_.header().n_constraints, "constraints");
  auto all = header_.n_vars <= kMaxSignals ? std::make_shared<Terms>(Terms{0, header_.n_vars}) : nullptr;
  r1cs_.for_each([&](std::uint32_t index, const format::Constraint<C>& constraint) {
    n_coefs_ += constraint.a.size() + constraint.b.size();
    for (const auto* side : {&constraint.a, &constraint.b, &constraint.c})
      for (const auto& term : *side) ++histogram[term.wire / kHistogramSignals];
    if (all) all->add(index, constraint);
    if (all && all->size() > max_terms_) all.reset();
    progress.advance(1);
    look_for_interrupt(index, progress);
  });
  if (all) {
    all->add_public(r1cs_.header());
    only_ = std::move(all);
    block_ends_ = {header_.n_vars};
    return;
  }
  for (std::uint32_t s = 0; s <= header_.n_public; ++s) ++histogram[s / kHistogramSignals];
  std::uint64_t terms = 0;
  std::uint32_t first = 0;
  for (std::uint32_t bin = 0; bin < histogram.size(); ++bin) {
    const std::uint32_t begin = bin * kHistogramSignals;
    if (begin > first && (terms + histogram[bin] > max_terms_ || begin - first >= kMaxSignals)) {
      block_ends_.push_back(begin);
      first = begin;
      terms = 0;
    }
    terms += histogram[bin];
  }
  if (block_ends_.empty() || block_ends_.back() < header_.n_vars) block_ends_.push_back(header_.n_vars);
}

template <class C>
void InitialKey<C>::coefs(const std::function<void(std::span<const format::ZkeyCoef<C>>)>& sink) const {
  std::vector<format::ZkeyCoef<C>> block;
  const auto flush = [&](std::size_t limit) {
    if (block.size() < limit) return;
    sink(block);
    block.clear();
  };
  r1cs_.for_each([&](std::uint32_t index, const format::Constraint<C>& constraint) {
    look_for_interrupt(index, context_.progress);
    for (const auto& term : constraint.a) block.push_back({0, index, term.wire, term.coefficient});
    for (const auto& term : constraint.b) block.push_back({1, index, term.wire, term.coefficient});
    flush(kPointBlock);
  });
  for (std::uint32_t s = 0; s <= header_.n_public; ++s)
    block.push_back({0, r1cs_.header().n_constraints + s, s, C::Fr::one()});
  flush(1);
}

template <class C>
void InitialKey<C>::h_points(const std::function<void(std::uint64_t, std::span<const G1Point>)>& sink) const {
  const std::uint64_t n = header_.domain_size, start = format::lagrange_block_offset(header_.domain_log2 + 1);
  // At the field's two-adicity the block of 2n points is two halves (coset), and H is the second.
  const bool halves = header_.domain_log2 >= C::Fr::kTwoAdicity;
  std::vector<G1Point> pairs(2 * kPointBlock), odd(kPointBlock);
  for (std::uint64_t first = 0; first < n; first += kPointBlock) {
    context_.progress.check_interrupt();
    const auto count = static_cast<std::size_t>(std::min<std::uint64_t>(kPointBlock, n - first));
    if (halves) {
      ptau_.template read<G1<C>>(PtauSection::lagrange_tau_g1, start + n + first, std::span(odd).first(count),
                                 context_.pool);
    } else {
      ptau_.template read<G1<C>>(PtauSection::lagrange_tau_g1, start + 2 * first, std::span(pairs).first(2 * count),
                                 context_.pool);
      for (std::size_t i = 0; i < count; ++i) odd[i] = pairs[2 * i + 1];
    }
    sink(first, std::span<const G1Point>(odd).first(count));
  }
}

template <class C>
typename InitialKey<C>::Terms InitialKey<C>::collect(std::uint32_t first, std::uint32_t end) const {
  Terms terms{first, end};
  r1cs_.for_each([&](std::uint32_t index, const format::Constraint<C>& constraint) {
    look_for_interrupt(index, context_.progress);
    terms.add(index, constraint);
  });
  terms.add_public(r1cs_.header());
  return terms;
}

namespace {

/// out[row] += sum over terms of coefficient * (points of a Lagrange block)[column], a window at a time.
/// terms are sorted by column.
template <class C, class G>
void accumulate(std::span<typename G::Affine> out, std::span<const msm::Term<typename C::Fr>> terms,
                const format::PtauReader<C>& ptau, PtauSection section, unsigned k, const Context& context) {
  std::vector<typename G::Affine> points;
  std::vector<msm::Term<typename C::Fr>> window;
  for (std::size_t begin = 0; begin < terms.size(); begin += window.size()) {
    context.progress.check_interrupt();
    const std::uint32_t base_column = terms[begin].column;
    window.clear();
    for (std::size_t i = begin; i < terms.size() && window.size() < kWindow; ++i) {
      if (terms[i].column - base_column >= kWindow) break;
      window.push_back({terms[i].row, terms[i].column - base_column, terms[i].coefficient});
    }
    points.resize(window.back().column + std::size_t{1});
    ptau.template read<G>(section, format::lagrange_block_offset(k) + base_column, points, context.pool);
    msm::sparse_combine<G>(out, window, points, context.pool);
    context.progress.advance(window.size());
  }
}

}  // namespace

template <class C>
void InitialKey<C>::signals(const std::function<void(const Block&)>& sink) const {
  const unsigned k = header_.domain_log2;
  std::vector<G1Point> keys, a, b1;
  std::vector<G2Point> b2;
  std::uint32_t first = 0;
  for (std::size_t range = 0; range < block_ends_.size(); ++range) {
    const std::uint32_t end = block_ends_[range], size = end - first;
    const std::shared_ptr<const Terms> range_terms = only_ ? only_ : std::make_shared<Terms>(collect(first, end));
    const Terms& terms = *range_terms;
    context_.progress.phase(
        "key points, part " + std::to_string(range + 1) + " of " + std::to_string(block_ends_.size()),
        2 * terms.a.size() + 3 * terms.b.size() + terms.c.size(), "terms");
    for (auto* list : {&keys, &a, &b1}) list->assign(size, G1Point::infinity());
    b2.assign(size, G2Point::infinity());
    // Side by side: each has stretches on one thread only.
    context_.pool.run_together(
        {[&] { accumulate<C, G2<C>>(b2, terms.b, ptau_, PtauSection::lagrange_tau_g2, k, context_); },
         [&] {
           accumulate<C, G1<C>>(keys, terms.a, ptau_, PtauSection::lagrange_beta_tau_g1, k, context_);
           accumulate<C, G1<C>>(keys, terms.b, ptau_, PtauSection::lagrange_alpha_tau_g1, k, context_);
           accumulate<C, G1<C>>(keys, terms.c, ptau_, PtauSection::lagrange_tau_g1, k, context_);
         },
         [&] { accumulate<C, G1<C>>(a, terms.a, ptau_, PtauSection::lagrange_tau_g1, k, context_); },
         [&] { accumulate<C, G1<C>>(b1, terms.b, ptau_, PtauSection::lagrange_tau_g1, k, context_); }});
    sink({first, keys, a, b1, b2});
    first = end;
  }
}

template class InitialKey<curve::Bn254>;
template class InitialKey<curve::Bls12_381>;

}  // namespace solemn::setup
