// solemn zkey contribute and beacon: L and H divided by the new delta, the rest as it is (BGM17 section 7; spec 9).
//
// The old key is read once. What is kept of it on the way (phase2_kept.hpp) tells whether the new one, which is read
// back, is what it should be.
#include <algorithm>
#include <optional>
#include <vector>

#include "base/ct.hpp"
#include "base/error.hpp"
#include "hash/entropy.hpp"
#include "msm/msm.hpp"
#include "setup/phase2.hpp"
#include "setup/phase2_chain.hpp"
#include "setup/phase2_kept.hpp"
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
  Copier(base::OutputFile& out, format::ZkeyWriter<C>& writer, const format::ZkeyReader<C>& in, Kept<C>& kept)
      : out_(out), in_(in), kept_(kept), buffer_(kCopyBytes) {
    for (std::size_t i = 0; i < kFixedSections.size(); ++i) {
      const ZkeySection section = kFixedSections[i].second;
      const std::uint64_t size = in.container().section(static_cast<std::uint32_t>(section)).size_bytes;
      writer.begin(section, size);
      std::uint64_t offset = 0;
      do {  // an empty section has an empty piece
        const auto n_bytes = static_cast<std::size_t>(std::min<std::uint64_t>(kCopyBytes, size - offset));
        pieces_.push_back({i, offset, out.position() + offset, n_bytes, offset + n_bytes == size});
        offset += n_bytes;
      } while (offset < size);
      out.seek(out.position() + size);
      writer.end();
    }
  }

  /// Copies the next pieces of so many equal shares.
  void copy_share(std::size_t n_shares) {
    for (std::size_t left = (pieces_.size() + n_shares - 1) / n_shares; left > 0 && next_ < pieces_.size(); --left) {
      const Piece& piece = pieces_[next_++];
      const auto bytes = std::span(buffer_).first(piece.n_bytes);
      in_.read_raw(kFixedSections[piece.section].second, piece.offset, bytes);
      kept_.fixed(piece.section, bytes, piece.last);
      out_.write_at(piece.target, bytes);
    }
  }

 private:
  struct Piece {
    std::size_t section;           // in kFixedSections
    std::uint64_t offset, target;  // in the section, in the new file
    std::size_t n_bytes;
    bool last;  // of the section
  };
  base::OutputFile& out_;
  const format::ZkeyReader<C>& in_;
  Kept<C>& kept_;
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

  Scaler(format::ZkeyWriter<C>& writer, Copier<C>& copier, const format::ZkeyReader<C>& in, Kept<C>& kept,
         const base::Secret<typename C::Fr>& factor, const Context& context)
      : writer_(writer),
        copier_(copier),
        in_(in),
        kept_(kept),
        factor_(factor),
        context_(context),
        slots_(slots_for(context.pool)) {
    // The subgroup test of BLS12-381 wants more points than go in step.
    const std::size_t in_step = (G::kCofactor[0] == 1 ? 1 : 4) * msm::points_in_step<G>();
    const std::size_t most = block_points(in.points(ZkeySection::c) + in.points(ZkeySection::h), in_step, context.pool);
    for (const ZkeySection section : {ZkeySection::c, ZkeySection::h}) {
      const std::uint64_t n = in.points(section);
      std::uint64_t first = 0;
      do {  // an empty section has an empty block
        const std::size_t count = section == ZkeySection::h ? next_block_points(n - first, most, context.pool)
                                                            : std::min<std::uint64_t>(most, n - first);
        blocks_.push_back({section, first, count});
        first += count;
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
    kept_.queries(points(i));
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
  Kept<C>& kept_;
  const base::Secret<typename C::Fr>& factor_;
  const Context& context_;
  const base::Hash32 seed_ = hash::fresh_bytes<32>();
  std::vector<Block> blocks_;
  std::vector<std::vector<Affine>> slots_;
  base::Pool alone_{1};  // threads work at different blocks
};

template <class C>
format::ZkeyHeader<C> header_after(format::ZkeyHeader<C> header, const NewLink<C>& link) {
  header.delta1 = link.record.delta_after;
  header.delta2 = link.delta2;
  return header;
}
template <class C>
format::ZkeyChain<C> chain_after(format::ZkeyChain<C> chain, const NewLink<C>& link) {
  chain.contributions.push_back(link.record);
  return chain;
}

/// Reads the new file back: the old header and chain with the new link, whose proof verifies, and all the rest as the
/// old key with this step on top.
template <class C>
void require_written(const base::Path& written, const format::ZkeyHeader<C>& old_header,
                     const format::ZkeyChain<C>& old_chain, const NewLink<C>& link, Kept<C>& kept,
                     const Context& context) {
  Verdict verdict, deltas, links;
  Unseen unseen(context.progress);
  const Context beside{context.pool, unseen, context.overwrite, context.memory_limit_bytes};
  try {
    const format::ZkeyReader<C> after(written);
    const format::ZkeyChain<C> chain = after.read_chain(context.pool);
    verdict.add("structure",
                after.header() == header_after<C>(old_header, link) &&
                    format::write_chain(chain) == format::write_chain(chain_after<C>(old_chain, link)),
                "the header, or the record of the contributions, is another");
    kept.read(after);
    // Pairings, each on one thread; the longest first.
    context.pool.run_together({[&] { verify_links<C>(links, chain, old_chain.contributions.size(), beside); },
                               [&] { verify_deltas<C>(deltas, after.header(), chain); },
                               [&] { kept.compare(verdict); }});
  } catch (const Error& error) {
    if (error.code() != Code::malformed) throw;
    verdict.fail("structure", error.message());
  }
  verdict.append(deltas);
  verdict.append(links);
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
  NewLink<C> link;
  std::optional<Kept<C>> kept;
  context.pool.run_together({[&] { require_sound_chain<C>(before, old_chain, context); },
                             [&] {
                               ChainTranscript<C> transcript(old_chain.circuit_hash);
                               for (const auto& step : old_chain.contributions) transcript.append(step);
                               link = make_link<C>(seed32, transcript, before.header().delta1, before.header().delta2,
                                                   context.pool);
                             },
                             [&] { kept.emplace(before, context); }});
  link.record.params = params;
  base::Secret<typename C::Fr> inverse;
  inverse.expose() = link.delta.expose().inverse();

  base::OutputFile file(out, context.overwrite);
  format::ZkeyWriter<C> writer(file, header_after<C>(before.header(), link));
  Copier<C> copier(file, writer, before, *kept);
  context.progress.phase("multiplying", before.points(ZkeySection::c) + before.points(ZkeySection::h), "points");
  Scaler<C>(writer, copier, before, *kept, inverse, context).run();
  writer.chain(chain_after<C>(old_chain, link));
  writer.finish();
  if (context.pool.size() > 1) file.begin_sync();
  require_written<C>(file.temporary_path(), before.header(), old_chain, link, *kept, context);
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
