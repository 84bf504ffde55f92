#include <limits>
#include <optional>

#include "base/error.hpp"
#include "setup/phase2.hpp"
#include "setup/phase2_circuit_hash.hpp"
#include "setup/phase2_initial.hpp"

namespace solemn::setup {

using curve::G1;
using curve::G2;
using format::ZkeySection;

namespace {

constexpr std::size_t kReadBack = std::size_t{1} << 14;
constexpr std::size_t kSectionHeader = 12, kCount = 4;  // bytes before the first coefficient

/// Section offsets of a fresh key: 1, 2, 4, 3, 9, 8, 5, 6, 7, 10, as snarkjs lays it out.
constexpr std::array<ZkeySection, 7> kFreshOrder = {ZkeySection::coefs, ZkeySection::ic, ZkeySection::h, ZkeySection::c,
                                                    ZkeySection::a,     ZkeySection::b1, ZkeySection::b2};

template <class C>
class NewKey {
 public:
  NewKey(InitialKey<C>& key, base::OutputFile& out, const Context& context)
      : key_(key), out_(out), context_(context), writer_(out, key.header()), start_(out.position()) {}

  base::Hash64 write() {
    // How many coefficients there are is known where the circuit is kept, otherwise when they are written.
    if (key_.is_kept()) lay_out();
    out_.seek(start_ + kSectionHeader + kCount);
    // Side by side: copying needs one thread.
    context_.pool.run_together({[&] {
                                  if (!key_.is_kept()) return;
                                  key_.coefs(put_coefs_);
                                  write_h();
                                },
                                [&] { key_.signals([&](const auto& block) { put_block(block); }, put_coefs_); }});
    out_.seek(end_);
    if (context_.pool.size() > 1) out_.begin_sync();  // beside the hash
    format::ZkeyChain<C> chain;
    chain.circuit_hash = circuit_hash();
    writer_.chain(chain);
    writer_.finish();
    return chain.circuit_hash;
  }

 private:
  template <class G>
  void put(ZkeySection section, std::uint64_t index, std::span<const typename G::Affine> points) {
    if (!points.empty())
      out_.write_at(offsets_[static_cast<std::size_t>(section)] + index * G::kBytes, base::object_bytes(points));
  }

  /// Where sections are, and what is before their contents.
  void lay_out() {
    const std::uint64_t n_coefs = key_.n_coefs();
    out_.seek(start_);
    for (const ZkeySection section : kFreshOrder) {
      const std::uint64_t size = format::zkey_section_bytes<C>(section, key_.header(), n_coefs);
      writer_.begin(section, size);
      offsets_[static_cast<std::size_t>(section)] = out_.position();
      out_.seek(out_.position() + size);
      writer_.end();
    }
    end_ = out_.position();
    std::array<std::byte, kCount> count{};
    base::store_le32(count, static_cast<std::uint32_t>(n_coefs));
    out_.write_at(offsets_[static_cast<std::size_t>(ZkeySection::coefs)], count);
  }

  void put_coefs(std::span<const format::ZkeyCoef<C>> block) {
    n_coefs_written_ += block.size();
    if (n_coefs_written_ > std::numeric_limits<std::uint32_t>::max())
      throw base::Error(base::Code::usage, "the circuit has more than 2^32 - 1 coefficients: a zkey cannot count them");
    writer_.coefs(block);
  }

  void write_h() {
    key_.h_points([&](std::uint64_t first, auto block) { put<G1<C>>(ZkeySection::h, first, block); });
  }

  void put_block(const typename InitialKey<C>::Block& block) {
    const bool with_h = end_ == 0;  // was not in its place
    if (with_h) lay_out();
    const std::uint64_t n_ic = key_.header().n_public + std::uint64_t{1};
    const std::size_t ic = block.first < n_ic ? std::min<std::size_t>(block.k.size(), n_ic - block.first) : 0;
    put<G1<C>>(ZkeySection::ic, block.first, block.k.first(ic));
    if (ic < block.k.size()) put<G1<C>>(ZkeySection::c, block.first + ic - n_ic, block.k.subspan(ic));
    context_.pool.run_together({[&] {
                                  put<G1<C>>(ZkeySection::a, block.first, block.a);
                                  put<G1<C>>(ZkeySection::b1, block.first, block.b1);
                                  put<G2<C>>(ZkeySection::b2, block.first, block.b2);
                                  if (with_h) write_h();
                                },
                                [&] {
                                  if (block.a.size() == key_.header().n_vars) begin_hash();
                                }});
  }

