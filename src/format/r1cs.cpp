#include "format/r1cs.hpp"

#include <algorithm>
#include <atomic>
#include <cstring>

#include "fft/scalar_fft.hpp"
#include "format/malformed.hpp"
#include "format/section_cursor.hpp"

namespace solemn::format {

using internal::malformed;
using internal::SectionCursor;

namespace {

enum R1csSection : std::uint32_t { kHeader = 1, kConstraints = 2, kLabels = 3, kCustomGates = 4, kCustomGateUses = 5 };

Container read_container(const base::InputFile& file) {
  constexpr std::array<std::uint32_t, 5> kAllowed = {kHeader, kConstraints, kLabels, kCustomGates, kCustomGateUses};
  constexpr std::array<std::uint32_t, 3> kRequired = {kHeader, kConstraints, kLabels};
  return Container::read(file, "r1cs", 1, kAllowed, kRequired);
}

void check_counts(const R1csHeader& header) {
  const std::uint64_t named = std::uint64_t{1} + header.n_pub_out + header.n_pub_in + header.n_prv_in;
  if (named > header.n_wires) {
    malformed("section 1: " + std::to_string(named) +
              " wires are inputs, outputs or the constant, but there are only " + std::to_string(header.n_wires));
  }
}

/// Section 4: the gates that a circuit declares. Returns how many.
std::uint32_t check_custom_gates(const base::InputFile& file, const Container& container, const R1csHeader& header) {
  SectionCursor cursor(file, container.section(kCustomGates));
  const std::uint32_t n_gates = cursor.take_le32();
  for (std::uint32_t gate = 0; gate < n_gates; ++gate) {
    std::array<std::byte, 1> letter;
    do cursor.take(letter);
    while (letter[0] != std::byte{0});
    for (std::uint32_t n = cursor.take_le32(); n > 0; --n) {
      const base::Bytes parameter = cursor.take_bytes(32);
      const bool reduced = with_curve(
          header.curve, [&]<class C>() { return C::Fr::read_le(base::ByteSpan(parameter).first<32>()).has_value(); });
      if (!reduced) malformed("section 4: gate " + std::to_string(gate) + ": a parameter is not below the modulus");
    }
  }
  cursor.require_end();
  return n_gates;
}

/// Section 5: where they are used. Returns how often.
std::uint32_t check_custom_gate_uses(const base::InputFile& file, const Container& container, const R1csHeader& header,
                                     std::uint32_t n_gates) {
  SectionCursor cursor(file, container.section(kCustomGateUses));
  const std::uint32_t n_uses = cursor.take_le32();
  for (std::uint32_t use = 0; use < n_uses; ++use) {
    if (cursor.take_le32() >= n_gates) malformed("section 5: use " + std::to_string(use) + ": there is no such gate");
    for (std::uint32_t n = cursor.take_le32(); n > 0; --n)
      if (cursor.take_le64() >= header.n_wires)
        malformed("section 5: use " + std::to_string(use) + ": a signal is out of range");
  }
  cursor.require_end();
  return n_uses;
}

R1csHeader parse_header(const base::InputFile& file, const Container& container) {
  SectionCursor cursor(file, container.section(kHeader));
  R1csHeader header{};
  header.curve = curve_of_scalar_prime(internal::take_prime(cursor));
  header.n_wires = cursor.take_le32();
  header.n_pub_out = cursor.take_le32();
  header.n_pub_in = cursor.take_le32();
  header.n_prv_in = cursor.take_le32();
  header.n_labels = cursor.take_le64();
  header.n_constraints = cursor.take_le32();
  cursor.require_end();
  check_counts(header);
  const std::uint64_t label_bytes = container.section(kLabels).size_bytes;
  if (label_bytes != std::uint64_t{8} * header.n_wires) {
    malformed("section 3 has " + std::to_string(label_bytes) + " bytes, " + std::to_string(header.n_wires) +
              " wires need " + std::to_string(std::uint64_t{8} * header.n_wires));
  }
  if (container.section(kConstraints).size_bytes < std::uint64_t{12} * header.n_constraints) {
    malformed("section 2 is too short for " + std::to_string(header.n_constraints) + " constraints");
  }
  header.has_custom_gates = container.has(kCustomGates);
  if (container.has(kCustomGateUses) != header.has_custom_gates) malformed("one of sections 4 and 5 is there alone");
  if (header.has_custom_gates) {
    const std::uint32_t n_gates = check_custom_gates(file, container, header);
    header.n_custom_gate_uses = check_custom_gate_uses(file, container, header, n_gates);
  }
  return header;
}

template <class C>
constexpr std::size_t kTermBytes = 4 + C::Fr::kBytes;

/// The smallest of what tasks report.
class First {
 public:
  explicit First(std::size_t none) noexcept : first_(none) {}
  void report(std::size_t index) noexcept {
    for (std::size_t seen = first_; index < seen && !first_.compare_exchange_weak(seen, index);) {}
  }
  std::size_t get() const noexcept { return first_; }

