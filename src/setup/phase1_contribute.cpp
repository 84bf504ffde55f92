// solemn ptau contribute and beacon: every point times a power of the new tau (BGM17 section 4; spec 4.4).
//
// The input is read twice. First its subgroups: a point outside them times a secret tells something about the secret,
// and the fast multiplications are only right inside. Then block by block, side by side: read | multiply | hash and
// write | hash the input as the challenge that this step answers. The second hash of the output (the next challenge)
// begins with the first one, so it is taken when the file is read back and verified.
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

constexpr std::size_t kStages = 4;
constexpr std::uint64_t kPieceMemory = 24ULL << 20;  // of each further piece of a block, in all stages

/// The scalars tau'^i, times alpha' or beta' in some sections, block after block. Constant time in the secrets.
template <class C>
class SecretPowers {
 public:
  using Fr = typename C::Fr;
  SecretPowers(const Secrets<C>& secrets, base::Pool& pool)
      : secrets_(secrets), pool_(pool), scalars_(kContributeBlock<curve::G1<C>> * pieces_per_block(pool)) {}

  std::span<const Fr> of(const Block& block) {
    if (block.first == 0) next_.expose() = first_of(block.section);
    const std::span<Fr> out = scalars_.expose().first(block.count);
    fft::powers<Fr>(out, next_.expose(), secrets_.tau.expose(), pool_);
    next_.expose() = out.back() * secrets_.tau.expose();
    return out;
  }

 private:
  Fr first_of(PtauSection section) const {
    switch (section) {
      case PtauSection::alpha_tau_g1:
        return secrets_.alpha.expose();
      case PtauSection::beta_tau_g1:
      case PtauSection::beta_g2:
        return secrets_.beta.expose();
      default:
        return Fr::one();
    }
  }
  const Secrets<C>& secrets_;
  base::Pool& pool_;
  base::SecretArray<Fr> scalars_;
  base::Secret<Fr> next_;
};

template <class C>
class Contributor {
 public:
  using G1 = curve::G1<C>;
  using G2 = curve::G2<C>;

  Contributor(const format::PtauReader<C>& in, const Standing<C>& standing, const Secrets<C>& secrets,
              format::PtauWriter<C>& writer, const Context& context)
      : in_(in),
        context_(context),
        blocks_(blocks_of(kMonomialSections, in.header().power, kContributeBlock<G1> * pieces_per_block(context.pool),
                          kContributeBlock<G2> * pieces_per_block(context.pool))),
        inputs_(kStages),
        outputs_(kStages),
        powers_(secrets, context.pool),
        writer_(writer),
        response_(standing.challenge),
        challenge_(standing.response),
        compressed_(kContributeBlock<G1> * G1::kCompressedBytes),
        uncompressed_(kContributeBlock<G1> * G1::kBytes) {}

  /// Writes sections 2 to 6. step: the points and the saved state of the record. Returns the challenge of the input.
  base::Hash64 run(format::PtauContribution<C>& step) {
    step_ = &step;
    context_.progress.phase("multiplying", points_in(blocks_), "points");
    const std::array<Stage, kStages> stages = {
        [this](std::size_t i) { read(i); }, [this](std::size_t i) { multiply(i); }, [this](std::size_t i) { write(i); },
        [this](std::size_t i) { absorb_input(i); }};
    run_pipeline(blocks_.size(), stages, context_.pool);
    step.partial_hash = response_.save();
    return challenge_.finish();
  }

 private:
  template <class G>
  std::span<typename G::Affine> in_block(std::size_t i) {
    return inputs_[i % kStages].template first<G>(blocks_[i].count);
  }
  template <class G>
  std::span<typename G::Affine> out_block(std::size_t i) {
    return outputs_[i % kStages].template first<G>(blocks_[i].count);
  }

  void read(std::size_t i) {
    const Block& block = blocks_[i];
    context_.progress.check_interrupt();
    with_group<C>(block.section,
                  [&]<class G>() { in_.template read<G>(block.section, block.first, in_block<G>(i), context_.pool); });
  }

  void multiply(std::size_t i) {
    const Block& block = blocks_[i];
    with_group<C>(block.section, [&]<class G>() {
      msm::mul_each<G>(out_block<G>(i), in_block<G>(i), powers_.of(block), context_.pool);
      ct::mark_public(out_block<G>(i).data(), out_block<G>(i).size_bytes());  // published: the file
      if (block.first == 0) remember_first<C, G>(*step_, block.section, out_block<G>(i));
    });
    context_.progress.advance(block.count);
  }

  void write(std::size_t i) {
    const Block& block = blocks_[i];
    with_group<C>(block.section, [&]<class G>() {
      const auto points = out_block<G>(i);
      for_each_piece(points, kContributeBlock<G>, [&](auto piece) {  // each one update: the saved state tells
        const auto bytes = base::MutableByteSpan(compressed_).first(piece.size() * G::kCompressedBytes);
        curve::encode_points<G>(bytes, piece, curve::Encoding::snarkjs_c, context_.pool);
        response_.update(bytes);
      });
      if (block.first == 0) writer_.begin(block.section);
      writer_.template points<G>(points);
      if (block.first + block.count == in_.points(block.section)) writer_.end();
    });
  }

  void absorb_input(std::size_t i) {
    with_group<C>(blocks_[i].section, [&]<class G>() {
      for_each_piece(in_block<G>(i), kContributeBlock<G>, [&](auto piece) {
        const auto bytes = base::MutableByteSpan(uncompressed_).first(piece.size() * G::kBytes);
        curve::encode_points<G>(bytes, piece, curve::Encoding::snarkjs_u, context_.pool);
        challenge_.update(bytes);
      });
    });
  }

  const format::PtauReader<C>& in_;
  const Context& context_;
  const std::vector<Block> blocks_;
  std::vector<PointBuffer<C>> inputs_, outputs_;
  SecretPowers<C> powers_;
  format::PtauWriter<C>& writer_;
  ResponseHash response_;
  ChallengeHash challenge_;
  base::Bytes compressed_, uncompressed_;
  format::PtauContribution<C>* step_ = nullptr;
};

template <class C>
ContributionResult contribute(const base::Path& in, const base::Path& out, const format::ClaimedParams& params,
                              hash::ChaChaRng& rng, const Context& context) {
  const format::PtauReader<C> reader(in);
  const Standing<C> standing = standing_of<C>(reader, context.progress);
  const unsigned power = reader.header().power;
  const PtauNeeds needs = ptau_contribute_needs(C::kId, power, reader.read_contributions_raw().size());
  base::require_memory(needs.memory_bytes + (pieces_per_block(context.pool) - 1) * kPieceMemory, "contributing");
  base::OutputFile file(out, context.overwrite);
  base::require_disk(out, needs.disk_bytes);
  std::optional<SecretsAndKey<C>> made;
  Unseen unseen(context.progress);
  const Context beside{context.pool, unseen, context.overwrite, context.memory_limit_bytes};
  context.pool.run_together({[&] { require_subgroups<C>(reader, context); },
                             [&] { require_sound_chain<C>(in, standing, power, beside); },
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

PtauNeeds ptau_contribute_needs(curve::CurveId curve, unsigned power, std::uint64_t contributions_bytes) {
  constexpr std::uint64_t kRecordBytes = 4096;    // of the new step, at most
  constexpr std::uint64_t kBlocks = 96ULL << 20;  // blocks in flight, rows of the verification, scratch of the threads
  return {kBlocks + 4 * contributions_bytes,
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
