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
constexpr std::size_t kMaxSignals = std::size_t{1} << 18;  // of one signal range: 144 MiB of points at most
constexpr std::uint64_t kBytesPerTerm = 320;               // of everything that a range needs
constexpr std::size_t kWindow = std::size_t{1} << 17;      // terms and constraint points at a time: 21 MiB at most
constexpr std::uint32_t kHistogramSignals = 256;           // signal ranges end at multiples of this
constexpr std::size_t kPointBlock = std::size_t{1} << 14;

}  // namespace

/// Of the signals [first, end), those of constraints that follow each other in one part.
template <class C>
class InitialKey<C>::Terms {
 public:
  using Term = msm::Term<typename C::Fr>;  // row: relative to first; column: the constraint
  using List = std::vector<Term>;          // columns ascending, also from part to part
  struct Part {
    List a, b, c;
  };

  Terms(std::uint32_t first, std::uint32_t end) : first_(first), end_(end) {}
  const std::vector<Part>& parts() const noexcept { return parts_; }
  std::size_t n_terms(List Part::*list) const noexcept {
    std::size_t n = 0;
    for (const Part& part : parts_) n += (part.*list).size();
    return n;
  }

  void add(const format::ConstraintBlock<C>& block, base::Pool& pool) {
    const std::size_t grain = block.size() / (4 * pool.size()) + 1, n_before = parts_.size();
    parts_.resize(n_before + (block.size() - 1) / grain + 1);
    pool.parallel_for(block.size(), grain, [&](std::size_t begin, std::size_t end) {
      Part& part = parts_[n_before + begin / grain];
      List* const lists[] = {&part.a, &part.b, &part.c};
      for (std::size_t side = 0; side < 3; ++side) take(*lists[side], block, side, begin, end);
    });
    std::erase_if(parts_, [](const Part& part) { return part.a.empty() && part.b.empty() && part.c.empty(); });
  }
  /// The rows that hold the public signals, after all constraints.
  void add_public(const format::R1csHeader& circuit) {
    List& a = parts_.emplace_back().a;
    for (std::uint32_t s = first_; s < std::min(end_, circuit.n_public() + 1); ++s)
      a.push_back({s - first_, circuit.n_constraints + s, C::Fr::one()});
  }

 private:
  void take(List& list, const format::ConstraintBlock<C>& block, std::size_t side, std::size_t begin,
            std::size_t end) const {
    const auto is_here = [this](const format::LinearTerm<C>& term) { return term.wire >= first_ && term.wire < end_; };
    std::size_t n = 0;
    for (std::size_t i = begin; i < end; ++i) {
      const auto terms = block.side(side, i);
      n += static_cast<std::size_t>(std::count_if(terms.begin(), terms.end(), is_here));
    }
    list.reserve(n);
    for (std::size_t i = begin; i < end; ++i)
      for (const auto& term : block.side(side, i))
        if (is_here(term))
          list.push_back({term.wire - first_, block.first + static_cast<std::uint32_t>(i), term.coefficient});
  }
  std::uint32_t first_, end_;
  std::vector<Part> parts_;
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
  if (ptau_.header().only_largest && k != ptau_.header().power)
    throw Error(Code::usage,
                "the circuit needs the domain of 2^" + std::to_string(k) + ", '" + ptau.string() +
                    "' is prepared for that of 2^" + std::to_string(ptau_.header().power) + " alone",
                "prepare the original for it: solemn ptau prepare IN OUT --only " + std::to_string(k));
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
  progress.phase("reading the circuit", r1cs_.header().n_constraints, "constraints");
  const bool is_one_range = header_.n_vars <= kMaxSignals && r1cs_.n_terms() <= max_terms_;
  const auto all = is_one_range ? std::make_shared<Terms>(0, header_.n_vars) : nullptr;
  std::vector<std::uint32_t> histogram(is_one_range ? 0 : header_.n_vars / kHistogramSignals + 1);
  n_coefs_ = header_.n_public + 1;
  r1cs_.for_each_block(context_.pool, [&](const format::ConstraintBlock<C>& block) {
    progress.check_interrupt();
    for (std::size_t i = 0; i < block.size(); ++i) n_coefs_ += block.a(i).size() + block.b(i).size();
    if (all) {
      all->add(block, context_.pool);
    } else {
      for (const auto& term : block.terms) ++histogram[term.wire / kHistogramSignals];
    }
    progress.advance(block.size());
  });
  if (all) {
    all->add_public(r1cs_.header());
    only_ = all;
    block_ends_ = {header_.n_vars};
  } else {
    divide(histogram);
  }
}

template <class C>
std::uint64_t InitialKey<C>::memory_bytes() const noexcept {
  // By measurement: BN254 at 2^14 102 MiB, at 2^18 250 MiB with 2 threads, 560 with 8, 680 with 16.
  constexpr std::uint64_t kMiB = 1 << 20, kTerm = 512, kAllThreads = 80 * kMiB, kThread = 52 * kMiB;
  const std::uint64_t bn254 =
      64 * kMiB + std::min(r1cs_.n_terms() * kTerm, kAllThreads + context_.pool.size() * kThread);
  return bn254 * G1<C>::kBytes / G1<curve::Bn254>::kBytes;
}

