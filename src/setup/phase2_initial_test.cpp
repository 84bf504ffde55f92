// The initial key of a circuit whose signals come in several blocks, as those of large circuits do.
#include <atomic>
#include <fstream>
#include <limits>
#include <mutex>

#include "setup/phase1_forgery.hpp"
#include "setup/phase2_testing.hpp"

namespace solemn::setup {
namespace {

using curve::CurveId;

constexpr unsigned kPower = 10;                // 1024 signals
constexpr std::uint64_t kSmallestBlocks = 1;   // 256 signals each
constexpr std::uint64_t kNotKept = 700 << 10;  // one block of signals, but the circuit is not kept: read as it is added

constexpr std::string_view kInitial = "contributions-exist delta-not-gamma delta-not-generator";  // fail without any

/// 3 MB of 1000 constraints, in several pieces and blocks of coefficients; some coefficients are zero.
base::Bytes mixed_circuit() {
  std::vector<std::uint32_t> sizes(3 * 1000);
  for (std::uint32_t q = 0; q < sizes.size(); ++q) sizes[q] = q * q % 61;
  return format::samples::mixed_r1cs<curve::Bn254>(1000, sizes);
}

/// Remembers the phases; from a given question on it says that people want to stop.
class Witness final : public base::Progress {
 public:
  explicit Witness(int questions = std::numeric_limits<int>::max()) : questions_left_(questions) {}
  void phase(std::string_view name, std::uint64_t, std::string_view) override {
    const std::lock_guard lock(mutex_);
    phases_.emplace_back(name);
  }
  void advance(std::uint64_t count) override {
    EXPECT_LE(count, std::uint64_t{1} << kPower) << "more than there is";
    const std::lock_guard lock(mutex_);
    if (!phases_.empty() && phases_.back().starts_with("key points")) n_key_points_ += count;
  }
  std::uint64_t n_key_points() const { return n_key_points_; }
  void check_interrupt() override {
    if (questions_left_.fetch_sub(1) <= 0) throw base::Error(base::Code::interrupted, "stopped");
  }
  bool saw(std::string_view name) const { return n_times(name) != 0; }
  std::ptrdiff_t n_times(std::string_view name) const { return std::ranges::count(phases_, name); }

