#pragma once
// What somebody may have meant: the nearest word, the counterpart of a snarkjs command, files given in another order.
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "cli/command.hpp"

namespace solemn::cli {

/// The candidate nearest to `typed`, or empty when nothing is near.
std::string nearest(std::string_view typed, std::span<const std::string> candidates);

struct Counterpart {
  std::string typed, command;  // "powersoftau new"; "solemn ptau new bn128 12 pot.ptau", or advice
};
/// For a command line that snarkjs 0.7 would take, long form or shortcut; nullopt when it would not either.
/// `words` is the whole line, `plain` the positions of the words that are not options.
std::optional<Counterpart> snarkjs_counterpart(std::span<const std::string> words, std::span<const std::size_t> plain);

/// Looks at the first bytes of the input files. Throws Error{malformed} when one is plainly another kind of file than
/// its place asks for, with the order that would fit, if there is one, as the hint. Says nothing about files that are
/// not there or of no known kind: the readers do.
void require_file_kinds(const Command& command, const Arguments& arguments);

}  // namespace solemn::cli
