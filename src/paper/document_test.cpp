#include "paper/document.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "base/error.hpp"
#include "paper/scan.hpp"
#include "paper/share_sheet.hpp"

namespace solemn::paper {
namespace {

DocumentInfo info(std::string stamp = {}) {
  DocumentInfo its;
  its.title = "a title";
  its.ceremony = "ceremony 7";
  its.footer = "a footer";
  its.stamp = std::move(stamp);
  its.time = 1'795'651'200;
  return its;
}

std::string squeezed_text(base::ByteSpan pdf) {
  const SecretBytes bytes = pdf_text(pdf);
  std::string text(base::as_text(bytes.expose()));
  std::erase_if(text, [](char c) { return c == ' ' || c == '\n'; });
  return text;
}

TEST(Document, same_calls_give_the_same_bytes) {
  const auto make = [] {
    Document document(info("DRILL"));
    document.title("Žaneta Đukić", "Ελένη");
    document.qr("SOLEMN 1", QrLevel::high, 40);
    return document.pdf();
  };
  const SecretBytes a = make(), b = make();
  EXPECT_TRUE(std::ranges::equal(a.expose(), b.expose()));
}

TEST(Document, names_of_many_scripts_are_printed_and_others_become_numbers) {
  Document document(info());
  document.paragraph("Žaneta Đukić-Ångström, Ελένη Παπαδοπούλου, Nguyễn Thị Ánh, Владимир");
  EXPECT_TRUE(document.unprintable().empty());
  document.paragraph("\xe6\xbc\xa2 \xff \xf0\x9f\x94\x91");
  EXPECT_EQ(document.unprintable(), (std::vector<std::string>{"[U+1F511]", "[U+6F22]", "[U+FFFD]"}));
  const std::string text = squeezed_text(document.pdf().expose());
  for (const char* part : {"ŽanetaĐukić-Ångström", "ΕλένηΠαπαδοπούλου", "NguyễnThịÁnh", "Владимир", "[U+6F22]"})
    EXPECT_NE(text.find(part), std::string::npos) << part;
}

TEST(Document, every_page_has_header_number_and_stamp) {
  Document document(info("DRILL"));
  for (int i = 0; i < 120; ++i) document.paragraph("words that fill a line");
  EXPECT_EQ(document.pages(), 4U);
  const SecretBytes pdf = document.pdf();
  const auto count = [](std::string_view text, std::string_view part) {
    std::size_t n = 0;
    for (std::size_t at = 0; (at = text.find(part, at)) != std::string_view::npos; ++at) ++n;
    return n;
  };
  const std::string text = squeezed_text(pdf.expose());
  EXPECT_EQ(count(text, "DRILL"), 4U);                            // in the headers
  EXPECT_EQ(count(base::as_text(pdf.expose()), " Tm /F1 "), 4U);  // and turned, across the pages
  for (int page = 1; page <= 4; ++page)
    EXPECT_NE(text.find("page" + std::to_string(page) + "of4"), std::string::npos) << page;
}

TEST(Document, long_words_are_broken_and_nothing_is_lost) {
  const std::string key(500, 'f');
  Document document(info());
  document.key_values(std::vector<KeyValue>{{"key", key, true}});
  document.table({{{"a"}, {"b", 2, ColumnKind::mono}}, {{"x", key}, {"only one cell"}}, 0});
  std::string text = squeezed_text(document.pdf().expose());
  EXPECT_EQ(std::ranges::count(text, 'f'), 1000 + 2);  // two more: "footer", "of"
}

TEST(Document, the_text_of_a_table_longer_than_a_page_is_all_there_and_its_head_is_repeated) {
  Table table{{{"number"}, {"box", 1, ColumnKind::box}}, {}, 9};
  for (int i = 0; i < 60; ++i) table.rows.push_back({"row" + std::to_string(i) + "."});
  Document document(info());
  document.table(table);
  EXPECT_EQ(document.pages(), 3U);
  const std::string text = squeezed_text(document.pdf().expose());
  for (int i = 0; i < 60; ++i) EXPECT_NE(text.find("row" + std::to_string(i) + "."), std::string::npos) << i;
  EXPECT_NE(text.find("number", text.find("row30.")), std::string::npos);
}

ShareSheet sheet(std::span<const MonoLine> lines, std::string_view qr) {
  ShareSheet its;
  its.key_name = "maintainer-2";
  its.custodian = "Žaneta Đukić";
  its.index = 3;
  its.count = 5;
  its.threshold = 3;
  its.set_id = "3f1c ab12 9f3e 0c55";
  its.fingerprint = base::Bytes(32, std::byte{7});
  its.lines = lines;
  its.qr = qr;
  return its;
}

constexpr std::string_view kQr = "SOLEMN SHARE 1:QPZRY9X8GF2TVDW0S3JN54KHCE6MUA";
const std::vector<MonoLine> kLines = {{"QPZRY 9X8GF", "2TVDW"}, {"0S3JN 54KHC", "E6MUA"}};

TEST(ShareSheet, is_read_back_on_both_paper_sizes) {
  for (const PageSize size : {PageSize::a4, PageSize::letter}) {
    ShareSheet its = sheet(kLines, kQr);
    its.page.size = size;
    its.page.stamp = "DRILL";
    const SecretBytes pdf = share_sheet_pdf(its);
    const std::vector<Meant> meant{{"share 3", kQr}};
    const std::vector<std::string_view> lines{"QPZRY 9X8GF 2TVDW", "0S3JN 54KHC E6MUA"};
    EXPECT_TRUE(reread(pdf.expose(), meant, lines).accepted());
  }
}

TEST(ShareSheet, another_code_and_a_missing_line_are_named) {
  const SecretBytes pdf = share_sheet_pdf(sheet(kLines, kQr));
  const std::vector<Meant> meant{{"share 4", "SOLEMN SHARE 1:ANOTHER"}};
  const std::vector<std::string_view> lines{"QPZRY 9X8GF", "NEVER PRINTED"};
  const base::Verdict verdict = reread(pdf.expose(), meant, lines);
  EXPECT_EQ(verdict.find("qr-text")->outcome, base::Outcome::failed);
  EXPECT_EQ(verdict.find("printed-text")->detail, "line 2 is not on the pages as letters");
  for (const base::Check& check : verdict.checks())
    EXPECT_EQ(check.detail.find("QPZRY"), std::string::npos);  // secrets stay out of reports
}

TEST(ShareSheet, impossible_numbers_and_too_much_are_refused) {
  ShareSheet wrong = sheet(kLines, kQr);
  wrong.index = 6;
  EXPECT_THROW((void)share_sheet_pdf(wrong), base::Error);
  ShareSheet crowded = sheet(kLines, kQr);
  crowded.more.resize(60, {"key", "value"});
  EXPECT_THROW((void)share_sheet_pdf(crowded), base::Error);
  EXPECT_THROW((void)share_sheet_pdf(sheet(kLines, "lower case")), base::Error);
}

}  // namespace
}  // namespace solemn::paper