template <class C>
void InitialKey<C>::divide(std::span<std::uint32_t> histogram) {
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
    context_.progress.check_interrupt();
    sink(block);
    block.clear();
  };
  if (only_) {
    for (const auto& part : only_->parts()) {
      for (auto a = part.a.begin(), b = part.b.begin(); a != part.a.end() || b != part.b.end(); flush(kPointBlock)) {
        const bool is_a = b == part.b.end() || (a != part.a.end() && a->column <= b->column);
        const auto& term = is_a ? *a++ : *b++;
        block.push_back({is_a ? 0U : 1U, term.column, term.row, term.coefficient});
      }
    }
    return flush(1);
  }
  r1cs_.for_each_block(context_.pool, [&](const format::ConstraintBlock<C>& constraints) {
    for (std::size_t i = 0; i < constraints.size(); ++i) {
      const auto index = constraints.first + static_cast<std::uint32_t>(i);
      for (const auto& term : constraints.a(i)) block.push_back({0, index, term.wire, term.coefficient});
      for (const auto& term : constraints.b(i)) block.push_back({1, index, term.wire, term.coefficient});
      flush(kPointBlock);
    }
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
std::shared_ptr<const typename InitialKey<C>::Terms> InitialKey<C>::collect(std::uint32_t first,
                                                                            std::uint32_t end) const {
  if (only_) return only_;
  const auto terms = std::make_shared<Terms>(first, end);
  r1cs_.for_each_block(context_.pool, [&](const format::ConstraintBlock<C>& block) {
    context_.progress.check_interrupt();
    terms->add(block, context_.pool);
  });
  terms->add_public(r1cs_.header());
  return terms;
}

template <class C>
template <class G>
void InitialKey<C>::read_basis(std::span<typename G::Affine> out, PtauSection section, std::uint32_t first) const {
  ptau_.template read<G>(section, format::lagrange_block_offset(header_.domain_log2) + first, out, context_.pool);
}

/// out[row] += sum over a list of the terms of coefficient * (points of a Lagrange block)[column], a window at a time.
/// basis: all of that block, or nothing, when it is read here.
template <class C>
template <class G, class List>
void InitialKey<C>::accumulate(std::span<typename G::Affine> out, const Terms& terms, List list, PtauSection section,
                               std::span<const typename G::Affine> basis) const {
  std::vector<typename G::Affine> points;
  typename Terms::List window;
  std::uint32_t base_column = 0;
  window.reserve(std::min(kWindow, terms.n_terms(list)));
  const auto flush = [&] {
    if (window.empty()) return;
    context_.progress.check_interrupt();
    if (basis.empty()) {
      points.resize(window.back().column + std::size_t{1});
      read_basis<G>(points, section, base_column);
    }
    msm::sparse_combine<G>(out, window, basis.empty() ? points : basis.subspan(base_column), context_.pool);
    context_.progress.advance(window.size());
    window.clear();
  };
  for (const typename Terms::Part& part : terms.parts()) {
    for (const auto& term : part.*list) {
      if (window.size() == kWindow || term.column - base_column >= kWindow) flush();
      if (window.empty()) base_column = term.column;
      window.push_back({term.row, term.column - base_column, term.coefficient});
    }
  }
  flush();
}

template <class C>
void InitialKey<C>::signals(const std::function<void(const Block&)>& sink) const {
  std::vector<G1Point> keys, keys_of_ab, a, b1;  // keys: of C, in the end of all
  std::vector<G2Point> b2;
  // Three sums are over the powers of tau in G1.
  std::vector<G1Point> basis(header_.domain_size <= kWindow ? header_.domain_size : 0);
  if (!basis.empty()) read_basis<G1<C>>(basis, PtauSection::lagrange_tau_g1, 0);
  std::uint32_t first = 0;
  for (std::size_t range = 0; range < block_ends_.size(); ++range) {
    const std::uint32_t end = block_ends_[range], size = end - first;
    const std::shared_ptr<const Terms> range_terms = collect(first, end);
    const Terms& terms = *range_terms;
    using Part = typename Terms::Part;
    context_.progress.phase(
        "key points, part " + std::to_string(range + 1) + " of " + std::to_string(block_ends_.size()),
        2 * terms.n_terms(&Part::a) + 3 * terms.n_terms(&Part::b) + terms.n_terms(&Part::c), "terms");
    for (auto* list : {&keys, &keys_of_ab, &a, &b1}) list->assign(size, G1Point::infinity());
    b2.assign(size, G2Point::infinity());
    // Side by side, as each has stretches on one thread only; the long ones first.
    context_.pool.run_together({[&] { accumulate<G1<C>>(keys, terms, &Part::c, PtauSection::lagrange_tau_g1, basis); },
                                [&] { accumulate<G2<C>>(b2, terms, &Part::b, PtauSection::lagrange_tau_g2); },
                                [&] {
                                  accumulate<G1<C>>(keys_of_ab, terms, &Part::b, PtauSection::lagrange_alpha_tau_g1);
                                  accumulate<G1<C>>(keys_of_ab, terms, &Part::a, PtauSection::lagrange_beta_tau_g1);
                                },
                                [&] { accumulate<G1<C>>(b1, terms, &Part::b, PtauSection::lagrange_tau_g1, basis); },
                                [&] { accumulate<G1<C>>(a, terms, &Part::a, PtauSection::lagrange_tau_g1, basis); }});
    msm::add_each<G1<C>>(keys, keys, keys_of_ab, context_.pool);
    sink({first, keys, a, b1, b2});
    first = end;
  }
}

template class InitialKey<curve::Bn254>;
template class InitialKey<curve::Bls12_381>;

}  // namespace solemn::setup
