// solemn ptau prepare: the Lagrange form of sections 2 to 5 for every domain up to the file's (spec 3).
//
// Into an unfinished file that a later run goes on with: the small blocks side by side, then the others one by one, in
// memory where the bound allows, else in two passes over a scratch file. In the end the new sections are checked
// against the powers before the file gets its name.
#include "setup/phase1_prepare.hpp"

#include <algorithm>
#include <atomic>
#include <functional>
#include <map>
#include <tuple>

#include "base/error.hpp"
#include "base/untouched.hpp"
#include "setup/phase1_lagrange.hpp"
#include "setup/scratch.hpp"

namespace solemn::setup {

namespace {

using namespace phase1;
using base::Code;
using base::Error;
using format::PtauSection;

constexpr std::uint64_t kReserve = 288ULL << 20;  // tables, scratch of the threads, the check at the end
constexpr std::uint64_t kKept = 128ULL << 20;     // of powers, of BN254 up to 2^18, that every domain is made of

std::uint64_t memory_limit(unsigned power, std::uint64_t asked_bytes) {
  return asked_bytes != 0 ? asked_bytes : (std::uint64_t{1} << 30) + (std::uint64_t{64} << power);
}

unsigned last_block(PtauSection lagrange, unsigned power) noexcept {
  return power + (lagrange == PtauSection::lagrange_tau_g1 ? 1 : 0);
}

/// Bytes of points that sections 2 to 5 are made of, and of the largest domain of one of them.
struct DomainBytes {
  std::uint64_t powers, largest;
};
template <class C>
DomainBytes domain_bytes(unsigned power) noexcept {
  const std::uint64_t g1 = curve::G1<C>::kBytes, g2 = curve::G2<C>::kBytes;
  return {(2 * g1 + g2 + g1 + g1) << power, std::max(2 * g1, g2) << power};
}

/// Whether powers are read once and kept, where there is memory for it: otherwise they are read again for each domain.
template <class C>
bool keeps_powers(unsigned power, std::uint64_t limit_bytes) {
  const auto [powers, largest] = domain_bytes<C>(power);
  return powers <= kKept && powers + largest + kReserve <= std::min(limit_bytes, base::available_memory_bytes());
}

/// The Lagrange form of one domain of a section, and where it goes.
struct LagrangeBlock {
  PtauSection section;
  unsigned domain_log2;
  std::uint64_t offset_bytes;
};

std::string_view phase_name(PtauSection lagrange) noexcept {
  switch (lagrange) {
    case PtauSection::lagrange_tau_g2:
      return "transforming tau G2";
    case PtauSection::lagrange_alpha_tau_g1:
      return "transforming alpha tau G1";
    case PtauSection::lagrange_beta_tau_g1:
      return "transforming beta tau G1";
    default:
      return "transforming tau G1";
  }
}

template <class C>
class Preparation {
 public:
  Preparation(const format::PtauReader<C>& in, base::OutputFile& out, const Context& context,
              const PrepareOptions& options)
      : in_(in),
        out_(out),
        scratch_(scratch_beside(out.path()), base::Overwrite::yes),
        context_(context),
        power_(options.only.value_or(in.header().power)),
        first_block_(options.only.value_or(0)),
        copier_(in, power_, context, options.piece_bytes),
        journal_(out.path(), input_identity<C>(in, options.only)),
        two_adicity_(options.two_adicity),
        small_(options.small),
        note_every_(options.note_every),
        limit_(memory_limit(power_, context.memory_limit_bytes)),
        keeps_powers_(keeps_powers<C>(power_, limit_)) {
    done_ = out_.size_on_disk() == 0 ? 0 : journal_.parts_done();
    if (done_ == 0) out_.start_again();
  }

  /// Leaves nothing that a later run would go on with.
  void forget() {
    out_.discard();
    journal_.remove();
  }

