#pragma once
// Programs of others that turn bytes into bytes (pdftoppm, pngtopnm, ...), each in a process of its own. Private to
// this folder.
#include <span>
#include <string>

#include "paper/document.hpp"

namespace solemn::paper {

struct Converter {
  std::string program;  // looked for in /usr/bin and /usr/local/bin only
  std::string package;  // Debian's name, for the hint
  std::vector<std::string> arguments;
};
struct Converted {
  int status = 0;  // of exit()
  SecretBytes output{0};
};

/// The input is given as a memory file on standard input, which is overwritten afterwards. The process has no other
/// file, no environment, and limits: 60 seconds of processor and 120 of time, 2 GiB of memory, no core dump, and it
/// cannot write any file. Throws Error{usage}: not installed; Error{malformed}: crashed, too slow, or more output than
/// max_output_bytes; Error{io}.
Converted convert(const Converter& converter, base::ByteSpan input, std::size_t max_output_bytes);

}  // namespace solemn::paper
