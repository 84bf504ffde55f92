// Challenge and response files (spec 5): phase 1 with contributors who use other tools.
#include "base/error.hpp"
#include "curve/bulk.hpp"
#include "format/exports.hpp"
#include "setup/phase1_blocks.hpp"
#include "setup/phase1_hash.hpp"
#include "setup/phase1_ratio.hpp"
#include "setup/phase1_step.hpp"

namespace solemn::setup {

namespace {

using namespace phase1;
using base::Code;
using base::Error;
using format::PtauSection;

std::string quoted(const base::Path& path) { return "'" + base::printable(path.native()) + "'"; }

/// Streams the points of a ptau in the form of a challenge file; `see` gets every encoded block, in order.
template <class C, class See>
base::Hash64 challenge_of(const format::PtauReader<C>& file, const base::Hash64& response, const Context& context,
                          See&& see) {
  using G1 = curve::G1<C>;
  using G2 = curve::G2<C>;
  const auto blocks = blocks_of(kMonomialSections, file.header().power, kContributeBlock<G1>, kContributeBlock<G2>);
  PointBuffer<C> points;
  base::Bytes encoded(kContributeBlock<G1> * G1::kBytes);
  ChallengeHash hash(response);
  context.progress.phase("hashing the challenge", points_in(blocks), "points");
  for (const Block& block : blocks) {
    with_group<C>(block.section, [&]<class G>() {
      const auto now = points.template first<G>(block.count);
      const auto bytes = base::MutableByteSpan(encoded).first(block.count * G::kBytes);
      file.template read<G>(block.section, block.first, now, context.pool);
      curve::encode_points<G>(bytes, now, curve::Encoding::snarkjs_u, context.pool);
      hash.update(bytes);
      see(bytes);
    });
    context.progress.advance(block.count);
    context.progress.check_interrupt();
  }
  return hash.finish();
}

void require_read_back(base::OutputFile& out, const base::Hash64& expected, const Context& context) {
  const base::InputFile written(out.temporary_path());
  context.progress.phase("reading back", written.size(), "bytes");
  hash::Blake2b hash;
  base::Bytes buffer(std::size_t{1} << 20);
  for (std::uint64_t offset = 0; offset < written.size(); offset += buffer.size()) {
    buffer.resize(static_cast<std::size_t>(std::min<std::uint64_t>(buffer.size(), written.size() - offset)));
    written.read_at(offset, buffer);
    hash.update(buffer);
    context.progress.advance(buffer.size());
    context.progress.check_interrupt();
  }
  if (hash.finish() == expected) return;
  throw Error(Code::io, "what was read back is not what was written", "check the disk and the memory");
}

template <class C>
base::Hash64 export_challenge(const base::Path& in, const base::Path& challenge, const Context& context) {
  const format::PtauReader<C> reader(in);
  const Standing<C> standing = standing_of<C>(reader, context.progress);
  base::require_disk(challenge, format::challenge_bytes(C::kId, reader.header().power));
  base::OutputFile out(challenge, context.overwrite);
  out.write(standing.response);
  const base::Hash64 hash =
      challenge_of<C>(reader, standing.response, context, [&](base::ByteSpan bytes) { out.write(bytes); });
  if (hash != standing.challenge) refuse_wrong_challenge(in);
  require_read_back(out, hash, context);
  out.commit();
  return hash;
}

/// A response file: every point decoded and checked, the points written as sections of a ptau, everything hashed.
template <class C>
class ResponseImport {
 public:
  using G1 = curve::G1<C>;
  using G2 = curve::G2<C>;

  ResponseImport(const base::Path& path, unsigned power, const Context& context)
      : file_(path), power_(power), context_(context) {
    if (file_.size() == format::response_bytes(C::kId, power)) return;
    throw Error(Code::malformed, quoted(path) + " is not a response of 2^" + std::to_string(power) + " on " +
                                     std::string(C::kName) + ": it has " + std::to_string(file_.size()) +
                                     " bytes, not " + std::to_string(format::response_bytes(C::kId, power)));
  }

  void require_answer_to(const base::Hash64& challenge) const {
    base::Hash64 answered{};
    file_.read_at(0, answered);
    if (answered == challenge) return;
    throw Error(Code::rejected,
                quoted(file_.path()) + " answers the challenge " + base::to_hex(answered).substr(0, 16) +
                    "..., not the one of this file, " + base::to_hex(challenge).substr(0, 16) + "...",
                "export the current challenge: solemn ptau export challenge");
  }

  format::TauKey<C> read_key() const {
    base::Bytes bytes(kKeyBytes<C>);
    file_.read_at(file_.size() - bytes.size(), bytes);
    format::TauKey<C> key;
    base::ByteSpan rest(bytes);
    for (auto* one : {&key.tau, &key.alpha, &key.beta}) {
      one->g1_s = take<G1>(rest);
      one->g1_sx = take<G1>(rest);
    }
    for (auto* one : {&key.tau, &key.alpha, &key.beta}) one->g2_spx = take<G2>(rest);
    return key;
  }

