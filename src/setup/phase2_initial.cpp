#include "setup/phase2_initial.hpp"

#include <algorithm>
#include <iterator>
#include <limits>

#include "base/error.hpp"
#include "base/untouched.hpp"
#include "msm/msm.hpp"

namespace solemn::setup {

using base::Code;
using base::Error;
using curve::G1;
using curve::G2;
using format::PtauSection;

namespace {

constexpr std::uint64_t kMaxKeptTerms = std::uint64_t{1} << 20;  // of a circuit that is kept: 40 MiB
constexpr std::uint64_t kBytesPerTerm = 320;                     // of everything that a kept circuit needs
constexpr std::uint64_t kMinWindow = 64, kMaxWindow = std::uint64_t{1} << 18;  // terms of a matrix added up at a time
constexpr std::uint32_t kGranule = 256;  // blocks of signals end at multiples of this
constexpr std::size_t kPointBlock = std::size_t{1} << 14;
constexpr std::uint64_t kMiB = std::uint64_t{1} << 20;

/// K in two halves, A, B1 and B2.
template <class C>
constexpr std::uint64_t kBytesPerSignal = 4 * G1<C>::kBytes + G2<C>::kBytes;

/// For the points of a block of signals.
std::uint64_t memory_limit(std::uint64_t asked_bytes) {
  return asked_bytes != 0 ? asked_bytes : base::available_memory_bytes() / 2;
}

}  // namespace

template <class C>
struct InitialKey<C>::Range {
  std::uint32_t first, end;
  bool contains(std::uint32_t signal) const noexcept { return signal >= first && signal < end; }
  std::uint32_t size() const noexcept { return end - first; }
};

/// Of each matrix the terms of constraints that follow each other, for the signals of a range.
template <class C>
struct InitialKey<C>::Lists {
  using Term = msm::Term<typename C::Fr>;  // row: the signal, from the first of the range; column: the constraint
  using List = std::vector<Term>;          // columns ascending
  List a, b, c;
  bool empty() const noexcept { return a.empty() && b.empty() && c.empty(); }
  std::size_t longest() const noexcept { return std::max({a.size(), b.size(), c.size()}); }
  /// Of each the terms from `begin` on, no more than n.
  Lists part(std::size_t begin, std::size_t n) const {
    Lists out;
    for (const auto list : kLists)
      for (std::size_t i = begin; i < std::min(begin + n, (this->*list).size()); ++i)
        (out.*list).push_back((this->*list)[i]);
    return out;
  }
  static constexpr std::array<List Lists::*, 3> kLists = {&Lists::a, &Lists::b, &Lists::c};
};

/// The terms that the next sums are over; their columns count from the first constraint.
template <class C>
class InitialKey<C>::Window {
 public:
  using Terms = std::span<const typename Lists::Term>;

  /// size: terms of a matrix at most; half as many constraints, unless what is added at once has more.
  explicit Window(std::size_t size) : size_(size), terms_{Array(size), Array(size), Array(size)} {}
  Terms a() const noexcept { return terms_of(0); }
  Terms b() const noexcept { return terms_of(1); }
  Terms c() const noexcept { return terms_of(2); }
  bool empty() const noexcept { return n_ == Counts{}; }
  std::uint32_t first() const noexcept { return first_; }
  std::uint32_t n_constraints() const noexcept { return end_ - first_; }

  /// How many of those that come next there is room for; for the first in any case where nothing is here. None is empty
  /// or longer than the window.
  std::size_t n_that_fit(std::span<const Lists> next) const noexcept {
    Counts n = n_;
    const std::uint32_t first = empty() ? first_of(next.front()) : first_;
    for (std::size_t i = 0; i < next.size(); ++i) {
      const bool is_alone = i == 0 && empty();
      if (!is_alone && end_of(next[i]) - first > size_ / 2) return i;
      n = plus(n, next[i]);
      if (std::ranges::max(n) > size_) return i;
    }
    return next.size();
  }
  /// As many as fit.
  void add(std::span<const Lists> next, base::Pool& pool) {
    if (empty()) first_ = end_ = first_of(next.front());
    std::vector<Counts> begins;
    for (const Lists& lists : next) {
      begins.push_back(n_);
      n_ = plus(n_, lists);
      end_ = std::max(end_, end_of(lists));
    }
    pool.parallel_for(3 * next.size(), 1, [&](std::size_t begin, std::size_t end) {
      for (std::size_t i = begin; i < end; ++i) copy(next[i / 3].*Lists::kLists[i % 3], i % 3, begins[i / 3][i % 3]);
    });
  }
  void clear() noexcept { n_ = {}; }

