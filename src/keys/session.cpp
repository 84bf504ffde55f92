#include "keys/session.hpp"

#include <sodium.h>

#include <algorithm>

#include "base/error.hpp"
#include "sharing/nostr.hpp"
#include "sharing/share_text.hpp"

namespace solemn::keys {

using base::Code;
using base::Error;
using transcript::Json;
using transcript::name_of;
using transcript::object_of;

namespace {

constexpr unsigned kRsaBits = 3072;

void add_checks(base::Verdict& verdict, const base::Verdict& more, const std::string& of) {
  for (const base::Check& check : more.checks())
    verdict.add(check.rule, check.outcome == base::Outcome::passed,
                of + (check.detail.empty() ? "" : ": " + check.detail));
}

bool same_bytes(base::ByteSpan a, base::ByteSpan b) {
  return a.size() == b.size() && sodium_memcmp(a.data(), b.data(), a.size()) == 0;
}

CeremonyKey ceremony_key(Scheme scheme, base::ByteSpan bytes) {
  return CeremonyKey::parse(scheme, base::to_hex(bytes));
}

}  // namespace

Json made_key_json(const MadeKey& key) {
  Json json = {{"fingerprint", base::to_hex(key.key.fingerprint())},
               {"name", key.name},
               {"public_key", key.key.hex()},
               {"scheme", name(key.key.scheme)},
               {"title", key.title},
               {"type", key.type}};
  if (!key.path.empty()) json["path"] = key.path;
  if (!key.also.empty()) json["also"] = key.also;
  return json;
}

MadeKey made_key_from(const Json& json) {
  object_of(json, "a key", {"fingerprint", "name", "public_key", "scheme", "title", "type"}, {"also", "path"});
  const auto scheme = scheme_named(name_of(json["scheme"], "scheme"));
  if (!scheme) throw Error(Code::malformed, "a key of no known scheme");
  MadeKey key{name_of(json["name"], "name", 64),
              name_of(json["type"], "type"),
              name_of(json["title"], "title"),
              CeremonyKey::parse(*scheme, name_of(json["public_key"], "public_key", 4096)),
              "",
              ""};
  if (base::to_hex(key.key.fingerprint()) != json["fingerprint"])
    throw Error(Code::malformed, "the fingerprint of '" + key.name + "' is not the key's");
  if (json.contains("path")) key.path = name_of(json["path"], "path");
  if (json.contains("also")) key.also = name_of(json["also"], "also", 300);
  return key;
}

std::vector<const ScriptKey*> wanted_keys(const Script& script, const Progress& progress, std::string_view type) {
  std::vector<const ScriptKey*> wanted;
  for (const ScriptKey& key : script.keys) {
    if (key.type == type && progress.holds(key.when)) wanted.push_back(&key);
  }
  return wanted;
}

KeySession::KeySession(const Script& script, const Progress& progress, std::vector<std::string> custodians, bool drill,
                       std::uint32_t number)
    : script_(script),
      progress_(progress),
      custodians_(std::move(custodians)),
      drill_(drill ? sharing::Drill::yes : sharing::Drill::no),
      number_(number) {}

std::vector<std::string> KeySession::draw_devices() {
  if (randomness_) return sources_;
  gathering_.draw_devices();
  for (const hash::EntropySource& source : gathering_.sources()) sources_.push_back(source.text());
  randomness_.emplace(gathering_.finish());
  return sources_;
}

sharing::Randomness& KeySession::randomness() {
  if (!randomness_)
    throw Error(Code::refused, "keys are made before there is randomness", "the script's order is wrong");
  return *randomness_;
}

std::optional<MadeKey> KeySession::make_seed(const ScriptKey* kept) {
  seed_.emplace(sharing::new_seed(randomness()));
  if (kept == nullptr) return std::nullopt;
  return hold_secret(*kept, sharing::SecretKind::seed, sign::secret_copy(seed_->expose()));
}

/// A step that is done twice makes its keys anew.
void KeySession::forget_key(const std::string& name) {
  std::erase_if(held_, [&](const Held& held) { return held.name == name; });
  std::erase_if(made_, [&](const MadeKey& key) { return key.name == name; });
}

MadeKey KeySession::hold_scalar(const ScriptKey& key, sharing::NewKey made, Scheme scheme) {
  MadeKey known{key.name, key.type, key.title, {}, made.path, ""};
  if (scheme == Scheme::bip340) {
    known.key = ceremony_key(scheme, made.public_key.x_only());
    known.also = sharing::write_npub(made.public_key);
  } else {
    known.key = ceremony_key(scheme, made.public_key.bytes());
  }
  forget_key(key.name);
  Held held;
  held.name = key.name;
  held.title = key.title;
  held.scalar.emplace(std::move(made));
  held_.push_back(std::move(held));
  made_.push_back(known);
  return known;
}

MadeKey KeySession::hold_secret(const ScriptKey& key, sharing::SecretKind kind, sign::SecretText secret) {
  const base::Bytes spki = sharing::public_half_of(kind, secret.expose());
  MadeKey known{key.name, key.type, key.title, {}, "", ""};
  if (kind == sharing::SecretKind::ed25519) {
    known.key = ceremony_key(Scheme::ed25519, sign::PublicKey::from_spki(spki).key_bytes());
  } else if (kind == sharing::SecretKind::seed) {
    known.key = ceremony_key(Scheme::ecdsa_secp256k1, spki);  // of m
    known.path = "m";
  } else {
    known.key = ceremony_key(Scheme::spki, spki);
    known.also = sharing::github_fingerprint(spki);
  }
  forget_key(key.name);
  Held held;
  held.name = key.name;
  held.title = key.title;
  held.kind = kind;
  held.secret.emplace(std::move(secret));
  held_.push_back(std::move(held));
  made_.push_back(known);
  return known;
}

std::vector<MadeKey> KeySession::make_maintainers() {
  std::vector<MadeKey> made;
  std::uint32_t index = 0;
  for (const ScriptKey* key : wanted_keys(script_, progress_, "maintainer")) {
    sharing::NewKey fresh =
        seed_ ? sharing::derived_key(key->name, seed_->expose(), number_, sharing::Role::maintainer, index++)
              : sharing::independent_key(key->name, randomness());
    made.push_back(hold_scalar(*key, std::move(fresh), Scheme::ecdsa_secp256k1));
  }
  return made;
}

MadeKey KeySession::make_nostr(const ScriptKey& key) {
  return hold_scalar(key, sharing::independent_key(key.name, randomness()), Scheme::bip340);
}

MadeKey KeySession::make_anchor(const ScriptKey& key) {
  return hold_secret(key, sharing::SecretKind::ed25519, sharing::new_ed25519(randomness()));
}

MadeKey KeySession::make_rsa(const ScriptKey& key) {
  return hold_secret(key, sharing::SecretKind::pkcs8, sharing::new_rsa(kRsaBits, randomness()));
}

MadeKey KeySession::import_github(const ScriptKey& key, base::ByteSpan pem) {
  return hold_secret(key, sharing::SecretKind::pkcs8, sharing::import_pem(pem));
}

base::Verdict KeySession::check_keys() const {
  std::vector<sharing::NewKey> scalars;
  for (const Held& held : held_) {
    if (!held.scalar) continue;
    scalars.push_back(
        {held.scalar->name, sharing::copy(held.scalar->key), held.scalar->public_key, held.scalar->path, {}});
  }
  base::Verdict verdict = sharing::check_keys(scalars);
  for (const Held& held : held_) {
    if (!held.secret) continue;
    const auto made = std::ranges::find(made_, held.name, &MadeKey::name);
    const base::Bytes spki = sharing::public_half_of(held.kind, held.secret->expose());
    verdict.add("key-public-half", made != made_.end() && !spki.empty(),
                held.name + ": " + std::string(name(held.kind)));
  }
  return verdict;
}

sharing::Matrix KeySession::matrix() const {
  std::vector<std::pair<std::string, std::string>> keys_users;
  std::size_t maintainer = 0;
  for (const MadeKey& key : made_) {
    keys_users.emplace_back(key.name, key.type == "maintainer" ? custodians_.at(maintainer++) : std::string());
  }
  return sharing::cyclic_matrix(custodians_, keys_users, script_.threshold, script_.shares);
}

void KeySession::split() {
  for (Held& held : held_) {
    if (held.scalar) {
      sharing::Dealt dealt =
          sharing::deal(held.name, held.scalar->key, script_.threshold, script_.shares, drill_, randomness());
      held.set = sharing::set_file_of(dealt);
      held.shares = std::move(dealt.shares);
    } else {
      sharing::DealtSecret dealt = sharing::deal_secret(held.name, held.kind, held.secret->expose(), script_.threshold,
                                                        script_.shares, drill_, randomness());
      held.set = sharing::set_file_of(dealt);
      held.shares = std::move(dealt.dealt.shares);
    }
  }
}

std::vector<sharing::SetFile> KeySession::sets() const {
  std::vector<sharing::SetFile> sets;
  for (const Held& held : held_) sets.push_back(held.set);
  return sets;
}

base::Verdict KeySession::rehearse() const {
  base::Verdict verdict;
  for (const Held& held : held_) add_checks(verdict, sharing::rehearse(held.set.set, held.shares), held.name);
  return verdict;
}

std::vector<KeySession::Holding> KeySession::holdings_of(std::string_view custodian) const {
  std::vector<Holding> holdings;
  const sharing::Matrix placed = matrix();
  for (std::size_t k = 0; k < held_.size(); ++k) {
    const auto& holders = placed.keys.at(k).holders;
    for (std::size_t share = 0; share < holders.size(); ++share) {
      if (placed.custodians.at(holders[share]) != custodian) continue;
      holdings.push_back({&held_[k].set, &held_[k].shares.at(share), held_[k].name, held_[k].title});
    }
  }
  return holdings;
}

base::Verdict KeySession::cross_check() const {
  base::Verdict verdict;
  for (const Held& held : held_) {
    add_checks(verdict, sharing::check_shares(held.set.set, held.shares), held.name);
    const sharing::Scalar rebuilt = sharing::recover(held.set.set, held.shares);
    if (held.scalar) {
      verdict.add("shares-are-of-the-key",
                  same_bytes(rebuilt.expose(), held.scalar->key.expose()) &&
                      held.set.set.public_key() == sharing::checked_public_key_of(rebuilt),
                  held.name + ", by two libraries");
    } else {
      const sign::SecretText opened = sharing::open(rebuilt, *held.set.sealed);
      verdict.add("shares-are-of-the-key", same_bytes(opened.expose(), held.secret->expose()),
                  held.name + ", opened with the rebuilt key");
    }
  }
  return verdict;
}

namespace {

/// The pieces of a private key that are not in its public half as well: an RSA key holds its modulus. Short ones of
/// long keys are headers, the same in every key.
std::vector<base::ByteSpan> private_pieces_vartime(base::ByteSpan secret, base::ByteSpan public_half) {
  constexpr std::size_t kWindow = 16, kNowhere = SIZE_MAX;
  std::vector<base::ByteSpan> pieces;
  std::size_t begin = kNowhere;
  for (std::size_t i = 0; i + kWindow <= secret.size(); ++i) {
    const base::ByteSpan window = secret.subspan(i, kWindow);
    const bool is_public =
        std::search(public_half.begin(), public_half.end(), window.begin(), window.end()) != public_half.end();
    if (!is_public && begin == kNowhere) begin = i;
    if (is_public && begin != kNowhere) {
      pieces.push_back(secret.subspan(begin, i - 1 + kWindow - begin));
      begin = kNowhere;
    }
  }
  if (begin != kNowhere) pieces.push_back(secret.subspan(begin));
  if (secret.size() > 64) std::erase_if(pieces, [](base::ByteSpan piece) { return piece.size() < 48; });
  return pieces;
}

}  // namespace

Fingerprints KeySession::fingerprints() const {
  Fingerprints prints;
  if (seed_) prints.add("the master seed", seed_->expose());
  for (const Held& held : held_) {
    if (held.scalar) prints.add(held.name, held.scalar->key.expose());
    if (held.secret) {
      const base::Bytes public_half = sharing::public_half_of(held.kind, held.secret->expose());
      for (const base::ByteSpan piece : private_pieces_vartime(held.secret->expose(), public_half))
        prints.add(held.name, piece);
    }
    for (const sharing::Share& share : held.shares)
      prints.add("share " + std::to_string(share.index) + " of " + held.name, share.value.expose());
  }
  return prints;
}

namespace {

/// Which of the expected shares a scanned text is; and what is wrong with it.
struct Read {
  std::optional<sharing::Share> share;
  std::string problem;
};
Read read_one(const sign::SecretText& text) {
  try {
    return {sharing::parse_share(text.expose()), ""};
  } catch (const Error& error) { return {std::nullopt, error.message()}; }
}

std::string what_failed(const base::Verdict& verdict) {
  for (const base::Check& check : verdict.checks()) {
    if (check.outcome != base::Outcome::passed) return std::string(check.rule) + " " + check.detail;
  }
  return "";
}

void add(base::Verdict& verdict, std::string_view rule, const std::vector<std::string>& problems, std::string detail) {
  std::string all;
  for (const std::string& problem : problems) all += (all.empty() ? "" : "; ") + problem;
  verdict.add(rule, problems.empty(), problems.empty() ? std::move(detail) : all);
}

}  // namespace

sign::SecretText shares_text(const std::vector<KeySession::Holding>& holdings) {
  std::vector<sign::SecretText> texts;
  std::size_t size = 0;
  for (const KeySession::Holding& holding : holdings) {
    texts.push_back(sharing::share_text(holding.key, *holding.share));
    size += texts.back().size() + 1;
  }
  sign::SecretText all(size);
  auto end = all.expose().begin();
  for (const sign::SecretText& text : texts) {
    end = std::ranges::copy(text.expose(), end).out;
    *end++ = std::byte{'\n'};
  }
  return all;
}

base::Verdict verify_sheets(const std::vector<KeySession::Holding>& expected,
                            const std::vector<sign::SecretText>& scanned) {
  std::vector<std::string> unreadable, foreign, bad, missing;
  std::vector<bool> found(expected.size(), false);
  for (std::size_t i = 0; i < scanned.size(); ++i) {
    const Read read = read_one(scanned[i]);
    if (!read.share) {
      unreadable.push_back("code " + std::to_string(i + 1) + ": " + read.problem);
      continue;
    }
    const auto mine = std::ranges::find_if(expected, [&](const KeySession::Holding& holding) {
      return holding.set->set.prefix() == read.share->set && holding.share->index == read.share->index;
    });
    if (mine == expected.end()) {
      foreign.push_back("share " + std::to_string(read.share->index) + " of set " + base::to_hex(read.share->set));
      continue;
    }
    found[static_cast<std::size_t>(mine - expected.begin())] = true;
    const std::string problem = what_failed(sharing::verify_share(mine->set->set, *read.share));
    if (!problem.empty())
      bad.push_back("share " + std::to_string(read.share->index) + " of " + mine->key + ": " + problem);
  }
  for (std::size_t i = 0; i < expected.size(); ++i) {
    if (!found[i]) missing.push_back("share " + std::to_string(expected[i].share->index) + " of " + expected[i].key);
  }
  base::Verdict verdict;
  add(verdict, "sheets-readable", unreadable, std::to_string(scanned.size()) + " codes");
  add(verdict, "sheets-own", foreign, "all of this custodian");
  add(verdict, "sheets-shares", bad, "every share fits the public commitments of its key");
  add(verdict, "sheets-complete", missing, std::to_string(expected.size()) + " shares");
  return verdict;
}

}  // namespace solemn::keys
