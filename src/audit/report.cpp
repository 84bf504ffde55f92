#include "audit/report.hpp"

#include <algorithm>
#include <map>

#include "audit/report_style.hpp"
#include "base/time.hpp"
#include "base/words.hpp"

namespace solemn::audit {

namespace {

using base::Outcome;

std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : base::printable(text)) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      case '\'':
        out += "&#39;";
        break;
      default:
        out += c;
    }
  }
  return out;
}

std::string_view class_of(Outcome outcome) {
  return outcome == Outcome::passed ? "good" : outcome == Outcome::failed ? "bad" : "open";
}
std::string_view word_of(Outcome outcome) {
  return outcome == Outcome::passed ? "passed" : outcome == Outcome::failed ? "FAILED" : "not run";
}
std::string tag(Outcome outcome, std::string_view word) {
  return "<span class=\"tag " + std::string(class_of(outcome)) + "\">" + std::string(word) + "</span>";
}
std::string tag(Outcome outcome) { return tag(outcome, word_of(outcome)); }

std::string hash_block(base::ByteSpan digest) {
  return "<span class=\"hash\">" + base::grouped_hex(digest, "") + "</span><span class=\"words\">" +
         escaped(base::words_of(digest.first(std::min<std::size_t>(digest.size(), 16)))) + "</span>";
}

std::string count(std::size_t n, std::string_view noun) {
  return std::to_string(n) + " " + std::string(noun) + (n == 1 ? "" : "s");
}

void write_verdict(std::string& html, const base::Verdict& verdict) {
  const bool rejected = verdict.rejected(), accepted = verdict.accepted();
  html += "<div class=\"verdict " +
          std::string(accepted   ? "good"
                      : rejected ? "bad"
                                 : "open") +
          "\"><strong>" +
          (accepted   ? "ACCEPTED"
           : rejected ? "REJECTED"
                      : "INCOMPLETE") +
          "</strong><span>" + count(verdict.count(Outcome::passed), "check") + " passed, " +
          std::to_string(verdict.count(Outcome::failed)) + " failed, " +
          std::to_string(verdict.count(Outcome::not_run)) + " not run. " +
          (accepted   ? "Everything that can be checked from these files was checked."
           : rejected ? "Do not use these keys before the failed checks are understood."
                      : "What was not run proves nothing: see the reasons below.") +
          "</span></div>\n";
}

void write_checks(std::string& html, const base::Verdict& verdict) {
  html +=
      "<div class=\"scroll\"><table><thead><tr><th>Verdict</th><th>Check</th><th>What was "
      "seen</th></tr></thead><tbody>\n";
  for (const base::Check& check : verdict.checks()) {
    html += "<tr><td>" + tag(check.outcome) + "</td><td><code>" + escaped(check.rule) +
            "</code></td><td class=\"seen\">" + escaped(check.detail) + "</td></tr>\n";
  }
  html += "</tbody></table></div>\n";
}

std::string short_text(std::string_view text, std::size_t max) {
  return escaped(text.size() <= max ? std::string(text) : std::string(text.substr(0, max - 3)) + "...");
}

/// The state of the file a step made.
std::string_view class_of_file(const AuditReport& report, const Step& step) {
  for (const FileVerdict& file : report.files) {
    if (report.found.name_of(file.path) == step.file) return file.sound() ? "good" : "bad";
  }
  return "open";
}

/// One row of boxes a chain, four boxes a row.
void write_chain(std::string& html, const AuditReport& report, const std::string& chain) {
  constexpr std::size_t kInRow = 4, kWidth = 215, kHeight = 92, kGap = 40;
  std::vector<const Step*> steps;
  for (const Step& step : report.steps) {
    if (step.chain == chain) steps.push_back(&step);
  }
  const std::size_t n_rows = (steps.size() + kInRow - 1) / kInRow;
  const std::size_t height = n_rows * (kHeight + 34);
  html += "<svg viewBox=\"0 0 " + std::to_string(kInRow * (kWidth + kGap)) + " " + std::to_string(height) +
          "\" role=\"img\" aria-label=\"" + escaped(chain) + " as a chain of files\">\n";
  for (std::size_t i = 0; i < steps.size(); ++i) {
    const Step& step = *steps[i];
    const std::size_t x = i % kInRow * (kWidth + kGap), y = i / kInRow * (kHeight + 34) + 4;
    const std::string at = "x=\"" + std::to_string(x + 12) + "\" y=\"";
    const std::string what = step.number == 0 ? "beginning" : step.is_beacon ? "beacon" : "contribution";
    const std::string who = step.log != nullptr ? step.log->log.participant : step.claimed_name;
    const std::string sign = step.log == nullptr       ? "no log"
                             : step.log_signature_good ? "log signed"
                                                       : "log, no good signature";
    html += "<g class=\"" + std::string(class_of_file(report, step)) + "\"><rect class=\"box\" rx=\"8\" x=\"" +
            std::to_string(x + 1) + "\" y=\"" + std::to_string(y) + "\" width=\"" + std::to_string(kWidth) +
            "\" height=\"" + std::to_string(kHeight) + "\"/>" + "<text " + at + std::to_string(y + 22) +
            "\" font-weight=\"600\">" + std::to_string(step.number) + " &#183; " + what + "</text><text " + at +
            std::to_string(y + 42) + "\">" + short_text(who, 27) + "</text><text class=\"soft\" " + at +
            std::to_string(y + 62) + "\">" + short_text(step.file, 29) + "</text><text class=\"soft\" " + at +
            std::to_string(y + 81) + "\">" + (step.number == 0 ? "" : sign) + "</text></g>\n";
    if (i + 1 < steps.size() && (i + 1) % kInRow != 0) {
      const std::size_t middle = y + kHeight / 2;
      html += "<path class=\"arrow\" d=\"M" + std::to_string(x + kWidth + 4) + " " + std::to_string(middle) + "h" +
              std::to_string(kGap - 8) + "m-7 -5l7 5l-7 5\"/>\n";
    }
  }
  html += "</svg>\n";
}