  void run() {
    format::PtauWriter<C> writer(out_, power_, in_.header().ceremony_power, true);
    copy_powers(writer);
    finished_part();
    std::vector<LagrangeBlock> small, large;
    for (const PtauSection section : kLagrangeSections) {
      writer.begin(section);
      for (const LagrangeBlock& block : blocks_of(section)) (is_small(block) ? small : large).push_back(block);
      writer.end();
    }
    writer.finish();
    if (parts_ >= done_) transform_side_by_side(std::move(small));
    finished_part();
    transform_one_by_one(large);
    powers_ = {};
    check();
    out_.commit();
    journal_.remove();
  }

 private:
  void copy_powers(format::PtauWriter<C>& writer) {
    std::uint64_t n_bytes = 0;
    for (const PtauSection section : kMonomialSections) n_bytes += copier_.section_bytes(section);
    if (done_ != 0) require_subgroups<C>(in_, power_, context_);  // who copied them may have tested another file
    context_.progress.phase(done_ == 0 ? "checking subgroups, copying" : "copying", n_bytes, "bytes");
    for (const PtauSection section : kMonomialSections) {
      if (done_ == 0) {
        with_group<C>(section, [&]<class G>() { copy_and_test<G>(section, writer); });
      } else {
        writer.begin(section);
        out_.seek(out_.position() + copier_.section_bytes(section));
        writer.end();
      }
    }
    writer.contributions(in_.read_contributions_raw());
  }

  /// In one pass over the input. Throws Error{malformed} for a point that is none or outside the subgroup: nothing is
  /// multiplied then.
  template <class G>
  void copy_and_test(PtauSection section, format::PtauWriter<C>& writer) {
    const std::uint64_t n_points = points_of_domains<C>(in_, section, power_);
    const std::uint64_t n_copied = format::ptau_section_points(section, power_);
    const std::span<typename G::Affine> kept = keep_powers<G>(section, n_points);
    SubgroupTest<G> test(n_points, context_.pool);
    std::size_t n_seen = 0;
    const auto see = [&](std::span<const typename G::Affine> block) {
      in_.template check<G>(section, n_seen, block, context_.pool);
      test.add(block);
      if (!kept.empty()) std::ranges::copy(block, kept.subspan(n_seen).begin());
      n_seen += block.size();
    };
    copier_.template copy<G>(section, writer, see);
    if (n_points > n_copied) {  // one more power, of the largest domain of tau G1
      std::array<typename G::Affine, 1> last{};
      ASSERT(n_points == n_copied + last.size());
      in_.read_raw(section, n_copied * G::kBytes, base::writable_object_bytes(std::span<typename G::Affine>(last)));
      see(last);
    }
    ASSERT(n_seen == n_points);
    if (!test.finish()) refuse_outside_subgroup(in_.file().path(), section);
  }

  /// Where they go; nowhere when they are read again.
  template <class G>
  std::span<typename G::Affine> keep_powers(PtauSection section, std::uint64_t n_points) {
    if (!keeps_powers_) return {};
    return std::get<Powers<G>>(powers_).try_emplace(section, static_cast<std::size_t>(n_points)).first->second.all();
  }

  /// Where the section's blocks go; the file goes on after them. Those that nobody asked for are marked.
  std::vector<LagrangeBlock> blocks_of(PtauSection section) {
    std::vector<LagrangeBlock> blocks;
    with_group<C>(section, [&]<class G>() {
      const unsigned last = last_block(section, power_);
      const std::uint64_t begin = out_.position();
      if (parts_ >= done_) mark_not_prepared(begin, format::lagrange_block_offset(first_block_) * G::kBytes);
      for (unsigned k = first_block_; k <= last; ++k) {
        blocks.push_back({section, k, begin + format::lagrange_block_offset(k) * G::kBytes});
      }
      out_.seek(begin + (format::lagrange_block_offset(last) + (std::uint64_t{1} << last)) * G::kBytes);
    });
    return blocks;
  }

