#include "beacon/announce.hpp"

#include "base/error.hpp"
#include "beacon/json_limits.hpp"
#include "beacon/round_time.hpp"
#include "hash/sha256.hpp"

namespace solemn::beacon {

namespace {

using base::Code;
using base::Error;

constexpr std::string_view kSchema = "solemn.beacon.announcement/1";

std::int64_t time_of(const base::Json& json, const char* field) {
  const auto time = parse_utc(base::string_of(json, field));
  if (!time) base::malformed_field(field, "is not a time like 2026-01-31T12:00:00Z");
  return *time;
}

void check_terms(base::Verdict& verdict, const Announcement& announcement, const Chain& chain, const Beacon& beacon,
                 const base::Hash32& purpose) {
  const bool same_chain = announcement.chain_hash == chain.hash;
  verdict.add(
      "announcement-chain", same_chain,
      same_chain ? chain.name : "announced was chain " + base::to_hex(announcement.chain_hash) + ", not " + chain.name);
  const bool same_round = announcement.round == beacon.round;
  verdict.add("announcement-round", same_round,
              same_round ? "round " + std::to_string(beacon.round)
                         : "announced was round " + std::to_string(announcement.round) + ", not round " +
                               std::to_string(beacon.round));
  const bool same_time = time_of_round(chain, announcement.round) == announcement.round_time;
  verdict.add("announcement-time", same_time,
              same_time ? utc(announcement.round_time)
                        : "the announcement gives the round another time: " + utc(announcement.round_time));
  const bool same_purpose = announcement.purpose == purpose;
  verdict.add(
      "announcement-purpose", same_purpose,
      same_purpose ? base::to_hex(purpose) : "announced for another purpose: " + base::to_hex(announcement.purpose));
}

void check_times(base::Verdict& verdict, const Announcement& announcement, const Chain& chain, const Beacon& beacon,
                 std::int64_t last_contribution_time) {
  const auto due = time_of_round(chain, beacon.round);
  if (!due || last_contribution_time < 0 || last_contribution_time > kMaxTime) {
    verdict.fail("announcement-early", "the round has no time");
    verdict.fail("unknown-at-last-contribution", "the round or the last contribution has no time");
    return;
  }
  const bool early = announcement.created_at < *due;
  verdict.add("announcement-early", early,
              early ? "made " + duration_text(*due - announcement.created_at) + " before the round, as it claims"
                    : "made at " + utc(announcement.created_at) + ", when the round was out");
  const bool unknown = last_contribution_time < *due;
  verdict.add(
      "unknown-at-last-contribution", unknown,
      unknown ? "out " + duration_text(*due - last_contribution_time) + " after the last contribution"
              : "the round was out at " + utc(*due) + ", the last contribution came at " + utc(last_contribution_time));
}

}  // namespace

base::Hash32 purpose_of(std::string_view label) { return hash::sha256(base::as_bytes(label)); }

Announcement announce(const Chain& chain, std::uint64_t round, std::string_view label, std::int64_t now) {
  ASSERT(now >= 0 && now <= kMaxTime);
  const std::string number = "round " + std::to_string(round) + " of " + chain.name;
  if (chain.retired) {
    throw Error(Code::refused, "the chain " + chain.name + " is retired: it has no new rounds",
                "announce a round of quicknet or default");
  }
  const auto due = time_of_round(chain, round);
  if (!due) throw Error(Code::usage, "there is no " + number, "rounds count from 1");
  if (*due <= now) {
    throw Error(
        Code::refused, number + " is out since " + utc(*due) + ": everybody may know it",
        "announce a round after the last contribution: solemn beacon round --chain " + chain.name + " --at TIME");
  }
  return {chain.hash, round, *due, purpose_of(label), now};
}

std::string write_announcement(const Announcement& announcement) {
  base::Json json;
  json["schema"] = kSchema;
  json["chain_hash"] = base::to_hex(announcement.chain_hash);
  json["round"] = announcement.round;
  json["round_time"] = utc(announcement.round_time);
  json["purpose"] = base::to_hex(announcement.purpose);
  json["created_at"] = utc(announcement.created_at);
  return json.dump(2) + "\n";
}

Announcement read_announcement(std::string_view text) {
  constexpr std::array<std::string_view, 6> kFields = {"schema",     "chain_hash", "round",
                                                       "round_time", "purpose",    "created_at"};
  const base::Json json = base::parse_object(text, kJsonLimits);
  base::require_fields(json, kFields, {});
  if (base::string_of(json, "schema") != kSchema) {
    base::malformed_field("schema", "is not " + std::string(kSchema) + ": not an announcement");
  }
  return {base::hash_of(json, "chain_hash"), base::number_of(json, "round", 1, ~std::uint64_t{0}),
          time_of(json, "round_time"), base::hash_of(json, "purpose"), time_of(json, "created_at")};
}

base::Verdict check_announced(const Announcement& announcement, const Chain& chain, const Beacon& beacon,
                              const base::Hash32& purpose, std::int64_t last_contribution_time) {
  base::Verdict verdict;
  check_terms(verdict, announcement, chain, beacon, purpose);
  check_times(verdict, announcement, chain, beacon, last_contribution_time);
  check_beacon(verdict, chain, beacon, announcement.round);
  return verdict;
}

}  // namespace solemn::beacon
