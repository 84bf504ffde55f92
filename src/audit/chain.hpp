#pragma once
// The files of a ceremony in order: genesis to head. What the order says is taken from the records inside the files;
// that each step is right is for cryptography (audit.cpp).
#include <optional>
#include <string>
#include <vector>

#include "audit/survey.hpp"

namespace solemn::audit {

/// Files of one chain, as indices into the survey.
struct Chain {
  std::vector<std::size_t> states;      // one file for each number of steps, from the fewest
  std::optional<std::size_t> prepared;  // phase 1: the prepared file of the last state
  std::vector<std::string> objections;  // two files for one state, a state missing, a file of another ceremony
  bool begins_at_genesis = false;       // the first has no steps
};

/// All ptau files as one chain.
Chain order_phase1(const Survey& found);
/// The keys of each circuit (by the circuit hash that they record) as a chain.
std::vector<Chain> order_phase2(const Survey& found);

}  // namespace solemn::audit
