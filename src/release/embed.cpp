#include "release/embed.hpp"

#include <algorithm>
#include <cstdio>

#include "base/error.hpp"
#include "hash/blake3.hpp"

namespace solemn::release {

using base::ByteSpan;
using base::Code;
using base::Error;

namespace {

constexpr std::size_t kMaxProgramId = 4096, kMaxDomain = 200, kBytesPerLine = 16;

bool printable_ascii(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return c >= ' ' && c <= '~' && c != '\\'; });
}

/// "    0x01, 0x02, ...\n", 16 bytes a line, lower case.
std::string byte_lines(ByteSpan bytes) {
  std::string text;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    char byte[8];
    std::snprintf(byte, sizeof byte, "0x%02x,", std::to_integer<unsigned>(bytes[i]));
    const bool first = i % kBytesPerLine == 0, last = i % kBytesPerLine == kBytesPerLine - 1 || i + 1 == bytes.size();
    text += (first ? "    " : " ") + std::string(byte) + (last ? "\n" : "");
  }
  return text;
}

std::string joined(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : ",") + word;
  return text;
}

std::string vk_constant(const Snippet& snippet) {
  return "VK_" + snippet.prefix + (snippet.curve == curve::CurveId::bls12_381 ? "_BLS12_381" : "_BN254") + "_GROTH16";
}

/// The provenance, or that there is none.
std::string marker_line(const Snippet& snippet, const base::Hash32& program) {
  const Provenance& from = snippet.provenance;
  if (from.bundle_sha256.empty())
    return "// NOT FROM A SIGNED BUNDLE: for tests only; a build guard must refuse this text.\n";
  return "// " + std::string(kMarker) + " v1 tool=" + from.tool + " bundle_sha256=" + from.bundle_sha256 +
         " vk_blake3=" + from.vk_blake3 + " key_ids=" + joined(from.key_ids) +
         " threshold=" + std::to_string(from.threshold) + " program_hash=" + base::to_hex(program) + "\n";
}

std::string emit_rust(const Snippet& snippet, const base::Hash32& program) {
  const std::string hash_name = "PROGRAM_HASH_" + snippet.prefix, vk_name = vk_constant(snippet);
  return "// Paste into the registry of programs. Made by solemn embed; do not edit, the build guard makes it "
         "again.\n" +
         marker_line(snippet, program) + "// DS: " + snippet.domain + "\n\npub const " + hash_name +
         ": [u8; 32] = [\n" + byte_lines(program) + "];\n\npub const " + vk_name + ": &[u8] = &[\n" +
         byte_lines(snippet.vk) +
         "];\n\n#[cfg(feature = \"zk-groth16\")]\n"
         "pub fn program_vk_lookup(program_hash: &[u8; 32]) -> Option<&'static [u8]> {\n"
         "    // Looks at every byte, whatever they are.\n"
         "    fn ct_eq32(a: &[u8; 32], b: &[u8; 32]) -> bool {\n"
         "        let mut difference = 0u8;\n"
         "        for i in 0..32 {\n"
         "            difference |= a[i] ^ b[i];\n"
         "        }\n"
         "        core::hint::black_box(difference) == 0\n"
         "    }\n"
         "    if ct_eq32(program_hash, &" +
         hash_name + ") {\n        return Some(" + vk_name + ");\n    }\n    None\n}\n\n// End of " + vk_name + ".\n";
}

std::string emit_cpp(const Snippet& snippet, const base::Hash32& program) {
  const std::string hash_name = "PROGRAM_HASH_" + snippet.prefix, vk_name = vk_constant(snippet);
  return "// Made by solemn embed; do not edit, the build guard makes it again.\n" + marker_line(snippet, program) +
         "// DS: " + snippet.domain +
         "\n#pragma once\n#include <array>\n#include <cstddef>\n#include <cstdint>\n\n"
         "inline constexpr std::array<std::uint8_t, 32> " +
         hash_name + " = {\n" + byte_lines(program) + "};\n\ninline constexpr std::array<std::uint8_t, " +
         std::to_string(snippet.vk.size()) + "> " + vk_name + " = {\n" + byte_lines(snippet.vk) +
         "};\n\n/// The key of a program, or null; size receives its length. Looks at every byte, whatever they are.\n"
         "inline const std::uint8_t* program_vk_lookup_" +
         snippet.prefix +
         "(const std::uint8_t (&program_hash)[32], std::size_t& size) noexcept {\n"
         "  unsigned difference = 0;\n"
         "  for (std::size_t i = 0; i < 32; ++i) difference |= static_cast<unsigned>(program_hash[i] ^ " +
         hash_name + "[i]);\n  size = difference == 0 ? " + vk_name + ".size() : 0;\n  return difference == 0 ? " +
         vk_name + ".data() : nullptr;\n}\n\n// End of " + vk_name + ".\n";
}

