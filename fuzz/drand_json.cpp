// What comes from relays and from other people about drand: beacons, chain information, announcements. What is accepted
// is written back and read again, and verifying it ends in a verdict.
#include "beacon/announce.hpp"
#include "beacon/round_time.hpp"
#include "fuzz.hpp"

namespace {

using namespace solemn;

void try_beacon(std::string_view text) {
  fuzz::accepts([&] {
    const beacon::Beacon read = beacon::read_beacon(text);
    for (const beacon::Chain& chain : beacon::known_chains()) {
      const std::string written = beacon::write_beacon(chain, read);
      fuzz::require(beacon::write_beacon(chain, beacon::read_beacon(written)) == written);
      fuzz::require(!beacon::verify_beacon(chain, read).checks().empty());
    }
  });
}

void try_chain(std::string_view text) {
  try {
    const beacon::Chain chain = beacon::read_chain_info(text);
    base::Verdict verdict;
    beacon::check_chain(verdict, chain);
    fuzz::require(verdict.checks().size() == 3);
    fuzz::require(beacon::round_at(chain, beacon::time_of_round(chain, 2).value_or(0)).value_or(2) == 2);
  } catch (const base::Error& error) {
    fuzz::require(error.code() == base::Code::malformed || error.code() == base::Code::usage);  // usage: another scheme
  }
}

void try_announcement(std::string_view text) {
  fuzz::accepts([&] {
    const std::string written = beacon::write_announcement(beacon::read_announcement(text));
    fuzz::require(beacon::write_announcement(beacon::read_announcement(written)) == written);
  });
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = solemn::base::as_text(solemn::fuzz::bytes_of(data, size));
  try_beacon(text);
  try_chain(text);
  try_announcement(text);
  return 0;
}
