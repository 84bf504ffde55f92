// Files in the wrong place: a proving key where a circuit is wanted.
#include <algorithm>
#include <array>
#include <numeric>

#include "base/error.hpp"
#include "cli/suggest.hpp"

namespace solemn::cli {
namespace {

using base::Code;
using base::Error;

constexpr std::size_t kMagicBytes = 4096, kLookBytes = 1 << 16;  // of binary files and pages, of JSON

struct Magic {
  Kind kind;
  std::string_view begins, called, look;  // look: the command that is for such files
};
constexpr std::array kMagics = {
    Magic{Kind::ptau, "ptau", "a powers of tau file", "solemn ptau info "},
    Magic{Kind::zkey, "zkey", "a proving key (zkey)", "solemn zkey info "},
    Magic{Kind::r1cs, "r1cs", "a circuit (r1cs)", "solemn circuit info "},
    Magic{Kind::wtns, "wtns", "a witness (wtns)", "solemn proof create --help"},
    Magic{Kind::vkey, "", "a verification key (JSON)", "solemn vkey check "},
    Magic{Kind::proof, "", "a proof (JSON)", "solemn proof verify --help"},
    Magic{Kind::publics, "", "public signals (JSON)", "solemn proof verify --help"},
};

const Magic* magic_of(Kind kind) {
  const auto* found = std::find_if(kMagics.begin(), kMagics.end(), [&](const Magic& m) { return m.kind == kind; });
  return found == kMagics.end() ? nullptr : found;
}

/// The beginning of a file; empty when it cannot be read: the reader will say it better.
std::string head_of(const base::Path& path) {
  try {
    const base::InputFile file(path);
    const auto first_bytes = [&](std::uint64_t at_most) {
      std::string bytes(static_cast<std::size_t>(std::min(file.size(), at_most)), '\0');
      file.read_at(0, base::writable_object_bytes(std::span(bytes)));
      return bytes;
    };
    std::string head = first_bytes(kMagicBytes);
    const std::size_t first = head.find_first_not_of(" \t\r\n");
    return first != std::string::npos && head[first] == '{' ? first_bytes(kLookBytes) : head;
  } catch (const Error&) { return {}; }
}

/// What git and servers leave under a file's name. Of the repositories that hold a "powersOfTau28_hez_final_10.ptau",
/// many hold one of these.
void refuse_stand_in(const base::Path& path, std::string_view head) {
  const std::string name = "'" + path.string() + "' is ";
  if (head.starts_with("version https://git-lfs.github.com/spec/"))
    throw Error(Code::malformed, name + "a pointer of Git LFS, not the file itself", "git lfs pull");
  for (const std::string_view page : {"<?xml", "<!DOCTYPE", "<!doctype", "<html", "<Error>"})
    if (head.starts_with(page))
      throw Error(Code::malformed, name + "a page or an error that a server sent, not the file itself",
                  "fetch it from somewhere else, and compare its hash with the published one");
}

/// What the file plainly is; Kind::file when nobody can tell.
Kind kind_of(std::string_view head) {
  for (const Magic& magic : kMagics)
    if (!magic.begins.empty() && head.starts_with(magic.begins)) return magic.kind;
  if (head.find('\0') != std::string_view::npos) return Kind::file;  // no text, whatever it begins with
  const std::size_t first = head.find_first_not_of(" \t\r\n");
  if (first == std::string::npos) return Kind::file;
  if (head[first] == '[') return Kind::publics;
  if (head[first] != '{') return Kind::file;
  if (head.find("\"vk_gamma_2\"") != std::string::npos) return Kind::vkey;
  return head.find("\"pi_a\"") != std::string::npos ? Kind::proof : Kind::file;
}

struct Place {
  const Positional* positional;
  base::Path path;
  Kind found;
};

/// The same command with the files where they belong; empty when no order fits.
std::string reordered(const Command& command, const Arguments& arguments, std::span<const Place> places) {
  std::vector<std::size_t> order(places.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  do {
    bool fits = true;
    for (std::size_t i = 0; i < places.size(); ++i) fits = fits && places[order[i]].found == places[i].positional->kind;
    if (!fits) continue;
    std::string text = "solemn " + command.words();
    for (const Positional& positional : command.positionals) {
      const auto* place = std::find_if(places.data(), places.data() + places.size(),
                                       [&](const Place& p) { return p.positional == &positional; });
      const bool moved = place != places.data() + places.size();
      text +=
          " " + base::shell_word(moved ? places[order[static_cast<std::size_t>(place - places.data())]].path.string()
                                       : arguments.text(positional.name));
    }
    return text;
  } while (std::next_permutation(order.begin(), order.end()));
  return {};
}

}  // namespace

void require_file_kinds(const Command& command, const Arguments& arguments) {
  std::vector<Place> places;
  for (const Positional& positional : command.positionals)
    if (magic_of(positional.kind) != nullptr) {
      const base::Path path = arguments.path(positional.name);
      const std::string head = head_of(path);
      refuse_stand_in(path, head);
      places.push_back({&positional, path, kind_of(head)});
    }
  for (const Place& place : places) {
    if (place.found == Kind::file || place.found == place.positional->kind) continue;
    const Magic &found = *magic_of(place.found), &wanted = *magic_of(place.positional->kind);
    const std::string order = reordered(command, arguments, places);
    const std::string look =
        std::string(found.look) + (found.look.back() == ' ' ? base::shell_word(place.path.string()) : "");
    throw Error(Code::malformed,
                "'" + place.path.string() + "' is " + std::string(found.called) + "; " +
                    std::string(place.positional->name) + " must be " + std::string(wanted.called),
                order.empty() ? look : "did you mean: " + order);
  }
}

}  // namespace solemn::cli
