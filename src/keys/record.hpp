#pragma once
// The record of a ceremony while it runs: the transcript in its folder, read through progress.hpp. The transcript is
// all there is of state: after a power cut it says where the ceremony stands.
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/file.hpp"
#include "keys/progress.hpp"
#include "sign/signer.hpp"
#include "transcript/store.hpp"

namespace solemn::keys {

/// The names in the folder of a ceremony. All of it may be published.
struct CeremonyFolder {
  base::Path folder;
  base::Path script() const { return folder / "script.json"; }
  base::Path people() const { return folder / "participants.json"; }
  base::Path record() const { return folder / "record"; }
  base::Path root_key() const { return folder / "root.pem"; }
  base::Path sets() const { return folder / "sets"; }
  base::Path certificate() const { return folder / "certificate.json"; }
  base::Path certificate_envelope() const { return folder / "certificate.dsse.json"; }
};

/// Who signs, by person. A ceremony needs everybody.
using Keyring = std::map<const Person*, std::unique_ptr<sign::Signer>>;

/// The role in the transcript, where custodians, facilitators and observers are contributors.
transcript::Role transcript_role(const Person& person) noexcept;

struct Beginning {
  bool drill = false;
  std::string software;       // name, version and SHA-256 of the program
  std::string continues;      // origin of the aborted ceremony that this one takes up; may be empty
  std::string script_sha256;  // of script.json, byte for byte
  std::string label;
};
transcript::Json beginning_json(const Beginning& beginning, const People& people);
/// Both as the first entry of the ceremony says. Throws Error{malformed}.
Beginning beginning_from(const transcript::Json& body);
People people_from_beginning(const transcript::Json& body);

/// Begins the record: everybody is in its first entry, which is signed by a root key that exists only for that and is
/// forgotten: nobody can be added later. root.pem holds its public half. Throws as transcript::create_record().
void begin_record(const CeremonyFolder& folder, const People& people, const Keyring& keyring,
                  std::uint64_t witness_threshold, const std::string& label, std::uint64_t now);

/// An entry with its body, and who signed it (null: nobody whom the ceremony knows).
struct CeremonyEntry {
  transcript::Entry entry;
  transcript::Hash leaf{};
  const Person* signer = nullptr;
};
/// All entries of a record that replays without problems.
std::vector<CeremonyEntry> ceremony_entries(const transcript::Contents& contents, const People& people);

/// Open for writing.
class CeremonyRecord {
 public:
  /// Throws what transcript::Writer throws, and Error{rejected} when what is recorded breaks a rule of the script.
  CeremonyRecord(const CeremonyFolder& folder, const Script& script, const People& people);

  const Progress& progress() const noexcept { return progress_; }
  const std::vector<CeremonyEntry>& entries() const noexcept { return entries_; }
  const std::string& origin() const noexcept { return writer_.state().origin; }
  const transcript::Contents& contents() const noexcept { return writer_.contents(); }
  const transcript::Replay& replay() const noexcept { return writer_.state(); }
  const transcript::Tree& tree() const noexcept { return writer_.state().tree; }
  std::uint64_t dropped_bytes() const noexcept { return writer_.dropped_bytes(); }

  /// Signs and appends; on the disk when it returns. Throws Error{refused} when a rule forbids it.
  const CeremonyEntry& append(std::string_view type, transcript::Json body, const Person& person, sign::Signer& signer,
                              std::uint64_t now);
  /// A copy in the record's attachments: the member of `attachments` that names it.
  transcript::Json attach(const base::Path& file);
  /// The coordinator's checkpoint of all entries, cosigned by the witnesses. `memories`: a folder outside of the
  /// bundle, with what each signed last.
  void seal(const People& people, const Keyring& keyring, const base::Path& memories, std::uint64_t now);

 private:
  CeremonyFolder folder_;
  transcript::Writer writer_;
  Progress progress_;
  std::vector<CeremonyEntry> entries_;
};

}  // namespace solemn::keys
