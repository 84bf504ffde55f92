// solemn ptau contribute and beacon: every point times a power of the new tau (BGM17 section 4; spec 4.4).
//
// Block by block, side by side: read and test the subgroups | multiply, several blocks at once | hash and write | hash
// the input as the challenge that this step answers. A point outside its subgroup times a secret tells something about
// the secret, and the fast multiplications are only right inside: so points are tested before they are multiplied,
// some megabytes at a time. The second hash of the output (the next challenge) begins with the first one, so
// it is taken when the file is read back and verified.
#include <algorithm>
#include <array>
#include <optional>

#include "base/ct.hpp"
#include "base/error.hpp"
#include "curve/bulk.hpp"
#include "fft/fft.hpp"
#include "setup/phase1_hash.hpp"
#include "setup/phase1_key.hpp"
#include "setup/phase1_powers.hpp"
#include "setup/phase1_ratio.hpp"
#include "setup/phase1_step.hpp"

namespace solemn::setup {

namespace {

using namespace phase1;
using format::PtauSection;

/// The scalars tau'^i, times alpha' or beta' in some sections. Constant time in the secrets; i is public.
template <class C>
class SecretPowers {
 public:
  using Fr = typename C::Fr;
  explicit SecretPowers(const Secrets<C>& secrets) : secrets_(secrets) {}

  /// first: scratch, guarded as `out` is.
  void write(std::span<Fr> out, base::Secret<Fr>& first, const Block& block, base::Pool& pool) const {
    first.expose() = fft::power_of(secrets_.tau.expose(), block.first);
    if (const base::Secret<Fr>* factor = factor_of(block.section)) first.expose() *= factor->expose();
    fft::powers<Fr>(out, first.expose(), secrets_.tau.expose(), pool);
    base::wipe_stack();
  }

 private:
  const base::Secret<Fr>* factor_of(PtauSection section) const {
    switch (section) {
      case PtauSection::alpha_tau_g1:
        return &secrets_.alpha;
      case PtauSection::beta_tau_g1:
      case PtauSection::beta_g2:
        return &secrets_.beta;
      default:
        return nullptr;
    }
  }
  const Secrets<C>& secrets_;
};

/// What goes through the line: the pieces of the transcript, each cut into blocks. One entry for each piece: there are
/// a hundred thousand at 2^28, and millions of blocks.
template <class C>
class Blocks {
 public:
  Blocks(unsigned power, const base::Pool& pool)
      : pieces_(blocks_of(kMonomialSections, power, kContributeBlock<curve::G1<C>>, kContributeBlock<curve::G2<C>>)),
        first_block_{0} {
    const std::uint64_t total = points_in(pieces_);
    most_ = {block_points(total, msm::points_in_step<curve::G1<C>>(), pool),
             block_points(total, msm::points_in_step<curve::G2<C>>(), pool)};
    split_end(pool);
    for (const Block& piece : pieces_)
      first_block_.push_back(first_block_.back() + (piece.count + most(piece) - 1) / most(piece));
  }

  std::size_t size() const noexcept { return first_block_.back(); }
  Block operator[](std::size_t i) const noexcept {
    const std::size_t at = piece_of(i);
    const Block& piece = pieces_[at];
    const std::size_t begin = (i - first_block_[at]) * most(piece);
    return {piece.section, piece.first + begin, std::min(most(piece), piece.count - begin)};
  }
  bool ends_section(std::size_t i) const noexcept {
    const std::size_t at = piece_of(i);
    return i + 1 == first_block_[at + 1] &&
           (at + 1 == pieces_.size() || pieces_[at + 1].section != pieces_[at].section);
  }
  std::uint64_t points() const noexcept { return points_in(pieces_); }
  std::size_t largest() const noexcept { return std::max(most_[0], most_[1]); }

 private:
  /// Of the last piece in G1, behind which there is one point of G2, every block becomes a piece.
  void split_end(const base::Pool& pool) {
    const Block one = pieces_.back();
    pieces_.pop_back();
    Block rest = pieces_.back();
    pieces_.pop_back();
    ASSERT(one.count == 1 && !format::ptau_section_is_g2(rest.section));
    while (rest.count > 0) {
      const std::size_t count = next_block_points(rest.count, most(rest), pool);
      pieces_.push_back({rest.section, rest.first, count});
      rest.first += count;
      rest.count -= count;
    }
    pieces_.push_back(one);
  }
  std::size_t most(const Block& piece) const noexcept {
    return most_[format::ptau_section_is_g2(piece.section) ? 1 : 0];
  }
  std::size_t piece_of(std::size_t i) const noexcept {
    return static_cast<std::size_t>(std::ranges::upper_bound(first_block_, i) - first_block_.begin()) - 1;
  }
  std::vector<Block> pieces_;
  std::vector<std::size_t> first_block_;  // of each piece, and the number of all
  std::array<std::size_t, 2> most_{};     // points of a block, G1 and G2
};

/// Hashes the points of a section in the pieces that the saved state tells: kContributeBlock points in one update.
template <class Hash>
class PiecewiseHash {
 public:
  PiecewiseHash(Hash& hash, curve::Encoding encoding, std::size_t most_bytes)
      : hash_(hash), encoding_(encoding), piece_(most_bytes) {}

