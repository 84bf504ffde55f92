// Whole keys to and from other tools: in memory and over scratch files, and what a failure leaves behind.
#include <functional>
#include <set>

#include "setup/phase2_hb.hpp"
#include "setup/phase2_testing.hpp"

namespace solemn::setup {
namespace {

using curve::CurveId;

constexpr unsigned kPower = 6;
constexpr std::array kLimits = {0U, 1U};  // in memory; two passes over a scratch file

TEST(Phase2Exchange, same_bytes_with_little_memory) {
  for (const CurveId curve : {CurveId::bn254, CurveId::bls12_381}) {
    KeyWorkshop workshop(curve, kPower);
    const std::size_t n_files = workshop.folder().names().size();
    expect_same_exchange_with_little_memory(workshop);
    EXPECT_EQ(workshop.folder().names().size(), n_files + 10) << "a scratch file was left";
    const base::Path r1cs = workshop.r1cs(), ptau = workshop.ptau(), previous = workshop / "1.zkey";
    ZkeyVerifyOptions options;
    options.previous = &previous;
    const Verdict verdict = zkey_verify(&r1cs, &ptau, workshop / "back1", options, workshop.context());
    EXPECT_TRUE(verdict.accepted()) << problems(verdict);
  }
}

/// Interrupts at the n-th chance, and remembers in which phase that was.
class Interrupting : public base::Progress {
 public:
  explicit Interrupting(int after) : left_(after) {}
  void phase(std::string_view name, std::uint64_t total, std::string_view) override {
    name_ = name;
    left_units_ = total;
  }
  void advance(std::uint64_t n) override { left_units_ -= n; }
  void check_interrupt() override {
    if (left_-- == 0) throw base::Error(base::Code::interrupted, "interrupted");
  }
  const std::string& name() const noexcept { return name_; }
  /// What the last phase announced and did not do.
  std::uint64_t left_units() const noexcept { return left_units_; }

 private:
  int left_;
  std::string name_;
  std::atomic<std::uint64_t> left_units_ = 0;
};

/// Runs the command with an interrupt at every chance until it gets through; the phases that were cut.
std::set<std::string> phases_cut(KeyWorkshop& workshop, const std::function<void(const Context&)>& command) {
  const auto names = workshop.folder().names();
  std::set<std::string> cut;
  for (int after = 0;; ++after) {
    Interrupting progress(after);
    const Context usual = workshop.context();
    const Context context{usual.pool, progress, base::Overwrite::no, 1};
    const base::Code code = code_of([&] { command(context); });
    if (code == base::Code::internal) {
      EXPECT_EQ(progress.left_units(), 0U) << progress.name();
      return cut;
    }
    EXPECT_EQ(code, base::Code::interrupted);
    EXPECT_EQ(workshop.folder().names(), names) << "after " << after << ", in " << progress.name();
    cut.insert(progress.name());
  }
}

TEST(Phase2Exchange, an_interrupt_leaves_nothing_behind) {
  KeyWorkshop workshop(CurveId::bn254, 4);
  const base::Path out = workshop / "out", key = workshop / "2.zkey";
  const auto expect_cut = [&](const std::function<void(const Context&)>& command,
                              std::initializer_list<std::string> phases) {
    const std::set<std::string> cut = phases_cut(workshop, command);
    for (const std::string& phase : phases) EXPECT_TRUE(cut.contains(phase)) << phase;
    std::filesystem::remove(out);
  };
  expect_cut([&](const Context& context) { zkey_export_mpcparams(key, out, TestKey::refuse, context); },
             {"points", "H query: transform", "writing"});
  expect_cut(
      [&](const Context& context) {
        zkey_export_arkworks_pk(key, out, curve::Form::compressed, TestKey::refuse, context);
      },
      {"points", "H query: transform", "writing"});
  zkey_export_mpcparams(key, workshop / "params", TestKey::refuse, workshop.context());
  expect_cut(
      [&](const Context& context) {
        zkey_import_mpcparams(workshop / "1.zkey", workshop / "params", out, "guest", context);
      },
      {"comparing", "H query: transform", "query-h"});
}

/// The message of the refusal; empty when there was none.
std::string refusal(KeyWorkshop& workshop, const base::Path& params, std::uint64_t limit) {
  try {
    zkey_import_mpcparams(workshop / "1.zkey", params, workshop / "out", "guest", workshop.limited(limit));
  } catch (const base::Error& error) {
    EXPECT_EQ(error.code(), base::Code::rejected);
    return error.message();
  }
  return {};
}

TEST(Phase2Exchange, a_list_that_was_changed_is_rejected_by_name_and_leaves_nothing_behind) {
  KeyWorkshop workshop(CurveId::bls12_381, kPower);
  constexpr std::size_t kG1 = curve::G1<curve::Bls12_381>::kBytes, kG2 = curve::G2<curve::Bls12_381>::kBytes;
  const format::ZkeyReader<curve::Bls12_381> key(workshop / "2.zkey");
  zkey_export_mpcparams(workshop / "2.zkey", workshop / "params", TestKey::refuse, workshop.context());
  const base::Bytes honest = contents(workshop / "params");
  struct List {
    std::string_view rule;
    std::size_t n_points, point_bytes;
  };
  const std::size_t n_vars = key.header().n_vars, n = key.header().domain_size;
  std::size_t at = 3 * kG1 + 3 * kG2;
  for (const List& list :
       {List{"query-ic", 2, kG1}, List{"query-h", n - 1, kG1}, List{"query-l", n_vars - 2, kG1},
        List{"query-a", n_vars, kG1}, List{"query-b1", n_vars, kG1}, List{"query-b2", n_vars, kG2}}) {
    base::Bytes changed = honest;
    // The last two points change places.
    const auto end = changed.begin() + static_cast<std::ptrdiff_t>(at + 4 + list.n_points * list.point_bytes);
    const auto size = static_cast<std::ptrdiff_t>(list.point_bytes);
    std::swap_ranges(end - 2 * size, end - size, end - size);
    ASSERT_TRUE(changed != honest) << list.rule;
    base::write_file(workshop / "changed", changed, base::Overwrite::yes);
    const auto names = workshop.folder().names();
    for (const unsigned limit : kLimits) {
      const std::string said = refusal(workshop, workshop / "changed", limit);
      EXPECT_NE(said.find(": " + std::string(list.rule) + ": "), std::string::npos) << list.rule << ": " << said;
      EXPECT_EQ(workshop.folder().names(), names);
    }
    at += 4 + list.n_points * list.point_bytes;
  }
}

TEST(Phase2Exchange, room_is_asked_for_before_the_start) {
  const base::TestFolder folder;
  const base::Path out = folder / "out";
  EXPECT_NO_THROW(require_room<curve::Bn254>(10, out, 4096, HScratch::points_and_transform));
  try {
    require_room<curve::Bls12_381>(28, out, std::uint64_t{1} << 60, HScratch::transform);
    ADD_FAILURE() << "accepted";
  } catch (const base::Error& error) {
    EXPECT_EQ(error.code(), base::Code::io);
    EXPECT_NE(error.message().find("not enough disk space for '" + out.string() + "'"), std::string::npos)
        << error.message();
  }
  const auto code = code_of([&] { require_room<curve::Bn254>(28, out, 0, HScratch::transform); });
  EXPECT_EQ(code, base::Code::usage) << "no root of order 2^29";
  EXPECT_TRUE(folder.names().empty());
}

}  // namespace
}  // namespace solemn::setup