 private:
  using Array = base::UntouchedArray<typename Lists::Term>;
  using Counts = std::array<std::size_t, 3>;

  Terms terms_of(std::size_t matrix) const noexcept { return terms_[matrix].all().first(n_[matrix]); }
  void copy(const typename Lists::List& from, std::size_t matrix, std::size_t begin) noexcept {
    for (std::size_t i = 0; i < from.size(); ++i)
      terms_[matrix][begin + i] = {from[i].row, from[i].column - first_, from[i].coefficient};
  }
  static Counts plus(Counts n, const Lists& lists) noexcept {
    for (std::size_t matrix = 0; matrix < 3; ++matrix) n[matrix] += (lists.*Lists::kLists[matrix]).size();
    return n;
  }
  static std::uint32_t first_of(const Lists& lists) noexcept {
    std::uint32_t first = std::numeric_limits<std::uint32_t>::max();
    for (const auto list : Lists::kLists)
      if (!(lists.*list).empty()) first = std::min(first, (lists.*list).front().column);
    return first;
  }
  static std::uint32_t end_of(const Lists& lists) noexcept {
    std::uint32_t end = 0;
    for (const auto list : Lists::kLists)
      if (!(lists.*list).empty()) end = std::max(end, (lists.*list).back().column + 1);
    return end;
  }

  std::size_t size_;
  std::array<Array, 3> terms_;
  Counts n_{};
  std::uint32_t first_ = 0, end_ = 0;
};

/// The points of a range of signals, while the circuit goes by.
template <class C>
class InitialKey<C>::Sums {
 public:
  explicit Sums(const InitialKey& key)
      : key_(key), window_(key.window_), g1_{Points1(n()), Points1(n()), Points1(n()), Points1(n())}, b2_all_(n()) {}

  void begin(const Range& range) {
    const std::size_t n = range.size();
    keys_ = g1_[0].all().first(n), keys_of_ab_ = g1_[1].all().first(n);
    a_ = g1_[2].all().first(n), b1_ = g1_[3].all().first(n), b2_ = b2_all_.all().first(n);
    key_.context_.pool.parallel_for(n, kGranule, [&](std::size_t begin, std::size_t end) {
      for (const auto points : {keys_, keys_of_ab_, a_, b1_})
        std::ranges::fill(points.subspan(begin, end - begin), G1Point::infinity());
      std::ranges::fill(b2_.subspan(begin, end - begin), G2Point::infinity());
    });
    n_done_ = 0;
  }
  /// In the order of their constraints; none of them empty.
  void add(std::span<const Lists> next) {
    const std::size_t n = key_.window_;
    while (!next.empty()) {
      const Lists& first = next.front();
      if (first.longest() > n) {
        for (std::size_t i = 0; i < first.longest(); i += n) {
          const Lists part = first.part(i, n);
          add(std::span(&part, 1));
        }
        next = next.subspan(1);
      } else if (const std::size_t n_fit = window_.n_that_fit(next); n_fit == 0) {
        add_window();
      } else {
        window_.add(next.first(n_fit), key_.context_.pool);
        next = next.subspan(n_fit);
      }
    }
  }
  Block end(const Range& range) {
    add_window();
    tell(key_.header_.domain_size);
    msm::add_each<G1<C>>(keys_, keys_, keys_of_ab_, key_.context_.pool);
    return {range.first, keys_, a_, b1_, b2_};
  }

