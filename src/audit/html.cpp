#include "audit/html.hpp"

#include <algorithm>

#include "audit/report_style.hpp"
#include "base/words.hpp"

namespace solemn::audit {

using base::Outcome;

std::string page_head(std::string_view title, std::string_view body_class) {
  return "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" "
         "content=\"width=device-width,initial-scale=1\"><meta name=\"color-scheme\" content=\"light dark\">"
         "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">"
         "<title>" +
         escaped(title) + "</title><style>" + std::string(kStyle) + "</style></head><body" +
         (body_class.empty() ? std::string() : " class=\"" + std::string(body_class) + "\"") + "><main>\n";
}

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

namespace {

std::string_view class_of(Outcome outcome) {
  return outcome == Outcome::passed ? "good" : outcome == Outcome::failed ? "bad" : "open";
}
std::string_view word_of(Outcome outcome) {
  return outcome == Outcome::passed ? "passed" : outcome == Outcome::failed ? "FAILED" : "not run";
}

}  // namespace

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

}  // namespace solemn::audit
