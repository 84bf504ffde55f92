// solemn bench: what a ceremony of each size will take on this machine.
#include <array>
#include <cstdio>

#include "base/cpu.hpp"
#include "cli/command.hpp"
#include "cli/ui.hpp"
#include "format/container.hpp"
#include "setup/forecast.hpp"

namespace solemn::cli {
namespace {

constexpr double kKernelSeconds = 0.3;
constexpr std::array<unsigned, 5> kPowers = {12, 16, 20, 24, 28};

struct Step {
  std::string_view title, key;
  double setup::Forecast::*seconds;
};
constexpr std::array<Step, 6> kSteps = {{{"contribute", "contribute_s", &setup::Forecast::contribute},
                                         {"verify", "verify_s", &setup::Forecast::verify},
                                         {"prepare", "prepare_s", &setup::Forecast::prepare},
                                         {"verify prepared", "verify_prepared_s", &setup::Forecast::verify_prepared},
                                         {"zkey contribute", "zkey_contribute_s", &setup::Forecast::zkey_contribute},
                                         {"proof", "proof_s", &setup::Forecast::proof}}};
constexpr std::size_t kColumn = 17;

std::string right(std::string_view text, std::size_t width) {
  return text.size() >= width ? std::string(text) : std::string(width - text.size(), ' ') + std::string(text);
}

/// Two digits, in the unit that suits them.
std::string about(double seconds) {
  constexpr std::array<std::pair<double, const char*>, 4> kUnits = {{{1, "s"}, {60, "min"}, {3600, "h"}, {86400, "d"}}};
  std::size_t i = 0;
  while (i + 1 < kUnits.size() && seconds >= 1.5 * kUnits[i + 1].first) ++i;
  const double value = seconds / kUnits[i].first;
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%.*f %s", value < 1 ? 2 : value < 10 ? 1 : 0, value, kUnits[i].second);
  return text.data();
}

Json rates_json(const setup::Rates& rates) {
  constexpr double kMicro = 1e6;
  return {{"multiply_g1", rates.multiply_g1 * kMicro},
          {"multiply_g2", rates.multiply_g2 * kMicro},
          {"divide_g1", rates.divide_g1 * kMicro},
          {"transform_g1", rates.transform_g1 * kMicro},
          {"transform_g2", rates.transform_g2 * kMicro},
          {"chain_g1", rates.chain_g1 * kMicro},
          {"chain_g2", rates.chain_g2 * kMicro},
          {"combine_g1", rates.combine_g1 * kMicro},
          {"combine_g2", rates.combine_g2 * kMicro},
          {"msm_g1", rates.msm_g1 * kMicro},
          {"msm_g2", rates.msm_g2 * kMicro},
          {"hash_mib", rates.hash_byte * kMicro * (1 << 20)}};
}

int run_bench(const Arguments&, Ui& ui) {
  const unsigned n_threads = ui.pool().size();
  const std::string_view backend = base::name(base::backend());
  ui.line("backend " + std::string(backend) + ", " + std::to_string(n_threads) + " threads");
  ui.json().update({{"backend", backend}, {"threads", n_threads}, {"curves", Json::array()}});
  for (const curve::CurveId curve : {curve::CurveId::bn254, curve::CurveId::bls12_381}) {
    const setup::Rates rates = setup::measure_rates(curve, kKernelSeconds, ui.context());
    const std::string_view name = format::curve_name(curve);
    std::string titles = std::string(name) + std::string(10 - name.size(), ' ');
    for (const Step& step : kSteps) titles += right(step.title, kColumn);
    ui.line("");
    ui.line(titles);
    Json sizes = Json::array();
    for (const unsigned power : kPowers) {
      const setup::Forecast forecast = setup::forecast(rates, curve, power, n_threads);
      std::string row = "2^" + std::to_string(power) + "      ";
      Json size = {{"power", power}};
      for (const Step& step : kSteps) {
        row += right(about(forecast.*step.seconds), kColumn);
        size[std::string(step.key)] = forecast.*step.seconds;
      }
      ui.line(row);
      sizes.push_back(std::move(size));
    }
    ui.json()["curves"].push_back({{"curve", name}, {"microseconds", rates_json(rates)}, {"sizes", std::move(sizes)}});
  }
  ui.line("");
  ui.line("Estimates from kernels measured here and now; the disk is not counted. Phase 2 and");
  ui.line("proof: a circuit of that size.");
  return 0;
}

}  // namespace

std::vector<Command> bench_commands() {
  return {
      {"bench",
       "",
       "",
       "what a ceremony of each size will take on this machine",
       {},
       {},
       "Measures the kernels of both curves with all threads, for less than a minute, and multiplies by the work of "
       "each "
       "step. Let nothing else run meanwhile. SOLEMN_BACKEND and --threads choose what is measured.",
       {{"solemn bench", "how long will a contribution to 2^24 take here?"}},
       run_bench},
  };
}

}  // namespace solemn::cli
