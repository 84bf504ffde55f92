// solemn ptau info: header and record, no points of the sections.
#include "setup/phase1.hpp"
#include "setup/phase1_hash.hpp"
#include "setup/phase1_known.hpp"

namespace solemn::setup {

namespace {

std::string origin_of(const format::PtauHeader& header, base::ByteSpan section7) {
  const auto known = phase1::known_ceremony(header.curve, header.ceremony_power, section7);
  std::string origin;
  if (header.power != header.ceremony_power) {
    origin = "truncated from a ceremony of 2^" + std::to_string(header.ceremony_power);
  }
  if (known) origin += (origin.empty() ? "" : ": ") + std::string(known->name);
  return origin;
}

}  // namespace

PtauInfo ptau_info(const base::Path& path) {
  PtauInfo info{};
  {
    const base::InputFile file(path);
    info.header = format::read_ptau_header(file);
    info.file_bytes = file.size();
  }
  format::with_curve(info.header.curve, [&]<class C>() {
    const format::PtauReader<C> reader(path);
    for (const format::PtauContribution<C>& step : reader.read_contributions()) {
      const auto response = phase1::recorded_response<C>(step, info.header.ceremony_power);
      info.steps.push_back({step.params, response.value_or(base::Hash64{}), step.next_challenge});
    }
    info.origin = origin_of(info.header, reader.read_contributions_raw());
  });
  return info;
}

}  // namespace solemn::setup