 private:
  void add_window() {
    if (window_.empty()) return;
    const auto a = window_.a(), b = window_.b(), c = window_.c();
    key_.context_.progress.check_interrupt();
    // Side by side, as each has stretches on one thread only; the long ones first. Three are over the same points.
    read<G1<C>>(tau_, PtauSection::lagrange_tau_g1);
    key_.context_.pool.run_together({[&] { combine<G1<C>>(keys_, c, tau_); },
                                     [&] {
                                       if (b.empty()) return;
                                       read<G2<C>>(tau2_, PtauSection::lagrange_tau_g2);
                                       combine<G2<C>>(b2_, b, tau2_);
                                     },
                                     [&] {
                                       if (!b.empty()) read<G1<C>>(alpha_, PtauSection::lagrange_alpha_tau_g1);
                                       combine<G1<C>>(keys_of_ab_, b, alpha_);
                                       if (!a.empty()) read<G1<C>>(beta_, PtauSection::lagrange_beta_tau_g1);
                                       combine<G1<C>>(keys_of_ab_, a, beta_);
                                     },
                                     [&] { combine<G1<C>>(b1_, b, tau_); }, [&] { combine<G1<C>>(a_, a, tau_); }});
    tell(window_.first() + std::uint64_t{window_.n_constraints()});
    window_.clear();
  }
  template <class G>
  void read(std::vector<typename G::Affine>& points, PtauSection section) const {
    points.resize(window_.n_constraints());
    key_.ptau_.template read<G>(section, format::lagrange_block_offset(key_.header_.domain_log2) + window_.first(),
                                std::span(points), key_.context_.pool);
  }
  template <class G>
  void combine(std::span<typename G::Affine> out, typename Window::Terms terms,
               const std::vector<typename G::Affine>& points) const {
    if (!terms.empty()) msm::sparse_combine<G>(out, terms, points, key_.context_.pool);
  }
  void tell(std::uint64_t n_done) {
    if (n_done <= n_done_) return;  // what one matrix has more of than a window holds
    key_.context_.progress.advance(n_done - n_done_);
    n_done_ = n_done;
  }

  using Points1 = base::UntouchedArray<G1Point>;
  std::size_t n() const noexcept { return key_.max_signals_; }

  const InitialKey& key_;
  Window window_;
  std::array<Points1, 4> g1_;
  base::UntouchedArray<G2Point> b2_all_;
  std::span<G1Point> keys_, keys_of_ab_, a_, b1_;  // keys_: of C, in the end of all
  std::span<G2Point> b2_;
  std::vector<G1Point> tau_, alpha_, beta_;  // Lagrange points of the window's constraints
  std::vector<G2Point> tau2_;
  std::uint64_t n_done_ = 0;  // constraints
};

/// Entries of section 4 on their way to whom they are for.
template <class C>
class InitialKey<C>::CoefBlock {
 public:
  CoefBlock(const CoefSink& sink, base::Progress& progress) : sink_(sink), progress_(progress) {}
  void add(const format::ConstraintBlock<C>& constraints) {
    for (std::size_t i = 0; i < constraints.size(); ++i) {
      const auto index = constraints.first + static_cast<std::uint32_t>(i);
      for (std::uint32_t matrix = 0; matrix < 2; ++matrix)
        for (const auto& term : constraints.side(matrix, i)) {
          coefs_.push_back({matrix, index, term.wire, term.coefficient});
          flush(kPointBlock);
        }
    }
  }
  /// Of all signals: rows are signals.
  void add(const Lists& lists) {
    for (auto a = lists.a.begin(), b = lists.b.begin(); a != lists.a.end() || b != lists.b.end(); flush(kPointBlock)) {
      const bool is_a = b == lists.b.end() || (a != lists.a.end() && a->column <= b->column);
      const auto& term = is_a ? *a++ : *b++;
      coefs_.push_back({is_a ? 0U : 1U, term.column, term.row, term.coefficient});
    }
  }
  /// Returns how many there were.
  std::uint64_t end() {
    flush(1);
    return n_done_;
  }

