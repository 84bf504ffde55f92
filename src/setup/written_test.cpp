// Contributions and verifications read their files once; contributions find out when a file is not what they wrote.
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <atomic>
#include <cstring>
#include <map>
#include <mutex>

#include "setup/phase1_forgery.hpp"
#include "setup/phase2_testing.hpp"

namespace {

constexpr std::uint64_t kNowhere = ~std::uint64_t{0};
/// The next write of the byte at this place of any file goes wrong: a bit of it, or the bytes before it once more.
std::atomic<std::uint64_t> wrong_at{kNowhere};
std::atomic<std::size_t> repeated{0};  // bytes; 0: one bit is wrong

/// The next read of this place of a file gives, once, the bytes before it instead of those there.
std::atomic<ino_t> read_wrong_in{0};
std::atomic<std::uint64_t> read_wrong_at{kNowhere};
std::atomic<std::size_t> read_repeated{0};

std::mutex counting;
std::map<ino_t, std::uint64_t>& bytes_read() {
  static std::map<ino_t, std::uint64_t> counts;
  return counts;
}

ssize_t write_as_it_is(int descriptor, const void* bytes, size_t n_bytes, off_t offset) {
  return static_cast<ssize_t>(syscall(SYS_pwrite64, descriptor, bytes, n_bytes, offset));
}

}  // namespace

/// These stand before the system's, also for the code under test.
extern "C" ssize_t pwrite(int descriptor, const void* bytes, size_t n_bytes, off_t offset) {
  const std::uint64_t begin = static_cast<std::uint64_t>(offset), at = wrong_at;
  const std::size_t repeat = repeated;
  if (at == kNowhere || at < begin + repeat || at + std::max<std::size_t>(repeat, 1) > begin + n_bytes)
    return write_as_it_is(descriptor, bytes, n_bytes, offset);
  wrong_at = kNowhere;
  solemn::base::Bytes wrong(n_bytes);
  std::memcpy(wrong.data(), bytes, n_bytes);
  std::byte* const place = wrong.data() + (at - begin);
  if (repeat != 0) {
    std::memcpy(place, place - repeat, repeat);
  } else {
    *place ^= std::byte{0x10};
  }
  return write_as_it_is(descriptor, wrong.data(), n_bytes, offset);
}
extern "C" ssize_t pread(int descriptor, void* out, size_t n_bytes, off_t offset) {
  const auto got = static_cast<ssize_t>(syscall(SYS_pread64, descriptor, out, n_bytes, offset));
  struct stat info {};
  if (got <= 0 || fstat(descriptor, &info) != 0) return got;
  {
    const std::lock_guard lock(counting);
    bytes_read()[info.st_ino] += static_cast<std::uint64_t>(got);
  }
  const std::uint64_t begin = static_cast<std::uint64_t>(offset), at = read_wrong_at;
  const std::size_t repeat = read_repeated;
  if (at != kNowhere && info.st_ino == read_wrong_in && at >= begin + repeat &&
      at + repeat <= begin + static_cast<std::uint64_t>(got)) {
    read_wrong_at = kNowhere;
    std::byte* const place = static_cast<std::byte*>(out) + (at - begin);
    std::memcpy(place, place - repeat, repeat);
  }
  return got;
}

