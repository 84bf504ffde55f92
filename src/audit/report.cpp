#include "audit/report.hpp"

#include <algorithm>
#include <map>

#include "audit/html.hpp"
#include "base/time.hpp"

namespace solemn::audit {

namespace {

using base::Outcome;

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

/// One row of boxes a chain, three boxes a row: on A4 the letters are as large as the page's.
void write_chain(std::string& html, const AuditReport& report, const std::string& chain) {
  constexpr std::size_t kInRow = 3, kWidth = 296, kHeight = 122, kGap = 46;
  std::vector<const Step*> steps;
  for (const Step& step : report.steps) {
    if (step.chain == chain) steps.push_back(&step);
  }
  const std::size_t n_rows = (steps.size() + kInRow - 1) / kInRow;
  const std::size_t height = n_rows * (kHeight + 34);
  html += "<div class=\"scroll\"><svg viewBox=\"0 0 " + std::to_string(kInRow * (kWidth + kGap)) + " " +
          std::to_string(height) + "\" role=\"img\" aria-label=\"" + escaped(chain) + " as a chain of files\">\n";
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
            "\" height=\"" + std::to_string(kHeight) + "\"/>" + "<text " + at + std::to_string(y + 29) +
            "\" font-weight=\"600\">" + std::to_string(step.number) + " &#183; " + what + "</text><text " + at +
            std::to_string(y + 56) + "\">" + short_text(who, 27) + "</text><text class=\"soft\" " + at +
            std::to_string(y + 82) + "\">" + short_text(step.file, 28) + "</text><text class=\"soft\" " + at +
            std::to_string(y + 107) + "\">" + (step.number == 0 ? "" : sign) + "</text></g>\n";
    if (i + 1 < steps.size() && (i + 1) % kInRow != 0) {
      const std::size_t middle = y + kHeight / 2;
      html += "<path class=\"arrow\" d=\"M" + std::to_string(x + kWidth + 4) + " " + std::to_string(middle) + "h" +
              std::to_string(kGap - 8) + "m-8 -6l8 6l-8 6\"/>\n";
    }
  }
  html += "</svg></div>\n";
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
  constexpr std::int64_t kLeft = 300, kWidth = 720, kRow = 38;
  const std::string left = std::to_string(kLeft), right = std::to_string(kLeft + kWidth);
  const std::int64_t span = std::max<std::int64_t>(last - first, 1);
  const std::int64_t height = static_cast<std::int64_t>(timed.size()) * kRow + 44;
  html += "<div class=\"scroll\"><svg viewBox=\"0 0 1026 " + std::to_string(height) +
          "\" role=\"img\" aria-label=\"when each step was made\">\n";
  std::int64_t y = 0;
  for (const Step* step : timed) {
    const format::ContributionLog& log = step->log->log;
    const std::int64_t width = std::max<std::int64_t>((log.timestamp - begin_of(step)) * kWidth / span, 6);
    const std::int64_t begin = kLeft + std::min((begin_of(step) - first) * kWidth / span, kWidth - width);
    const std::string line = std::to_string(y + 33);
    html += "<text x=\"0\" y=\"" + std::to_string(y + 25) + "\">" + short_text(log.participant, 30) +
            "</text><line class=\"axis\" x1=\"" + left + "\" x2=\"" + right + "\" y1=\"" + line + "\" y2=\"" + line +
            "\"/><rect class=\"bar\" rx=\"3\" x=\"" + std::to_string(begin) + "\" y=\"" + std::to_string(y + 10) +
            "\" width=\"" + std::to_string(width) + "\" height=\"18\"/>\n";
    y += kRow;
  }
  const std::string foot = std::to_string(height - 14);
  html += "<text class=\"soft\" x=\"" + left + "\" y=\"" + foot + "\">" + base::utc(first) +
          "</text><text class=\"soft\" x=\"" + right + "\" text-anchor=\"end\" y=\"" + foot + "\">" + base::utc(last) +
          "</text></svg></div>\n<p class=\"soft\">Times are what the participants' logs claim.</p>\n";
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
  std::string html = page_head("Ceremony audit") + "<h1>Ceremony audit</h1>\n<p class=\"soft\">" +
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