 private:
  std::atomic<std::size_t> first_;
};

/// Section 2, a piece at a time: one pass over the numbers of terms says where combinations begin, then tasks turn
/// bytes into terms. A piece may begin and end inside a combination; terms stay until their constraint is complete.
template <class C>
class ConstraintStream {
  using Fr = typename C::Fr;
  using Visit = std::function<void(const ConstraintBlock<C>&)>;
  using See = std::function<void(base::ByteSpan)>;
  static constexpr std::size_t kCountBytes = 4, kTermBytes = format::kTermBytes<C>;
  static constexpr std::size_t kPieceBytes = std::size_t{1} << 20;
  static constexpr std::size_t kGrain = 1024;                                   // terms of a task
  static constexpr std::size_t kLarge = std::size_t{1} << 18;                   // terms: fewer are not asked about
  static constexpr std::size_t kBytesPerLargeTerm = 3 * sizeof(LinearTerm<C>);  // while they grow, and for who visits
  static constexpr std::size_t kTogether = 256;                                 // coefficients multiplied at once

 public:
  ConstraintStream(const base::InputFile& file, const Section& section, const R1csHeader& header, base::Pool& pool)
      : file_(file),
        at_(section.offset_bytes),
        end_(section.offset_bytes + section.size_bytes),
        header_(header),
        pool_(pool),
        piece_(static_cast<std::size_t>(std::min<std::uint64_t>(kPieceBytes, section.size_bytes))) {}

  void run(const Visit& visit, const See& see) {
    while (!is_complete()) {
      const base::ByteSpan read = read_piece();
      if (see) see(read);
      find_combinations();
      take_terms();
      visit_complete(visit);
      if (!failure_.empty()) malformed(failure_);
    }
    if (remaining() != 0) malformed("section 2 has " + std::to_string(remaining()) + " bytes too many");
  }

 private:
  std::uint64_t remaining() const noexcept { return end_ - at_ + (filled_ - used_); }
  bool is_complete() const noexcept { return n_begun_ == 3 * std::uint64_t{header_.n_constraints} && terms_left_ == 0; }
  /// That combination `q` of those that are here is wrong.
  void fail(std::size_t q, const std::string& what) {
    failure_ = "section 2: constraint " + std::to_string(first_ + q / 3) + ": " + what;
  }

  /// Returns what is new in the piece.
  base::ByteSpan read_piece() {
    const std::size_t kept = filled_ - used_;  // of a number or a term: fewer bytes than one has
    std::memmove(piece_.data(), piece_.data() + used_, kept);
    filled_ = kept + static_cast<std::size_t>(std::min<std::uint64_t>(piece_.size() - kept, end_ - at_));
    used_ = 0;
    const auto read = base::MutableByteSpan(piece_).subspan(kept, filled_ - kept);
    file_.read_at(at_, read);
    at_ += read.size();
    return read;
  }

