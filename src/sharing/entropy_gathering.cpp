#include "sharing/entropy_gathering.hpp"

#include <algorithm>

#include "base/error.hpp"
#include "hash/noise.hpp"

namespace solemn::sharing {

using hash::Counted;

namespace {

void add_noise(hash::EntropyPool& pool, std::string_view name, const hash::Noise& noise) {
  if (noise.n_bytes == 0) return;
  pool.add(name, noise.bytes(), noise.health == hash::Health::good ? Counted::yes : Counted::no,
           hash::describe(noise.health));
}

}  // namespace

base::Hash64 EntropyGathering::commit_dice(hash::DiceThrows dice) {
  ASSERT(!pool_);  // a device that had been asked before could not be trusted to know nothing of the dice
  if (dice.size() < hash::DiceThrows::kEnoughThrows)
    throw base::Error(base::Code::usage,
                      std::to_string(dice.size()) + " throws of dice are fewer than " +
                          std::to_string(hash::DiceThrows::kEnoughThrows),
                      "throw the dice " + std::to_string(hash::DiceThrows::kEnoughThrows - dice.size()) +
                          " times more and give all throws together");
  const base::Hash64 shown = dice.digest().expose();
  dice_ = std::move(dice);
  return shown;
}

void EntropyGathering::draw_devices() {
  ASSERT(!pool_);
  pool_.emplace();
  // The faces, not their digest: the digest is known to everybody.
  if (dice_) pool_->add("dice", dice_->faces(), Counted::yes, std::to_string(dice_->size()) + " throws");
  dice_.reset();
  add_noise(*pool_, "rdseed", hash::draw_rdseed());
  add_noise(*pool_, "hwrng", hash::draw_hwrng());
}

void EntropyGathering::add(std::string_view source, base::ByteSpan bytes, Counted counted, std::string_view note) {
  ASSERT(pool_);
  pool_->add(source, bytes, counted, note);
}

const std::vector<hash::EntropySource>& EntropyGathering::sources() const noexcept {
  static const std::vector<hash::EntropySource> kNone;
  return pool_ ? pool_->sources() : kNone;
}

std::size_t EntropyGathering::n_counted() const noexcept {
  return static_cast<std::size_t>(std::ranges::count_if(sources(), &hash::EntropySource::counted));
}

Randomness EntropyGathering::finish() {
  ASSERT(pool_);
  if (n_counted() < 2)
    throw base::Error(base::Code::refused,
                      "only one source of randomness counts (" + pool_->description() + "); keys need two",
                      "throw dice, " + std::to_string(hash::DiceThrows::kEnoughThrows) + " times");
  return Randomness(pool_->extract());
}

}  // namespace solemn::sharing
