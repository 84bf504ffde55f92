// solemn beacon: drand rounds as public random values.
#include <charconv>
#include <ctime>

#include "base/error.hpp"
#include "beacon/fetch.hpp"
#include "beacon/round_time.hpp"
#include "cli/drand.hpp"
#include "cli/verbs.hpp"

namespace solemn::cli {
namespace {

using base::Code;
using base::Error;

std::int64_t now() { return static_cast<std::int64_t>(std::time(nullptr)); }

std::uint64_t round_number(std::string_view name, const std::string& typed) {
  std::uint64_t round = 0;
  const auto [end, error] = std::from_chars(typed.data(), typed.data() + typed.size(), round);
  if (error != std::errc() || end != typed.data() + typed.size() || round == 0)
    throw Error(Code::usage, std::string(name) + " must be a whole number from 1, not '" + base::printable(typed) + "'",
                "rounds count from 1: solemn beacon round --help");
  return round;
}

std::int64_t typed_time(const Arguments& arguments, std::string_view option) {
  const std::string& typed = arguments.text(option);
  const auto time = beacon::parse_time(typed);
  if (!time)
    throw Error(Code::usage, std::string(option) + " is not a time: '" + base::printable(typed) + "'",
                "a time is 2026-01-31T12:00:00Z (UTC) or Unix seconds");
  return *time;
}

/// The round typed as `name`, or the one that is current at --at TIME, or nullopt when neither is given.
std::optional<std::uint64_t> chosen_round(const Arguments& arguments, const beacon::Chain& chain,
                                          std::string_view name) {
  const auto typed = arguments.maybe(name);
  if (typed && arguments.maybe("--at"))
    throw Error(Code::usage, std::string(name) + " and --at are two rounds", "give one of them");
  if (typed) {
    const std::uint64_t round = round_number(name, *typed);
    if (!beacon::time_of_round(chain, round))
      throw Error(Code::usage, "round " + *typed + " of " + chain.name + " would be after the year 9999",
                  "is it a time?");
    return round;
  }
  if (!arguments.maybe("--at")) return std::nullopt;
  const auto round = beacon::round_at(chain, typed_time(arguments, "--at"));
  if (!round)
    throw Error(Code::usage, chain.name + " began only at " + beacon::utc(chain.genesis_time), "give a later time");
  return round;
}

std::uint64_t required_round(const Arguments& arguments, const beacon::Chain& chain, std::string_view name) {
  const auto round = chosen_round(arguments, chain, name);
  if (!round)
    throw Error(Code::usage, "which round is not said",
                "give " + std::string(name) + " or --at TIME: solemn beacon round " + chain_words(chain));
  return *round;
}

void say_chain(Ui& ui, const beacon::Chain& chain) {
  ui.line(chain.name + (chain.retired ? " (retired: no new rounds)" : ""));
  ui.line("  hash     " + base::to_hex(chain.hash));
  ui.line("  key      " + base::to_hex(chain.public_key));
  ui.line("  scheme   " + std::string(beacon::facts(chain.scheme).name));
  ui.line("  rounds   every " + std::to_string(chain.period_seconds) + " s since " + beacon::utc(chain.genesis_time));
}

int run_info(const Arguments& arguments, Ui& ui) {
  if (!arguments.maybe("--chain") && !arguments.maybe("--chain-info")) {
    Json chains = Json::array();
    for (const beacon::Chain& chain : beacon::known_chains()) {
      say_chain(ui, chain);
      chains.push_back(chain_json(chain));
    }
    ui.json()["chains"] = std::move(chains);
    return 0;
  }
  const beacon::Chain chain = chain_from(arguments);
  say_chain(ui, chain);
  ui.json().update(chain_json(chain));
  if (beacon::find_chain(chain.hash) == nullptr)
    ui.warning("this chain is not one of those that the program knows: who signs it is for you to judge");
  base::Verdict verdict;
  beacon::check_chain(verdict, chain);
  return ui.verdict(verdict, "chain " + chain.name);
}

int run_round(const Arguments& arguments, Ui& ui) {
  const beacon::Chain chain = accepted_chain(arguments);
  const std::int64_t at = now();
  auto round = chosen_round(arguments, chain, "ROUND");
  if (!round) round = beacon::round_at(chain, at);
  if (!round) throw Error(Code::usage, chain.name + " has no round now", "doctor checks this machine's clock");
  const std::int64_t due = beacon::time_of_round(chain, *round).value();
  ui.json().update({{"chain", chain.name},
                    {"chain_hash", base::to_hex(chain.hash)},
                    {"round", *round},
                    {"time", beacon::utc(due)},
                    {"unix_time", due},
                    {"out", due <= at}});
  const std::string text = "round " + std::to_string(*round) + " of " + chain.name;
  ui.line(due <= at ? text + ": out since " + beacon::utc(due)
                    : text + ": out at " + beacon::utc(due) + ", in " + beacon::duration_text(due - at));
  if (chain.retired) ui.note(chain.name + " is retired: it has no new rounds");
  return 0;
}

void require_out(const beacon::Chain& chain, std::uint64_t round) {
  const std::int64_t due = beacon::time_of_round(chain, round).value(), at = now();
  if (due <= at) return;
  throw Error(Code::usage,
              "round " + std::to_string(round) + " of " + chain.name + " is not out yet: it comes at " +
                  beacon::utc(due) + ", in " + beacon::duration_text(due - at),
              "wait until then, or take a round that is out: solemn beacon round " + chain_words(chain));
}

int run_fetch(const Arguments& arguments, Ui& ui) {
  const beacon::Chain chain = accepted_chain(arguments);
  const std::uint64_t round = required_round(arguments, chain, "ROUND");
  require_out(chain, round);
  beacon::FetchOptions options;
  options.relays = arguments.list("--relay");
  if (arguments.maybe("--tries")) options.tries = arguments.number("--tries", 1, 100);
  if (arguments.maybe("--timeout")) options.timeout_ms = 1000L * arguments.number("--timeout", 1, 600);
  const base::Path out = arguments.path("--out");
  base::OutputFile file(out, ui.global().force ? base::Overwrite::yes : base::Overwrite::no);  // refuses before asking
  beacon::Fetched fetched = beacon::fetch(chain, round, options, ui.progress());
  file.write(base::as_bytes(beacon::write_beacon(chain, fetched.beacon)));
  file.commit();
  for (const std::string& refusal : fetched.refusals) ui.note("not taken: " + base::printable(refusal));
  ui.json().update({{"output", out.string()}, {"relay", fetched.relay}, {"refusals", fetched.refusals}});
  ui.line("wrote " + quoted(out) + ", from " + fetched.relay + ", verified");
  say_drand(ui, {out, chain, std::move(fetched.beacon), {}});
  const std::string given = beacon::find_chain(chain.hash) != nullptr ? "" : " --chain-info FILE";
  ui.next("solemn beacon verify " + shell_word(out) + given);
  return 0;
}

/// --announcement, --label and --last-contribution belong together.
std::optional<beacon::Announcement> announcement_from(const Arguments& arguments) {
  const auto path = arguments.maybe("--announcement");
  const bool label = arguments.maybe("--label").has_value(), last = arguments.maybe("--last-contribution").has_value();
  if (path.has_value() != label || label != last)
    throw Error(Code::usage, "--announcement, --label and --last-contribution belong together",
                "the announcement is checked against what it is for and when the last contribution came");
  if (!path) return std::nullopt;
  return read_json_file(*path, beacon::read_announcement);
}

int run_verify(const Arguments& arguments, Ui& ui) {
  const auto announcement = announcement_from(arguments);
  std::optional<std::uint64_t> round;
  if (arguments.maybe("--round")) round = round_number("--round", arguments.text("--round"));
  const DrandFile drand = read_drand(arguments, "FILE", round);
  base::Verdict verdict = drand.verdict;
  if (announcement)
    verdict =
        beacon::check_announced(*announcement, drand.chain, drand.beacon, beacon::purpose_of(arguments.text("--label")),
                                typed_time(arguments, "--last-contribution"));
  if (round && announcement && *round != announcement->round)
    throw Error(Code::usage, "--round is another round than the announced one", "give one of them");
  if (verdict.accepted()) {
    say_drand(ui, drand);
    if (!announcement) ui.note("a good beacon; that nobody knew it too early is for --announcement to show");
  }
  return ui.verdict(verdict, quoted(drand.path));
}

int run_announce(const Arguments& arguments, Ui& ui) {
  const beacon::Chain chain = accepted_chain(arguments);
  const base::Path out = arguments.path("OUT");
  const std::string& label = arguments.text("--label");
  if (label.empty()) throw Error(Code::usage, "--label is empty", "name what the value is for, such as the ceremony");
  const beacon::Announcement announcement =
      beacon::announce(chain, required_round(arguments, chain, "--round"), label, now());
  base::write_file(out, base::as_bytes(beacon::write_announcement(announcement)),
                   ui.global().force ? base::Overwrite::yes : base::Overwrite::no);
  const std::string due = beacon::utc(announcement.round_time);
  ui.json().update({{"output", out.string()},
                    {"chain", chain.name},
                    {"chain_hash", base::to_hex(chain.hash)},
                    {"round", announcement.round},
                    {"round_time", due},
                    {"purpose", base::to_hex(announcement.purpose)},
                    {"created_at", beacon::utc(announcement.created_at)}});
  ui.line("wrote " + quoted(out) + ": round " + std::to_string(announcement.round) + " of " + chain.name + ", out at " +
          due + ", in " + beacon::duration_text(announcement.round_time - announcement.created_at));
  ui.note("publish it now: the file alone proves no date; every contribution must come before " + due);
  ui.next("solemn beacon fetch " + std::to_string(announcement.round) + " " + chain_words(chain) + " -o FILE");
  return 0;
}

const Option kAtOption{"--at", "TIME", "the round that is current then: 2026-01-31T12:00:00Z (UTC) or Unix seconds"};

Command info_command() {
  return {"beacon",
          "info",
          "",
          "the drand chains that are known, or one chain checked",
          {},
          {kChainOption, kChainInfoOption},
          "A chain is its hash, which is computed again from everything it covers.",
          {{"solemn beacon info", "all of them"}, {"solemn beacon info --chain quicknet", "one, checked"}},
          run_info};
}

Command round_command() {
  return {"beacon",
          "round",
          "",
          "when a round is out, or which round is out at a time",
          {{"ROUND", "round number (default: the newest one)", Kind::number, true}},
          {kChainOption, kChainInfoOption, kAtOption},
          "Computed from the chain's period and genesis; no network is used.",
          {{"solemn beacon round --chain quicknet --at 2027-01-01T00:00:00Z", "the round of a moment to come"},
           {"solemn beacon round 1000 --chain quicknet", "the moment of a round"}},
          run_round};
}

Command fetch_command() {
  return {
      "beacon",
      "fetch",
      "",
      "get a round from drand's relays, verify it, write it",
      {{"ROUND", "round number, or --at TIME", Kind::number, true}},
      {kChainOption,
       kChainInfoOption,
       kAtOption,
       {"--out", "FILE", "the file to write (-o)", true, Kind::file},
       {"--relay", "URL", "ask this relay instead of drand's public ones; may be repeated", false, Kind::text, true},
       {"--tries", "N", "passes over all relays, with growing pauses (default 5)", false, Kind::number},
       {"--timeout", "SECONDS", "for one answer (default 10)", false, Kind::number}},
      "No relay is trusted: what does not verify for this chain and this round is not taken, and no other chain is "
      "ever taken instead.\n"
      "A round that is not out yet is an answer of status 2 that says when it comes.",
      {{"solemn beacon fetch 1000 --chain quicknet -o drand.json", "from the public relays"}},
      run_fetch};
}

Command verify_command() {
  return {"beacon",
          "verify",
          "",
          "check a drand round offline",
          {{"FILE", "what 'beacon fetch' wrote, or a relay's answer"}},
          {kChainOption,
           kChainInfoOption,
           {"--round", "N", "the round that it must be", false, Kind::number},
           {"--announcement", "FILE", "also check that it is the announced round, unknown before", false, Kind::file},
           {"--label", "TEXT", "with --announcement: what it was announced for"},
           {"--last-contribution", "TIME", "with --announcement: when the last contribution came"}},
          "The file must name its chain, or the chain must be given. The time of the last contribution is yours to "
          "know: take it from\n"
          "signed records, not from the file that is being judged.",
          {{"solemn beacon verify drand.json", "signature, round and value"}},
          run_verify};
}

Command announce_command() {
  return {"beacon",
          "announce",
          "",
          "commit to a future round",
          {{"OUT", "the file to write"}},
          {kChainOption,
           kChainInfoOption,
           {"--round", "N", "the round, or --at TIME", false, Kind::number},
           kAtOption,
           {"--label", "TEXT", "what the value is for: the label of the record, or LABEL, phase 1", true}},
          "Announce before the last contribution, publish the file, and choose a round that comes after it. A round "
          "that is out is refused.\n"
          "An audit takes a round that was announced under exactly the label of the record, or under it with \", phase "
          "1\" or \", phase 2\" after\nit.",
          {{"solemn beacon announce announcement.json --chain quicknet --at 2100-01-01T00:00:00Z --label 'ceremony 7'",
            "the first moment of a century"}},
          run_announce};
}

}  // namespace

std::vector<Command> beacon_commands() {
  return {info_command(), round_command(), fetch_command(), verify_command(), announce_command()};
}

}  // namespace solemn::cli