  /// Whole terms and numbers of terms as far as the piece has them.
  void find_combinations() {
    n_terms_before_ = n_terms_;
    n_combinations_before_ = ends_.size();
    while (true) {
      const auto n = std::min<std::size_t>(terms_left_, (filled_ - used_) / kTermBytes);
      used_ += n * kTermBytes;
      n_terms_ += n;
      terms_left_ -= static_cast<std::uint32_t>(n);
      if (!ends_.empty()) ends_.back() = n_terms_;
      if (terms_left_ > 0 || is_complete()) return;
      if (filled_ - used_ < kCountBytes) {
        if (at_ == end_)
          fail(ends_.size(),
               "section 2 ends too early: 4 bytes expected, " + std::to_string(remaining()) + " are left");
        return;
      }
      const std::uint32_t n_terms = base::load_le32(base::ByteSpan(piece_).subspan(used_));
      if (n_terms > (remaining() - kCountBytes) / kTermBytes)
        return fail(ends_.size(), std::to_string(n_terms) + " terms are more than the section holds");
      require_room(n_terms_ + n_terms);
      used_ += kCountBytes;
      ends_.push_back(n_terms_);
      terms_left_ = n_terms;
      ++n_begun_;
    }
  }

  /// For so many terms, which become one constraint. Those that are here count again, as they grow by being copied.
  void require_room(std::uint64_t n_terms) {
    if (n_terms <= n_terms_with_room_) return;
    n_terms_with_room_ = n_terms + kLarge;
    base::require_memory(n_terms_with_room_ * kBytesPerLargeTerm,
                         "reading constraint " + std::to_string(first_ + ends_.size() / 3));
  }

  /// Of term t, which is in the piece and in combination q: before it lie the terms and the numbers of terms of the
  /// piece.
  const std::byte* bytes_of(std::size_t t, std::size_t q) const noexcept {
    return piece_.data() + kCountBytes * (q + 1 - n_combinations_before_) + kTermBytes * (t - n_terms_before_);
  }
  std::size_t combination_of(std::size_t t) const noexcept {
    return static_cast<std::size_t>(std::upper_bound(ends_.begin(), ends_.end(), t) - ends_.begin());
  }

  void take_terms() {
    if (terms_.size() < n_terms_) terms_.resize(n_terms_);
    First refused(n_terms_);
    pool_.parallel_for(n_terms_ - n_terms_before_, kGrain, [&](std::size_t begin, std::size_t end) {
      refused.report(take_range(n_terms_before_ + begin, n_terms_before_ + end));
    });
    if (refused.get() < n_terms_) refuse(refused.get());
  }

  /// Returns the first that is refused, or n_terms_.
  std::size_t take_range(std::size_t begin, std::size_t end) noexcept {
    static const Fr plain = *Fr::from_canonical(Fr::one().montgomery());  // times this: out of the plain form
    std::array<Fr, kTogether> values;
    for (std::size_t q = combination_of(begin); begin < end;) {
      const std::size_t n = std::min(kTogether, end - begin);
      for (std::size_t i = 0; i < n; ++i) {
        while (ends_[q] <= begin + i) ++q;
        const std::byte* const bytes = bytes_of(begin + i, q);
        typename Fr::Limbs limbs;
        std::memcpy(&terms_[begin + i].wire, bytes, sizeof(std::uint32_t));
        std::memcpy(limbs.data(), bytes + sizeof(std::uint32_t), Fr::kBytes);
        const std::optional<Fr> value = Fr::from_montgomery(limbs);
        if (terms_[begin + i].wire >= header_.n_wires || !value) return begin + i;
        values[i] = *value;
      }
      fft::scale(std::span(values).first(n), plain);
      for (std::size_t i = 0; i < n; ++i) terms_[begin + i].coefficient = values[i];
      begin += n;
    }
    return n_terms_;
  }

