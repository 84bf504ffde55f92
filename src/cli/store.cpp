// solemn store: contents under their SHA-256, in a folder, in a bucket, on mirrors.
#include <charconv>

#include "base/time.hpp"
#include "cli/verbs.hpp"
#include "store/fetch.hpp"
#include "store/folder.hpp"
#include "store/push.hpp"

namespace solemn::cli {
namespace {

using base::Code;
using base::Error;

base::Overwrite overwrite(const Ui& ui) { return ui.global().force ? base::Overwrite::yes : base::Overwrite::no; }

Json object_json(const store::NamedObject& object) {
  return {{"name", object.name},
          {"sha256", base::to_hex(object.digest)},
          {"size_bytes", object.size_bytes},
          {"time", base::utc(object.time)}};
}

base::Hash32 typed_digest(std::string_view name, const std::string& typed) {
  const auto digest = store::parse_digest(typed);
  if (!digest)
    throw Error(Code::usage, std::string(name) + " must be 64 hexadecimal digits, not '" + base::printable(typed) + "'",
                "the names of a store and their SHA-256: solemn store list STORE");
  return *digest;
}

std::uint64_t typed_size(const Arguments& arguments, std::string_view option) {
  const std::string& typed = arguments.text(option);
  std::uint64_t size = 0;
  const auto [end, error] = std::from_chars(typed.data(), typed.data() + typed.size(), size);
  if (error != std::errc() || end != typed.data() + typed.size())
    throw Error(Code::usage, std::string(option) + " must be a number of bytes, not '" + base::printable(typed) + "'",
                arguments.usage);
  return size;
}

int run_put(const Arguments& arguments, Ui& ui) {
  const std::vector<std::string> files = arguments.list("--file");
  const auto name = arguments.maybe("--name");
  if (name && files.size() != 1)
    throw Error(Code::usage, "--name is for one file, and " + std::to_string(files.size()) + " are given",
                "put each with its own name, or leave --name out: then each has its file's name");
  store::Writer writer(arguments.path("STORE"));
  Json all = Json::array();
  for (const std::string& file : files) {
    const auto put =
        writer.put(file, name.value_or(base::Path(file).filename().string()), base::now_seconds(), ui.progress());
    Json json = object_json(put.object);
    json["was_there"] = put.content_was_there && put.name_was_there;
    all.push_back(std::move(json));
    ui.line(base::to_hex(put.object.digest) + "  " + put.object.name);
    if (put.content_was_there && put.name_was_there) ui.note("'" + put.object.name + "' was there already");
  }
  ui.json()["objects"] = std::move(all);
  ui.json()["head"] = base::to_hex(writer.names().head());
  ui.note("head of the names: " + base::to_hex(writer.names().head()));
  return 0;
}

int run_get(const Arguments& arguments, Ui& ui) {
  const base::Path folder = arguments.path("STORE"), out = arguments.path("OUT");
  const store::NamedObject object = store::find_object(folder, arguments.text("WHAT"));
  store::get(folder, object, out, overwrite(ui), ui.progress());
  ui.json().update(object_json(object));
  ui.json()["output"] = out.string();
  ui.line("wrote " + quoted(out) + ": " + base::human_bytes(object.size_bytes) + ", SHA-256 as asked for");
  return 0;
}

int run_list(const Arguments& arguments, Ui& ui) {
  const store::Names names = store::read_names(arguments.path("STORE"));
  Json all = Json::array();
  for (const store::NamedObject& object : names.objects) {
    all.push_back(object_json(object));
    ui.line(base::to_hex(object.digest) + "  " + object.name);
  }
  ui.json()["objects"] = std::move(all);
  ui.json()["head"] = base::to_hex(names.head());
  ui.note("head of the names: " + base::to_hex(names.head()));
  return 0;
}

int run_verify(const Arguments& arguments, Ui& ui) {
  const base::Path folder = arguments.path("STORE");
  std::optional<base::Hash32> head;
  if (arguments.maybe("--head")) head = typed_digest("--head", arguments.text("--head"));
  const base::Verdict verdict = store::verify(folder, head ? &*head : nullptr, ui.progress());
  if (!head && verdict.accepted())
    ui.note("that no line was cut off at the end is for --head to show: a head that you noted earlier");
  return ui.verdict(verdict, quoted(folder));
}

std::optional<store::Retention> typed_retention(const Arguments& arguments) {
  const auto until = arguments.maybe("--retain-until"), mode = arguments.maybe("--retention");
  if (!until) {
    if (mode) throw Error(Code::usage, "--retention says how, not until when", "give --retain-until TIME too");
    return std::nullopt;
  }
  const auto time = base::parse_utc(*until);
  if (!time || *time <= base::now_seconds())
    throw Error(Code::usage, "--retain-until is no time to come: '" + base::printable(*until) + "'",
                "a time is 2030-01-31T00:00:00Z (UTC)");
  if (mode && *mode != "compliance" && *mode != "governance")
    throw Error(Code::usage, "--retention must be compliance or governance, not '" + base::printable(*mode) + "'");
  const bool governance = mode == "governance";
  return store::Retention{governance ? store::RetentionMode::governance : store::RetentionMode::compliance, *time};
}

int run_push(const Arguments& arguments, Ui& ui) {
  store::PushOptions options;
  options.retention = typed_retention(arguments);
  if (arguments.maybe("--stall-timeout")) options.stall_seconds = arguments.number("--stall-timeout", 1, 3600);
  if (arguments.maybe("--part-size")) options.part_bytes = typed_size(arguments, "--part-size");
  if (options.part_bytes == 0 || options.part_bytes > store::kMaxPartBytes)
    throw Error(Code::usage, "--part-size must be 1 to " + std::to_string(store::kMaxPartBytes) + " bytes",
                "most servers want 5 MiB (5242880) at least");
  const std::string& to = arguments.text("--to");
  const store::Pushed pushed = store::push(arguments.path("STORE"), to, options, ui.progress());
  ui.json().update({{"to", to},
                    {"written", pushed.n_written},
                    {"was_there", pushed.n_there},
                    {"written_bytes", pushed.written_bytes},
                    {"resumed_bytes", pushed.resumed_bytes},
                    {"read_back", pushed.n_read_back}});
  ui.line(std::to_string(pushed.n_written) + " written (" + base::human_bytes(pushed.written_bytes) + "), " +
          std::to_string(pushed.n_there) + " there already, all as they should be: " + base::printable(to));
  if (pushed.resumed_bytes != 0)
    ui.note(base::human_bytes(pushed.resumed_bytes) + " were there from a push that did not end");
  if (pushed.n_read_back != 0)
    ui.note("the server gives no SHA-256 that tells: " + std::to_string(pushed.n_read_back) + " were read back whole");
  if (options.retention) {
    ui.json()["retain_until"] = base::utc(options.retention->until);
    ui.note("each is locked until " + base::utc(options.retention->until) + ", as the server says");
  }
  if (pushed.names_digest) {
    ui.json()["names_sha256"] = base::to_hex(*pushed.names_digest);
    ui.line("names: " + base::to_hex(*pushed.names_digest));
  }
  return 0;
}

int run_fetch(const Arguments& arguments, Ui& ui) {
  const base::Hash32 digest = typed_digest("SHA256", arguments.text("SHA256"));
  const base::Path out = arguments.path("OUT");
  store::FetchOptions options;
  options.from = arguments.list("--from");
  options.overwrite = overwrite(ui);
  if (arguments.maybe("--tries")) options.tries = arguments.number("--tries", 1, 100);
  if (arguments.maybe("--stall-timeout")) options.stall_seconds = arguments.number("--stall-timeout", 1, 3600);
  if (arguments.maybe("--size")) options.size_bytes = typed_size(arguments, "--size");
  if (arguments.maybe("--max-size")) options.max_bytes = typed_size(arguments, "--max-size");
  const store::Fetched fetched = store::fetch(digest, out, options, ui.progress());
  Json refusals = Json::array();
  for (const std::string& refusal : fetched.refusals) {
    ui.note("not taken: " + base::printable(refusal));
    refusals.push_back(base::printable(refusal));
  }
  ui.json().update({{"output", out.string()},
                    {"sha256", base::to_hex(digest)},
                    {"size_bytes", fetched.size_bytes},
                    {"resumed_bytes", fetched.resumed_bytes},
                    {"from", fetched.from},
                    {"refusals", std::move(refusals)}});
  if (fetched.resumed_bytes != 0) ui.note(base::human_bytes(fetched.resumed_bytes) + " were here from an earlier run");
  ui.line("wrote " + quoted(out) + ": " + base::human_bytes(fetched.size_bytes) + ", SHA-256 as asked for" +
          (fetched.from.empty() ? "" : ", from " + base::printable(fetched.from)));
  return 0;
}

const Option kStallOption{"--stall-timeout", "SECONDS", "give up a try that stands still for so long", false,
                          Kind::number};

Command put_command() {
  return {"store",
          "put",
          "",
          "put files into a store: each under its SHA-256, written once",
          {{"STORE", "the store's folder; made when it does not exist"}},
          {{"--file", "FILE", "a file to put (may be repeated)", true, Kind::file, true},
           {"--name", "NAME", "another name than the file's own, for one file"}},
          "A name is given once: another content under it is refused. What is in a store is never written over.\n"
          "The head of the names covers them all: note it, publish it, or put it into the transcript.",
          {{"solemn store put artifacts --file circuit.r1cs --file witness.wtns", "two files, under their own names"},
           {"solemn store put artifacts --file circuit.r1cs --name ceremony/multiplier.r1cs", "another name for one"}},
          run_put};
}

Command get_command() {
  return {"store",
          "get",
          "",
          "take a content out of a store, verified on the way",
          {{"STORE", "the store's folder"}, {"WHAT", "SHA-256 or name", Kind::text}, {"OUT", "the file to write"}},
          {},
          "",
          {{"solemn store get artifacts circuit.r1cs copy.r1cs", "by its name"}},
          run_get};
}

Command list_command() {
  return {"store",
          "list",
          "",
          "the names in a store, in the order in which they were given",
          {{"STORE", "the store's folder"}},
          {},
          "Lines as sha256sum writes them. The names are checked, the contents are not read: solemn store verify.",
          {{"solemn store list artifacts", "SHA-256 and name"}},
          run_list};
}

Command verify_command() {
  return {"store",
          "verify",
          "",
          "read every content of a store and check every name",
          {{"STORE", "the store's folder"}},
          {{"--head", "HEX", "a head of the names that you noted: they must go on from it"}},
          "",
          {{"solemn store verify artifacts", "all of it"}},
          run_verify};
}

Command push_command() {
  return {
      "store",
      "push",
      "",
      "copy a store to another folder or a bucket",
      {{"STORE", "the store's folder"}},
      {{"--to", "PLACE", "a folder, or s3://BUCKET/PREFIX", true},
       {"--retain-until", "TIME", "buckets: object lock until then: 2030-01-31T00:00:00Z (UTC)"},
       {"--retention", "MODE", "compliance (default): nobody can undo it; or governance"},
       {"--part-size", "BYTES", "buckets: larger contents go in parts of so many (default 1 GiB)", false, Kind::number},
       kStallOption},
      "Only what is missing is sent; what is there is checked, never replaced. A push that was stopped is run again, "
      "and goes "
      "on with the parts that a bucket has. The list of names becomes a content too, whose SHA-256 is printed.\n"
      "Buckets are asked as the AWS tools do: AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN or "
      "~/.aws/credentials, AWS_REGION, AWS_ENDPOINT_URL_S3 for other servers, AWS_CA_BUNDLE.",
      {{"solemn store push artifacts --to backup", "to another disk"}},
      run_push};
}

Command fetch_command() {
  return {
      "store",
      "fetch",
      "",
      "get a content by its SHA-256 from mirrors that need no trust",
      {{"SHA256", "what it must be", Kind::text}, {"OUT", "the file to write"}},
      {{"--from", "PLACE", "a folder, https://HOST/PATH, http://HOST/PATH or s3://BUCKET/PREFIX; asked in this order",
        true, Kind::text, true},
       {"--size", "BYTES", "how long it must be, when you know", false, Kind::number},
       {"--max-size", "BYTES", "refuse what says that it is longer (default 1 TiB)", false, Kind::number},
       {"--tries", "N", "passes over the mirrors, with growing pauses (default 3)", false, Kind::number},
       kStallOption},
      "A mirror that gives other bytes, a part, no length or a redirect is named, and the next one is asked. What a "
      "try "
      "has given is kept beside OUT, and a later run goes on from there; OUT itself appears only when its SHA-256 is "
      "right.",
      {{"solemn store fetch SHA256 copy2.r1cs --from artifacts --from https://mirror.example.org/ceremony",
        "from a folder, else from an address"}},
      run_fetch};
}

}  // namespace

std::vector<Command> store_commands() {
  return {put_command(), get_command(), list_command(), verify_command(), push_command(), fetch_command()};
}

}  // namespace solemn::cli
