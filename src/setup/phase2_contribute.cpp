#include <algorithm>
#include <vector>

#include "base/ct.hpp"
#include "base/error.hpp"
#include "hash/entropy.hpp"
#include "msm/msm.hpp"
#include "setup/phase2.hpp"
#include "setup/phase2_chain.hpp"
#include "setup/phase2_update.hpp"
#include "setup/pipeline.hpp"

namespace solemn::setup {

using base::Code;
using base::Error;
using curve::G1;
using curve::G2;
using format::ZkeySection;

namespace {

constexpr std::size_t kCopyBytes = std::size_t{1} << 18;

/// The key that a contribution builds on must itself be sound so far: nobody should put work on a broken chain.
template <class C>
void require_sound_chain(const format::ZkeyReader<C>& zkey, const format::ZkeyChain<C>& chain, const Context& context) {
  Verdict verdict;
  if (!chain.contributions.empty()) verify_chain<C>(verdict, chain, TestBeacon::allow_insecure, context);
  verify_deltas<C>(verdict, zkey.header(), chain);
  for (const Check& check : verdict.checks()) {
    const bool fresh_key =
        chain.contributions.empty() && (check.rule == "delta-not-gamma" || check.rule == "delta-not-generator");
    if (check.outcome == Outcome::failed && !fresh_key)
      throw Error(Code::rejected,
                  "'" + zkey.file().path().string() + "' must not be built on: " + std::string(check.rule) + ": " +
                      check.detail,
                  "verify it: solemn zkey verify R1CS PTAU " + base::shell_word(zkey.file().path().string()));
  }
}

/// The sections that a contribution leaves as they are, copied piece by piece.
template <class C>
class Copier {
 public:
  /// Leaves room for the sections in the new file.
  Copier(base::OutputFile& out, format::ZkeyWriter<C>& writer, const format::ZkeyReader<C>& in)
      : out_(out), in_(in), buffer_(kCopyBytes) {
    for (const ZkeySection section :
         {ZkeySection::ic, ZkeySection::coefs, ZkeySection::a, ZkeySection::b1, ZkeySection::b2}) {
      const std::uint64_t size = in.container().section(static_cast<std::uint32_t>(section)).size_bytes;
      writer.begin(section, size);
      for (std::uint64_t offset = 0; offset < size; offset += kCopyBytes) {
        const auto n_bytes = static_cast<std::size_t>(std::min<std::uint64_t>(kCopyBytes, size - offset));
        pieces_.push_back({section, offset, out.position() + offset, n_bytes});
      }
      out.seek(out.position() + size);
      writer.end();
    }
  }

  /// Copies the next pieces of so many equal shares.
  void copy_share(std::size_t n_shares) {
    for (std::size_t left = (pieces_.size() + n_shares - 1) / n_shares; left > 0 && next_ < pieces_.size(); --left) {
      const Piece& piece = pieces_[next_++];
      const auto bytes = std::span(buffer_).first(piece.n_bytes);
      in_.read_raw(piece.section, piece.offset, bytes);
      out_.write_at(piece.target, bytes);
    }
  }

 private:
  struct Piece {
    ZkeySection section;
    std::uint64_t offset, target;  // in the section, in the new file
    std::size_t n_bytes;
  };
  base::OutputFile& out_;
  const format::ZkeyReader<C>& in_;
  base::Bytes buffer_;
  std::vector<Piece> pieces_;
  std::size_t next_ = 0;
};

/// Sections C and H, every point times the common secret scalar: read | multiply | write, side by side; what is only
/// copied is written with them. Points are tested for their subgroup before the secret touches them.
template <class C>
class Scaler {
 public:
  using G = G1<C>;
  using Affine = typename G::Affine;

  Scaler(format::ZkeyWriter<C>& writer, Copier<C>& copier, const format::ZkeyReader<C>& in,
         const base::Secret<typename C::Fr>& factor, const Context& context)
      : writer_(writer), copier_(copier), in_(in), factor_(factor), context_(context), slots_(slots_for(context.pool)) {
    hash::os_random(seed_);
    // The subgroup test of BLS12-381 wants more points than go in step.
    const std::size_t in_step = (G::kCofactor[0] == 1 ? 1 : 4) * msm::points_in_step<G>();
    const std::size_t most = block_points(in.points(ZkeySection::c) + in.points(ZkeySection::h), in_step, context.pool);
    for (const ZkeySection section : {ZkeySection::c, ZkeySection::h}) {
      const std::uint64_t n = in.points(section);
      std::uint64_t first = 0;
      do {  // an empty section has an empty block
        blocks_.push_back({section, first, static_cast<std::size_t>(std::min<std::uint64_t>(most, n - first))});
        first += most;
      } while (first < n);
    }
  }

  void run() {
    const std::array<Stage, 3> stages = {{{Order::in_turn, [this](std::size_t i) { read(i); }},
                                          {Order::side_by_side, [this](std::size_t i) { multiply(i); }},
                                          {Order::in_turn, [this](std::size_t i) { write(i); }}}};
    run_pipeline(blocks_.size(), slots_.size(), stages, context_.pool);
  }

 private:
  struct Block {
    ZkeySection section;
    std::uint64_t first;
    std::size_t count;
  };
  std::span<Affine> points(std::size_t i) {
    auto& slot = slots_[i % slots_.size()];
    slot.resize(blocks_[i].count);
    return slot;
  }

  void read(std::size_t i) {
    context_.progress.check_interrupt();
    in_.template read<G>(blocks_[i].section, blocks_[i].first, points(i), alone_);
  }