/// Bars from start to end of each step, as the signed logs claim.
void write_timeline(std::string& html, const AuditReport& report) {
  std::vector<const Step*> timed;
  for (const Step& step : report.steps) {
    if (step.log != nullptr) timed.push_back(&step);
  }
  if (timed.empty()) {
    html += "<p class=\"soft\">No logs, so no times.</p>\n";
    return;
  }
  const auto begin_of = [](const Step* s) { return s->log->log.started_at.value_or(s->log->log.timestamp); };
  std::int64_t first = begin_of(timed.front()), last = timed.front()->log->log.timestamp;
  for (const Step* step : timed) {
    first = std::min(first, begin_of(step));
    last = std::max(last, step->log->log.timestamp);
  }
  constexpr std::int64_t kLeft = 230, kWidth = 770;
  const std::int64_t span = std::max<std::int64_t>(last - first, 1);
  const std::size_t height = timed.size() * 28 + 40;
  html +=
      "<svg viewBox=\"0 0 1020 " + std::to_string(height) + "\" role=\"img\" aria-label=\"when each step was made\">\n";
  for (std::size_t i = 0; i < timed.size(); ++i) {
    const format::ContributionLog& log = timed[i]->log->log;
    const std::int64_t begin = kLeft + (begin_of(timed[i]) - first) * kWidth / span;
    const std::int64_t width = std::max<std::int64_t>((log.timestamp - begin_of(timed[i])) * kWidth / span, 4);
    const std::string y = std::to_string(i * 28 + 20);
    html += "<text x=\"0\" y=\"" + y + "\">" + short_text(log.participant, 30) +
            "</text><line class=\"axis\" x1=\"230\" x2=\"1000\" y1=\"" + std::to_string(i * 28 + 26) + "\" y2=\"" +
            std::to_string(i * 28 + 26) + "\"/><rect class=\"bar\" rx=\"3\" x=\"" + std::to_string(begin) + "\" y=\"" +
            std::to_string(i * 28 + 8) + "\" width=\"" + std::to_string(width) + "\" height=\"14\"/>\n";
  }
  html += "<text class=\"soft\" x=\"230\" y=\"" + std::to_string(height - 8) + "\">" + base::utc(first) +
          "</text><text class=\"soft\" x=\"1000\" text-anchor=\"end\" y=\"" + std::to_string(height - 8) + "\">" +
          base::utc(last) + "</text></svg>\n<p class=\"soft\">Times are what the participants' logs claim.</p>\n";
}

void write_steps(std::string& html, const AuditReport& report) {
  html +=
      "<div class=\"scroll\"><table><thead><tr><th>Step</th><th>Who</th><th>When, how "
      "long</th><th>Entropy</th><th>Contribution hash</th></tr></thead><tbody>\n";
  for (const Step& step : report.steps) {
    if (step.number == 0) continue;
    const LogFile* log = step.log;
    html += "<tr><td>" + escaped(step.chain) + "<br>" + std::to_string(step.number) +
            (step.is_beacon ? ", beacon" : "") + "<br><code>" + escaped(step.file) + "</code></td><td>" +
            (log != nullptr ? escaped(log->log.participant) + "<br>" +
                                  (step.log_signature_good ? tag(Outcome::passed, "log signed")
                                                           : tag(Outcome::failed, "not signed"))
                            : "claims: " + escaped(step.claimed_name) + "<br>" + tag(Outcome::failed, "no log")) +
            "</td><td class=\"time\">";
    if (log != nullptr) {
      html += base::utc(log->log.timestamp);
      if (log->log.started_at && *log->log.started_at <= log->log.timestamp) {
        html += "<br>" + base::duration_text(log->log.timestamp - *log->log.started_at);
      }
    }
    html += "</td><td class=\"entropy\">" + (log != nullptr ? escaped(log->log.entropy) : std::string()) + "</td><td>" +
            hash_block(step.contribution_hash) + "</td></tr>\n";
  }
  html += "</tbody></table></div>\n";
}

