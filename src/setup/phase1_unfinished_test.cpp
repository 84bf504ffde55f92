// A prepare that was interrupted or killed, and the run that goes on with what it left.
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <set>
#include <thread>

#include "setup/phase1_forgery.hpp"
#include "setup/phase1_prepare.hpp"

namespace solemn::setup {
namespace {

using curve::CurveId;

const phase1::PrepareOptions kNoteEveryBlock{curve::Bn254::Fr::kTwoAdicity, 1, std::chrono::milliseconds(0)};

class Interrupting : public base::Progress {
 public:
  explicit Interrupting(int after) : left_(after) {}
  void phase(std::string_view, std::uint64_t, std::string_view) override {}
  void advance(std::uint64_t) override {}
  void check_interrupt() override {
    if (left_-- <= 0) throw base::Error(base::Code::interrupted, "interrupted");
  }

 private:
  std::atomic<int> left_;
};

TEST(Phase1Unfinished, another_domain_does_not_go_on_with_what_an_interrupted_run_left) {
  using C = curve::Bn254;
  Workshop workshop;
  const base::Path in = workshop.contribute(workshop.fresh(C::kId, 5), "1.ptau");
  const format::PtauReader<C> reader(in);
  std::set<base::Hash64> identities;
  for (const std::optional<unsigned> only : {std::optional<unsigned>(), std::optional(4U), std::optional(5U)})
    identities.insert(phase1::input_identity<C>(reader, only));
  EXPECT_EQ(identities.size(), 3U);
}

TEST(Phase1Unfinished, goes_on_where_it_was_interrupted) {
  constexpr unsigned kPower = 8;
  Workshop workshop;
  const base::Path in = workshop.fresh(CurveId::bn254, kPower);
  const base::Path expected = workshop.prepare(in, "expected.ptau");
  const base::Path out = workshop / "p.ptau";
  int n_interrupted = 0;
  for (int after = 3; !std::filesystem::exists(out); after += 11) {
    Interrupting progress(after);
    Context context = workshop.context();
    const Context interrupted{context.pool, progress};
    try {
      phase1::prepare<curve::Bn254>(in, out, interrupted, kNoteEveryBlock);
    } catch (const base::Error& error) {
      ASSERT_EQ(error.code(), base::Code::interrupted);
      ++n_interrupted;
    }
  }
  EXPECT_GT(n_interrupted, 2);
  EXPECT_EQ(contents(out), contents(expected));
  EXPECT_EQ(workshop.folder().names(), (std::vector<std::string>{"0.ptau", "expected.ptau", "p.ptau"}));
}

TEST(Phase1Unfinished, an_unfinished_file_for_another_input_is_not_used) {
  Workshop workshop;
  const base::Path first = workshop.contribute(workshop.fresh(CurveId::bn254, 8), "1.ptau");
  const base::Path second = workshop.contribute(workshop / "0.ptau", "2.ptau");
  Interrupting progress(25);
  const Context context = workshop.context(), interrupted{context.pool, progress};
  EXPECT_EQ(code_of([&] { phase1::prepare<curve::Bn254>(first, workshop / "p.ptau", interrupted, kNoteEveryBlock); }),
            base::Code::interrupted);
  EXPECT_EQ(workshop.folder().names().size(), 5U);  // with the unfinished file and its note
  workshop.prepare(second, "p.ptau");
  EXPECT_EQ(contents(workshop / "p.ptau"), contents(workshop.prepare(second, "q.ptau")));
}

// What is read back is looked at: here a part that an earlier run has written is damaged before this one goes on.
TEST(Phase1Unfinished, a_damaged_section_is_found_before_the_file_has_its_name) {
  using G1 = curve::G1<curve::Bn254>;
  Workshop workshop;
  const base::Path in = workshop.contribute(workshop.fresh(CurveId::bn254, 8), "1.ptau");
  const base::Path out = workshop / "p.ptau", unfinished = workshop / ".p.ptau.unfinished";
  const Context context = workshop.context();
  const std::uint64_t at = format::lagrange_block_offset(3);  // the small blocks are the first that are done
  const auto is_done = [&] {
    EditedFile file(unfinished);
    return !std::ranges::equal(file.point<G1>(12, at), file.point<G1>(12, at + 1));
  };
  for (int calls = 25; calls == 25 || !is_done(); calls += 5) {  // each goes on
    Interrupting progress(calls);
    const Context interrupted{context.pool, progress};
    ASSERT_EQ(code_of([&] { phase1::prepare<curve::Bn254>(in, out, interrupted, kNoteEveryBlock); }),
              base::Code::interrupted);
  }
  EditedFile damaged(unfinished);
  damaged.swap_points<G1>(12, at, at + 1);
  damaged.save(unfinished);
  try {
    phase1::prepare<curve::Bn254>(in, out, context, kNoteEveryBlock);
    ADD_FAILURE() << "accepted";
  } catch (const base::Error& error) {
    EXPECT_EQ(error.code(), base::Code::io);
    EXPECT_EQ(error.message(), "the new section 12 is not the Lagrange form of the powers");
  }
  EXPECT_FALSE(std::filesystem::exists(out));
  ptau_prepare(in, out, context);  // from the beginning: the damaged parts are forgotten
  EXPECT_TRUE(workshop.verify(out).accepted());
}

// What another process has copied, or tested, is not believed.
TEST(Phase1Unfinished, a_run_that_goes_on_looks_at_the_powers_again) {
  using G2 = curve::G2<curve::Bn254>;
  Workshop workshop;
  const base::Path in = workshop.contribute(workshop.fresh(CurveId::bn254, 8), "1.ptau");
  const base::Path out = workshop / "p.ptau", unfinished = workshop / ".p.ptau.unfinished";
  const Context context = workshop.context();
  const auto begin = [&] {
    Interrupting progress(25);
    const Context interrupted{context.pool, progress};
    ASSERT_EQ(code_of([&] { phase1::prepare<curve::Bn254>(in, out, interrupted, kNoteEveryBlock); }),
              base::Code::interrupted);
    ASSERT_EQ(workshop.folder().names().size(), 4U);  // with the unfinished file and its note
  };
  const auto go_on = [&] {
    return message_of([&] { phase1::prepare<curve::Bn254>(in, out, context, kNoteEveryBlock); });
  };
  begin();
  EditedFile copied(unfinished);
  copied.swap_points<G2>(3, 100, 101);
  copied.save(unfinished);
  EXPECT_EQ(go_on(), "what was read back is not what was written");
  EXPECT_EQ(workshop.folder().names(), (std::vector<std::string>{"0.ptau", "1.ptau"}));  // not found again and again

  begin();
  const auto changed = std::filesystem::last_write_time(in);
  EditedFile other(in);
  other.set_point<G2>(3, 200, outside_subgroup<G2>());
  other.save(in);
  std::filesystem::last_write_time(in, changed);  // the same file, by all that the note tells
  EXPECT_NE(go_on().find("section 3: a point is not in the prime-order subgroup"), std::string::npos);
  EXPECT_EQ(workshop.folder().names(), (std::vector<std::string>{"0.ptau", "1.ptau"}));
}

// A child process is killed at random moments until one of them gets through.
TEST(Phase1Unfinished, goes_on_after_kill_9) {
  constexpr unsigned kPower = 8;
  base::TestFolder folder;
  const base::Path in = folder / "0.ptau", out = folder / "p.ptau", expected = folder / "expected.ptau";
  const auto in_child = [&](auto&& body) {
    const pid_t child = fork();
    if (child != 0) return child;
    int status = 1;
    try {
      base::Pool pool(1);
      body(Context{pool, base::silent_progress()});
      status = 0;
    } catch (...) { status = 2; }
    _exit(status);
  };
  const auto wait_for = [](pid_t child) {
    int status = 0;
    waitpid(child, &status, 0);
    return status;
  };
  ASSERT_EQ(wait_for(in_child([&](const Context& context) { ptau_new(CurveId::bn254, kPower, in, context); })), 0);
  const auto begin = std::chrono::steady_clock::now();
  ASSERT_EQ(wait_for(in_child([&](const Context& context) { ptau_prepare(in, expected, context); })), 0);
  const auto whole = std::chrono::steady_clock::now() - begin;
  int n_killed = 0;
  std::array<std::byte, 1> random{};
  for (int i = 1; !std::filesystem::exists(out) && i < 60; ++i) {
    const pid_t child =
        in_child([&](const Context& context) { phase1::prepare<curve::Bn254>(in, out, context, kNoteEveryBlock); });
    hash::os_random(random);
    std::this_thread::sleep_for(whole * (std::to_integer<int>(random[0]) + 8 * i) / 700);
    kill(child, SIGKILL);
    const int status = wait_for(child);
    if (WIFSIGNALED(status)) {
      ++n_killed;
    } else {
      ASSERT_EQ(status, 0);
    }
  }
  EXPECT_GT(n_killed, 0);
  EXPECT_EQ(contents(out), contents(expected));
  // A kill between the rename of the file and this leaves the note, which means nothing without the unfinished file.
  std::filesystem::remove(folder / ".p.ptau.unfinished-note");
  EXPECT_EQ(folder.names(), (std::vector<std::string>{"0.ptau", "expected.ptau", "p.ptau"}));
}

}  // namespace
}  // namespace solemn::setup
