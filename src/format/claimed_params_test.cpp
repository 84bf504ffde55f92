#include "base/error.hpp"
#include "format/corruption.hpp"

namespace solemn::format {
namespace {

base::Bytes hex(std::string_view text) { return *base::from_hex(text); }

ClaimedParams beacon() { return {ContributionType::beacon, "Ada", 10, hex("0102")}; }

TEST(ClaimedParams, bytes_are_tags_lengths_values) {
  EXPECT_EQ(write_params(beacon()), hex("0103416461"
                                        "020a"
                                        "03020102"));
  EXPECT_EQ(write_params({ContributionType::contribution, "Ada", 0, {}}), hex("0103416461"));
  EXPECT_EQ(write_params({}), base::Bytes());
}

TEST(ClaimedParams, read_gives_back_what_was_written) {
  const ClaimedParams read = read_params(1, write_params(beacon()));
  EXPECT_EQ(read.type, ContributionType::beacon);
  EXPECT_EQ(read.name, "Ada");
  EXPECT_EQ(read.iterations_exp, 10);
  EXPECT_EQ(read.beacon, hex("0102"));
  EXPECT_EQ(read_params(0, {}).name, "");
}

TEST(ClaimedParams, refuses) {
  const auto refused = [](std::uint32_t type, std::string_view tlv) {
    EXPECT_THROW(read_params(type, hex(tlv)), base::Error) << type << " " << tlv;
  };
  refused(2, "");            // type
  refused(0, "04");          // tag
  refused(0, "0001");        // tag 0
  refused(0, "01");          // no length
  refused(0, "010341");      // cut value
  refused(0, "0101410101");  // tag twice, cut
  refused(0,
          "010141"
          "010142");  // tag twice
  refused(1,
          "03020102"
          "020a");         // order
  refused(1, "020a");      // no beacon value
  refused(1, "03020102");  // no iterations
  refused(1, "");          // neither
  refused(0,
          "020a"
          "03020102");  // a beacon made to look like a contribution
  refused(1, "02");
}

TEST(ClaimedParams, every_prefix_and_flip_ends) {
  base::Bytes bytes = write_params(beacon());
  for (std::size_t n = 0; n < bytes.size(); ++n) {
    EXPECT_THROW(read_params(1, base::ByteSpan(bytes).first(n)), base::Error) << n;
  }
  for (std::size_t i = 0; i < 8 * bytes.size(); ++i) {
    bytes[i / 8] ^= static_cast<std::byte>(1U << (i % 8));
    try {
      EXPECT_EQ(write_params(read_params(1, bytes)), bytes);
    } catch (const base::Error& error) { EXPECT_EQ(error.code(), base::Code::malformed); }
    bytes[i / 8] ^= static_cast<std::byte>(1U << (i % 8));
  }
}

TEST(ClaimedParams, too_long_to_write) {
  EXPECT_THROW(write_params({ContributionType::contribution, std::string(256, 'x'), 0, {}}), base::Error);
  EXPECT_EQ(write_params({ContributionType::contribution, std::string(255, 'x'), 0, {}}).size(), 257U);
}

}  // namespace
}  // namespace solemn::format
