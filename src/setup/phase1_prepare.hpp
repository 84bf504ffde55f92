#pragma once
// How prepare computes one Lagrange block, and what it remembers between runs.
#include <chrono>

#include "setup/phase1.hpp"
#include "setup/phase1_copy.hpp"

namespace solemn::setup::phase1 {

/// The unfinished output of a killed run is gone on with, by this note beside it: for which input, and how far. Written
/// only after everything before it is on the disk.
class PrepareJournal {
 public:
  PrepareJournal(const base::Path& output, const base::Hash64& identity);
  /// How many parts of its work an interrupted run for the same input had finished; 0 when there is no such note.
  std::uint64_t parts_done() const;
  void record(std::uint64_t parts_done) const;
  void remove() const noexcept;
  const base::Path& path() const noexcept { return path_; }

 private:
  base::Path path_;
  base::Hash64 identity_;
};

/// What makes an input the same one: size, time of change, header, record.
template <class C>
base::Hash64 input_identity(const format::PtauReader<C>& in, std::optional<unsigned> only);

/// What tests change: blocks above 2^two_adicity are made of two halves (spec 3), as BN254 needs it for 2^28; those up
/// to 2^small are transformed side by side; finished work is noted when so much time has passed since the last note;
/// powers are copied so many bytes at a time.
struct PrepareOptions {
  unsigned two_adicity;
  unsigned small = 15;
  std::chrono::milliseconds note_every{1000};
  std::size_t piece_bytes = kPieceBytes;
  std::optional<unsigned> only{};  // of ptau_prepare
};
template <class C>
void prepare(const base::Path& in, const base::Path& out, const Context& context,
             const PrepareOptions& options = {C::Fr::kTwoAdicity});

}  // namespace solemn::setup::phase1