  /// Term t, the first that is wrong: what follows it is forgotten.
  void refuse(std::size_t t) {
    const std::size_t q = combination_of(t);
    const std::uint32_t wire = terms_[t].wire;
    fail(q, "term " + std::to_string(t - (q == 0 ? 0 : ends_[q - 1])) + ": " +
                (wire >= header_.n_wires ? "wire " + std::to_string(wire) + " is out of range"
                                         : std::string("the coefficient is not below the modulus")));
    ends_.resize(q);
    terms_left_ = 0;
  }

  void visit_complete(const Visit& visit) {
    const std::size_t n_constraints = (ends_.size() - (terms_left_ > 0 ? 1 : 0)) / 3;
    if (n_constraints == 0) return;
    const std::size_t n_terms = ends_[3 * n_constraints - 1];
    visit({first_, std::span(terms_).first(n_terms), std::span(ends_).first(3 * n_constraints)});
    first_ += static_cast<std::uint32_t>(n_constraints);
    std::copy(terms_.data() + n_terms, terms_.data() + n_terms_, terms_.data());
    n_terms_ -= n_terms;
    ends_.erase(ends_.begin(), std::next(ends_.begin(), static_cast<std::ptrdiff_t>(3 * n_constraints)));
    for (std::size_t& end : ends_) end -= n_terms;
  }

  const base::InputFile& file_;
  std::uint64_t at_, end_;  // offsets in the file: what is read next
  const R1csHeader& header_;
  base::Pool& pool_;
  base::Bytes piece_;
  std::size_t used_ = 0, filled_ = 0;  // of the piece
  std::uint64_t n_begun_ = 0;          // combinations, of the whole section
  std::uint32_t terms_left_ = 0;       // of the last of them
  std::uint32_t first_ = 0;            // constraint that was not visited
  std::vector<LinearTerm<C>> terms_;   // from there on: the first n_terms_
  std::vector<std::size_t> ends_;      // of the combinations in them
  std::size_t n_terms_ = 0;
  std::size_t n_terms_before_ = 0, n_combinations_before_ = 0;  // those of the piece
  std::uint64_t n_terms_with_room_ = kLarge;
  std::string failure_;  // what is wrong after all that
};

}  // namespace

R1csHeader read_r1cs_header(const base::InputFile& file) {
  return internal::naming(file, [&] { return parse_header(file, read_container(file)); });
}

unsigned groth16_domain_log2(const R1csHeader& header) noexcept {
  const std::uint64_t rows = std::uint64_t{header.n_constraints} + header.n_public() + 1;
  unsigned log2 = 1;
  while ((std::uint64_t{1} << log2) < rows) ++log2;
  return log2;
}

template <class C>
R1csReader<C>::R1csReader(const base::Path& path)
    : file_(path), container_(read_container(file_)), header_(read_r1cs_header(file_)) {
  if (header_.curve != C::kId) {
    const std::string what =
        "the circuit is for " + std::string(curve_name(header_.curve)) + ", not for " + std::string(curve_name(C::kId));
    throw internal::with_path(base::Error(base::Code::malformed, what), path);
  }
}

template <class C>
std::uint64_t R1csReader<C>::n_terms() const {
  return (container_.section(kConstraints).size_bytes - std::uint64_t{12} * header_.n_constraints) / kTermBytes<C>;
}

template <class C>
void R1csReader<C>::for_each_block(base::Pool& pool, const std::function<void(const ConstraintBlock<C>&)>& visit,
                                   const std::function<void(base::ByteSpan)>& see) const {
  // What visit throws about other files keeps its own path.
  internal::naming(
      file_, [&] { ConstraintStream<C>(file_, container_.section(kConstraints), header_, pool).run(visit, see); });
}

template class R1csReader<curve::Bn254>;
template class R1csReader<curve::Bls12_381>;

}  // namespace solemn::format
