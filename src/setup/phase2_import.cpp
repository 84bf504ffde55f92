#include <algorithm>

#include "base/error.hpp"
#include "setup/phase2.hpp"
#include "setup/phase2_chain.hpp"
#include "setup/phase2_hb.hpp"
#include "setup/phase2_update.hpp"
#include "setup/scratch.hpp"

namespace solemn::setup {

using base::Code;
using base::Error;
using curve::G1;
using format::ZkeySection;

namespace {

[[noreturn]] void reject(const base::Path& params, std::string_view rule, const std::string& why) {
  throw Error(Code::rejected, "'" + params.string() + "' is not accepted: " + std::string(rule) + ": " + why,
              "export the current parameters again: solemn zkey export mpcparams");
}

/// What the file repeats must be what the key says; new contributions must follow the old ones.
template <class C>
format::ZkeyChain<C> merged_chain(const base::Path& path, const format::MpcParamsReader<C>& params,
                                  const format::ZkeyReader<C>& zkey, std::string_view name, const Context& context) {
  const format::ZkeyChain<C> old_chain = zkey.read_chain(context.pool);
  const auto &p = params.header(), &h = zkey.header();
  if (!(p.alpha1 == h.alpha1) || !(p.beta1 == h.beta1) || !(p.beta2 == h.beta2) || !(p.gamma2 == h.gamma2))
    reject(path, "extends-previous", "another phase 1");
  if (params.chain().circuit_hash != old_chain.circuit_hash) reject(path, "circuit-hash", "another circuit");
  format::ZkeyChain<C> chain = params.chain();
  const std::size_t n_old = old_chain.contributions.size();
  if (chain.contributions.size() <= n_old) reject(path, "extends-previous", "no new contribution");
  for (std::size_t i = 0; i < chain.contributions.size(); ++i) {
    if (i >= n_old) {
      chain.contributions[i].params.name = name;
    } else if (format::contribution_public_key<C>(old_chain.contributions[i]) !=
               format::contribution_public_key<C>(chain.contributions[i])) {
      reject(path, "extends-previous", "contribution " + std::to_string(i + 1) + " is not the key's");
    } else {
      chain.contributions[i].params = old_chain.contributions[i].params;
    }
  }
  return chain;
}

/// The sections of a new key, one by one, from the old key and the parameters.
template <class C>
class Merge {
 public:
  Merge(const base::Path& path, const format::ZkeyReader<C>& zkey, const format::MpcParamsReader<C>& params,
        base::OutputFile& file, const format::ZkeyHeader<C>& header, const Context& context)
      : path_(path), zkey_(zkey), params_(params), file_(file), writer_(file, header), context_(context) {}

  void run(const format::ZkeyChain<C>& chain) {
    std::uint64_t total = params_.points(ZkeySection::c);
    for (const ZkeySection section : {ZkeySection::ic, ZkeySection::a, ZkeySection::b1, ZkeySection::b2})
      total += params_.points(section);
    context_.progress.phase("comparing", total, "points");
    copy_equal<G1<C>>(ZkeySection::ic, "query-ic");
    copy_coefficients();
    copy_equal<G1<C>>(ZkeySection::a, "query-a");
    copy_equal<G1<C>>(ZkeySection::b1, "query-b1");
    copy_equal<curve::G2<C>>(ZkeySection::b2, "query-b2");
    copy_l();
    transform_h();
    writer_.chain(chain);
    writer_.finish();
  }

 private:
  /// visit(first, points of the parameters), block by block.
  template <class G, class Visit>
  void for_blocks(ZkeySection section, const Visit& visit) {
    constexpr std::uint64_t kBlock = std::uint64_t{1} << 14;
    const std::uint64_t n = params_.points(section);
    std::vector<typename G::Affine> block(static_cast<std::size_t>(std::min(kBlock, n)));
    writer_.begin(section, n * G::kBytes);
    for (std::uint64_t first = 0; first < n; first += block.size()) {
      context_.progress.check_interrupt();
      const auto part =
          std::span(block).first(static_cast<std::size_t>(std::min<std::uint64_t>(block.size(), n - first)));
      params_.template read<G>(section, first, part, context_.pool);
      visit(first, std::span<const typename G::Affine>(part));
      writer_.template points<G>(part);
      context_.progress.advance(part.size());
    }
    writer_.end();
  }

