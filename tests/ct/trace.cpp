// Constant time of what valgrind cannot run, the lanes of AVX-512: the program single-steps itself through every
// operation on them with different secrets, and compares every instruction executed and every address of memory it read
// or wrote. The algorithm that uses them is the same source as with AVX2, which valgrind runs (msm.cpp). Addresses come
// from the disassembly of this program (objdump) and the registers at each step. Instructions whose own time depends on
// their operands (division, square root) and addresses taken from vector registers (gather, scatter) are refused
// wherever they run.
//   trace OBJDUMP clean|time|branch|index|divide
// clean: nothing differs. Others: a leak planted on purpose is seen, or the program fails: the checker is not blind.
#if defined(__x86_64__)
#include <immintrin.h>
#include <link.h>
#include <signal.h>
#include <ucontext.h>

#include <array>
#include <cstring>
#include <map>
#include <string>
#include <unordered_map>
#include <vector>

#include "arithmetic.hpp"
#include "base/pool.hpp"
#include "base/secret.hpp"
#include "curve/curves.hpp"
#include "fft/scalar_kernels.hpp"
#include "msm/endomorphism.inc"
#include "msm/vector_kernels.hpp"

#include "field/ifma_begin.inc"

#include "field/vec8.inc"
#include "msm/vector_lanes.inc"

namespace solemn::msm {

/// All operations of lockstep.inc once.
template <class K, bool kSecret>
void use_lanes(typename K::Affine* out, const typename K::Affine* in, const std::uint8_t* codes) {
  using P = typename K::Curve::Fq::Params;
  using V = field::ifma::Vec8<P, K::kIndex == 1 && P::kModulus.size() == 4 ? 2 : 1>;  // as in kernels_ifma_*.cpp
  using Lanes = impl::VectorLanes<K, V, kSecret>;
  using F = typename Lanes::F;
  static const Lanes lanes;
  static typename Lanes::Table table;
  F x, y, psi_x = F::zero(), psi_y = F::zero();
  lanes.load(x, y, in);
  lanes.psi(psi_x, psi_y, x, y);
  for (auto& variant : table) {
    F product;
    lanes.set_variant(variant, x, y);
    lanes.multiply(product, x, y);  // another than those of the table: no difference is zero
    lanes.multiply(y, product, x);
    x = product;
  }
  for (const std::size_t stride : {std::size_t{0}, std::size_t{1}}) {
    F qx, sum;
    typename Lanes::Factor rise, difference, slope, square, full;
    lanes.choose_abscissa(qx, table, codes, stride);
    lanes.fetch_abscissas(table, stride);
    lanes.fetch_ordinates(table, stride);
    lanes.choose_rise_times(rise, table, codes, stride, x, y);
    typename Lanes::Norm norm = Lanes::Norm::one(), inverse;
    lanes.subtract(difference, qx, x);
    if constexpr (K::kIndex == 1) {
      lanes.multiply_by_difference(norm, difference, qx, x, norm);
    } else {
      lanes.norm(norm, difference);
    }
    static_cast<void>(lanes.template invert_product<impl::Scale::one>(inverse, norm));
    static_cast<void>(lanes.template invert_product<impl::Scale::two>(inverse, inverse));
    static_cast<void>(lanes.template invert_product<impl::Scale::three_halves>(inverse, inverse));
    lanes.times_three_halves(inverse);
    if constexpr (K::kIndex == 1) {
      full = inverse;
    } else {
      lanes.inverse(full, difference, inverse);
    }
    lanes.multiply(inverse, inverse, norm);
    lanes.square(square, x);
    lanes.multiply(slope, square, full);
    lanes.multiply(sum, square, full);
    lanes.product_plus(slope, y, full, sum);
    lanes.template loose_square_minus_two<3>(sum, slope, qx, x);
    lanes.template loose_square_minus_two<10>(sum, slope, qx, x);
    lanes.template loose_difference_times_minus<2>(sum, qx, x, rise, y);
    lanes.square_minus_two(x, slope, qx, x);
    lanes.difference_times_minus(y, qx, x, slope, y);
    lanes.times_eta(x, x);
    lanes.subtract_kept(x, x, y);
    lanes.replace_if_none(x, qx, codes, stride);
  }
  lanes.store(out, x, y);
}
#define USE_LANES(group, curve_name, secret)                                          \
  template void use_lanes<curve::group<curve::curve_name::With<field::Adx>>, secret>( \
      curve::group<curve::curve_name::With<field::Adx>>::Affine*,                     \
      const curve::group<curve::curve_name::With<field::Adx>>::Affine*, const std::uint8_t*);
USE_LANES(G1, Bn254, true)
USE_LANES(G1, Bn254, false)
USE_LANES(G2, Bn254, true)
USE_LANES(G1, Bls12_381, true)
USE_LANES(G2, Bls12_381, true)
#undef USE_LANES

}  // namespace solemn::msm