  void mark_not_prepared(std::uint64_t offset_bytes, std::uint64_t n_bytes) {
    const base::Bytes piece(std::size_t{1} << 20, format::kNotPrepared);
    for (std::uint64_t done = 0; done < n_bytes; done += piece.size()) {
      const auto now = static_cast<std::size_t>(std::min<std::uint64_t>(piece.size(), n_bytes - done));
      context_.progress.check_interrupt();
      out_.write_at(offset_bytes + done, base::ByteSpan(piece).first(now));
    }
  }

  std::uint64_t multiplications(const LagrangeBlock& block) const noexcept {
    const unsigned k = block.domain_log2;
    return k > two_adicity_ ? fft::coset_block_cost(two_adicity_) : fft::group_transform_cost(k);
  }
  /// In multiplications of G1: those of G2 take nearly three times as long.
  std::uint64_t cost(const LagrangeBlock& block) const noexcept {
    return (block.section == PtauSection::lagrange_tau_g2 ? 3 : 1) * multiplications(block);
  }
  template <class G>
  bool fits_in_memory(unsigned k) const noexcept {
    return k <= two_adicity_ && (sizeof(typename G::Affine) << k) + kReserve <= limit_;
  }
  bool is_small(const LagrangeBlock& block) const {
    return block.domain_log2 <= small_ &&
           with_group<C>(block.section, [&]<class G>() { return fits_in_memory<G>(block.domain_log2); });
  }

  /// One block has too few butterflies in a layer to keep all threads busy to its end; the largest go first.
  void transform_side_by_side(std::vector<LagrangeBlock> blocks) {
    std::ranges::stable_sort(blocks, std::greater(), [this](const LagrangeBlock& block) { return cost(block); });
    std::uint64_t n_multiplications = 0;
    for (const LagrangeBlock& block : blocks) n_multiplications += multiplications(block);
    context_.progress.phase("transforming small domains", n_multiplications, "multiplications");
    std::atomic<std::size_t> next = 0;
    const auto take_blocks = [&] {
      try {
        for (std::size_t i = next++; i < blocks.size(); i = next++) transform(blocks[i]);
      } catch (...) {
        next = blocks.size();
        throw;
      }
    };
    const std::size_t n_threads = std::min<std::size_t>({context_.pool.size(), kSideBySide, blocks.size()});
    context_.pool.run_together(std::vector<std::function<void()>>(n_threads, take_blocks));
  }

  void transform_one_by_one(std::span<const LagrangeBlock> blocks) {
    for (std::size_t i = 0; i < blocks.size(); ++i) {
      const PtauSection section = blocks[i].section;
      if (i == 0 || blocks[i - 1].section != section) {
        std::uint64_t n_multiplications = 0;
        for (const LagrangeBlock& block : blocks) {
          if (block.section == section) n_multiplications += multiplications(block);
        }
        context_.progress.phase(phase_name(section), n_multiplications, "multiplications");
      }
      if (parts_ < done_) {
        context_.progress.advance(multiplications(blocks[i]));
      } else {
        transform(blocks[i]);
      }
      finished_part();
    }
  }

  void transform(const LagrangeBlock& block) {
    context_.progress.check_interrupt();
    with_group<C>(block.section,
                  [&]<class G>() { transform_block<G>(block.section, block.domain_log2, block.offset_bytes); });
  }