  /// Reads back what was written, so the hash is of the file and not of what we meant to write.
  template <class G>
  void hash_section(CircuitHasher<C>& hasher, ZkeySection section, std::uint64_t count) {
    hasher.count(static_cast<std::uint32_t>(count));
    std::vector<typename G::Affine> block(kReadBack);
    for (std::uint64_t first = 0; first < count; first += kReadBack) {
      context_.progress.check_interrupt();
      const std::span<typename G::Affine> part =
          std::span(block).first(static_cast<std::size_t>(std::min<std::uint64_t>(kReadBack, count - first)));
      out_.read_at(offsets_[static_cast<std::size_t>(section)] + first * G::kBytes, base::writable_object_bytes(part));
      hasher.points(std::span<const typename G::Affine>(part));
      context_.progress.advance(part.size());
    }
  }

  /// As far as IC and L.
  void begin_hash() {
    const auto& header = key_.header();
    const bool exact = key_.ptau().header().power == header.domain_log2;
    const Extra extra = header.domain_log2 < 15 ? Extra::none : (exact ? Extra::beyond_section : Extra::honest);
    using Variants = std::vector<typename CircuitHasher<C>::Variant>;
    CircuitHasher<C>& hasher = hasher_.emplace(header, Variants{{curve::InfinityFlag::zeros, extra}}, context_.pool);
    const std::uint64_t n_ic = header.n_public + std::uint64_t{1};
    hash_section<G1<C>>(hasher, ZkeySection::ic, n_ic);
    const auto top = extra == Extra::honest ? tau_power_2n_minus_1<C>(key_.ptau(), header.domain_log2, context_.pool)
                                            : G1<C>::Affine::infinity();
    hasher.differences(key_.ptau(), top, context_.progress);
    context_.progress.phase("circuit hash: key points", header.n_vars * std::uint64_t{4} - n_ic, "points");
    hash_section<G1<C>>(hasher, ZkeySection::c, header.n_vars - n_ic);
  }

  base::Hash64 circuit_hash() {
    if (!hasher_) begin_hash();
    const std::uint64_t n_vars = key_.header().n_vars;
    hash_section<G1<C>>(*hasher_, ZkeySection::a, n_vars);
    hash_section<G1<C>>(*hasher_, ZkeySection::b1, n_vars);
    hash_section<G2<C>>(*hasher_, ZkeySection::b2, n_vars);
    return hasher_->finish().front().digest;
  }

  InitialKey<C>& key_;
  base::OutputFile& out_;
  const Context& context_;
  format::ZkeyWriter<C> writer_;
  std::uint64_t n_coefs_written_ = 0;
  const typename InitialKey<C>::CoefSink put_coefs_ = [this](auto block) { put_coefs(block); };
  std::uint64_t start_;                      // of the sections of kFreshOrder
  std::uint64_t end_ = 0;                    // of them all; 0: not laid out
  std::array<std::uint64_t, 11> offsets_{};  // of their contents
  std::optional<CircuitHasher<C>> hasher_;
};

}  // namespace

base::Hash64 zkey_new(const base::Path& r1cs, const base::Path& ptau, const base::Path& out, const Context& context) {
  base::require_different_files(r1cs, out);
  base::require_different_files(ptau, out);
  const auto circuit = format::read_r1cs_header(base::InputFile(r1cs));
  const auto powers = format::read_ptau_header(base::InputFile(ptau));
  if (circuit.n_custom_gate_uses != 0)
    throw base::Error(base::Code::refused,
                      "no-custom-gates: the circuit '" + base::printable(r1cs.native()) + "' uses custom gates " +
                          std::to_string(circuit.n_custom_gate_uses) +
                          " times: Groth16 has no constraint for them, so proofs would not show that they hold",
                      "write them as ordinary templates, or use plonk");
  if (circuit.curve != powers.curve)
    throw base::Error(base::Code::usage,
                      "the circuit is over " + std::string(format::curve_name(circuit.curve)) +
                          ", the powers of tau over " + std::string(format::curve_name(powers.curve)),
                      "compile the circuit for the ptau's curve: circom -p bn128|bls12381");
  return format::with_curve(circuit.curve, [&]<class C>() {
    base::OutputFile file(out, context.overwrite);
    InitialKey<C> key(r1cs, ptau, context);
    std::uint64_t total = 4096;
    for (const ZkeySection section : kFreshOrder)
      total += format::zkey_section_bytes<C>(section, key.header(), key.max_coefs());
    base::require_disk(out, total);
    base::require_memory(key.memory_bytes(), "making the initial key");
    const base::Hash64 hash = NewKey<C>(key, file, context).write();
    { const format::ZkeyReader<C> check(file.temporary_path()); }  // what was written is a key
    file.commit();
    return hash;
  });
}

}  // namespace solemn::setup
