// solemn ptau new: the fresh accumulator, tau = alpha = beta = 1, so every point is a generator (spec 3).
#include <algorithm>

#include "base/error.hpp"
#include "setup/phase1.hpp"
#include "setup/phase1_blocks.hpp"
#include "setup/phase1_hash.hpp"

namespace solemn::setup {

namespace {

using namespace phase1;

template <class C>
class FreshFile {
 public:
  using G1 = curve::G1<C>;
  using G2 = curve::G2<C>;

  FreshFile(unsigned power, const Context& context)
      : power_(power),
        context_(context),
        blocks_(blocks_of(kMonomialSections, power, kContributeBlock<G1>, kContributeBlock<G2>)) {
    std::ranges::fill(generators_.template first<G1>(kContributeBlock<G1>), G1::generator());
    std::ranges::fill(generators_.template first<G2>(kContributeBlock<G2>), G2::generator());
  }

  void write(base::OutputFile& out) {
    context_.progress.phase("writing", points_in(blocks_), "points");
    format::PtauWriter<C> writer(out, power_, power_, false);
    for (const Block& block : blocks_) {
      with_group<C>(block.section, [&]<class G>() {
        if (block.first == 0) writer.begin(block.section);
        writer.template points<G>(generators_.template first<G>(block.count));
        if (block.first + block.count == format::ptau_section_points(block.section, power_)) writer.end();
      });
      context_.progress.advance(block.count);
      context_.progress.check_interrupt();
    }
    writer.contributions(format::write_contributions<C>({}));
    writer.finish();
  }

  void read_back(const base::Path& written) {
    context_.progress.phase("reading back", points_in(blocks_), "points");
    const format::PtauReader<C> file(written);
    bool equal = file.read_contributions().empty();
    for (const Block& block : blocks_) {
      with_group<C>(block.section, [&]<class G>() {
        const auto points = read_.template first<G>(block.count);
        file.read_raw(block.section, block.first * G::kBytes, base::writable_object_bytes(points));
        equal = equal && std::ranges::equal(points, generators_.template first<G>(block.count));
      });
      context_.progress.advance(block.count);
      context_.progress.check_interrupt();
    }
    if (!equal) {
      throw base::Error(base::Code::io, "what was read back is not what was written", "check the disk and the memory");
    }
  }

 private:
  const unsigned power_;
  const Context& context_;
  const std::vector<Block> blocks_;
  PointBuffer<C> generators_, read_;
};

}  // namespace

PtauNeeds ptau_new_needs(curve::CurveId curve, unsigned power) {
  return {16ULL << 20, format::ptau_file_bytes(curve, power, false, 4)};
}

base::Hash64 ptau_new(curve::CurveId curve, unsigned power, const base::Path& out, const Context& context) {
  if (power < 1 || power > 28) {
    throw base::Error(base::Code::usage, "the power must be from 1 to 28, not " + std::to_string(power));
  }
  const PtauNeeds needs = ptau_new_needs(curve, power);
  base::require_memory(needs.memory_bytes, "a new accumulator");
  base::OutputFile file(out, context.overwrite);
  base::require_disk(out, needs.disk_bytes);
  format::with_curve(curve, [&]<class C>() {
    FreshFile<C> fresh(power, context);
    fresh.write(file);
    fresh.read_back(file.temporary_path());
  });
  const base::Hash64 challenge = fresh_challenge(curve, power, context.progress);
  file.commit();
  return challenge;
}

}  // namespace solemn::setup