  /// `last`: the section ends with these points. Shape: no point beyond the end of a piece.
  template <class G>
  void update(std::span<const typename G::Affine> points, bool last, base::Pool& pool) {
    const std::size_t point_bytes = encoding_ == curve::Encoding::snarkjs_c ? G::kCompressedBytes : G::kBytes;
    ASSERT(filled_ + points.size() * point_bytes <= piece_.size());
    const auto bytes = base::MutableByteSpan(piece_).subspan(filled_, points.size() * point_bytes);
    curve::encode_points<G>(bytes, points, encoding_, pool);
    filled_ += bytes.size();
    if (!last && filled_ < kContributeBlock<G> * point_bytes) return;
    hash_.update(base::ByteSpan(piece_).first(filled_));
    filled_ = 0;
  }

 private:
  Hash& hash_;
  const curve::Encoding encoding_;
  base::Bytes piece_;
  std::size_t filled_ = 0;
};

template <class C>
class Contributor {
  /// Whole pieces of the transcript, which no block crosses.
  template <class G>
  static constexpr std::size_t kTestedTogether = 8 * kContributeBlock<G>;

 public:
  using G1 = curve::G1<C>;
  using G2 = curve::G2<C>;
  using Fr = typename C::Fr;

  Contributor(const format::PtauReader<C>& in, const Standing<C>& standing, const Secrets<C>& secrets,
              format::PtauWriter<C>& writer, const Context& context)
      : in_(in),
        context_(context),
        blocks_(in.header().power, context.pool),
        powers_(secrets),
        writer_(writer),
        response_(standing.challenge),
        challenge_(standing.response),
        response_pieces_(response_, curve::Encoding::snarkjs_c, kContributeBlock<G1> * G1::kCompressedBytes),
        challenge_pieces_(challenge_, curve::Encoding::snarkjs_u, kContributeBlock<G1> * G1::kBytes) {
    for (std::size_t i = slots_for(context.pool); i > 0; --i) slots_.emplace_back(blocks_.largest());
  }

  /// Writes sections 2 to 6. step: the points and the saved state of the record. Returns the challenge of the input.
  base::Hash64 run(format::PtauContribution<C>& step) {
    step_ = &step;
    context_.progress.phase("multiplying", blocks_.points(), "points");
    const std::array<Stage, 4> stages = {{{Order::in_turn, [this](std::size_t i) { read(i); }},
                                          {Order::side_by_side, [this](std::size_t i) { multiply(i); }},
                                          {Order::in_turn, [this](std::size_t i) { write(i); }},
                                          {Order::in_turn, [this](std::size_t i) { absorb_input(i); }}}};
    run_pipeline(blocks_.size(), slots_.size(), stages, context_.pool);
    step.partial_hash = response_.save();
    return challenge_.finish();
  }

 private:
  struct Slot {
    explicit Slot(std::size_t n_points) : scalars(n_points) {}
    PointBuffer<C> in, out;
    base::SecretArray<Fr> scalars;
    base::Secret<Fr> first;
  };

  template <class G>
  std::span<typename G::Affine> in_block(std::size_t i) {
    return slots_[i % slots_.size()].in.template first<G>(blocks_[i].count);
  }
  template <class G>
  std::span<typename G::Affine> out_block(std::size_t i) {
    return slots_[i % slots_.size()].out.template first<G>(blocks_[i].count);
  }
  void read(std::size_t i) {
    const Block block = blocks_[i];
    context_.progress.check_interrupt();
    with_group<C>(block.section, [&]<class G>() {
      if constexpr (G::kCofactor[0] == 1) {  // all points of the curve are good
        in_.template read<G>(block.section, block.first, in_block<G>(i), alone_);
      } else {
        if (block.first % kTestedTogether<G> == 0) read_and_test<G>(block);
        const auto points = tested_.template first<G>(tested_used_ + block.count).subspan(tested_used_);
        std::ranges::copy(points, in_block<G>(i).begin());
        tested_used_ += block.count;
      }
    });
  }

  /// This block and those after it. The whole pool helps: whoever has no block.
  template <class G>
  void read_and_test(const Block& block) {
    const std::uint64_t left = in_.points(block.section) - block.first;
    const auto points =
        tested_.template first<G>(static_cast<std::size_t>(std::min<std::uint64_t>(kTestedTogether<G>, left)));
    in_.template read<G>(block.section, block.first, points, context_.pool);
    if (!msm::all_in_subgroup<G>(points, seed_, context_.pool))
      refuse_outside_subgroup(in_.file().path(), block.section);
    tested_used_ = 0;
  }

  void multiply(std::size_t i) {
    const Block block = blocks_[i];
    Slot& slot = slots_[i % slots_.size()];
    const std::span<Fr> scalars = slot.scalars.expose().first(block.count);
    powers_.write(scalars, slot.first, block, alone_);
    with_group<C>(block.section, [&]<class G>() {
      const auto out = out_block<G>(i);
      msm::mul_each<G>(out, in_block<G>(i), scalars, alone_);
      ct::mark_public(out.data(), out.size_bytes());  // published: the file
    });
    context_.progress.advance(block.count);
  }

