// Writes the seeds of every target into folders of their own: fuzz_seeds FOLDER
#include <cstdio>
#include <filesystem>
#include <fstream>

#include "beacon/announce.hpp"
#include "curve/bulk.hpp"
#include "format/contribution_log.hpp"
#include "fuzz.hpp"
#include "hash/blake2b.hpp"
#include "hash/sha256.hpp"
#include "keys/cleanup.hpp"
#include "keys/people.hpp"
#include "keys/test_life.hpp"
#include "paper/qr.hpp"
#include "release/bundle.hpp"
#include "release/trust.hpp"
#include "sharing/bip32.hpp"
#include "sharing/bip39.hpp"
#include "sharing/matrix.hpp"
#include "sharing/nostr.hpp"
#include "sharing/possession.hpp"
#include "sharing/share_text.hpp"
#include "sharing/slip39.hpp"
#include "sign/age.hpp"
#include "sign/base64.hpp"
#include "sign/dsse.hpp"
#include "sign/file_key.hpp"
#include "sign/minisign.hpp"
#include "sign/note.hpp"
#include "sign/sshsig.hpp"
#include "store/names.hpp"
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

void add_store(Corpus& corpus) {
  std::string lines, rests;
  base::Hash32 head{};
  for (const char* name : {"pot.ptau", "logs/0001.json", "a+b@c"}) {
    const std::string line = store::write_line(head, {hash::sha256(base::as_bytes(name)), 7, 1'700'000'000, name});
    head = *store::parse_digest(std::string_view(line).substr(0, 64));
    corpus.add("store_names", lines += line + "\n");
    corpus.add("store_names", rests += line.substr(65) + "\n");
  }
  std::string parts;
  for (const char* number : {"1", "2"})
    parts += "<Part><PartNumber>" + std::string(number) +
             "</PartNumber><ETag>&quot;ab&quot;</ETag><Size>5242880</Size><ChecksumSHA256>" +
             sign::to_base64(hash::sha256(base::as_bytes(number))) + "</ChecksumSHA256></Part>";
  corpus.add("store_parts",
             "<ListPartsResult>" + parts +
                 "<NextPartNumberMarker>2</NextPartNumberMarker><IsTruncated>true</IsTruncated></ListPartsResult>");
  corpus.add("store_parts",
             "<InitiateMultipartUploadResult><UploadId>VXBsb2Fk</UploadId></InitiateMultipartUploadResult>");
  corpus.add("store_parts", "\"7778aef83f66abc1fa1e8477f296d394\"");
}

/// A bundle, its tar without gzip around, and the JSON texts of the folder.
void add_release(Corpus& corpus) {
  release::MetadataFacts facts;
  facts.curve = curve::CurveId::bn254;
  facts.vk_blake3 = std::string(64, 'a');
  facts.participants.push_back({"Ada", "", "2", "contribution", "00"});
  const std::string metadata = release::write_metadata(facts);
  const base::ByteSpan text = base::as_bytes(metadata);
  release::Bundle bundle{base::Bytes(296), base::Bytes(text.begin(), text.end()), base::Bytes(64), std::nullopt};
  corpus.add("archive", release::pack_bundle(bundle));
  const std::vector<release::Member> members = {{"a", base::Bytes(3)}, {"b", {}}};
  corpus.add("archive", release::write_tar(members, 0));
  corpus.add("metadata", metadata);
  corpus.add(
      "metadata",
      R"({"tool":"x","vk_blake3":")" + facts.vk_blake3 +
          R"(","public_inputs_expected":4,"canonical_vk_len":584,"generated_at_utc":"2026-01-01T00:00:00Z","contributors":[{"name":"A"}]})");
  const base::Bytes generator = *base::from_hex("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a");
  release::SignerList signers{1, "", 1, {{"Ada", sign::PublicKey::from_ed25519(generator)}}, "2026-01-01T00:00:00Z"};
  corpus.add("metadata", release::write_signer_list(signers));
  const std::string time = "2026-01-01T00:00:00Z";
  corpus.add("metadata",
             release::write_revocations({1, time, {{release::Revoked::key, facts.vk_blake3, "lost", time}}}));
}

