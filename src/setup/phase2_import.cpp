#include "base/error.hpp"
#include "hash/entropy.hpp"
#include "setup/phase2.hpp"
#include "setup/phase2_chain.hpp"
#include "setup/phase2_hb.hpp"
#include "setup/phase2_update.hpp"

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
format::ZkeyChain<C> merged_chain(const base::Path& path, const format::MpcParams<C>& params,
                                  const format::ZkeyReader<C>& zkey, std::string_view name, const Context& context) {
  const format::ZkeyChain<C> old_chain = zkey.read_chain(context.pool);
  const auto &p = params.header, &h = zkey.header();
  if (!(p.alpha1 == h.alpha1) || !(p.beta1 == h.beta1) || !(p.beta2 == h.beta2) || !(p.gamma2 == h.gamma2))
    reject(path, "extends-previous", "another phase 1");
  if (params.chain.circuit_hash != old_chain.circuit_hash) reject(path, "circuit-hash", "another circuit");
  format::ZkeyChain<C> chain = params.chain;
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

template <class C, class G>
void require_equal(const base::Path& path, const format::ZkeyReader<C>& zkey, ZkeySection section,
                   std::span<const typename G::Affine> points, std::string_view rule, const Context& context) {
  std::vector<typename G::Affine> mine(points.size());
  zkey.template read<G>(section, 0, mine, context.pool);
  if (!std::equal(mine.begin(), mine.end(), points.begin())) reject(path, rule, "differs from the key's");
}

template <class C>
base::Hash64 import(const base::Path& in, const base::Path& path, const base::Path& out, std::string_view name,
                    const Context& context) {
  const format::ZkeyReader<C> zkey(in);
  const format::MpcParams<C> params = format::read_mpcparams<C>(path, zkey.header(), context.pool);
  const format::ZkeyChain<C> chain = merged_chain<C>(path, params, zkey, name, context);
  require_equal<C, G1<C>>(path, zkey, ZkeySection::ic, params.ic, "query-ic", context);
  require_equal<C, G1<C>>(path, zkey, ZkeySection::a, params.a, "query-a", context);
  require_equal<C, G1<C>>(path, zkey, ZkeySection::b1, params.b1, "query-b1", context);
  require_equal<C, curve::G2<C>>(path, zkey, ZkeySection::b2, params.b2, "query-b2", context);
  format::ZkeyHeader<C> header = zkey.header();
  header.delta1 = params.header.delta1;
  header.delta2 = params.header.delta2;
  Verdict links;
  verify_chain<C>(links, chain, TestBeacon::allow_insecure, context);
  verify_deltas<C>(links, header, chain);
  for (const Check& check : links.checks())
    if (check.outcome != Outcome::passed) reject(path, check.rule, check.detail);

  base::OutputFile file(out, context.overwrite);
  format::ZkeyWriter<C> writer(file, header);
  const auto raw_section = [&](ZkeySection section) {
    const std::uint64_t size = zkey.container().section(static_cast<std::uint32_t>(section)).size_bytes;
    writer.begin(section, size);
    base::Bytes buffer(std::size_t{1} << 20);
    for (std::uint64_t offset = 0; offset < size; offset += buffer.size()) {
      const auto part =
          std::span(buffer).first(static_cast<std::size_t>(std::min<std::uint64_t>(buffer.size(), size - offset)));
      zkey.read_raw(section, offset, part);
      writer.raw(part);
    }
    writer.end();
  };
  for (const ZkeySection section :
       {ZkeySection::ic, ZkeySection::coefs, ZkeySection::a, ZkeySection::b1, ZkeySection::b2})
    raw_section(section);
  writer.begin(ZkeySection::c, params.l.size() * G1<C>::kBytes);
  writer.template points<G1<C>>(params.l);
  writer.end();
  const auto h = differences_to_h<C>(params.hb, header.domain_log2, context);
  writer.begin(ZkeySection::h, h.size() * G1<C>::kBytes);
  writer.template points<G1<C>>(std::span<const typename G1<C>::Affine>(h));
  writer.end();
  writer.chain(chain);
  writer.finish();

  const format::ZkeyReader<C> written(file.temporary_path());
  Verdict queries;
  verify_queries_follow<C>(queries, zkey, written, Origin::elsewhere, context);
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
  const base::InputFile file(zkey);
  const format::ZkeySummary summary = format::read_zkey_summary(file);
  if (summary.protocol != format::ZkeyProtocol::groth16)
    throw Error(Code::usage, "'" + zkey.string() + "' is not a Groth16 key");
  base::require_disk(out, file.size() + 4096);
  return format::with_curve(summary.curve, [&]<class C>() { return import <C>(zkey, params, out, name, context); });
}

}  // namespace solemn::setup