 private:
  void flush(std::size_t limit) {
    if (coefs_.size() < limit) return;
    progress_.check_interrupt();
    sink_(coefs_);
    n_done_ += coefs_.size();
    coefs_.clear();
  }
  const CoefSink& sink_;
  base::Progress& progress_;
  std::uint64_t n_done_ = 0;
  std::vector<format::ZkeyCoef<C>> coefs_;
};

template <class C>
InitialKey<C>::InitialKey(const base::Path& r1cs, const base::Path& ptau, const Context& context,
                          base::Progress& reading)
    : r1cs_(r1cs), ptau_(ptau), context_(context) {
  require_fit(r1cs, ptau);
  const format::R1csHeader& circuit = r1cs_.header();
  header_.n_vars = circuit.n_wires;
  header_.n_public = circuit.n_public();
  header_.domain_log2 = format::groth16_domain_log2(circuit);
  header_.domain_size = std::uint32_t{1} << header_.domain_log2;
  ptau_.template read<G1<C>>(PtauSection::alpha_tau_g1, 0, std::span(&header_.alpha1, 1), context.pool);
  ptau_.template read<G1<C>>(PtauSection::beta_tau_g1, 0, std::span(&header_.beta1, 1), context.pool);
  ptau_.template read<G2<C>>(PtauSection::beta_g2, 0, std::span(&header_.beta2, 1), context.pool);
  header_.gamma2 = header_.delta2 = G2<C>::generator();
  header_.delta1 = G1<C>::generator();
  const std::uint64_t limit = memory_limit(context.memory_limit_bytes);
  const std::uint64_t n_granules = std::max<std::uint64_t>(limit / kBytesPerSignal<C> / kGranule, 1);
  max_signals_ = static_cast<std::uint32_t>(std::min<std::uint64_t>(n_granules * kGranule, header_.n_vars));
  window_ = context.memory_limit_bytes == 0
                ? kMaxWindow
                : std::clamp<std::uint64_t>(context.memory_limit_bytes / kBytesPerTerm, kMinWindow, kMaxWindow);
  if (is_small()) keep_circuit(reading);
}

template <class C>
void InitialKey<C>::require_fit(const base::Path& r1cs, const base::Path& ptau) const {
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
}

template <class C>
std::uint64_t InitialKey<C>::max_coefs() const noexcept {
  return is_kept() ? n_coefs_ : r1cs_.n_terms() + header_.n_public + 1;
}

template <class C>
bool InitialKey<C>::is_small() const noexcept {
  const std::uint64_t limit = context_.memory_limit_bytes;
  return header_.n_vars <= max_signals_ && r1cs_.n_terms() <= kMaxKeptTerms &&
         (limit == 0 || r1cs_.n_terms() <= limit / kBytesPerTerm);
}

template <class C>
void InitialKey<C>::keep_circuit(base::Progress& progress) {
  progress.phase("reading the circuit", r1cs_.header().n_constraints, "constraints");
  const Range all{0, header_.n_vars};
  std::vector<Lists> kept;
  r1cs_.for_each_block(context_.pool, [&](const format::ConstraintBlock<C>& block) {
    progress.check_interrupt();
    std::ranges::move(lists_of(block, all), std::back_inserter(kept));
    progress.advance(block.size());
  });
  each_public_row(all, [&](const Lists& lists) { kept.push_back(lists); });
  for (const Lists& lists : kept) n_coefs_ += lists.a.size() + lists.b.size();
  kept_ = std::make_shared<const std::vector<Lists>>(std::move(kept));
}

/// Gives a tag of what was read.
template <class C>
template <class Visit>
typename InitialKey<C>::Tag InitialKey<C>::each_block(const Visit& visit) const {
  hash::Poly1305Pair tag(tag_key_);
  r1cs_.for_each_block(context_.pool, visit, [&](base::ByteSpan bytes) { tag.update(bytes); });
  return tag.finish();
}

template <class C>
std::vector<typename InitialKey<C>::Lists> InitialKey<C>::lists_of(const format::ConstraintBlock<C>& block,
                                                                   const Range& range) const {
  base::Pool& pool = context_.pool;
  const std::size_t grain = block.size() / (4 * pool.size()) + 1;
  std::vector<Lists> all((block.size() - 1) / grain + 1);
  pool.parallel_for(block.size(), grain, [&](std::size_t begin, std::size_t end) {
    Lists& lists = all[begin / grain];
    typename Lists::List* const sides[] = {&lists.a, &lists.b, &lists.c};
    const auto is_here = [&](const format::LinearTerm<C>& term) { return range.contains(term.wire); };
    for (std::size_t side = 0; side < 3; ++side) {
      std::size_t n = 0;
      for (std::size_t i = begin; i < end; ++i)
        n += static_cast<std::size_t>(std::ranges::count_if(block.side(side, i), is_here));
      sides[side]->reserve(n);
      for (std::size_t i = begin; i < end; ++i)
        for (const auto& term : block.side(side, i))
          if (is_here(term))
            sides[side]->push_back(
                {term.wire - range.first, block.first + static_cast<std::uint32_t>(i), term.coefficient});
    }
  });
  std::erase_if(all, [](const Lists& lists) { return lists.empty(); });
  return all;
}

/// The rows that hold the public signals, after all constraints: visit(Lists), of some at a time.
template <class C>
template <class Visit>
void InitialKey<C>::each_public_row(const Range& range, const Visit& visit) const {
  const std::uint32_t end = std::min(range.end, header_.n_public + 1);
  for (std::uint32_t s = range.first; s < end;) {
    Lists lists;
    for (const std::uint32_t stop = std::min<std::uint32_t>(end, s + kPointBlock); s < stop; ++s)
      lists.a.push_back({s - range.first, r1cs_.header().n_constraints + s, C::Fr::one()});
    visit(lists);
  }
}

template <class C>
std::uint64_t InitialKey<C>::memory_bytes() const noexcept {
  // By measurement, with the points: BN254 at 2^14 104 MiB, at 2^18 243 MiB with 2 threads, 529 with 8, 631 with 16; at
  // 2^20 590 and, with 8, 907.
  constexpr std::uint64_t kTerm = 512, kAllThreads = 80 * kMiB, kThread = 52 * kMiB;
  const std::uint64_t bn254 =
      80 * kMiB + std::min(r1cs_.n_terms() * kTerm, kAllThreads + context_.pool.size() * kThread);
  return bn254 * G1<C>::kBytes / G1<curve::Bn254>::kBytes + max_signals_ * kBytesPerSignal<C>;
}

template <class C>
void InitialKey<C>::coefs(const CoefSink& sink) const {
  if (!kept_) return;
  CoefBlock block(sink, context_.progress);
  for (const Lists& lists : *kept_) block.add(lists);
  block.end();
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
void InitialKey<C>::add_circuit(Sums& sums, const Range& range, CoefBlock* coefs) {
  const Tag tag = each_block([&](const format::ConstraintBlock<C>& block) {
    context_.progress.check_interrupt();
    context_.pool.run_together({[&] { sums.add(lists_of(block, range)); },
                                [&] {
                                  if (coefs != nullptr) coefs->add(block);
                                }});
  });
  if (tag_.value_or(tag) != tag)
    throw Error(Code::io, "the circuit is not the one that was read before", "the file changed while it was read");
  tag_ = tag;
  each_public_row(range, [&](const Lists& lists) { sums.add(std::span(&lists, 1)); });
  if (coefs == nullptr) return;
  each_public_row({0, header_.n_vars}, [&](const Lists& lists) { coefs->add(lists); });
  n_coefs_ = coefs->end();
}

template <class C>
void InitialKey<C>::signals(const std::function<void(const Block&)>& sink, const CoefSink& coefs) {
  const std::uint32_t n_blocks = (header_.n_vars - 1) / max_signals_ + 1;
  ASSERT(!kept_ || n_blocks == 1);  // rows of what is kept are signals
  Sums sums(*this);
  CoefBlock coef_block(coefs, context_.progress);
  for (std::uint32_t i = 0; i < n_blocks; ++i) {
    const Range range{i * max_signals_, i + 1 < n_blocks ? (i + 1) * max_signals_ : header_.n_vars};
    context_.progress.phase("key points, part " + std::to_string(i + 1) + " of " + std::to_string(n_blocks),
                            header_.domain_size, "constraints");
    sums.begin(range);
    if (kept_) {
      sums.add(*kept_);
    } else {
      add_circuit(sums, range, coefs && i == 0 ? &coef_block : nullptr);
    }
    sink(sums.end(range));
  }
}

template class InitialKey<curve::Bn254>;
template class InitialKey<curve::Bls12_381>;

}  // namespace solemn::setup