  void multiply(std::size_t i) {
    const auto part = points(i);
    if (!msm::all_in_subgroup<G>(part, seed_, alone_)) {
      throw Error(Code::malformed, "'" + in_.file().path().string() + "': section " +
                                       std::to_string(static_cast<unsigned>(blocks_[i].section)) +
                                       " has a point outside the prime-order subgroup");
    }
    msm::mul_all<G>(part, part, factor_.expose(), alone_);
    ct::mark_public(part.data(), part.size_bytes());  // published: the file
    context_.progress.advance(part.size());
  }

  void write(std::size_t i) {
    const Block& block = blocks_[i];
    const std::uint64_t n = in_.points(block.section);
    if (block.first == 0) writer_.begin(block.section, n * G::kBytes);
    writer_.template points<G>(std::span<const Affine>(points(i)));
    if (block.first + block.count == n) writer_.end();
    // With all but the last, which nothing is done beside; there are two at least, one of each section.
    copier_.copy_share(blocks_.size() - 1);
  }

  format::ZkeyWriter<C>& writer_;
  Copier<C>& copier_;
  const format::ZkeyReader<C>& in_;
  const base::Secret<typename C::Fr>& factor_;
  const Context& context_;
  std::array<std::byte, 32> seed_{};
  std::vector<Block> blocks_;
  std::vector<std::vector<Affine>> slots_;
  base::Pool alone_{1};  // threads work at different blocks
};

/// Reads the new file back and proves that it is the old one with this step on top.
template <class C>
void require_extends(const base::Path& written, const format::ZkeyReader<C>& before,
                     const format::ZkeyChain<C>& old_chain, const Context& context) {
  const format::ZkeyReader<C> after(written);
  const format::ZkeyChain<C> chain = after.read_chain(context.pool);
  Verdict verdict, deltas;
  context.pool.run_together(
      {[&] { verify_extends<C>(verdict, before, old_chain, after, chain, Origin::here, context); },
       [&] { verify_deltas<C>(deltas, after.header(), chain); }});
  verdict.append(deltas);
  for (const Check& check : verdict.checks())
    if (check.outcome != Outcome::passed)
      throw Error(Code::internal,
                  "what was just written does not verify: " + std::string(check.rule) + ": " + check.detail);
}

template <class C>
base::Hash64 contribute(const base::Path& in, const base::Path& out, base::ByteSpan seed32,
                        const format::ClaimedParams& params, const Context& context) {
  const format::ZkeyReader<C> before(in);
  const format::ZkeyChain<C> old_chain = before.read_chain(context.pool);
  format::ZkeyChain<C> chain = old_chain;
  NewLink<C> link;
  context.pool.run_together({[&] { require_sound_chain<C>(before, old_chain, context); },
                             [&] {
                               ChainTranscript<C> transcript(chain.circuit_hash);
                               for (const auto& step : chain.contributions) transcript.append(step);
                               link = make_link<C>(seed32, transcript, before.header().delta1, before.header().delta2,
                                                   context.pool);
                             }});
  link.record.params = params;
  chain.contributions.push_back(link.record);
  format::ZkeyHeader<C> header = before.header();
  header.delta1 = link.record.delta_after;
  header.delta2 = link.delta2;
  base::Secret<typename C::Fr> inverse;
  inverse.expose() = link.delta.expose().inverse();

  base::OutputFile file(out, context.overwrite);
  format::ZkeyWriter<C> writer(file, header);
  Copier<C> copier(file, writer, before);
  context.progress.phase("multiplying", before.points(ZkeySection::c) + before.points(ZkeySection::h), "points");
  Scaler<C>(writer, copier, before, inverse, context).run();
  writer.chain(chain);
  writer.finish();
  if (context.pool.size() > 1) file.begin_sync();
  require_extends<C>(file.temporary_path(), before, old_chain, context);
  file.commit();
  return contribution_hash<C>(link.record);
}

base::Hash64 contribute_any(const base::Path& in, const base::Path& out, base::ByteSpan seed32,
                            const format::ClaimedParams& params, const Context& context) {
  base::require_different_files(in, out);
  require_plain_name(params.name);
  static_cast<void>(format::write_params(params));  // a name that is too long is refused before the work, not after
  const base::InputFile file(in);
  const format::ZkeySummary summary = format::read_zkey_summary(file);
  if (summary.protocol != format::ZkeyProtocol::groth16)
    throw Error(Code::usage, "'" + in.string() + "' is not a Groth16 key", "plonk and fflonk keys need no phase 2");
  base::require_disk(out, file.size() + 4096);
  base::require_memory((std::uint64_t{128} << 20) + context.pool.size() * kThreadMemory, "a contribution");
  return format::with_curve(summary.curve, [&]<class C>() { return contribute<C>(in, out, seed32, params, context); });
}

}  // namespace

base::Hash64 zkey_contribute(const base::Path& in, const base::Path& out, std::string_view name, Entropy entropy,
                             const Context& context) {
  format::ClaimedParams params;
  params.name = name;
  return contribute_any(in, out, base::ByteSpan(entropy.expose()).first(32), params, context);
}

base::Hash64 zkey_beacon(const base::Path& in, const base::Path& out, std::string_view name, const Beacon& beacon,
                         TestBeacon policy, const Context& context) {
  require_unknown_beacon(beacon, policy);
  if (beacon.iterations_exp < kMinIterationsExp || beacon.iterations_exp > kMaxIterationsExp)
    throw Error(Code::usage, "the beacon's iterations exponent must be from 10 to 40");
  base::require_different_files(in, out);
  const format::ClaimedParams params{format::ContributionType::beacon, std::string(name),
                                     static_cast<std::uint8_t>(beacon.iterations_exp), beacon.value};
  return contribute_any(in, out, run_beacon(beacon, context.progress), params, context);
}

}  // namespace solemn::setup