void add_signatures(Corpus& corpus) {
  const sign::FileDigests digests = sign::digests_of({});
  for (const auto type : {sign::KeyType::ed25519, sign::KeyType::p256, sign::KeyType::p384, sign::KeyType::rsa3072}) {
    const base::SecretArray<std::byte> pkcs8 = sign::generate_key(type);
    const auto signer = sign::signer_from_pkcs8(sign::secret_copy(pkcs8.expose()));
    const sign::PublicKey& key = signer->public_key();
    corpus.add("private_key", pkcs8.expose());
    corpus.add("public_key", key.spki());
    for (const auto form : {sign::PublicKeyFormat::pem, sign::PublicKeyFormat::ssh})
      corpus.add("public_key", write_public_key(key, form));
    corpus.add("ssh_signature", write_ssh_signature(sign_ssh(*signer, digests, "file")));
    corpus.add("note", sign::write_note({"a\n", {sign_note(*signer, "example.org/a", "a\n")}}));
    corpus.add("note", sign::NoteKey("example.org/a", note_kind_of(key.algorithm()), key).vkey());
    sign::DsseEnvelope envelope{"text/plain", base::Bytes(3), {}};
    sign_dsse(envelope, *signer);
    corpus.add("dsse", write_dsse(envelope));
    if (type != sign::KeyType::ed25519) continue;
    corpus.add("public_key", write_public_key(key, sign::PublicKeyFormat::minisign));
    corpus.add("minisig", write_minisig(sign_minisig(*signer, digests.blake2b512, "a comment")));
  }
  // "scrypt" of CCTV's age testkit: its file key is the one that the target uses
  corpus.add(
      "age",
      *base::from_hex("6167652d656e6372797074696f6e2e6f72672f76310a2d3e20736372797074207246302f4e77626c5548485470675167"
                      "5270653543512031300a67556a45796d464b4d565851454b644d4d484c32346f5965786a4533544943304f307a475371"
                      "4a326155590a2d2d2d20494f5869515953746b6f54316d765a573274464f715a64685256766a353865674142782f7357"
                      "665a5162630a1b35c6e687dd00da3ac379ac9f742c21fd185a1b9e3ded739d14ac6a9a50124db866d8"));
}

void add_key_scripts(Corpus& corpus) {
  const std::string_view text = keys::default_script_text();
  corpus.add("key_script", text);
  corpus.add("key_script", keys::write_people(keys::invented_people(keys::parse_script(text))));
}

/// Codes of two sizes as grey pixels, two pixels a module, and two pictures in a row.
void add_pictures(Corpus& corpus) {
  std::string both;
  for (const std::string_view text : {"SOLEMN 1", "SOLEMN SHARE 1:QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L"}) {
    const paper::QrCode code = paper::qr(text, paper::QrLevel::medium);
    const unsigned side = 2 * (code.side + 8);
    std::string file = "P5 " + std::to_string(side) + " " + std::to_string(side) + " 255\n";
    for (unsigned y = 0; y < side; ++y)
      for (unsigned x = 0; x < side; ++x) {
        const unsigned column = x / 2 - 4, row = y / 2 - 4;  // wraps around in the quiet zone
        file += column < code.side && row < code.side && code.dark(column, row) ? '\0' : '\xff';
      }
    corpus.add("picture", file);
    both += file;
  }
  corpus.add("picture", both);
  corpus.add("picture", std::string_view("P4\n3 2\n\x40\xa0", 9));
  corpus.add("picture", std::string_view("P6 1 1 255\n\1\2\3", 14));
}

void add_age(Corpus& corpus) {
  constexpr std::string_view kIdentity = "AGE-SECRET-KEY-1EGTZVFFV20835NWYV6270LXYVK2VKNX2MMDKWYKLMGR48UAWX40Q2P2LM0\n";
  corpus.add("age_identities", kIdentity);
  const auto identities = sign::parse_age_identities(base::as_bytes(kIdentity));
  const std::vector<sign::AgeRecipient> recipients{sign::age_recipient(identities[0])};
  for (const auto armor : {sign::Armor::no, sign::Armor::yes})
    corpus.add("age_identities", sign::encrypt_age(base::as_bytes("x"), {nullptr, 1, recipients, {}}, armor).bytes);
}

void add_sharing(Corpus& corpus) {
  sharing::Randomness randomness;
  const sharing::Scalar key = randomness.scalar();
  const base::Bytes seed(32, std::byte{1});
  const auto dealt = sharing::deal_secret("k", sharing::SecretKind::seed, seed, 2, 3, sharing::Drill::yes, randomness);
  const sharing::Share& share = dealt.dealt.shares[0];
  corpus.add("share_text", sharing::share_text("k", share).expose());
  corpus.add("share_text", sharing::share_qr_text(share).expose());
  corpus.add("share_json", sharing::write_set(set_file_of(dealt)));
  corpus.add("share_json",
             sharing::write_set(set_file_of(sharing::deal("k", key, 2, 3, sharing::Drill::no, randomness))));
  corpus.add("share_json", sharing::write_proof(sharing::make_proof(dealt.dealt.set, share, seed, randomness)));
  const std::pair<std::string, std::string> keys[] = {{"k", "A"}};
  corpus.add("share_json", sharing::write_matrix(sharing::cyclic_matrix({"A", "B", "C", "D"}, keys, 2, 3)));
  corpus.add("key_words", sharing::slip39_split(seed, {}, {1, {{2, 3}}, 0, true}, randomness)[0][0].expose());
  corpus.add("key_words", sharing::bip39_words(seed).expose());
  corpus.add("key_words", sharing::write_nsec(key).expose());
  corpus.add("key_words", sharing::write_npub(sharing::public_key_of(key)));
  corpus.add("key_words", sharing::write_xprv(sharing::master_key(seed)).expose());
}

