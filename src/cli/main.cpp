// solemn: parse, call one function, map its outcome to the exit status. The only catch (...) of the program.
#include <malloc.h>

#include <iostream>
#include <new>

#include "base/file.hpp"
#include "base/secret.hpp"
#include "cli/command.hpp"
#include "cli/suggest.hpp"
#include "cli/ui.hpp"

namespace {

/// Blocks of points come and go all the time: freed memory stays with the process instead of being mapped, cleared and
/// unmapped for each of them. The peak stays what it was.
void keep_freed_memory() noexcept {
  (void)mallopt(M_MMAP_THRESHOLD, 32 << 20);  // the most that the allocator takes
  (void)mallopt(M_TRIM_THRESHOLD, 256 << 20);
}

int run(const std::vector<std::string>& words, bool& as_json, bool& writes) {
  using namespace solemn::cli;
  for (const std::string& word : words) as_json = as_json || word == "--json";
  const Parsed parsed = parse(words);
  if (parsed.command == nullptr) {
    (parsed.status == 0 ? std::cout : std::cerr) << parsed.text;
    return parsed.status;
  }
  writes = writes_a_file(*parsed.command);
  require_file_kinds(*parsed.command, parsed.arguments);
  Ui ui(parsed.global, parsed.command->schema());
  const int status = parsed.command->run(parsed.arguments, ui);
  ui.finish(status);
  return status;
}

}  // namespace

int main(int argc, char** argv) {
  using solemn::base::Code;
  using solemn::base::Error;
  solemn::base::occupy_standard_descriptors();
  solemn::base::harden_process();
  keep_freed_memory();
  solemn::cli::install_interrupt_handler();
  bool as_json = false, writes = false;
  int status = 70;
  try {
    status = run({argv + 1, argv + argc}, as_json, writes);
  } catch (const Error& error) {
    status = solemn::cli::report_error(error, as_json, writes);
  } catch (const std::bad_alloc&) {
    status = solemn::cli::report_error(Error(Code::io, "out of memory", "close other programs, or give --threads 1"),
                                       as_json, writes);
  } catch (const std::exception& error) {
    status = solemn::cli::report_error(Error(Code::internal, error.what()), as_json, writes);
  } catch (...) { status = solemn::cli::report_error(Error(Code::internal, "unknown error"), as_json, writes); }
  std::cout.flush();
  if (!std::cout && status == 0)
    return solemn::cli::report_error(Error(Code::io, "cannot write to standard output"), false);
  return status;
}
