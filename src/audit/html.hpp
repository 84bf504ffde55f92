#pragma once
// Pieces of the HTML pages: no script, no network, light and dark, printable. Private to this folder.
#include <string>
#include <string_view>

#include "base/bytes.hpp"
#include "base/verdict.hpp"

namespace solemn::audit {

/// Up to and with <main>; the page ends with "</main></body></html>".
/// body_class: "wide" for tables of many columns.
std::string page_head(std::string_view title, std::string_view body_class = {});
/// Printable text for an element or an attribute.
std::string escaped(std::string_view text);
std::string tag(base::Outcome outcome, std::string_view word);
std::string tag(base::Outcome outcome);  // "passed", "FAILED", "not run"
/// In groups, and its first 16 bytes in words.
std::string hash_block(base::ByteSpan digest);
std::string count(std::size_t n, std::string_view noun);  // "1 step", "3 steps"
/// The box at the top.
void write_verdict(std::string& html, const base::Verdict& verdict);
void write_checks(std::string& html, const base::Verdict& verdict);

}  // namespace solemn::audit
