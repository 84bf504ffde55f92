#include "format/contribution_log.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "base/error.hpp"

namespace solemn::format {
namespace {

using nlohmann::ordered_json;

ContributionLog sample() {
  ContributionLog log;
  log.kind = StepKind::ptau_contribution;
  log.participant = "Org:Alice \"the first\"";
  log.input = FileDigests{"pot_0000.ptau", base::Hash32{std::byte{1}}, base::Hash64{std::byte{2}}};
  log.output = {"pot_0001.ptau", base::Hash32{std::byte{3}}, base::Hash64{std::byte{4}}};
  log.contribution_hash = base::Hash64{std::byte{5}};
  log.curve = "bn254";
  log.power = 12;
  log.tool = "solemn";
  log.tool_version = "0.1.0";
  log.build_id = "abc";
  log.entropy = "operating system (64 bytes)";
  log.host = "sha256:00";
  log.started_at = 1'700'000'000;
  log.timestamp = 1'700'000'060;
  log.previous_log_sha256 = base::Hash32{std::byte{6}};
  log.key_id = base::Hash32{std::byte{7}};
  return log;
}

std::string refusal(const std::string& text) {
  try {
    (void)read_contribution_log(text);
  } catch (const base::Error& error) {
    EXPECT_EQ(error.code(), base::Code::malformed);
    return error.message();
  }
  return {};
}
std::string changed(const char* field, const ordered_json& value) {
  ordered_json json = ordered_json::parse(write_contribution_log(sample()));
  json[field] = value;
  return json.dump();
}
std::string without(const char* field) {
  ordered_json json = ordered_json::parse(write_contribution_log(sample()));
  json.erase(field);
  return json.dump();
}

TEST(ContributionLog, what_is_written_is_read_back) {
  const std::string text = write_contribution_log(sample());
  const ContributionLog back = read_contribution_log(text);
  EXPECT_EQ(write_contribution_log(back), text);
  EXPECT_EQ(back.participant, sample().participant);
  EXPECT_EQ(back.input->sha256, sample().input->sha256);
  EXPECT_EQ(back.timestamp, sample().timestamp);
  EXPECT_EQ(text.back(), '\n');
}

TEST(ContributionLog, every_field_of_our_own_logs_is_needed) {
  for (const char* field : {"kind", "participant", "input_sha256", "input_blake2b", "output_sha256", "output_blake2b",
                            "contribution_hash", "curve", "power", "powersoftau", "powersoftau_version", "entropy",
                            "timestamp", "previous_log_sha256", "key_id"}) {
    EXPECT_NE(refusal(without(field)), "") << field;
  }
}

// The two generations of the scripts of NONOS' ceremony toolkit, by their field names.
TEST(ContributionLog, logs_of_other_tools_are_read) {
  const std::string sha(64, 'a');
  const std::string contribution = R"({"participant":"Org:Alice","input_transcript":"pot_0000.ptau","input_sha256":")" +
                                   sha + R"(","output_transcript":"pot_0001.ptau","output_sha256":")" + sha +
                                   R"(","powersoftau":"powersoftau","powersoftau_version":"unknown",)"
                                   R"("entropy_source":"/dev/random","timestamp":"2025-10-19T10:00:00Z",)"
                                   R"("host_fingerprint":"ab","uname_fingerprint":"cd"})";
  EXPECT_EQ(read_contribution_log(contribution).entropy, "/dev/random");
  EXPECT_FALSE(read_contribution_log(contribution).kind.has_value());
  const std::string first = R"({"artifact":"pot_0000.ptau","path":"/home/x/pot_0000.ptau","sha256":")" + sha +
                            R"(","power":"22","operator":"Org:Coordinator","tool":"powersoftau","tool_version":"1",)"
                            R"("created_at":"2025-10-19T10:00:00Z","host":"laptop","uname":"Linux"})";
  EXPECT_EQ(read_contribution_log(first).power, 22U);
  EXPECT_EQ(read_contribution_log(first).participant, "Org:Coordinator");
  EXPECT_FALSE(read_contribution_log(first).input.has_value());
}

TEST(ContributionLog, two_spellings_at_once_are_refused) {
  EXPECT_NE(refusal(changed("sha256", std::string(64, '0'))), "");
  EXPECT_NE(refusal(changed("operator", "Bob")), "");
  EXPECT_NE(refusal(changed("created_at", "2025-10-19T10:00:00Z")), "");
}

TEST(ContributionLog, wrong_values_are_refused) {
  EXPECT_NE(refusal(changed("schema", "solemn.contribution-log/2")), "");
  EXPECT_NE(refusal(changed("kind", "ptau-other")), "");
  EXPECT_NE(refusal(changed("kind", "ptau-new")), "");  // has an input
  EXPECT_NE(refusal(changed("participant", "")), "");
  EXPECT_NE(refusal(changed("participant", std::string(257, 'x'))), "");
  EXPECT_NE(refusal(changed("participant", 5)), "");
  EXPECT_NE(refusal(changed("output_transcript", "../pot")), "");
  EXPECT_NE(refusal(changed("output_transcript", "..")), "");
  EXPECT_NE(refusal(changed("output_sha256", std::string(63, '0'))), "");
  EXPECT_NE(refusal(changed("output_sha256", std::string(64, 'g'))), "");
  EXPECT_NE(refusal(changed("power", 29)), "");
  EXPECT_NE(refusal(changed("power", -1)), "");
  EXPECT_NE(refusal(changed("power", "1x")), "");
  EXPECT_NE(refusal(changed("timestamp", "2025-10-19 10:00:00")), "");
  EXPECT_NE(refusal(changed("note", "hello")), "");
  EXPECT_NE(refusal("[]"), "");
  EXPECT_NE(refusal(std::string(65537, ' ')), "");
}

TEST(ContributionLog, no_cut_text_is_read) {
  const std::string text = write_contribution_log(sample());
  for (std::size_t n = 0; n + 2 < text.size(); ++n) EXPECT_NE(refusal(text.substr(0, n)), "") << n;
}

TEST(ContributionLog, the_file_name_is_plain) {
  EXPECT_EQ(contribution_log_name(sample()), "contrib_Org_Alice__the_first__20231114T221420Z.json");
  ContributionLog log = sample();
  log.participant = "../../etc/passwd\n";
  EXPECT_EQ(contribution_log_name(log).find('/'), std::string::npos);
}

}  // namespace
}  // namespace solemn::format