std::vector<std::string_view> lines_of(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    lines.push_back(text.substr(0, end));
    if (end == std::string_view::npos) break;
    text.remove_prefix(end + 1);
  }
  return lines;
}

std::string_view only_marker_line(std::string_view text) {
  std::string_view found;
  for (const std::string_view line : lines_of(text)) {
    if (line.find(kMarker) == std::string_view::npos) continue;
    if (!found.empty()) return {};
    found = line;
  }
  return found;
}

std::string first_difference(std::string_view text, std::string_view expected) {
  const auto here = lines_of(text), there = lines_of(expected);
  for (std::size_t i = 0; i < std::max(here.size(), there.size()); ++i)
    if (i >= here.size() || i >= there.size() || here[i] != there[i])
      return "line " + std::to_string(i + 1) + " is not what the bundle gives";
  return "the ends of the lines differ";
}

}  // namespace

base::Hash32 program_hash(std::string_view domain, ByteSpan program_id) {
  return hash::blake3_derive_key(domain, program_id);
}

std::string clean_prefix(std::string_view typed) {
  std::string prefix;
  for (const char c : typed) {
    const bool digit = c >= '0' && c <= '9', lower = c >= 'a' && c <= 'z', upper = c >= 'A' && c <= 'Z';
    prefix += lower ? static_cast<char>(c - 'a' + 'A') : digit || upper ? c : '_';
  }
  if (prefix.empty() || prefix.size() > kMaxDomain)
    throw Error(Code::usage, "--const-prefix must have 1 to 200 characters");
  return prefix;
}

std::string emit(const Snippet& snippet) {
  if (snippet.program_id.empty() || snippet.program_id.size() > kMaxProgramId)
    throw Error(Code::usage, "the program id must have 1 to 4096 bytes");
  if (snippet.domain.empty() || snippet.domain.size() > kMaxDomain || !printable_ascii(snippet.domain) ||
      snippet.domain.find(kMarker) != std::string::npos)
    throw Error(Code::usage, "--ds-program must be 1 to 200 printable ASCII characters");
  const base::Hash32 program = program_hash(snippet.domain, snippet.program_id);
  return snippet.language == Language::rust ? emit_rust(snippet, program) : emit_cpp(snippet, program);
}

std::optional<std::string> tool_in_marker(std::string_view text) {
  const std::string_view line = only_marker_line(text);
  const std::string begin = "// " + std::string(kMarker) + " v1 tool=";
  if (!line.starts_with(begin)) return std::nullopt;
  const std::string tool(line.substr(begin.size(), line.find(' ', begin.size()) - begin.size()));
  const bool ours = tool.starts_with("solemn/") && tool.size() > 7 && tool.size() < 64 &&
                    std::ranges::all_of(tool.substr(7), [](char c) {
                      return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || c == '.' || c == '-' || c == '+';
                    });
  return ours ? std::optional(tool) : std::nullopt;
}

void check_snippet(setup::Verdict& verdict, std::string_view text, Snippet snippet) {
  ASSERT(!snippet.provenance.bundle_sha256.empty());
  const auto tool = tool_in_marker(text);
  if (!tool) {
    verdict.fail("marker", "there is not exactly one line with " + std::string(kMarker) + " as solemn writes it");
    return verdict.fail("snippet", "not a text of solemn embed");
  }
  snippet.provenance.tool = *tool;
  const std::string expected = emit(snippet);
  const bool same_marker = only_marker_line(text) == only_marker_line(expected);
  verdict.add("marker", same_marker,
              same_marker ? "of this bundle, by " + *tool : "the line does not say what is true of this bundle");
  const auto contains = [&](ByteSpan bytes) { return text.find(byte_lines(bytes)) != std::string_view::npos; };
  const bool hash_there = contains(program_hash(snippet.domain, snippet.program_id));
  verdict.add("program-hash", hash_there,
              hash_there ? "of this program id" : "the text has not the hash of this program id");
  const bool key_there = contains(snippet.vk);
  verdict.add("embedded-key", key_there, key_there ? "the bundle's, whole" : "the text has not the bundle's key");
  verdict.add("snippet", text == expected, text == expected ? "byte for byte" : first_difference(text, expected));
}

}  // namespace solemn::release