  template <class G>
  void transform_block(PtauSection section, unsigned k, std::uint64_t offset_bytes) {
    using Affine = typename G::Affine;
    const std::uint64_t n_points = std::uint64_t{1} << k;
    if (fits_in_memory<G>(k)) {
      std::vector<Affine> points(static_cast<std::size_t>(n_points));
      read_powers<G>(section, 0, points);
      fft::inverse<G>(points, context_.pool, context_.progress);
      out_.write_at(offset_bytes, base::object_bytes(std::span<const Affine>(points)));
      return;
    }
    const fft::PointStore<G> store = store_in<G>(out_, offset_bytes), temporary = store_in<G>(scratch_, 0);
    const std::uint64_t memory =
        std::max(limit_ - std::min(limit_, kReserve), fft::out_of_core_minimum_bytes<G>(std::min(k, two_adicity_)));
    std::vector<Affine> piece(static_cast<std::size_t>(std::min<std::uint64_t>(n_points, kPiecePoints)));
    for (std::uint64_t first = 0; first < n_points; first += piece.size()) {
      read_powers<G>(section, first, piece);
      store.write(first, piece);
    }
    if (k <= two_adicity_) {
      fft::inverse_out_of_core<G>(k, store, temporary, memory, context_.pool, context_.progress);
    } else {
      ASSERT(k == two_adicity_ + 1);
      fft::inverse_coset_block<G>(two_adicity_, store, temporary, memory, context_.pool, context_.progress);
    }
  }

  /// The powers a block is made from; where section 2 has no more, infinity.
  template <class G>
  void read_powers(PtauSection lagrange, std::uint64_t first, std::span<typename G::Affine> out) const {
    const PtauSection section = powers_of(lagrange);
    const std::uint64_t there = std::min<std::uint64_t>(out.size(), in_.points(section) - first);
    const auto read = out.first(static_cast<std::size_t>(there));
    const Powers<G>& powers = std::get<Powers<G>>(powers_);
    if (const auto kept = powers.find(section); kept != powers.end()) {
      std::ranges::copy(kept->second.all().subspan(first, read.size()), read.begin());
    } else {
      in_.template read<G>(section, first, read, context_.pool);
    }
    std::ranges::fill(out.subspan(static_cast<std::size_t>(there)), G::Affine::infinity());
  }

  void finished_part() {
    ++parts_;
    const auto now = std::chrono::steady_clock::now();
    if (parts_ <= done_ || now - last_note_ < note_every_) return;
    out_.sync();
    journal_.record(parts_);
    last_note_ = now;
  }

  void check() {
    std::uint64_t n_bytes = 0;
    for (const PtauSection section : kMonomialSections) n_bytes += copier_.section_bytes(section);
    context_.progress.phase("reading back", n_bytes, "bytes");
    if (!copier_.is_equal(kMonomialSections, out_.temporary_path())) {
      forget();
      throw not_as_written();
    }
    const format::PtauReader<C> written(out_.temporary_path());
    ASSERT(written.header().only_largest == (first_block_ != 0));
    Ratio<C> tau;
    std::array<typename curve::G1<C>::Affine, 2> g1{};
    std::array<typename curve::G2<C>::Affine, 2> g2{};
    written.template read<curve::G1<C>>(PtauSection::tau_g1, 0, g1, context_.pool);
    written.template read<curve::G2<C>>(PtauSection::tau_g2, 0, g2, context_.pool);
    tau = {g1[1], g2[1]};
    const auto reports = LagrangeExaminer<C>(written, tau, context_, {two_adicity_}, msm::kFaultBits).finish();
    for (std::size_t i = 0; i < reports.size(); ++i) {
      if (reports[i].sound()) continue;
      const PtauSection section = kLagrangeSections[i];
      forget();
      throw Error(
          Code::io,
          "the new section " + std::to_string(static_cast<std::uint32_t>(section)) +
              " is not the Lagrange form of the powers",
          "the input or the memory may be damaged: solemn ptau verify " + base::shell_word(in_.file().path().string()));
    }
  }

  static constexpr std::size_t kPiecePoints = std::size_t{1} << 15;
  static constexpr std::size_t kSideBySide = 8;  // small blocks: 32 MiB of points