  void write(std::size_t i) {
    const Block block = blocks_[i];
    with_group<C>(block.section, [&]<class G>() {
      const std::span<const typename G::Affine> points = out_block<G>(i);
      response_pieces_.template update<G>(points, blocks_.ends_section(i), alone_);
      if (block.first == 0) {
        remember_first<C, G>(*step_, block.section, points);
        writer_.begin(block.section);
      }
      writer_.template points<G>(points);
      if (blocks_.ends_section(i)) writer_.end();
    });
  }

  void absorb_input(std::size_t i) {
    with_group<C>(blocks_[i].section, [&]<class G>() {
      challenge_pieces_.template update<G>(in_block<G>(i), blocks_.ends_section(i), alone_);
    });
  }

  const format::PtauReader<C>& in_;
  const Context& context_;
  const Blocks<C> blocks_;
  std::vector<Slot> slots_;
  PointBuffer<C> tested_;        // what the blocks are from
  std::size_t tested_used_ = 0;  // points that blocks have got
  const base::Hash32 seed_ = hash::fresh_bytes<32>();
  const SecretPowers<C> powers_;
  format::PtauWriter<C>& writer_;
  ResponseHash response_;
  ChallengeHash challenge_;
  PiecewiseHash<ResponseHash> response_pieces_;
  PiecewiseHash<ChallengeHash> challenge_pieces_;
  base::Pool alone_{1};  // threads work at different blocks
  format::PtauContribution<C>* step_ = nullptr;
};

template <class C>
ContributionResult contribute(const base::Path& in, const base::Path& out, const format::ClaimedParams& params,
                              hash::ChaChaRng& rng, const Context& context) {
  const format::PtauReader<C> reader(in);
  const Standing<C> standing = standing_of<C>(reader, context.progress);
  const unsigned power = reader.header().power;
  const PtauNeeds needs =
      ptau_contribute_needs(C::kId, power, reader.read_contributions_raw().size(), context.pool.size());
  base::require_memory(needs.memory_bytes, "contributing");
  base::OutputFile file(out, context.overwrite);
  base::require_disk(out, needs.disk_bytes);
  std::optional<SecretsAndKey<C>> made;
  context.pool.run_together({[&] { require_sound_chain<C>(in, standing, power, context); },
                             [&] { made.emplace(make_key<C>(rng, standing.challenge)); }});
  const SecretsAndKey<C>& fresh = *made;
  format::PtauContribution<C> step{};
  step.key = fresh.key;
  step.params = params;
  format::PtauWriter<C> writer(file, power, power, false);
  Contributor<C> contributor(reader, standing, fresh.secrets, writer, context);
  if (contributor.run(step) != standing.challenge) refuse_wrong_challenge(in);
  return seal<C>(file, writer, power, standing, std::move(step), Origin::here, context);
}

ContributionResult contribute_to(const base::Path& in, const base::Path& out, const format::ClaimedParams& params,
                                 hash::ChaChaRng& rng, const Context& context) {
  base::require_different_files(in, out);
  require_plain_name(params.name);
  static_cast<void>(format::write_params(params));  // a name that is too long is refused before the work, not after
  const format::PtauHeader header = format::read_ptau_header(base::InputFile(in));
  return format::with_curve(header.curve, [&]<class C>() { return contribute<C>(in, out, params, rng, context); });
}

}  // namespace

PtauNeeds ptau_contribute_needs(curve::CurveId curve, unsigned power, std::uint64_t contributions_bytes,
                                unsigned n_threads) {
  constexpr std::uint64_t kRecordBytes = 4096;  // of the new step, at most
  constexpr std::uint64_t kRows = 96ULL << 20;  // of the verification, and its blocks
  return {kRows + n_threads * kThreadMemory + 4 * contributions_bytes,
          format::ptau_file_bytes(curve, power, false, contributions_bytes + kRecordBytes)};
}

ContributionResult ptau_contribute(const base::Path& in, const base::Path& out, std::string_view name, Entropy entropy,
                                   const Context& context) {
  hash::ChaChaRng rng = contributor_stream(entropy);
  entropy = Entropy();  // wiped
  const format::ClaimedParams params{format::ContributionType::contribution, std::string(name), 0, {}};
  return contribute_to(in, out, params, rng, context);
}

ContributionResult ptau_beacon(const base::Path& in, const base::Path& out, std::string_view name, const Beacon& beacon,
                               TestBeacon policy, const Context& context) {
  require_unknown_beacon(beacon, policy);
  base::require_different_files(in, out);
  hash::ChaChaRng rng(run_beacon(beacon, context.progress));
  const format::ClaimedParams params{format::ContributionType::beacon, std::string(name),
                                     static_cast<std::uint8_t>(beacon.iterations_exp), beacon.value};
  return contribute_to(in, out, params, rng, context);
}

}  // namespace solemn::setup
