#include "audit/chain.hpp"

#include <algorithm>
#include <map>

namespace solemn::audit {

namespace {

/// The hashes of the steps that the file records: what identifies a state.
std::vector<base::Hash64> steps_of(const PtauFile& file) {
  std::vector<base::Hash64> steps;
  for (const auto& step : file.info.steps) steps.push_back(step.response_hash);
  return steps;
}
std::vector<base::Hash64> steps_of(const ZkeyFile& file) {
  std::vector<base::Hash64> steps;
  for (const auto& step : file.info.steps) steps.push_back(step.contribution_hash);
  return steps;
}

bool extends(const std::vector<base::Hash64>& longer, const std::vector<base::Hash64>& shorter) {
  return shorter.size() <= longer.size() && std::equal(shorter.begin(), shorter.end(), longer.begin());
}

/// Puts `files` (indices) in order and says what does not fit.
template <class File>
void order(Chain& chain, const Survey& found, const std::vector<File>& all, std::vector<std::size_t> files) {
  std::stable_sort(files.begin(), files.end(),
                   [&](std::size_t a, std::size_t b) { return all[a].info.steps.size() < all[b].info.steps.size(); });
  for (const std::size_t index : files) {
    const File& file = all[index];
    if (chain.states.empty()) {
      chain.begins_at_genesis = file.info.steps.empty();
      chain.states.push_back(index);
      continue;
    }
    const File& before = all[chain.states.back()];
    const std::size_t n_before = before.info.steps.size(), n = file.info.steps.size();
    const std::string names = "'" + found.name_of(before.path) + "' and '" + found.name_of(file.path) + "'";
    if (!extends(steps_of(file), steps_of(before))) {
      chain.objections.push_back(names + " are not states of one chain: the ceremony was forked");
    } else if (n == n_before) {
      const bool same = before.path == file.path;
      chain.objections.push_back(same ? "'" + found.name_of(file.path) + "' is given twice"
                                      : names + " are two files of one state");
    } else {
      if (n > n_before + 1) {
        chain.objections.push_back("between " + names + " there is no file of step " + std::to_string(n_before + 1));
      }
      chain.states.push_back(index);
    }
  }
}

}  // namespace

Chain order_phase1(const Survey& found) {
  Chain chain;
  std::vector<std::size_t> states;
  for (std::size_t i = 0; i < found.ptau.size(); ++i) {
    if (!found.ptau[i].info.header.prepared) {
      states.push_back(i);
    } else if (chain.prepared) {
      chain.objections.push_back("'" + found.name_of(found.ptau[i].path) + "' is a second prepared file");
    } else {
      chain.prepared = i;
    }
  }
  order(chain, found, found.ptau, std::move(states));
  if (chain.prepared && !chain.states.empty()) {
    const PtauFile& prepared = found.ptau[*chain.prepared];
    if (steps_of(prepared) != steps_of(found.ptau[chain.states.back()])) {
      chain.objections.push_back("the prepared file '" + found.name_of(prepared.path) + "' is not of the last state");
    }
  }
  return chain;
}

std::vector<Chain> order_phase2(const Survey& found) {
  std::map<base::Hash64, std::vector<std::size_t>> by_circuit;
  for (std::size_t i = 0; i < found.zkey.size(); ++i) {
    by_circuit[found.zkey[i].info.circuit_hash.value_or(base::Hash64{})].push_back(i);
  }
  std::vector<Chain> chains;
  for (auto& [circuit, files] : by_circuit) {
    Chain& chain = chains.emplace_back();
    order(chain, found, found.zkey, std::move(files));
  }
  return chains;
}

}  // namespace solemn::audit