  template <class G>
  void copy_equal(ZkeySection section, std::string_view rule) {
    std::vector<typename G::Affine> mine;
    for_blocks<G>(section, [&](std::uint64_t first, std::span<const typename G::Affine> theirs) {
      mine.resize(theirs.size());
      zkey_.template read<G>(section, first, mine, context_.pool);
      if (!std::ranges::equal(mine, theirs)) reject(path_, rule, "differs from the key's");
    });
  }

  void copy_l() {
    for_blocks<G1<C>>(ZkeySection::c, [](std::uint64_t, auto) {});
  }

  void copy_coefficients() {
    const std::uint64_t size = zkey_.container().section(static_cast<std::uint32_t>(ZkeySection::coefs)).size_bytes;
    writer_.begin(ZkeySection::coefs, size);
    base::Bytes buffer(std::size_t{1} << 20);
    for (std::uint64_t offset = 0; offset < size; offset += buffer.size()) {
      context_.progress.check_interrupt();
      const auto part =
          std::span(buffer).first(static_cast<std::size_t>(std::min<std::uint64_t>(buffer.size(), size - offset)));
      zkey_.read_raw(ZkeySection::coefs, offset, part);
      writer_.raw(part);
    }
    writer_.end();
  }

  void transform_h() {
    using G = G1<C>;
    const std::uint64_t size = std::uint64_t{zkey_.header().domain_size} * G::kBytes;
    writer_.begin(ZkeySection::h, size);
    const std::uint64_t begin = file_.position();
    const format::PointSource<G> hb{params_.points(ZkeySection::h),
                                    [this](std::uint64_t first, std::span<typename G::Affine> out) {
                                      params_.template read<G>(ZkeySection::h, first, out, context_.pool);
                                    }};
    differences_to_h<C>(hb, zkey_.header().domain_log2, store_in<G>(file_, begin), file_.path(), context_);
    file_.seek(begin + size);
    writer_.end();
  }

  const base::Path& path_;
  const format::ZkeyReader<C>& zkey_;
  const format::MpcParamsReader<C>& params_;
  base::OutputFile& file_;
  format::ZkeyWriter<C> writer_;
  const Context& context_;
};

template <class C>
base::Hash64 import(const base::Path& in, const base::Path& path, const base::Path& out, std::string_view name,
                    const Context& context) {
  const format::ZkeyReader<C> zkey(in);
  const format::MpcParamsReader<C> params(path, zkey.header());
  const format::ZkeyChain<C> chain = merged_chain<C>(path, params, zkey, name, context);
  format::ZkeyHeader<C> header = zkey.header();
  header.delta1 = params.header().delta1;
  header.delta2 = params.header().delta2;
  Verdict links;
  verify_chain<C>(links, chain, TestBeacon::allow_insecure, context);
  verify_deltas<C>(links, header, chain);
  for (const Check& check : links.checks())
    if (check.outcome != Outcome::passed) reject(path, check.rule, check.detail);

  base::OutputFile file(out, context.overwrite);
  require_room<C>(header.domain_log2, out, zkey.file().size() + 4096 + 1024 * chain.contributions.size(),
                  HScratch::transform);
  Merge<C>(path, zkey, params, file, header, context).run(chain);
  const format::ZkeyReader<C> written(file.temporary_path());
  Verdict queries;
  verify_queries_follow<C>(queries, zkey, written, context);
  for (const Check& check : queries.checks())
    if (check.outcome != Outcome::passed) reject(path, check.rule, check.detail);
  file.commit();
  return contribution_hash<C>(chain.contributions.back());
}

}  // namespace

base::Hash64 zkey_import_mpcparams(const base::Path& zkey, const base::Path& params, const base::Path& out,
                                   std::string_view name, const Context& context) {
  base::require_different_files(zkey, out);
  base::require_different_files(params, out);
  require_plain_name(name);
  const format::ZkeySummary summary = format::read_zkey_summary(base::InputFile(zkey));
  if (summary.protocol != format::ZkeyProtocol::groth16)
    throw Error(Code::usage, "'" + zkey.string() + "' is not a Groth16 key");
  return format::with_curve(summary.curve, [&]<class C>() { return import <C>(zkey, params, out, name, context); });
}

}  // namespace solemn::setup