 private:
  std::mutex mutex_;
  std::vector<std::string> phases_;
  std::uint64_t n_key_points_ = 0;  // what was told of their phases, all together
  std::atomic<int> questions_left_;
};

TEST(Phase2Initial, blocks_of_signals_give_the_same_key) {
  for (const CurveId curve : {CurveId::bn254, CurveId::bls12_381}) {
    KeyWorkshop workshop(curve, kPower);
    for (const auto& [limit, n_parts] : {std::pair{kSmallestBlocks, 4U}, {kNotKept, 1U}}) {
      Witness witness;
      const Context silent = workshop.limited(limit);
      const base::Path out = workshop / std::to_string(limit);
      zkey_new(workshop.r1cs(), workshop.ptau(), out, {silent.pool, witness, silent.overwrite, limit});
      const std::string n = std::to_string(n_parts);
      EXPECT_TRUE(witness.saw("key points, part " + n + " of " + n));
      EXPECT_EQ(witness.n_key_points(), (n_parts << kPower) + 2)
          << "constraints, and the points of IC that are hashed then";
      EXPECT_TRUE(contents(out) == contents(workshop / "0.zkey"));
    }
  }
}

/// Changes a file in place when a part of the points is begun for the n-th time.
class Meddler final : public base::Progress {
 public:
  Meddler(const base::Path& path, std::uint64_t at, base::Bytes bytes, unsigned part, unsigned n_th = 1)
      : path_(path),
        at_(at),
        bytes_(std::move(bytes)),
        phase_("key points, part " + std::to_string(part) + " "),
        n_left_(n_th) {}
  void phase(std::string_view name, std::uint64_t, std::string_view) override {
    if (!name.starts_with(phase_) || --n_left_ != 0) return;
    std::fstream file(path_, std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(static_cast<std::streamoff>(at_));
    file.write(reinterpret_cast<const char*>(bytes_.data()), static_cast<std::streamsize>(bytes_.size()));
  }
  void advance(std::uint64_t) override {}
  void check_interrupt() override {}

 private:
  base::Path path_;
  std::uint64_t at_;
  base::Bytes bytes_;
  std::string phase_;
  unsigned n_left_;
};

/// A circuit, and other bytes for its first constraint, at `at`.
struct Changes {
  base::Bytes circuit;
  std::uint64_t at = 0;
  std::vector<base::Bytes> others;
};

/// Of a circuit whose first constraint has one term in each of a, b, c.
Changes changes_of(const base::Path& r1cs) {
  constexpr std::size_t kTerm = 36, kConstraint = 3 * (4 + kTerm);
  Changes out{contents(r1cs), EditedFile(r1cs).offset(2), {}};
  const std::byte* const first = out.circuit.data() + out.at;
  // The same bytes as no term in a, one in b, two in c; and as two in a, one in b.
  for (const std::array<std::uint32_t, 3> sizes : {std::array<std::uint32_t, 3>{0, 1, 2}, {2, 1, 0}}) {
    base::Bytes& changed = out.others.emplace_back();
    std::size_t next = 0;
    for (const std::uint32_t size : sizes) {
      std::array<std::byte, 4> count;
      base::store_le32(count, size);
      changed.insert(changed.end(), count.begin(), count.end());
      for (std::uint32_t i = 0; i < size; ++i, ++next) {
        const std::byte* const term = first + next * (4 + kTerm) + 4;
        changed.insert(changed.end(), term, term + kTerm);
      }
    }
    EXPECT_EQ(changed.size(), kConstraint);
  }
  out.others.emplace_back(first, first + 4 + kTerm)[8] ^= std::byte{1};  // as many coefficients, one of another value
  return out;
}

TEST(Phase2Initial, a_circuit_that_changes_between_two_looks_is_noticed) {
  KeyWorkshop workshop(CurveId::bn254, kPower);
  const Changes changes = changes_of(workshop.r1cs());
  const base::Path r1cs = workshop / "changing", ptau = workshop.ptau();
  const auto expect_noticed = [](auto&& step) {
    try {
      step();
      ADD_FAILURE() << "taken";
    } catch (const base::Error& error) {
      EXPECT_EQ(error.code(), base::Code::io);
      EXPECT_NE(error.message().find("not the one that was read before"), std::string::npos) << error.message();
    }
  };
  EditedFile wrong_key(workshop / "2.zkey");
  wrong_key.swap_points<curve::G1<curve::Bn254>>(5, 700, 701);  // which one is wrong is looked for
  const base::Path wrong = wrong_key.save(workshop / "wrong.zkey");
  const auto expect_verify_notices = [&](const base::Path& key, Meddler meddler, std::uint64_t limit) {
    base::write_file(r1cs, changes.circuit, base::Overwrite::yes);
    expect_noticed([&] {
      static_cast<void>(zkey_verify(&r1cs, &ptau, key, {}, {workshop.context().pool, meddler, {}, limit}));
    });
  };
  for (const base::Bytes& changed : changes.others) {
    for (const unsigned part : {2U, 4U}) {
      base::write_file(r1cs, changes.circuit, base::Overwrite::yes);
      Meddler meddler(r1cs, changes.at, changed, part);
      expect_noticed([&] {
        zkey_new(r1cs, ptau, workshop / "out", {workshop.context().pool, meddler, {}, kSmallestBlocks});
      });
      EXPECT_FALSE(std::filesystem::exists(workshop / "out"));
      expect_verify_notices(workshop / "2.zkey", Meddler(r1cs, changes.at, changed, part), kSmallestBlocks);
      expect_verify_notices(wrong, Meddler(r1cs, changes.at, changed, part, 2), kSmallestBlocks);
    }
    expect_verify_notices(wrong, Meddler(r1cs, changes.at, changed, 1, 2), kNotKept);
  }
}

// Whose points are one block of signals is read once, so that there is no other look that it could differ from.
TEST(Phase2Initial, a_circuit_is_read_once) {
  KeyWorkshop workshop(CurveId::bn254, kPower);
  const Changes changes = changes_of(workshop.r1cs());
  const base::Path r1cs = workshop / "changing", ptau = workshop.ptau();
  for (const base::Bytes& changed : changes.others) {
    base::Bytes other = changes.circuit;
    std::ranges::copy(changed, other.begin() + static_cast<std::ptrdiff_t>(changes.at));
    base::write_file(r1cs, other, base::Overwrite::yes);
    Context context = workshop.context();
    context.overwrite = base::Overwrite::yes;
    zkey_new(r1cs, ptau, workshop / "key of the other", context);

    const auto meddle = [&] { return Meddler(r1cs, changes.at, changed, 1); };
    base::write_file(r1cs, changes.circuit, base::Overwrite::yes);
    Meddler before_new = meddle();
    zkey_new(r1cs, ptau, workshop / "key", {context.pool, before_new, context.overwrite, kNotKept});
    EXPECT_TRUE(contents(workshop / "key") == contents(workshop / "key of the other"));

    base::write_file(r1cs, changes.circuit, base::Overwrite::yes);
    Meddler before_verify = meddle();
    const Verdict verdict =
        zkey_verify(&r1cs, &ptau, workshop / "key", {}, {context.pool, before_verify, {}, kNotKept});
    EXPECT_EQ(failed_rules(verdict), kInitial);
  }
}

TEST(Phase2Initial, a_key_with_another_number_of_coefficients) {
  using C = curve::Bn254;
  KeyWorkshop workshop(CurveId::bn254, kPower);
  const base::Path ptau = workshop.ptau();
  std::vector<base::Path> circuits, keys;
  for (const std::uint32_t in_first : {2U, 3U, 600U}) {  // terms
    std::vector<std::uint32_t> sizes(3 * 1000, 2);
    sizes[0] = in_first;
    circuits.push_back(workshop / ("circuit-" + std::to_string(in_first)));
    keys.push_back(workshop / ("key-" + std::to_string(in_first)));
    base::write_file(circuits.back(), format::samples::mixed_r1cs<C>(1000, sizes), base::Overwrite::no);
    zkey_new(circuits.back(), ptau, keys.back(), workshop.context());
  }
  for (const std::uint64_t limit : {std::uint64_t{0}, kSmallestBlocks, kNotKept}) {
    for (std::size_t i = 0; i < circuits.size(); ++i) {
      for (std::size_t j = 0; j < keys.size(); ++j) {
        const Verdict verdict = zkey_verify(&circuits[i], &ptau, keys[j], {}, workshop.limited(limit));
        EXPECT_EQ(failed_rules(verdict) == kInitial, i == j) << failed_rules(verdict);
        for (const Check& check : verdict.checks()) {
          if (check.rule != "coefficients") continue;
          EXPECT_EQ(check.detail.find("number of coefficients") != std::string::npos, i != j) << check.detail;
        }
      }
    }
  }
}

TEST(Phase2Initial, a_large_circuit_that_is_malformed_leaves_no_key) {
  KeyWorkshop workshop(CurveId::bn254, kPower);
  const base::Path good = workshop / "good.r1cs", ptau = workshop.ptau();
  base::write_file(good, mixed_circuit(), base::Overwrite::no);
  zkey_new(good, ptau, workshop / "key", workshop.context());
  EditedFile circuit(good);
  const auto section = circuit.section(2);
  base::store_le32(section.subspan(section.size() - 36), 0xffffffff);  // the last wire
  const base::Path bad = circuit.save(workshop / "bad.r1cs");
  for (const std::uint64_t limit : {std::uint64_t{0}, kSmallestBlocks, kNotKept}) {
    const auto expect_refused = [&](auto&& step) {
      try {
        step();
        ADD_FAILURE() << "taken, with " << limit;
      } catch (const base::Error& error) {
        EXPECT_EQ(error.code(), base::Code::malformed);
        EXPECT_NE(error.message().find("bad.r1cs"), std::string::npos) << error.message();
      }
    };
    expect_refused([&] { zkey_new(bad, ptau, workshop / "out", workshop.limited(limit)); });
    for (const auto& entry : std::filesystem::directory_iterator(workshop / "."))
      EXPECT_EQ(entry.path().filename().string().find("out"), std::string::npos) << entry.path();
    expect_refused([&] { static_cast<void>(zkey_verify(&bad, &ptau, workshop / "key", {}, workshop.limited(limit))); });
  }
}

TEST(Phase2Initial, public_signals_of_all_blocks_have_their_rows) {
  using C = curve::Bn254;
  KeyWorkshop workshop(CurveId::bn254, kPower);
  const std::vector<std::uint32_t> sizes(3 * 300, 3);  // more than is kept with kNotKept
  const auto expect_same = [&](std::string_view name, const base::Bytes& circuit) {
    const base::Path r1cs = workshop / std::string(name), ptau = workshop.ptau();
    base::write_file(r1cs, circuit, base::Overwrite::no);
    std::vector<base::Bytes> keys;
    for (const std::uint64_t limit : {std::uint64_t{0}, kSmallestBlocks, kNotKept}) {
      const base::Path key = workshop / (std::string(name) + std::to_string(limit));
      zkey_new(r1cs, ptau, key, workshop.limited(limit));
      EXPECT_EQ(failed_rules(zkey_verify(&r1cs, &ptau, key, {}, workshop.limited(limit))).find("query"),
                std::string::npos);
      keys.push_back(contents(key));
    }
    EXPECT_TRUE(keys[0] == keys[1] && keys[0] == keys[2]) << name;
  };
  expect_same("public", format::samples::mixed_r1cs<C>(1000, sizes, 600));  // in three blocks
  expect_same("empty", format::samples::mixed_r1cs<C>(1000, {}));           // one coefficient, that of the constant
}

// A constraint of which a window holds only a part gives what one term with the sum of its coefficients gives.
TEST(Phase2Initial, a_constraint_larger_than_what_is_added_up_at_a_time) {
  using C = curve::Bn254;
  KeyWorkshop workshop(CurveId::bn254, kPower);
  const auto points_of = [&](std::uint32_t n_terms, std::uint64_t coefficient, std::uint64_t limit) {
    const base::Path circuit = workshop / "circuit", out = workshop / "key";
    base::write_file(circuit, format::samples::repeated_r1cs<C>(n_terms, coefficient), base::Overwrite::yes);
    Context context = workshop.limited(limit);
    context.overwrite = base::Overwrite::yes;
    zkey_new(circuit, workshop.ptau(), out, context);
    EditedFile key(out);
    base::Bytes points;
    for (const std::uint32_t section : {3U, 5U, 6U, 7U, 8U}) {
      const auto bytes = key.section(section);
      points.insert(points.end(), bytes.begin(), bytes.end());
    }
    return points;
  };
  const base::Bytes whole = points_of(1, 300'000, 0);
  EXPECT_TRUE(points_of(1000, 300, kSmallestBlocks) == whole);
  EXPECT_TRUE(points_of(300'000, 1, 0) == whole);
}

TEST(Phase2Initial, coefficients_kept_from_reading_are_those_of_the_file) {
  using C = curve::Bn254;
  KeyWorkshop workshop(CurveId::bn254, kPower);
  base::write_file(workshop / "mixed", mixed_circuit(), base::Overwrite::no);
  const base::Path kept = workshop / "kept.zkey", again = workshop / "again.zkey";
  zkey_new(workshop / "mixed", workshop.ptau(), kept, workshop.context());
  for (const std::uint64_t limit : {kSmallestBlocks, kNotKept}) {
    Witness witness;
    const Context limited = workshop.limited(limit);
    zkey_new(workshop / "mixed", workshop.ptau(), again, {limited.pool, witness, base::Overwrite::yes, limit});
    EXPECT_TRUE(contents(kept) == contents(again));
  }

  const format::ZkeyReader<C> key(kept);
  std::vector<format::ZkeyCoef<C>> coefs(key.n_coefs());
  key.read_coefs(0, coefs);
  std::size_t next = 0;
  base::Pool& pool = workshop.context().pool;
  format::R1csReader<C>(workshop / "mixed").for_each_block(pool, [&](const format::ConstraintBlock<C>& block) {
    for (std::uint32_t i = 0; i < block.size(); ++i)
      for (std::uint32_t side = 0; side < 2; ++side)
        for (const auto& term : block.side(side, i)) {
          const auto& coef = coefs[next++];
          ASSERT_TRUE(coef.matrix == side && coef.constraint == block.first + i && coef.signal == term.wire);
          ASSERT_EQ(coef.value, term.coefficient);
        }
  });
  ASSERT_EQ(next + 1, coefs.size());
  EXPECT_TRUE(coefs[next].constraint == 1000 && coefs[next].signal == 0 && coefs[next].value == C::Fr::one());

  // One that is wrong is found wherever it is.
  const base::Path r1cs = workshop / "mixed", ptau = workshop.ptau();
  for (const std::uint64_t limit : {std::uint64_t{0}, kSmallestBlocks, kNotKept}) {
    EXPECT_EQ(failed_rules(zkey_verify(&r1cs, &ptau, kept, {}, workshop.limited(limit))), kInitial);
    for (const std::size_t i : {std::size_t{3}, (std::size_t{1} << 14) + 1, coefs.size() - 2}) {
      EditedFile file(kept);
      constexpr std::size_t kCount = 4, kCoef = 12 + C::Fr::kBytes, kSignal = 8;
      file.section(4)[kCount + i * kCoef + kSignal] ^= std::byte{1};
      const base::Path edited = file.save(workshop / "edited.zkey");
      const Verdict verdict = zkey_verify(&r1cs, &ptau, edited, {}, workshop.limited(limit));
      EXPECT_EQ(failed_rules(verdict), std::string(kInitial) + " coefficients") << i;
      for (const Check& check : verdict.checks()) {
        if (check.rule == "coefficients") {
          EXPECT_NE(check.detail.find("coefficient " + std::to_string(i) + " "), std::string::npos) << check.detail;
        }
      }
    }
  }
}

TEST(Phase2Initial, blocks_of_signals_give_the_same_verdict) {
  using G1 = curve::G1<curve::Bn254>;
  using G2 = curve::G2<curve::Bn254>;
  KeyWorkshop workshop(CurveId::bn254, kPower);
  const base::Path r1cs = workshop.r1cs(), ptau = workshop.ptau();
  const auto failed = [&](const base::Path& zkey, std::uint64_t limit) {
    return failed_rules(zkey_verify(&r1cs, &ptau, zkey, {}, workshop.limited(limit)));
  };
  const auto edited = [&](auto&& edit) {
    EditedFile file(workshop / "2.zkey");
    edit(file);
    return file.save(workshop / "edited.zkey");
  };
  for (const std::uint64_t limit : {std::uint64_t{0}, kSmallestBlocks, kNotKept}) {
    EXPECT_EQ(failed(workshop / "2.zkey", limit), "");
    for (const std::size_t from_end : {2043U, 1000U, 1U}) {  // another signal: in the first, one between, the last
      const auto at_another = [&](EditedFile& f) {
        constexpr std::size_t kCoef = 12 + curve::Bn254::Fr::kBytes, kSignal = 8;
        const auto section = f.section(4);
        section[section.size() - from_end * kCoef + kSignal] ^= std::byte{1};
      };
      EXPECT_EQ(failed(edited(at_another), limit), "coefficients") << from_end;
    }
    EXPECT_EQ(failed(edited([](EditedFile& f) { f.swap_points<G1>(3, 0, 1); }), limit), "query-ic circuit-hash");
    EXPECT_EQ(failed(edited([](EditedFile& f) { f.swap_points<G1>(5, 700, 701); }), limit), "query-a circuit-hash");
    EXPECT_EQ(failed(edited([](EditedFile& f) { f.swap_points<G1>(6, 300, 800); }), limit), "query-b1 circuit-hash");
    EXPECT_EQ(failed(edited([](EditedFile& f) { f.swap_points<G2>(7, 1020, 800); }), limit), "query-b2 circuit-hash");
    EXPECT_EQ(failed(edited([](EditedFile& f) { f.swap_points<G1>(8, 600, 100); }), limit), "query-l");
  }
}

TEST(Phase2Initial, a_file_that_is_prepared_for_one_domain) {
  KeyWorkshop workshop(CurveId::bn254, kPower);
  const base::Path r1cs = workshop.r1cs(), one = workshop / "one.ptau", other = workshop / "other.ptau";
  ptau_prepare(workshop / "1.ptau", one, workshop.context(), kPower);
  zkey_new(r1cs, one, workshop / "same.zkey", workshop.context());
  EXPECT_TRUE(contents(workshop / "same.zkey") == contents(workshop / "0.zkey"));
  EXPECT_TRUE(zkey_verify(&r1cs, &one, workshop / "2.zkey", {}, workshop.context()).accepted());
  // Of another domain there is nothing to make a key of.
  const base::Path small = workshop / "small.r1cs";
  base::write_file(small, format::samples::squares_r1cs<curve::Bn254>(100), base::Overwrite::no);
  const auto refused = [&](auto&& step) {
    try {
      step();
      ADD_FAILURE() << "taken";
      return std::string();
    } catch (const base::Error& error) {
      EXPECT_EQ(error.code(), base::Code::usage);
      return error.message();
    }
  };
  EXPECT_NE(refused([&] { zkey_new(small, one, workshop / "x", workshop.context()); }).find("alone"),
            std::string::npos);
  ptau_prepare(workshop / "1.ptau", other, workshop.context(), kPower - 1);
  EXPECT_NE(refused([&] { zkey_new(r1cs, other, workshop / "x", workshop.context()); }).find("needs power"),
            std::string::npos);
  EXPECT_FALSE(std::filesystem::exists(workshop / "x"));
}

TEST(Phase2Initial, what_is_wrong_with_the_key_is_told_before_what_is_wrong_with_the_circuit) {
  using G1 = curve::G1<curve::Bn254>;
  KeyWorkshop workshop(CurveId::bn254, kPower);
  EditedFile key(workshop / "2.zkey"), circuit(workshop.r1cs());
  key.point<G1>(5, 3)[0] ^= std::byte{1};
  base::store_le32(circuit.section(2).subspan(4), 0xffffffff);  // the first wire
  const base::Path bad_key = key.save(workshop / "bad.zkey"), good_key = workshop / "2.zkey";
  const base::Path bad_circuit = circuit.save(workshop / "bad.r1cs"), ptau = workshop.ptau();
  for (const unsigned n_threads : {1U, 2U}) {
    base::Pool pool(n_threads);
    const Context context{pool, base::silent_progress()};
    EXPECT_EQ(failed_rules(zkey_verify(&bad_circuit, &ptau, bad_key, {}, context)), "curve-points") << n_threads;
    try {
      static_cast<void>(zkey_verify(&bad_circuit, &ptau, good_key, {}, context));
      ADD_FAILURE() << "a circuit with a wire that it does not have was taken";
    } catch (const base::Error& error) {
      EXPECT_EQ(error.code(), base::Code::malformed);
      EXPECT_NE(error.message().find("bad.r1cs"), std::string::npos) << error.message();
    }
  }
}

TEST(Phase2Initial, the_report_does_not_depend_on_the_number_of_threads) {
  KeyWorkshop workshop(CurveId::bn254, kPower);
  const base::Path r1cs = workshop.r1cs(), ptau = workshop.ptau(), key = workshop / "2.zkey";
  std::vector<std::string> reports;
  for (const unsigned n_threads : {1U, 2U, 5U}) {
    base::Pool pool(n_threads);
    std::string report;
    const Verdict verdict = zkey_verify(&r1cs, &ptau, key, {}, {pool, base::silent_progress()});
    for (const Check& check : verdict.checks()) report += std::string(check.rule) + ": " + check.detail + "\n";
    reports.push_back(report);
  }
  EXPECT_EQ(reports[0], reports[1]);
  EXPECT_EQ(reports[0], reports[2]);
}

TEST(Phase2Initial, a_wish_to_stop_ends_a_verification_wherever_it_is) {
  KeyWorkshop workshop(CurveId::bn254, kPower);
  EditedFile file(workshop / "2.zkey");
  file.swap_points<curve::G1<curve::Bn254>>(5, 700, 701);  // what is wrong is looked for
  const base::Path r1cs = workshop.r1cs(), ptau = workshop.ptau(), wrong = file.save(workshop / "wrong.zkey");
  for (const base::Path& key : {workshop / "2.zkey", wrong}) {
    for (const unsigned n_threads : {1U, 2U}) {
      base::Pool pool(n_threads);
      bool ended = false;
      int n_questions = 0;
      for (; !ended && n_questions < 1000; ++n_questions) {
        Witness witness(n_questions);
        try {
          EXPECT_EQ(zkey_verify(&r1cs, &ptau, key, {}, {pool, witness}).accepted(), key != wrong);
          ended = true;
        } catch (const base::Error& error) { ASSERT_EQ(error.code(), base::Code::interrupted) << error.message(); }
      }
      EXPECT_TRUE(ended);
      EXPECT_GT(n_questions, 10);
    }
  }
}

}  // namespace
}  // namespace solemn::setup