void add_keys(Corpus& corpus) {
  keys::testing::Life life;
  corpus.add("keys_threshold", keys::write_registry(keys::testing::maintainers(3)));
  corpus.add("keys_threshold", base::to_hex(keys::testing::ecdsa_signature(1, base::as_bytes("x"))));
  corpus.add("keys_threshold", std::string_view("BUDGET:5000:audit of the parser"));
  const auto line = [](std::string_view type, const transcript::Json& body) {
    return std::string(type) + " " + transcript::canonical(body) + "\n";
  };
  std::string lines;  // each seed goes to its end: what it is about is registered, and approved
  for (const auto& [id, state] : {std::pair{"m1", "active"}, {"m2", "pending"}}) {
    const transcript::Json body = life.new_key(id, state);
    life.must(keys::kRegisteredType, body);
    lines += line(keys::kRegisteredType, body);
  }
  const auto add = [&](std::string_view type, const transcript::Json& body) {
    keys::Inventory after = life.inventory;
    if (const auto problem = keys::apply_entry(after, life.entry(type, body)))
      throw base::Error(base::Code::internal, problem->detail);
    corpus.add("keys_inventory", lines + line(type, body));
  };
  sign::DsseEnvelope revocation = keys::statement_of(life.revocation("m1"));
  life.sign(revocation, "m1");
  add(keys::kRevokedType, life.statement(revocation));
  add(keys::kRotatedType, life.rotated("m1", "m2"));
  add(keys::kRosterType, {{"event", "joined"}, {"name", "Ada"}});
  add(keys::kPolicyType, keys::policy_json({}));
  add(keys::kAuditType,
      keys::AuditReport{keys::new_challenge(life.inventory, std::string(64, '7'), base::utc(life.now)), {}}.json());
  add(keys::kSharesType, life.reshared("m1", {1, 2, 3}, {1, 2, 3}));
  keys::Fingerprints fingerprints;
  fingerprints.add("k", base::as_bytes("sixteen bytes or more"));
  corpus.add("keys_cleanup", fingerprints.json());
  keys::CleanupCertificate certificate;
  certificate.ceremony = "drill";
  certificate.time = "2026-11-26T10:00:00Z";
  certificate.destroyed = {
      {{"sdb", "", "", keys::Medium::usb_flash}, keys::Method::destroy, keys::WipeVerdict::destroy, ""}};
  certificate.returned = {{"laptop", "L1", "42", "safe"}};
  corpus.add("keys_cleanup", certificate.json().dump());
}

/// One of ours, and the two generations of the scripts of NONOS' ceremony toolkit, by their field names.
void add_contribution_logs(Corpus& corpus) {
  format::ContributionLog log;
  log.kind = format::StepKind::ptau_contribution;
  log.participant = "Ada";
  log.input = format::FileDigests{"pot_0000.ptau", base::Hash32{std::byte{1}}, base::Hash64{std::byte{2}}};
  log.output = {"pot_0001.ptau", base::Hash32{std::byte{3}}, base::Hash64{std::byte{4}}};
  log.contribution_hash = base::Hash64{std::byte{5}};
  log.curve = "bn254";
  log.power = 12;
  log.tool = "solemn";
  log.tool_version = "0.1.0";
  log.entropy = "operating system (64 bytes)";
  log.host = "sha256:00";
  log.timestamp = 1'700'000'060;
  log.previous_log_sha256 = base::Hash32{std::byte{6}};
  log.key_id = base::Hash32{std::byte{7}};
  corpus.add("contribution_log", format::write_contribution_log(log));
  const std::string sha(64, 'a');
  corpus.add("contribution_log",
             R"({"participant":"Org:Alice","input_transcript":"pot_0000.ptau","input_sha256":")" + sha +
                 R"(","output_transcript":"pot_0001.ptau","output_sha256":")" + sha +
                 R"(","powersoftau":"powersoftau","powersoftau_version":"unknown","entropy_source":"/dev/random",)"
                 R"("timestamp":"2025-10-19T10:00:00Z","host_fingerprint":"ab","uname_fingerprint":"cd"})");
  corpus.add("contribution_log",
             R"({"artifact":"pot_0000.ptau","path":"/home/x/pot_0000.ptau","sha256":")" + sha +
                 R"(","power":"22","operator":"Org:Coordinator","tool":"powersoftau","tool_version":"1",)"
                 R"("created_at":"2025-10-19T10:00:00Z","host":"laptop","uname":"Linux"})");
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
  add_contribution_logs(corpus);
  add_drand(corpus);
  add_transcript(corpus);
  add_store(corpus);
  add_pictures(corpus);
  add_age(corpus);
  add_sharing(corpus);
  add_release(corpus);
  add_signatures(corpus);
  add_key_scripts(corpus);
  add_keys(corpus);
  return 0;
}