void write_people(std::string& html, const AuditReport& report) {
  if (report.participants.empty()) {
    html +=
        "<p class=\"soft\">No list of participants could be trusted: see the check "
        "<code>participants-pinned</code>.</p>\n";
    return;
  }
  html += "<div class=\"scroll\"><table><thead><tr><th>Name</th><th>Role</th><th>Key</th></tr></thead><tbody>\n";
  for (const transcript::Participant& participant : report.participants) {
    html += "<tr><td>" + escaped(participant.name) + "</td><td>" + escaped(transcript::name(participant.role)) +
            "</td><td>" + escaped(sign::name(participant.key.algorithm())) + hash_block(participant.key.id()) +
            "</td></tr>\n";
  }
  html += "</tbody></table></div>\n";
}

void write_files(std::string& html, const AuditReport& report) {
  for (const FileVerdict& file : report.files) {
    const bool sound = file.sound();
    html += "<details" + std::string(sound ? "" : " open") + "><summary>" +
            tag(sound                     ? Outcome::passed
                : file.verdict.rejected() ? Outcome::failed
                                          : Outcome::not_run) +
            " <code>" + escaped(report.found.name_of(file.path)) + "</code> <span class=\"soft\">" +
            escaped(file.what) + "</span></summary>\n";
    if (!file.expected_failures.empty()) {
      html +=
          "<p class=\"soft\">A first state: nobody has contributed yet, so checks that ask for contributions fail, and "
          "must.</p>\n";
    }
    write_checks(html, file.verdict);
    html += "</details>\n";
  }
  const auto write_digests = [&](const base::Path& path, const format::FileDigests& digests) {
    html += "<tr><td><code>" + escaped(report.found.name_of(path)) + "</code></td><td>" + hash_block(digests.sha256) +
            "</td></tr>\n";
  };
  html += "<h3>SHA-256</h3><div class=\"scroll\"><table><tbody>\n";
  for (const PtauFile& file : report.found.ptau) write_digests(file.path, file.digests);
  for (const ZkeyFile& file : report.found.zkey) write_digests(file.path, file.digests);
  html += "</tbody></table></div>\n";
  if (report.found.others.empty()) return;
  html += "<details><summary>" + count(report.found.others.size(), "other file") + ", not looked at</summary><p>";
  for (const base::Path& path : report.found.others)
    html += "<code>" + escaped(report.found.name_of(path)) + "</code> ";
  html += "</p></details>\n";
}

}  // namespace

std::string html_report(const AuditReport& report, const ReportFacts& facts) {
  std::string html =
      "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" "
      "content=\"width=device-width,initial-scale=1\"><meta name=\"color-scheme\" content=\"light dark\">"
      "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">"
      "<title>Ceremony audit</title><style>" +
      std::string(kStyle) + "</style></head><body><main>\n<h1>Ceremony audit</h1>\n<p class=\"soft\">" +
      (report.ceremony.empty() ? "" : escaped(report.ceremony) + "<br>") + "Folder <code>" +
      escaped(report.found.folder.filename().empty() ? report.found.folder.string()
                                                     : report.found.folder.filename().string()) +
      "</code>, audited " + base::utc(facts.created_at) + " with " + escaped(facts.tool) + "</p>\n";
  write_verdict(html, report.verdict);
  html += "<h2>The chain</h2>\n";
  std::vector<std::string> chains;
  for (const Step& step : report.steps) {
    if (std::ranges::find(chains, step.chain) == chains.end()) chains.push_back(step.chain);
  }
  for (const std::string& chain : chains) {
    html += "<p><strong>" + escaped(chain) + "</strong></p>\n";
    write_chain(html, report, chain);
  }
  html += "<h2>When</h2>\n";
  write_timeline(html, report);
  html += "<h2>Every check</h2>\n";
  write_checks(html, report.verdict);
  html += "<h2>Who contributed</h2>\n";
  write_steps(html, report);
  html += "<h2>Registered participants</h2>\n";
  write_people(html, report);
  html += "<h2>Files</h2>\n";
  write_files(html, report);
  html +=
      "<h2>What this page does not say</h2>\n<p>That the contributors destroyed their secrets, or were different "
      "people. One honest "
      "contributor is enough; no program can tell who was. Anybody can repeat this audit: <code>solemn audit "
      "FOLDER</code>.</p>\n"
      "</main></body></html>\n";
  return html;
}

}  // namespace solemn::audit
