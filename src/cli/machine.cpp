// solemn doctor, selftest, completion: about this machine.
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <ctime>
#include <fstream>
#include <thread>

#include "base/cpu.hpp"
#include "cli/build_info.hpp"
#include "cli/selftest.hpp"
#include "cli/verbs.hpp"
#include "hash/entropy.hpp"

namespace solemn::cli {
namespace {

std::string first_line(const char* path) {
  std::ifstream in(path);
  std::string line;
  std::getline(in, line);
  return line;
}

void check_swap(setup::Verdict& verdict) {
  std::ifstream in("/proc/swaps");
  std::string line;
  std::size_t lines = 0;
  while (std::getline(in, line)) ++lines;
  verdict.add("swap", lines <= 1,
              lines <= 1 ? "none: secrets cannot reach a disk that way"
                         : "in use; secrets are locked in memory, still 'swapoff -a' is safer for a ceremony");
}

void check_core_dumps(setup::Verdict& verdict) {
  rlimit limit{};
  getrlimit(RLIMIT_CORE, &limit);
  verdict.add("core-dumps", limit.rlim_cur == 0,
              limit.rlim_cur == 0 ? "off for this program" : "on: the system refused to switch them off");
  getrlimit(RLIMIT_MEMLOCK, &limit);
  const std::uint64_t needed_kib =
      1024 + 80 * std::uint64_t{std::thread::hardware_concurrency()};  // scalars of each thread
  const bool enough = limit.rlim_cur == RLIM_INFINITY || limit.rlim_cur >= needed_kib << 10;
  const std::string amount = std::to_string(needed_kib) + " KiB";
  verdict.add("locked-memory", enough,
              enough ? amount + " or more may be locked"
                     : "less than " + amount + " may be locked: ulimit -l " + std::to_string(needed_kib));
}

void check_entropy(setup::Verdict& verdict) {
  std::array<std::byte, 32> a{}, b{};
  hash::os_random(a);
  hash::os_random(b);
  verdict.add("entropy", a != b, "the operating system gives random bytes without waiting");
}

void check_clock(setup::Verdict& verdict) {
  const std::time_t now = std::time(nullptr);
  const bool plausible = now > 1'700'000'000 && now < 4'000'000'000;
  verdict.add("clock", plausible,
              plausible ? "plausible" : "far off: names of beacon rounds and records would be wrong");
}

int run_doctor(const Arguments&, Ui& ui) {
  const base::CpuFeatures& cpu = base::cpu_features();
  const std::string_view backend = base::name(base::backend());
  ui.line("solemn " + std::string(kVersion) + " (" + std::string(kCommit) + "), " + std::string(kCompiler));
  ui.line("backend: " + base::backend_reason());
  std::string features;
  for (const auto& [have, text] : {std::pair{cpu.bmi2, " bmi2"},
                                   {cpu.adx, " adx"},
                                   {cpu.avx2, " avx2"},
                                   {cpu.avx512ifma, " avx512ifma"},
                                   {cpu.sha, " sha"}})
    if (have) features += text;
  ui.line("processor:" + features + ", " + std::to_string(ui.pool().size()) + " threads");
  const std::uint64_t memory = base::available_memory_bytes(), disk = base::free_disk_bytes(".");
  ui.line("memory available: " + base::human_bytes(memory) + "; free disk here: " + base::human_bytes(disk));
  ui.json().update(
      {{"backend", backend}, {"threads", ui.pool().size()}, {"memory_bytes", memory}, {"disk_bytes", disk}});
  setup::Verdict verdict;
  check_entropy(verdict);
  check_core_dumps(verdict);
  check_swap(verdict);
  check_clock(verdict);
  const std::string pattern = first_line("/proc/sys/kernel/core_pattern");
  ui.note("core pattern of the system: " + base::printable(pattern));
  return ui.verdict(verdict, "this machine");
}

int run_selftest(const Arguments&, Ui& ui) {
  return ui.verdict(selftest(ui.context()), "self-test, backend " + std::string(base::name(base::backend())));
}

int run_completion(const Arguments& arguments, Ui& ui) {
  const std::string script = completion_script(arguments.text("SHELL"));
  ui.json()["script"] = script;
  ui.line(script);
  return 0;
}

}  // namespace

std::vector<Command> machine_commands() {
  return {
      {"doctor",
       "",
       "",
       "check this machine: processor, entropy, memory",
       {},
       {},
       "",
       {{"solemn doctor", "before a ceremony"}},
       run_doctor},
      {"selftest",
       "",
       "",
       "known answers, computed here, in seconds",
       {},
       {},
       "Runs small ceremonies whose files are known byte for byte, for both curves.",
       {{"solemn selftest", "does this build compute right on this machine?"}},
       run_selftest},
      {"completion",
       "",
       "",
       "completion script for a shell",
       {{"SHELL", "bash, zsh or fish", Kind::text}},
       {},
       "",
       {{"solemn completion bash", "source the output"}},
       run_completion},
  };
}

std::span<const Command> commands() {
  static const std::vector<Command> kAll = [] {
    std::vector<Command> all;
    for (const auto& part : {ptau_commands(), circuit_commands(), zkey_commands(), key_and_proof_commands(),
                             beacon_commands(), key_commands(), transcript_commands(), audit_commands(),
                             bundle_commands(), bundle_list_commands(), bundle_attest_commands(), embed_commands(),
                             store_commands(), keys_commands(), machine_commands(), bench_commands()})
      all.insert(all.end(), part.begin(), part.end());
    return all;
  }();
  return kAll;
}

std::span<const LaterNoun> later_nouns() {
  static const std::vector<LaterNoun> kLater = [] {
    std::vector<LaterNoun> later = {{"transcript", "the append-only record of a ceremony"},
                                    {"audit", "everything in a ceremony directory, offline"},
                                    {"bundle", "signed release of a verification key"},
                                    {"embed", "verification keys in source code, and the build guard"},
                                    {"key", "signing keys"},
                                    {"beacon", "drand rounds"},
                                    {"enclave", "attested ceremonies"},
                                    {"keys", "the key ceremony"},
                                    {"serve", "coordinator"},
                                    {"join", "contributor over HTTP"}};
    std::erase_if(later, [](const LaterNoun& noun) {
      return std::ranges::any_of(commands(), [&](const Command& command) { return command.noun == noun.noun; });
    });
    return later;
  }();
  return kLater;
}

}  // namespace solemn::cli
