#include "cli/ui.hpp"

#include <unistd.h>

#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <iomanip>
#include <iostream>

#include "base/cpu.hpp"
#include "base/words.hpp"
#include "cli/next_steps.hpp"
#include "cli/progress_view.hpp"

namespace solemn::cli {
namespace {

volatile std::sig_atomic_t interrupt_seen = 0;

bool colour_wanted() {
  const char* term = std::getenv("TERM");
  return isatty(STDOUT_FILENO) != 0 && std::getenv("NO_COLOR") == nullptr && term != nullptr &&
         std::string_view(term) != "dumb";
}

std::string_view word_of(setup::Outcome outcome) {
  switch (outcome) {
    case setup::Outcome::passed:
      return "ok";
    case setup::Outcome::failed:
      return "FAILED";
    case setup::Outcome::not_run:
      return "not run";
  }
  return "?";
}

std::string_view json_word_of(setup::Outcome outcome) {
  switch (outcome) {
    case setup::Outcome::passed:
      return "passed";
    case setup::Outcome::failed:
      return "failed";
    case setup::Outcome::not_run:
      return "not_run";
  }
  return "?";
}

std::string_view colour_of(setup::Outcome outcome) {
  switch (outcome) {
    case setup::Outcome::passed:
      return "\033[32m";
    case setup::Outcome::failed:
      return "\033[1;31m";
    case setup::Outcome::not_run:
      return "\033[33m";
  }
  return "";
}

std::string padded(std::string_view text, std::size_t width) {
  std::string out(text);
  if (out.size() < width) out.append(width - out.size(), ' ');
  return out;
}

}  // namespace

struct Ui::State {
  std::chrono::steady_clock::time_point began = std::chrono::steady_clock::now();
  std::unique_ptr<base::Pool> pool;
  std::unique_ptr<ProgressView> progress;
};

Ui::Ui(const Global& global, std::string schema) : global_(global), state_(std::make_unique<State>()) {
  json_["schema"] = std::move(schema);
}
Ui::~Ui() = default;

void Ui::line(std::string_view text) {
  if (global_.json) return;
  if (state_->progress) state_->progress->clear();
  std::cout << text << '\n';
}

void Ui::note(std::string_view text) {
  if (global_.quiet || global_.json) return;
  if (state_->progress) state_->progress->clear();
  std::cerr << text << '\n';
}

void Ui::warning(std::string_view text) {
  if (state_->progress) state_->progress->clear();
  std::cerr << "solemn: warning: " << text << '\n';
  json_["warnings"].push_back(std::string(text));
}

void Ui::hash(std::string_view label, std::string_view key, base::ByteSpan digest) {
  json_[std::string(key)] = base::to_hex(digest);
  line(std::string(label) + ":");
  line(base::grouped_hex(digest, "    "));
  line("    first 16 bytes in words: " + base::words_of(digest.first(16)));
}

int Ui::verdict(const setup::Verdict& verdict, std::string_view subject) {
  const bool colour = colour_wanted();
  Json checks = Json::array();
  std::size_t width = 12;
  for (const setup::Check& check : verdict.checks()) width = std::max(width, check.rule.size());
  for (const setup::Check& check : verdict.checks()) {
    const std::string outcome = padded(word_of(check.outcome), 8);
    const std::string shown = base::printable(check.detail);
    line((colour ? std::string(colour_of(check.outcome)) + outcome + "\033[0m" : outcome) +
         (shown.empty() ? std::string(check.rule) : padded(check.rule, width + 2) + shown));
    checks.push_back({{"rule", check.rule}, {"outcome", json_word_of(check.outcome)}, {"detail", shown}});
  }
  const std::size_t passed = verdict.count(setup::Outcome::passed), failed = verdict.count(setup::Outcome::failed),
                    missing = verdict.count(setup::Outcome::not_run);
  const std::string counts = std::to_string(passed) + " passed, " + std::to_string(failed) + " failed, " +
                             std::to_string(missing) + " not run";
  const int status = verdict.rejected() ? 1 : (verdict.accepted() ? 0 : 2);
  const std::string_view word = status == 0 ? "VERIFIED" : (status == 1 ? "REJECTED" : "INCOMPLETE");
  line(std::string(word) + ": " + std::string(subject) + ": " + counts);
  json_["verdict"] = status == 0 ? "accepted" : (status == 1 ? "rejected" : "incomplete");
  json_["subject"] = base::printable(subject);
  json_["passed"] = passed;
  json_["failed"] = failed;
  json_["not_run"] = missing;
  json_["checks"] = std::move(checks);
  if (const std::string step = next_step(verdict, subject); !step.empty()) next(step);
  return status;
}

void Ui::next(std::string_view command) {
  json_["next"] = std::string(command);
  note("next: " + std::string(command));
}

base::Pool& Ui::pool() {
  if (!state_->pool) state_->pool = std::make_unique<base::Pool>(global_.threads);
  return *state_->pool;
}

base::Progress& Ui::progress() {
  if (!state_->progress) state_->progress = std::make_unique<ProgressView>(global_.quiet ? "none" : global_.progress);
  return *state_->progress;
}

setup::Context Ui::context() {
  return setup::Context{pool(), progress(), global_.force ? base::Overwrite::yes : base::Overwrite::no, 0};
}

void Ui::finish(int status) {
  if (state_->progress) state_->progress->finish();
  if (global_.verbose) {
    const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - state_->began;
    std::cerr << "took " << std::fixed << std::setprecision(3) << seconds.count() << " s, backend "
              << base::name(base::backend()) << ", " << pool().size() << " threads\n";
    json_["seconds"] = seconds.count();
  }
  if (!global_.json) return;
  json_["exit_status"] = status;
  std::cout << json_.dump(2, ' ', false, Json::error_handler_t::replace) << '\n';
}

int exit_status(base::Code code) noexcept {
  switch (code) {
    case base::Code::rejected:
      return 1;
    case base::Code::usage:
      return 2;
    case base::Code::io:
      return 3;
    case base::Code::malformed:
      return 4;
    case base::Code::device:
      return 5;
    case base::Code::refused:
      return 6;
    case base::Code::internal:
      return 70;
    case base::Code::interrupted:
      return 130;
  }
  return 70;
}

int report_error(const base::Error& error, bool as_json, bool no_output) {
  const int status = exit_status(error.code());
  const std::string what = base::printable(error.message());
  const std::string hint = base::printable(error.hint());
  if (as_json) {
    Json object{{"schema", "solemn.error/1"}, {"error", what}, {"hint", hint}, {"exit_status", status}};
    if (no_output) object["output_written"] = false;
    std::cout << object.dump(2, ' ', false, Json::error_handler_t::replace) << '\n';
    return status;
  }
  std::cerr << "solemn: error: " << what << '\n';
  if (!hint.empty()) std::cerr << "solemn: hint: " << hint << '\n';
  if (no_output) std::cerr << "solemn: no output was written\n";
  if (status == 70) std::cerr << "solemn: this is a bug: please report it with the output of 'solemn --version'\n";
  return status;
}

void install_interrupt_handler() noexcept {
  struct sigaction action {};
  action.sa_handler = [](int) {
    if (interrupt_seen != 0) _exit(130);
    interrupt_seen = 1;
  };
  sigaction(SIGINT, &action, nullptr);
  sigaction(SIGTERM, &action, nullptr);
  std::signal(SIGPIPE, SIG_IGN);
  std::signal(SIGXFSZ, SIG_IGN);  // a limit of file sizes is an error like a full disk, not an end without cleaning up
}

bool interrupted() noexcept { return interrupt_seen != 0; }

}  // namespace solemn::cli
