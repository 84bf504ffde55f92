// Writes the seeds of every target into folders of their own: fuzz_seeds FOLDER
#include <cstdio>
#include <filesystem>
#include <fstream>

#include "beacon/announce.hpp"
#include "curve/bulk.hpp"
#include "fuzz.hpp"
#include "hash/blake2b.hpp"
#include "transcript/proof.hpp"
#include "transcript/test_record.hpp"

namespace {

using namespace solemn;

class Corpus {
 public:
  explicit Corpus(base::Path root) : root_(std::move(root)) { std::filesystem::remove_all(root_); }
  void add(const char* target, base::ByteSpan bytes) {
    std::filesystem::create_directories(root_ / target);
    base::write_file(root_ / target / ("seed" + std::to_string(n_++)), bytes, base::Overwrite::yes);
  }
  void add(const char* target, std::string_view text) { add(target, base::as_bytes(text)); }

 private:
  base::Path root_;
  int n_ = 0;
};

template <class G>
void add_points(Corpus& corpus) {
  for (const auto encoding : {curve::Encoding::snarkjs_u, curve::Encoding::snarkjs_c}) {
    const auto points = format::samples::multiples<G>(3, 2);
    base::Bytes bytes(points.size() * curve::point_bytes<G>(encoding));
    curve::encode_points<G>(bytes, points, encoding, fuzz::pool());
    corpus.add("exchange_points", bytes);
  }
}

template <class C>
void add_curve(Corpus& corpus) {
  namespace samples = format::samples;
  for (const auto kind : {samples::PtauKind::plain, samples::PtauKind::prepared, samples::PtauKind::no_points}) {
    corpus.add("ptau", samples::ptau<C>(1, kind));
  }
  corpus.add("zkey", samples::zkey<C>());
  corpus.add("r1cs", samples::r1cs<C>(samples::R1csOrder::constraints_first));
  corpus.add("r1cs", samples::r1cs<C>(samples::R1csOrder::header_first));
  corpus.add("wtns", samples::wtns<C>());
  corpus.add("mpcparams", samples::mpcparams<C>());
  const auto vk = samples::verifying_key<C>(1);
  corpus.add("vkey_json", format::write_vkey_json<C>(vk));
  corpus.add("proof_json", format::write_proof_json<C>(samples::proof<C>()));
  corpus.add("public_json", format::write_public_json<C>(std::vector{C::Fr::from_u64(33), -C::Fr::one()}));
  corpus.add("arkworks_vk", format::write_arkworks_vk(vk, curve::Form::compressed));
  corpus.add("arkworks_vk", format::write_arkworks_vk(vk, curve::Form::uncompressed));
  add_points<curve::G1<C>>(corpus);
  add_points<curve::G2<C>>(corpus);
}

void add_others(Corpus& corpus) {
  const format::ClaimedParams beacon{format::ContributionType::beacon, "Ada", 10, base::Bytes(32)};
  for (const auto& params : {format::ClaimedParams{}, beacon}) {
    base::Bytes bytes = format::write_params(params);
    bytes.insert(bytes.begin(), static_cast<std::byte>(params.type));
    corpus.add("params", bytes);
  }
  hash::Blake2b hasher;
  hasher.update(base::Bytes(300));
  const hash::SavedBlake2b saved = hasher.save();
  base::Bytes bytes(8);
  base::store_le64(bytes, 300);
  bytes.insert(bytes.end(), saved.begin(), saved.end());
  corpus.add("saved_blake2b", bytes);
}

std::string quoted(const char* name, std::string_view value) {
  return "\"" + std::string(name) + "\":\"" + std::string(value) + "\"";
}

void add_drand(Corpus& corpus) {
  // Round 1000 of quicknet, as drand published it.
  constexpr std::string_view kSignature =
      "b44679b9a59af2ec876b1a6b1ad52ea9b1615fc3982b19576350f93447cb1125e342b73a8dd2bacbe47e4b6b63ed5e39";
  corpus.add("drand_json", "{\"round\":1000," + quoted("signature", kSignature) + "}");
  for (const beacon::Chain& chain : beacon::known_chains()) {
    const std::string key = quoted("public_key", base::to_hex(chain.public_key)), seed = base::to_hex(chain.group_hash),
                      hash = base::to_hex(chain.hash);
    const std::string scheme(beacon::facts(chain.scheme).name), numbers = ",\"period\":3,\"genesis_time\":1692803367,";
    corpus.add("drand_json", "{" + key + numbers + quoted("hash", hash) + "," + quoted("groupHash", seed) + "," +
                                 quoted("schemeID", scheme) + ",\"metadata\":{" + quoted("beaconID", chain.beacon_id) +
                                 "}}");
    corpus.add("drand_json", "{" + key + numbers + quoted("chain_hash", hash) + "," + quoted("genesis_seed", seed) +
                                 "," + quoted("scheme", scheme) + "," + quoted("beacon_id", chain.beacon_id) + "}");
    const auto signature = base::from_hex(kSignature);
    corpus.add("drand_json", beacon::write_beacon(chain, {chain.hash, 1000, *signature, base::Bytes(96), {}}));
    corpus.add("drand_json", beacon::write_announcement({chain.hash, 1000, 1692806364, {}, 1692800000}));
  }
}

void add_transcript(Corpus& corpus) {
  transcript::testing::TestRecord record(2);
  record.contribute(2);
  record.checkpoint();
  const transcript::CheckpointFile old = record.contents.checkpoints[0];
  record.add("participant-removed", {{"key", record.alice->public_key().id_hex()}, {"reason", "a lost laptop"}},
             *record.root);
  record.checkpoint();
  std::string lines;
  for (const std::string& line : record.contents.lines) corpus.add("transcript_entries", lines += line + "\n");
  for (const auto& file : record.contents.checkpoints) corpus.add("transcript_checkpoint", file.text);
  const transcript::Replay state = transcript::replay(record.contents);
  corpus.add("transcript_proofs", transcript::make_receipt(record.contents, state, 1));
  corpus.add("transcript_proofs", old.text + "\f" + transcript::make_consistency(record.contents, state, 3));
  record.contents.lines.pop_back();
  record.add("statement", {{"text", "another history"}}, *record.coordinator);
  const std::string forked = sign::write_note(record.signed_head().note);
  corpus.add("transcript_proofs", transcript::make_fork_evidence(
                                      [&] {
                                        transcript::Contents own = record.contents;
                                        own.checkpoints = {{"own", forked}};
                                        return own;
                                      }(),
                                      transcript::replay(record.contents), record.contents.checkpoints[1]));
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fputs("usage: fuzz_seeds FOLDER\n", stderr);
    return 2;
  }
  Corpus corpus(argv[1]);
  add_curve<curve::Bn254>(corpus);
  add_curve<curve::Bls12_381>(corpus);
  add_others(corpus);
  add_drand(corpus);
  add_transcript(corpus);
  return 0;
}
