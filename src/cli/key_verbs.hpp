#pragma once
// What the files of `solemn key` share.
#include <iostream>

#include "cli/secrets.hpp"
#include "cli/verbs.hpp"

namespace solemn::cli {

/// Algorithm and id.
void show_key(const sign::PublicKey& key, Ui& ui);
/// To --out, or to standard output when that is not given or "-" (with --json then only in the JSON object).
void put_result(std::string_view text, const Arguments& arguments, Ui& ui);

std::vector<Command> key_signing_commands();
int run_key_sign(const Arguments& arguments, Ui& ui);
int run_key_verify(const Arguments& arguments, Ui& ui);

}  // namespace solemn::cli