  const format::PtauReader<C>& in_;
  base::OutputFile& out_;
  base::OutputFile scratch_;
  const Context& context_;
  const unsigned power_;        // of the output
  const unsigned first_block_;  // the smallest domain that is asked for
  SectionCopier<C> copier_;
  PrepareJournal journal_;
  const unsigned two_adicity_, small_;
  const std::chrono::milliseconds note_every_;
  std::chrono::steady_clock::time_point last_note_ = std::chrono::steady_clock::now();
  const std::uint64_t limit_;
  const bool keeps_powers_;
  template <class G>
  using Powers = std::map<PtauSection, base::UntouchedArray<typename G::Affine>>;
  std::tuple<Powers<curve::G1<C>>, Powers<curve::G2<C>>> powers_;  // of the input: empty in a run that goes on
  // The powers are the first part, the small blocks together the second, each of the others one.
  std::uint64_t done_;       // by an earlier run
  std::uint64_t parts_ = 0;  // now
};

}  // namespace

namespace phase1 {

template <class C>
void prepare(const base::Path& in, const base::Path& out, const Context& context, const PrepareOptions& options) {
  const format::PtauReader<C> reader(in);
  const format::PtauHeader& header = reader.header();
  if (!header.has_points) throw Error(Code::malformed, "the file has no points, only the record of the steps");
  if (header.prepared)
    throw Error(Code::usage, "the file is prepared already",
                header.only_largest ? "for one domain alone: for another, prepare the original"
                                    : "use it as it is: it serves every domain up to its own");
  if (options.only && (*options.only < 1 || *options.only > header.power))
    throw Error(Code::usage,
                "a file of 2^" + std::to_string(header.power) + " can be prepared for 2^1..2^" +
                    std::to_string(header.power) + ", not for 2^" + std::to_string(*options.only),
                "give the power that the circuit needs: solemn circuit info CIRCUIT.r1cs");
  const PtauNeeds needs = ptau_prepare_needs(C::kId, options.only.value_or(header.power),
                                             reader.read_contributions_raw().size(), context.memory_limit_bytes);
  base::OutputFile file(out, context.overwrite, base::Privacy::normal, base::Unfinished::keep);
  try {
    base::require_memory(needs.memory_bytes, "preparing");
    base::require_disk(out, needs.disk_bytes - std::min(needs.disk_bytes, file.size_on_disk()));
  } catch (const Error&) {
    if (file.size_on_disk() == 0) file.discard();
    throw;
  }
  Preparation<C> preparation(reader, file, context, options);
  try {
    preparation.run();
  } catch (const Error& error) {
    if (error.code() == Code::malformed) preparation.forget();  // going on later would not help
    throw;
  }
}

template void prepare<curve::Bn254>(const base::Path&, const base::Path&, const Context&, const PrepareOptions&);
template void prepare<curve::Bls12_381>(const base::Path&, const base::Path&, const Context&, const PrepareOptions&);

}  // namespace phase1

PtauNeeds ptau_prepare_needs(curve::CurveId curve, unsigned power, std::uint64_t contributions_bytes,
                             std::uint64_t memory_limit_bytes) {
  return format::with_curve(curve, [&]<class C>() {
    const std::uint64_t limit = memory_limit(power, memory_limit_bytes);
    const auto [powers, largest] = domain_bytes<C>(power);
    const std::uint64_t in_memory = largest + kReserve + (keeps_powers<C>(power, limit) ? powers : 0);
    const bool out_of_core = in_memory > limit || power >= C::Fr::kTwoAdicity;
    return PtauNeeds{std::min(limit, in_memory) + 4 * contributions_bytes,
                     format::ptau_file_bytes(curve, power, true, contributions_bytes) + (out_of_core ? largest : 0)};
  });
}

void ptau_prepare(const base::Path& in, const base::Path& out, const Context& context, std::optional<unsigned> only) {
  base::require_different_files(in, out);
  const format::PtauHeader header = format::read_ptau_header(base::InputFile(in));
  format::with_curve(header.curve, [&]<class C>() {
    PrepareOptions options{C::Fr::kTwoAdicity};
    options.only = only;
    phase1::prepare<C>(in, out, context, options);
  });
}

}  // namespace solemn::setup
