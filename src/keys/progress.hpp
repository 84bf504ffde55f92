#pragma once
// How far a ceremony is, and what may happen next: a pure function of the script, the people and the entries of the
// record so far. The run asks it before it writes an entry; the audit gives it all entries of a finished record. Both
// apply the same rules.
#include <array>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "keys/people.hpp"
#include "keys/script.hpp"
#include "transcript/entry.hpp"

namespace solemn::keys {

/// The types of a ceremony's entries. Incidents are the record's own type "incident".
inline constexpr std::string_view kBegunType = "ceremony-begun";  // by the coordinator
inline constexpr std::string_view kStepType = "ceremony-step";    // by the performer
inline constexpr std::string_view kWitnessedType =
    "ceremony-witnessed";  // by a witness, or the auditor for a deviation
inline constexpr std::string_view kRestartedType = "ceremony-restarted";  // the secrets were lost: by the coordinator
inline constexpr std::string_view kAbortedType = "ceremony-aborted";      // by the coordinator
inline constexpr std::string_view kEndedType = "ceremony-ended";          // by the coordinator

/// A step that somebody has to do: for `each` steps one for every person.
struct Slot {
  const Phase* phase = nullptr;
  const Step* step = nullptr;
  const Person* person = nullptr;  // null: anybody who has the role
  // What the record says of it:
  const Person* performer = nullptr;  // null: not done yet
  transcript::Hash record{};          // leaf hash of its entry
  std::uint64_t entry = 0, time = 0;
  std::set<const Person*> witnesses;
  bool deviates = false, approved = false;  // approved: by the auditor

  bool done() const noexcept {
    return performer != nullptr && witnesses.size() >= step->witnesses && (!deviates || approved);
  }
};

/// What an entry breaks.
struct Objection {
  std::string_view rule;  // one of kProgressRules
  std::string detail;
};
inline constexpr std::array<std::string_view, 8> kProgressRules = {
    "ceremony-begun",  "step-order", "step-performers", "step-witnesses",
    "step-deviations", "policies",   "secrets-restart", "ceremony-end"};

class Progress {
 public:
  /// Both must outlive the object, and be sound: check_script(), check_people().
  Progress(const Script& script, const People& people);

  /// Takes over what an entry says, unless it breaks a rule. Types that are no business of a ceremony pass.
  std::optional<Objection> take(const transcript::Entry& entry, const transcript::Hash& leaf, const Person* signer);

  /// The first slot that is not done; null at the end.
  const Slot* next() const noexcept;
  const std::vector<Slot>& slots() const noexcept { return slots_; }
  bool begun() const noexcept { return begun_; }
  bool aborted() const noexcept { return aborted_; }
  bool ended() const noexcept { return ended_; }
  bool drill() const noexcept { return drill_; }
  std::uint64_t round() const noexcept { return round_; }
  /// Choices by policy id; empty before they were made.
  const std::map<std::string, std::string>& choices() const noexcept { return choices_; }
  bool holds(const std::optional<Condition>& when) const;
  /// Steps that the choices leave out: "not done: policy". Empty before they were made.
  std::vector<const Step*> left_out() const;
  /// Some steps that need the keys in memory are recorded and some are not done: if the keys are no longer there, these
  /// steps must be done again.
  bool secrets_pending() const noexcept;
  /// Unix time of the first and the last entry of the phase; nullopt before.
  std::optional<std::uint64_t> phase_began(const Phase& phase) const;
  std::uint64_t last_time() const noexcept { return last_time_; }

  enum class Mark : std::uint8_t { open, done, deviating, left_out };  // left_out: no step of it, by policy
  struct CheckLine {
    std::string text;
    Mark mark;
  };
  /// `assumed`: a step that counts as done.
  std::vector<CheckLine> checklist(const Step* assumed = nullptr) const;

 private:
  std::optional<Objection> begin(const transcript::Entry& entry, const Person* signer);
  std::optional<Objection> perform(const transcript::Entry& entry, const transcript::Hash& leaf, const Person* signer);
  std::optional<Objection> witness(const transcript::Entry& entry, const Person* signer);
  std::optional<Objection> restart(const Person* signer);
  std::optional<Objection> finish(const transcript::Entry& entry, const Person* signer);
  bool may_deviate(const Step& step, const transcript::Json& deviation) const;
  std::optional<Objection> choose(const transcript::Json& result);
  void add_slots(const Phase& phase, const Step& step);
  void rebuild_slots();

  const Script& script_;
  const People& people_;
  std::vector<Slot> slots_;
  std::map<std::string, std::string> choices_;
  std::uint64_t round_ = 1, last_time_ = 0;
  transcript::Hash last_record_{};
  bool begun_ = false, aborted_ = false, ended_ = false, drill_ = false;
};

}  // namespace solemn::keys
