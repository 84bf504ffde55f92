// solemn ptau truncate: the beginning of every section, and the record as it is (spec 3 "Truncation").
#include "base/error.hpp"
#include "setup/phase1.hpp"
#include "setup/phase1_copy.hpp"

namespace solemn::setup {

namespace {

using namespace phase1;
using base::Code;
using base::Error;

template <class C>
void truncate(const format::PtauReader<C>& in, unsigned power, base::OutputFile& out, const Context& context) {
  const format::PtauHeader& header = in.header();
  std::vector<format::PtauSection> sections(kMonomialSections.begin(), kMonomialSections.end());
  if (header.prepared) sections.insert(sections.end(), kLagrangeSections.begin(), kLagrangeSections.end());
  SectionCopier<C> copier(in, power, context);
  std::uint64_t n_bytes = 0;
  for (const format::PtauSection section : sections) n_bytes += copier.section_bytes(section);

  context.progress.phase("copying", n_bytes, "bytes");
  format::PtauWriter<C> writer(out, power, header.ceremony_power, header.prepared);
  for (const format::PtauSection section : sections) {
    copier.copy(section, writer);
    if (section == format::PtauSection::beta_g2) writer.contributions(in.read_contributions_raw());
  }
  writer.finish();
  context.progress.phase("reading back", n_bytes, "bytes");
  if (!copier.is_equal(sections, out.temporary_path())) throw not_as_written();
}

void require_smaller(const format::PtauHeader& header, unsigned power) {
  if (!header.has_points) throw Error(Code::malformed, "the file has no points to truncate");
  if (header.only_largest)
    throw Error(Code::usage, "the file is prepared for the domain of 2^" + std::to_string(header.power) + " alone",
                "prepare the original for the power that you need: solemn ptau prepare IN OUT --only POWER");
  if (power >= 1 && power < header.power) return;
  throw Error(Code::usage, "a file of 2^" + std::to_string(header.power) + " can be truncated to 2^1..2^" +
                               std::to_string(header.power - 1) + ", not to 2^" + std::to_string(power));
}

}  // namespace

PtauNeeds ptau_truncate_needs(curve::CurveId curve, unsigned power, bool prepared, std::uint64_t contributions_bytes) {
  return {(32ULL << 20) + 4 * contributions_bytes,
          format::ptau_file_bytes(curve, power, prepared, contributions_bytes)};
}

void ptau_truncate(const base::Path& in, unsigned power, const base::Path& out, const Context& context) {
  base::require_different_files(in, out);
  const format::PtauHeader header = format::read_ptau_header(base::InputFile(in));
  require_smaller(header, power);
  format::with_curve(header.curve, [&]<class C>() {
    const format::PtauReader<C> reader(in);
    const PtauNeeds needs = ptau_truncate_needs(C::kId, power, header.prepared, reader.read_contributions_raw().size());
    base::require_memory(needs.memory_bytes, "truncating");
    base::OutputFile file(out, context.overwrite);
    base::require_disk(out, needs.disk_bytes);
    truncate<C>(reader, power, file, context);
    file.commit();
  });
}

}  // namespace solemn::setup