  /// Writes sections 2 to 6; fills in the points and the saved state of the record.
  void copy_points(format::PtauWriter<C>& writer, const base::Hash64& challenge, format::PtauContribution<C>& step) {
    const auto blocks = blocks_of(kMonomialSections, power_, kImportBlock<G1>, kImportBlock<G2>);
    PointBuffer<C> points;
    base::Bytes compressed;
    ResponseHash hash(challenge);
    std::uint64_t offset = challenge.size();
    context_.progress.phase("decompressing", points_in(blocks), "points");
    for (const Block& block : blocks) {
      with_group<C>(block.section, [&]<class G>() {
        const auto now = points.template first<G>(block.count);
        compressed.resize(block.count * G::kCompressedBytes);
        file_.read_at(offset, compressed);
        offset += compressed.size();
        context_.pool.run_together({[&] { hash.update(compressed); }, [&] { decode<G>(now, compressed, block); }});
        if (block.first == 0) {
          remember_first<C, G>(step, block.section, now);
          writer.begin(block.section);
        }
        writer.template points<G>(now);
        if (block.first + block.count == format::ptau_section_points(block.section, power_)) writer.end();
      });
      context_.progress.advance(block.count);
      context_.progress.check_interrupt();
    }
    step.partial_hash = hash.save();
  }

 private:
  template <class G>
  void decode(std::span<typename G::Affine> out, base::ByteSpan in, const Block& block) const {
    // Subgroups are checked on the points as written, before the file gets its name.
    const curve::FirstBad bad = curve::decode_points<G>(out, in, curve::Encoding::snarkjs_c, curve::Infinity::refuse,
                                                        curve::Subgroup::unchecked, context_.pool);
    if (bad.none()) return;
    throw Error(Code::rejected, quoted(file_.path()) + ": curve-points: section " +
                                    std::to_string(static_cast<std::uint32_t>(block.section)) + ": point " +
                                    std::to_string(block.first + bad.index) + " is " +
                                    std::string(curve::describe(bad.status)));
  }

  template <class G>
  typename G::Affine take(base::ByteSpan& rest) const {
    const curve::Decoded<G> decoded = curve::read_snarkjs_u<G>(rest.first(G::kBytes), curve::Subgroup::check);
    rest = rest.subspan(G::kBytes);
    if (decoded.status != curve::PointStatus::ok) {
      throw Error(Code::rejected, quoted(file_.path()) + ": contribution-keys: a point of the public key is " +
                                      std::string(curve::describe(decoded.status)));
    }
    return decoded.point;
  }

  const base::InputFile file_;
  const unsigned power_;
  const Context& context_;
};

template <class C>
ContributionResult import_response(const base::Path& previous, const base::Path& response, const base::Path& out,
                                   std::string_view name, const Context& context) {
  const format::PtauReader<C> reader(previous);
  const Standing<C> standing = standing_of<C>(reader, context.progress);
  const unsigned power = reader.header().power;
  require_sound_chain<C>(previous, standing, power, context);
  ResponseImport<C> import(response, power, context);
  import.require_answer_to(standing.challenge);
  const PtauNeeds needs = ptau_exchange_needs(C::kId, power, reader.read_contributions_raw().size());
  base::require_memory(needs.memory_bytes, "importing a response");
  base::require_disk(out, needs.disk_bytes);
  if (challenge_of<C>(reader, standing.response, context, [](base::ByteSpan) {}) != standing.challenge) {
    refuse_wrong_challenge(previous);
  }
  base::OutputFile file(out, context.overwrite);
  format::PtauContribution<C> step{};
  step.params.name = name;
  step.key = import.read_key();
  format::PtauWriter<C> writer(file, power, power, false);
  import.copy_points(writer, standing.challenge, step);
  return seal<C>(file, writer, power, standing, std::move(step), Origin::elsewhere, context);
}

}  // namespace

PtauNeeds ptau_exchange_needs(curve::CurveId curve, unsigned power, std::uint64_t contributions_bytes) {
  const PtauNeeds contribute = ptau_contribute_needs(curve, power, contributions_bytes, 1);
  return {contribute.memory_bytes, std::max(contribute.disk_bytes, format::challenge_bytes(curve, power))};
}

base::Hash64 ptau_export_challenge(const base::Path& in, const base::Path& challenge, const Context& context) {
  base::require_different_files(in, challenge);
  const format::PtauHeader header = format::read_ptau_header(base::InputFile(in));
  return format::with_curve(header.curve, [&]<class C>() { return export_challenge<C>(in, challenge, context); });
}

ContributionResult ptau_import_response(const base::Path& previous, const base::Path& response, const base::Path& out,
                                        std::string_view name, const Context& context) {
  base::require_different_files(previous, out);
  base::require_different_files(response, out);
  require_plain_name(name);
  static_cast<void>(format::write_params({format::ContributionType::contribution, std::string(name), 0, {}}));
  const format::PtauHeader header = format::read_ptau_header(base::InputFile(previous));
  return format::with_curve(header.curve,
                            [&]<class C>() { return import_response<C>(previous, response, out, name, context); });
}

}  // namespace solemn::setup