#include "field/ifma_end.inc"

namespace solemn::ct_test {
namespace {

constexpr std::size_t kMostLanes = 16;

/// What an instruction of this program does with memory, from its disassembly.
struct Instruction {
  std::int64_t displacement = 0;
  int base = -1, index = -1;  // of gregs
  int scale = 1;
  bool has_operand = false;
  bool refused = false;
  std::string text;
};
std::unordered_map<std::uint64_t, Instruction> program;  // by address in memory

int register_number(const std::string& name) {
  static const std::map<std::string, int> numbers = {
      {"rax", REG_RAX}, {"rbx", REG_RBX}, {"rcx", REG_RCX}, {"rdx", REG_RDX}, {"rsi", REG_RSI}, {"rdi", REG_RDI},
      {"rbp", REG_RBP}, {"rsp", REG_RSP}, {"r8", REG_R8},   {"r9", REG_R9},   {"r10", REG_R10}, {"r11", REG_R11},
      {"r12", REG_R12}, {"r13", REG_R13}, {"r14", REG_R14}, {"r15", REG_R15}, {"rip", -1}};
  const auto found = numbers.find(name);
  require(found != numbers.end(), ("the disassembly has an address by " + name).c_str());
  return found->second;
}

/// disp(base,index,scale)
void parse_operand(Instruction& out, const std::string& text, std::size_t open) {
  const std::size_t close = text.find(')', open);
  std::size_t start = open;
  while (start > 0 && std::strchr("-x0123456789abcdef", text[start - 1]) != nullptr) --start;
  if (start < open) out.displacement = std::strtoll(text.substr(start, open - start).c_str(), nullptr, 16);
  std::string inside = text.substr(open + 1, close - open - 1);
  std::array<std::string, 3> parts;
  for (std::size_t i = 0; i < 3; ++i) {
    const std::size_t comma = inside.find(',');
    parts[i] = inside.substr(0, comma);
    inside = comma == std::string::npos ? "" : inside.substr(comma + 1);
  }
  out.has_operand = true;
  if (!parts[0].empty()) out.base = register_number(parts[0].substr(1));
  if (!parts[1].empty() && parts[1].find("mm") != std::string::npos) {
    out.refused = true;  // gather or scatter
  } else if (!parts[1].empty()) {
    out.index = register_number(parts[1].substr(1));
  }
  if (!parts[2].empty()) out.scale = std::atoi(parts[2].c_str());
}

bool takes_its_time(const std::string& mnemonic) {
  return mnemonic.find("div") != std::string::npos || mnemonic.find("sqrt") != std::string::npos ||
         mnemonic.find("compress") != std::string::npos || mnemonic.find("expand") != std::string::npos;
}

void read_disassembly(const char* objdump) {
  std::uint64_t base = 0;
  dl_iterate_phdr(
      [](dl_phdr_info* info, std::size_t, void* out) {
        *static_cast<std::uint64_t*>(out) = info->dlpi_addr;
        return 1;  // the program comes first
      },
      &base);
  const std::string command =
      std::string(objdump) + " -d --no-show-raw-insn /proc/" + std::to_string(getpid()) + "/exe";
  std::FILE* in = popen(command.c_str(), "r");
  require(in != nullptr, "objdump");
  char line[1024];
  while (std::fgets(line, sizeof line, in) != nullptr) {
    char* end = nullptr;
    const std::uint64_t address = std::strtoull(line, &end, 16);
    if (end == line || *end != ':') continue;
    Instruction instruction;
    instruction.text = std::string(end + 1, std::strcspn(end + 1, "\n"));
    instruction.text.erase(0, instruction.text.find_first_not_of(" \t"));
    const std::string mnemonic = instruction.text.substr(0, instruction.text.find(' '));
    instruction.refused = takes_its_time(mnemonic);
    const std::size_t open = instruction.text.find('(');
    const bool touches = mnemonic.rfind("lea", 0) != 0 && mnemonic.rfind("nop", 0) != 0;
    if (touches && open != std::string::npos) parse_operand(instruction, instruction.text, open);
    program.emplace(base + address, std::move(instruction));
  }
  require(pclose(in) == 0 && program.size() > 1000, "objdump");
}

/// One recorded run: for each step where it is and what it touches.
struct Step {
  std::uint64_t at, address;
  friend bool operator==(const Step&, const Step&) = default;
};
constexpr std::size_t kMostSteps = std::size_t{1} << 20;
std::vector<Step> steps;  // allocated before: the handler may not
std::size_t n_steps = 0;
const Instruction* refused = nullptr;

void on_step(int, siginfo_t*, void* context) {
  const auto& registers = static_cast<ucontext_t*>(context)->uc_mcontext.gregs;
  const auto at = static_cast<std::uint64_t>(registers[REG_RIP]);
  std::uint64_t address = 0;
  const auto found = program.find(at);
  if (found != program.end()) {
    const Instruction& instruction = found->second;
    if (instruction.refused) refused = &instruction;
    if (instruction.has_operand) {
      address = static_cast<std::uint64_t>(instruction.displacement);
      if (instruction.base >= 0) address += static_cast<std::uint64_t>(registers[instruction.base]);
      if (instruction.index >= 0) {
        address +=
            static_cast<std::uint64_t>(registers[instruction.index]) * static_cast<std::uint64_t>(instruction.scale);
      }
    }
  }
  if (n_steps < kMostSteps) steps[n_steps] = {at, address};
  ++n_steps;
}

[[gnu::noinline]] void set_trap_flag() noexcept {
  asm volatile("pushfq\n\torq $0x100, (%%rsp)\n\tpopfq" ::: "memory", "cc");
}
[[gnu::noinline]] void clear_trap_flag() noexcept {
  asm volatile("pushfq\n\tandq $~0x100, (%%rsp)\n\tpopfq" ::: "memory", "cc");
}

template <class Body>
[[gnu::noinline]] void record(std::vector<Step>& out, const Body& body) {
  n_steps = 0;
  set_trap_flag();
  body();
  clear_trap_flag();
  require(n_steps > 50 && n_steps < kMostSteps, "the number of steps");
  out.assign(steps.begin(), steps.begin() + static_cast<std::ptrdiff_t>(n_steps));
}

/// Whether two runs did the same; says where they parted.
bool same(const std::vector<Step>& a, const std::vector<Step>& b, const char* what) {
  std::size_t i = 0;
  while (i < a.size() && i < b.size() && a[i] == b[i]) ++i;
  if (i == a.size() && i == b.size()) {
    std::printf("%s: %zu steps, the same\n", what, a.size());
    return true;
  }
  const auto text = [](const std::vector<Step>& run, std::size_t at) {
    if (at >= run.size()) return std::string("the end");
    const auto found = program.find(run[at].at);
    return found == program.end() ? std::string("a library") : found->second.text;
  };
  std::printf("%s: the runs part at step %zu: %s / %s (address %#lx / %#lx), after: %s\n", what, i, text(a, i).c_str(),
              text(b, i).c_str(), i < a.size() ? a[i].address : 0, i < b.size() ? b[i].address : 0,
              i > 0 ? text(a, i - 1).c_str() : "");
  return false;
}

/// body() with secrets 1 and 2, which set(number) puts in their place, after runs with secrets 0 that settle what is
/// made only once. Nothing is allocated between the two: the allocator's own steps are theirs too.
template <class Set, class Body>
bool is_constant_time(const char* what, const Set& set, const Body& body) {
  std::array<std::vector<Step>, 3> runs;
  for (std::size_t secret = 1; secret <= 2; ++secret) runs[secret].reserve(kMostSteps);
  for (int i = 0; i < 2; ++i) {
    set(0);
    body();
  }
  for (std::size_t secret = 1; secret <= 2; ++secret) {  // from one place
    set(secret);
    record(runs[secret], body);
  }
  return same(runs[1], runs[2], what);
}

/// Sets of secrets: 0 and 1 random, 2 with edges as well.
template <class K>
struct Secrets {
  std::array<std::vector<typename K::Affine>, 3> points;
  std::array<std::vector<std::uint8_t>, 3> codes;
  Secrets() {
    std::mt19937_64 random(7);
    for (std::size_t set = 0; set < 3; ++set) {
      for (std::size_t i = 0; i < kMostLanes; ++i) {
        const auto k = random_element<typename K::Scalar>(random);
        points[set].push_back(curve::mul_reference<K>(K::generator(), k).to_affine());
        codes[set].push_back(static_cast<std::uint8_t>(random() % 8 | random() % 3 << 3 | random() % 4 << 5));
      }
    }
    points[2][0] = points[2][1];
    points[2][2].x = points[2][2].y;
    for (std::size_t i = 0; i < 4; ++i) codes[2][i] = codes[2][4];
  }
};

template <class K, bool kSecret>
bool check_lanes(const char* what) {
  const Secrets<K> secrets;
  auto points = secrets.points[0], out = points;
  auto codes = secrets.codes[0];
  const auto set = [&](std::size_t s) {
    std::copy(secrets.points[s].begin(), secrets.points[s].end(), points.begin());
    std::copy(secrets.codes[s].begin(), secrets.codes[s].end(), codes.begin());
  };
  return is_constant_time(what, set, [&] { msm::use_lanes<K, kSecret>(out.data(), points.data(), codes.data()); });
}

template <class G>
bool check_digits(const char* what) {
  using Curve = typename G::Curve;
  using Ring = msm::RingAt<G::kIndex>;
  std::array<msm::EightRepresentatives<Ring>, 3> secrets;
  std::mt19937_64 random(8);
  for (auto& eight : secrets) {
    for (std::size_t lane = 0; lane < 8; ++lane) {
      eight.set(lane, msm::representative<Curve, Ring>(random_element<typename Curve::Fr>(random).to_canonical()));
    }
  }
  for (std::size_t lane = 0; lane < 4; ++lane) secrets[2].set(lane, msm::Representative<Ring>{});
  auto eight = secrets[0];
  std::array<std::uint8_t, (msm::kSteps<Curve, Ring> + 1) * 8> codes;
  const auto& kernels = msm::ifma_vector_kernels<G>();
  const auto set = [&](std::size_t s) { eight = secrets[s]; };
  return is_constant_time(what, set, [&] { kernels.take_digits(codes.data(), 8, eight); });
}

/// What a prover does to the values of his witness.
template <class F>
bool check_transform(const char* what) {
  constexpr std::size_t kCount = 128;
  std::mt19937_64 random(9);
  std::array<std::vector<F>, 3> secrets;
  for (auto& values : secrets) {
    for (std::size_t i = 0; i < kCount; ++i) values.push_back(random_element<F>(random));
  }
  for (std::size_t i = 0; i < kCount; i += 3) secrets[2][i] = i % 2 == 0 ? F::zero() : -F::one();
  std::vector<F> values = secrets[0];
  const auto& kernels = fft::ifma_kernels<F>();
  base::Pool pool(1);
  const fft::Twiddles<F> twiddles(9, fft::Direction::forward, 3, pool, kernels.twiddle_one);
  const auto set = [&](std::size_t s) { std::copy(secrets[s].begin(), secrets[s].end(), values.begin()); };
  return is_constant_time(what, set, [&] {
    kernels.columns(values, 0, 3, 0, 16, twiddles.view());
    kernels.columns(values, 1, 4, 0, 8, twiddles.view());
    kernels.blocks(values, 8, twiddles.view());
    kernels.blocks(std::span(values).first(64), 8, twiddles.view());
    kernels.scale(values, values[1]);
    kernels.scale_by_powers(std::span(values).first(kCount - 3), values[1], values[2]);
  });
}

// Leaks on purpose.

constexpr std::array<std::array<std::uint64_t, 8>, 3> kVectors = {{{1, 2, 3}, {4, 5, 6, 7}, {9, 8, 7, 6, 5}}};
std::array<std::uint64_t, 8> current{};
std::array<std::uint64_t, 16> table{};
volatile std::uint64_t sink = 0;
void set_current(std::size_t s) { current = kVectors[s]; }

[[gnu::target("avx512f"), gnu::noinline]] void branch_on_lane() {
  for (int i = 0; i < 20; ++i) {
    const __m512i x = _mm512_loadu_si512(current.data());
    if (_mm512_cmpeq_epi64_mask(x, _mm512_set1_epi64(5)) > 15) sink = sink + 1;
  }
}
[[gnu::target("avx512f"), gnu::noinline]] void index_by_lane() {
  const __m512i x = _mm512_add_epi64(_mm512_loadu_si512(current.data()), _mm512_set1_epi64(1));
  std::array<std::uint64_t, 8> lanes;
  _mm512_storeu_si512(lanes.data(), x);
  for (int i = 0; i < 20; ++i) sink = sink + table[lanes[0]];
}
[[gnu::noinline]] void divide() {
  for (std::uint64_t i = 1; i < 20; ++i) sink = 1000 / (i + sink % 2);
}

int run(const std::string& mode) {
  base::override_backend_for_tests(base::Backend::ifma);
  bool constant = true;
  if (mode == "clean") {
    constant &= check_lanes<curve::G1<curve::Bn254::With<field::Adx>>, true>("lanes of BN254 G1");
    constant &= check_lanes<curve::G2<curve::Bn254::With<field::Adx>>, true>("lanes of BN254 G2");
    constant &= check_lanes<curve::G1<curve::Bls12_381::With<field::Adx>>, true>("lanes of BLS12-381 G1");
    constant &= check_lanes<curve::G2<curve::Bls12_381::With<field::Adx>>, true>("lanes of BLS12-381 G2");
    constant &= check_digits<curve::G1<curve::Bn254>>("digits of BN254 G1");
    constant &= check_digits<curve::G2<curve::Bn254>>("digits of BN254 G2");
    constant &= check_digits<curve::G1<curve::Bls12_381>>("digits of BLS12-381 G1");
    constant &= check_digits<curve::G2<curve::Bls12_381>>("digits of BLS12-381 G2");
    constant &= check_transform<curve::Bn254::Fr>("transform of BN254 scalars");
    constant &= check_transform<curve::Bls12_381::Fr>("transform of BLS12-381 scalars");
  } else if (mode == "time") {
    constant = check_lanes<curve::G1<curve::Bn254::With<field::Adx>>, false>("inversions in variable time");
  } else if (mode == "branch") {
    constant = is_constant_time("a branch on a lane", set_current, branch_on_lane);
  } else if (mode == "index") {
    constant = is_constant_time("an address from a lane", set_current, index_by_lane);
  } else if (mode == "divide") {
    constant = is_constant_time("a division", set_current, divide);
  } else {
    require(false, "usage: trace OBJDUMP clean|time|branch|index|divide");
  }
  if (refused != nullptr) std::printf("refused: %s\n", refused->text.c_str());
  const bool clean = constant && refused == nullptr;
  if (mode == "clean") return clean ? 0 : 1;
  if (clean) std::puts("the planted leak was not seen: the checker is blind");
  return clean ? 1 : 0;
}

}  // namespace
}  // namespace solemn::ct_test

int main(int argc, char** argv) {
  using namespace solemn;
  ct_test::require(argc == 3, "usage: trace OBJDUMP clean|time|branch|index|divide");
  if (base::usable_backends().front() != base::Backend::ifma) {
    std::puts("not run: this processor has no AVX-512 IFMA");
    return 77;
  }
  ct_test::read_disassembly(argv[1]);
  ct_test::steps.resize(ct_test::kMostSteps);
  struct sigaction action {};
  action.sa_sigaction = ct_test::on_step;
  action.sa_flags = SA_SIGINFO;
  sigaction(SIGTRAP, &action, nullptr);
  return ct_test::run(argv[2]);
}
#else
int main() { return 77; }
#endif
