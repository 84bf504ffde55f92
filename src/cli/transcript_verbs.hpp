#pragma once
// What the files of `solemn transcript` share.
#include "cli/command.hpp"
#include "cli/secrets.hpp"
#include "cli/ui.hpp"
#include "transcript/registry.hpp"
#include "transcript/verify.hpp"

namespace solemn::cli {

inline const Option kTranscriptSignKeyOption{"--sign-key", "KEY", "the signer's key: a file, or pkcs11:...", true,
                                             Kind::file};
inline const Option kRootKeyOption{"--root-key", "PUB", "file with the root's public key, from outside of the record",
                                   false, Kind::file};
inline const Option kWitnessOption{
    "--witness", "VKEY",     "NAME+ID+BASE64, or a file with that line; several times. Instead of the record's own",
    false,       Kind::file, true};
inline const Option kWitnessThresholdOption{"--witness-threshold", "N",
                                            "cosignatures needed (default: what the first entry says; with --witness "
                                            "all of them); 0: none",
                                            false, Kind::number};

std::unique_ptr<sign::Signer> transcript_signer(const Arguments& arguments);
std::optional<sign::PublicKey> public_key_option(const Arguments& arguments, std::string_view name);
sign::NoteKey note_key_from(const std::string& text_or_file);
std::vector<sign::NoteKey> witness_options(const Arguments& arguments);
std::optional<std::uint64_t> threshold_option(const Arguments& arguments);
/// ROLE:NAME:FILE. Throws Error{usage}.
transcript::Participant participant_from_option(const std::string& text);
std::string whole_text(const base::Path& path, std::uint64_t max_bytes);

std::vector<Command> transcript_checking_commands();

}  // namespace solemn::cli