namespace solemn::setup {
namespace {

/// The bytes of these files that step() reads, of what they have. `unread`: of each file, by hundredths, at most.
template <class Step>
void expect_one_pass(std::initializer_list<base::Path> files, Step&& step, std::uint64_t unread = 2) {
  {
    const std::lock_guard lock(counting);
    bytes_read().clear();
  }
  step();
  for (const base::Path& path : files) {
    struct stat info {};
    ASSERT_EQ(stat(path.c_str(), &info), 0);
    const auto size = static_cast<std::uint64_t>(info.st_size);
    const std::lock_guard lock(counting);
    const std::uint64_t got = bytes_read()[info.st_ino];
    EXPECT_GT(got, size - size * unread / 100) << path;
    EXPECT_LT(got, size + size / 50) << path;  // headers and records more than once
  }
}

/// How many bytes of a file step() reads.
template <class Step>
std::uint64_t n_read(const base::Path& path, Step&& step) {
  struct stat info {};
  EXPECT_EQ(stat(path.c_str(), &info), 0);
  {
    const std::lock_guard lock(counting);
    bytes_read().clear();
  }
  step();
  const std::lock_guard lock(counting);
  return bytes_read()[info.st_ino];
}

/// What step() says when the byte at `at` goes wrong.
template <class Step>
std::string said(std::uint64_t at, std::size_t repeat, const base::Path& out, Step&& step) {
  repeated = repeat;
  wrong_at = at;
  std::string message;
  try {
    step();
  } catch (const base::Error& error) {
    EXPECT_EQ(error.code(), base::Code::internal) << error.message();
    message = error.message();
  }
  EXPECT_EQ(wrong_at.exchange(kNowhere), kNowhere) << "nothing went wrong";
  EXPECT_FALSE(std::filesystem::exists(out));
  return message;
}

Entropy entropy() {
  Entropy drawn;
  hash::os_random(drawn.expose());
  return drawn;
}

template <class C>
class Written : public testing::Test {};
using Curves = testing::Types<curve::Bn254, curve::Bls12_381>;
TYPED_TEST_SUITE(Written, Curves);

TYPED_TEST(Written, a_ptau) {
  using C = TypeParam;
  using format::PtauSection;
  Workshop workshop;
  const base::Path in = workshop.contribute(workshop.fresh(C::kId, 10), "1"), out = workshop / "2";
  const auto step = [&] { ptau_contribute(in, out, "x", entropy(), workshop.context()); };
  expect_one_pass({in, out}, step);
  const EditedFile file(out);
  std::filesystem::remove(out);
  for (const auto& [section, rule] : {std::pair{PtauSection::tau_g1, "tau-g1-powers"},
                                      {PtauSection::tau_g2, "tau-g2-powers"},
                                      {PtauSection::alpha_tau_g1, "alpha-tau-powers"},
                                      {PtauSection::beta_tau_g1, "beta-tau-powers"}}) {
    const std::size_t n_bytes = section == PtauSection::tau_g2 ? curve::G2<C>::kBytes : curve::G1<C>::kBytes;
    const std::uint64_t at = file.offset(static_cast<std::uint32_t>(section)) + 3 * n_bytes;
    EXPECT_NE(said(at, 0, out, step).find("does not verify: curve-points"), std::string::npos) << rule;
    EXPECT_NE(said(at, n_bytes, out, step).find("does not verify: " + std::string(rule)), std::string::npos) << rule;
  }
}

// Tested, copied, tagged and kept in one pass; what was written is compared with the tags. What is too large to keep is
// read again for each domain.
TYPED_TEST(Written, a_ptau_is_prepared_and_truncated_in_one_pass) {
  using C = TypeParam;
  Workshop workshop;
  const base::Path in = workshop.contribute(workshop.fresh(C::kId, 10), "1"), out = workshop / "p";
  for (const auto only : {std::optional<unsigned>(), std::optional(10U)}) {
    expect_one_pass({in}, [&] { ptau_prepare(in, out, workshop.context(), only); });
    std::filesystem::remove(out);
  }
  Context little = workshop.context();
  little.memory_limit_bytes = 1;
  const std::uint64_t got = n_read(in, [&] { ptau_prepare(in, out, little, 10); });
  const std::uint64_t size = std::filesystem::file_size(in);
  EXPECT_GT(got, 2 * size - size / 20);
  EXPECT_LT(got, 2 * size + size / 4);  // of tau G1 there are two domains
  std::filesystem::remove(out);
  const std::uint64_t truncated = n_read(in, [&] { ptau_truncate(in, 9, out, workshop.context()); });
  EXPECT_LT(truncated, size / 2 + size / 20);
}

// A byte that is not on the disk as it was written.
TYPED_TEST(Written, a_copy_that_is_not_what_was_read_is_found) {
  using C = TypeParam;
  Workshop workshop;
  const base::Path in = workshop.contribute(workshop.fresh(C::kId, 5), "1"), out = workshop / "p";
  const auto expect_found = [&](auto&& step) {
    step();
    const EditedFile file(out);
    std::filesystem::remove(out);
    for (const std::uint32_t section : {2U, 3U, 4U, 5U, 6U}) {
      wrong_at = file.offset(section) + 7;
      EXPECT_EQ(message_of(step), "what was read back is not what was written") << section;
      EXPECT_EQ(wrong_at.exchange(kNowhere), kNowhere) << "nothing went wrong";
      EXPECT_EQ(workshop.folder().names(), (std::vector<std::string>{"0.ptau", "1"}));
    }
  };
  expect_found([&] { ptau_truncate(in, 4, out, workshop.context()); });
  expect_found([&] { ptau_prepare(in, out, workshop.context()); });
}

TYPED_TEST(Written, a_prepared_ptau_is_verified_in_one_pass) {
  using C = TypeParam;
  Workshop workshop;
  const base::Path prepared = workshop.prepare(workshop.contribute(workshop.fresh(C::kId, 9), "1"), "p");
  expect_one_pass({prepared}, [&] { EXPECT_TRUE(workshop.verify(prepared).accepted()); });
}

TYPED_TEST(Written, a_zkey_is_verified_in_one_pass) {
  using C = TypeParam;
  KeyWorkshop workshop(C::kId, 10);
  const base::Path r1cs = workshop.r1cs(), ptau = workshop.ptau(), key = workshop / "2.zkey";
  const auto accepted = [&] { return zkey_verify(&r1cs, &ptau, key, {}, workshop.context()).accepted(); };
  expect_one_pass({key}, [&] { EXPECT_TRUE(accepted()); });
  expect_one_pass(
      {r1cs}, [&] { EXPECT_TRUE(accepted()); }, 10);  // not the names of its wires
  // A key that is another one when it is looked at again.
  const EditedFile file(key);
  for (const format::ZkeySection section :
       {format::ZkeySection::ic, format::ZkeySection::a, format::ZkeySection::b1, format::ZkeySection::b2}) {
    const std::size_t n_bytes = section == format::ZkeySection::b2 ? curve::G2<C>::kBytes : curve::G1<C>::kBytes;
    struct stat info {};
    ASSERT_EQ(stat(key.c_str(), &info), 0);
    read_wrong_in = info.st_ino;
    read_repeated = n_bytes;
    read_wrong_at =
        file.offset(static_cast<std::uint32_t>(section)) + (section == format::ZkeySection::ic ? 1 : 9) * n_bytes;
    try {
      EXPECT_FALSE(accepted());
      ADD_FAILURE() << static_cast<int>(section);
    } catch (const base::Error& error) { EXPECT_EQ(error.code(), base::Code::io) << error.message(); }
    EXPECT_EQ(read_wrong_at.exchange(kNowhere), kNowhere);
  }
}

// Kept or not, once for each block of signals; the Lagrange points of one block once, however much is added up at a
// time.
TYPED_TEST(Written, a_circuit_and_its_lagrange_points_are_read_once) {
  using C = TypeParam;
  KeyWorkshop workshop(C::kId, 10);
  const base::Path r1cs = workshop.r1cs(), ptau = workshop.ptau(), key = workshop / "2.zkey";
  const auto verify = [&](std::uint64_t limit) {
    return [&, limit] { EXPECT_TRUE(zkey_verify(&r1cs, &ptau, key, {}, workshop.limited(limit)).accepted()); };
  };
  constexpr std::uint64_t kOneBlock = 700 << 10;
  const std::uint64_t constraints = EditedFile(r1cs).size(2);
  const auto looks = [&](std::uint64_t limit) {
    const std::uint64_t n = n_read(r1cs, verify(limit));
    EXPECT_LT((n + constraints / 50) % constraints, constraints / 25) << n;
    return (n + constraints / 50) / constraints;
  };
  EXPECT_EQ(looks(0), 1U);
  EXPECT_EQ(looks(kOneBlock), 1U);
  EXPECT_EQ(looks(1), 4U) << "four blocks of signals";
  EXPECT_EQ(n_read(ptau, verify(0)), n_read(ptau, verify(kOneBlock)));
}

TYPED_TEST(Written, a_zkey) {
  using C = TypeParam;
  using format::ZkeySection;
  KeyWorkshop workshop(C::kId, 10);
  const base::Path in = workshop / "1.zkey", out = workshop / "x.zkey";
  const auto step = [&] { zkey_contribute(in, out, "x", entropy(), workshop.context()); };
  expect_one_pass({in, out}, step);
  const EditedFile file(out);
  std::filesystem::remove(out);
  const auto middle_of = [&](ZkeySection section) {
    const auto type = static_cast<std::uint32_t>(section);
    return file.offset(type) + file.size(type) / 2;
  };
  for (const auto& [section, rule] : {std::pair{ZkeySection::header, "structure"},
                                      {ZkeySection::ic, "query-ic"},
                                      {ZkeySection::coefs, "coefficients"},
                                      {ZkeySection::a, "query-a"},
                                      {ZkeySection::b1, "query-b1"},
                                      {ZkeySection::b2, "query-b2"},
                                      {ZkeySection::c, "structure"},
                                      {ZkeySection::h, "structure"},
                                      {ZkeySection::contributions, "structure"}})
    EXPECT_NE(said(middle_of(section), 0, out, step).find("does not verify: " + std::string(rule)), std::string::npos)
        << rule;
  constexpr std::size_t kPoint = curve::G1<C>::kBytes;
  // Header: 4 and the modulus, twice; three numbers; alpha1, beta1.
  const std::uint64_t beta1 = file.offset(2) + 8 + C::Fq::kBytes + C::Fr::kBytes + 12 + kPoint;
  EXPECT_NE(said(beta1, kPoint, out, step).find("does not verify: structure: the header"), std::string::npos);
  for (const ZkeySection section : {ZkeySection::c, ZkeySection::h}) {
    const std::uint64_t at = file.offset(static_cast<std::uint32_t>(section)) + 5 * kPoint;
    EXPECT_NE(said(at, kPoint, out, step).find("does not verify: queries"), std::string::npos);
  }
}

}  // namespace
}  // namespace solemn::setup
