#pragma once
// For the tests of readers: cut files, flipped bytes, moved sections. The rule is one: a reader either throws
// Error{malformed} or returns.
#include <gtest/gtest.h>

#include <string>

#include "base/error.hpp"
#include "format/samples.hpp"

namespace solemn::format::corruption {

/// The message with which parse(path) refuses the bytes; empty when it accepts them.
template <class Parse>
std::string refusal(base::ByteSpan bytes, Parse&& parse) {
  const samples::MemoryFile file(bytes);
  try {
    parse(file.path());
  } catch (const base::Error& error) {
    EXPECT_EQ(error.code(), base::Code::malformed) << error.message();
    EXPECT_TRUE(error.message().starts_with("'" + file.path().native() + "'")) << error.message();
    EXPECT_EQ(error.message().find("/proc/", 2), std::string::npos) << "path twice: " << error.message();
    return error.message();
  }
  return {};
}

/// Every proper prefix is refused. step > 1 tries only some of them, but all near the ends of sections (given by
/// `near`).
template <class Parse>
void expect_no_cut_accepted(const base::Bytes& image, Parse&& parse, std::size_t step = 1,
                            const std::vector<std::size_t>& near = {}) {
  const auto is_near = [&](std::size_t n) {
    for (const std::size_t at : near) {
      if (n + 1 >= at && n <= at + 1) return true;
    }
    return false;
  };
  for (std::size_t n = 0; n < image.size(); ++n) {
    if (n % step != 0 && !is_near(n)) continue;
    EXPECT_NE(refusal(base::ByteSpan(image).first(n), parse), "") << "cut to " << n << " of " << image.size();
  }
}

/// How many of the images with one byte of [begin, end) changed are accepted.
template <class Parse>
std::size_t accepted_flips(base::Bytes image, std::size_t begin, std::size_t end, Parse&& parse, std::size_t step = 1) {
  std::size_t n_accepted = 0;
  for (std::size_t at = begin; at < end; at += step) {
    const std::byte before = image[at];
    image[at] = before ^ static_cast<std::byte>(1U << (at % 8));
    if (refusal(image, parse).empty()) ++n_accepted;
    image[at] = before;
  }
  return n_accepted;
}

struct Place {
  std::size_t entry, content, size;  // offsets of the 12-byte entry and of the content
  std::size_t end() const { return content + size; }
};

inline std::vector<std::pair<std::uint32_t, Place>> places(base::ByteSpan image) {
  std::vector<std::pair<std::uint32_t, Place>> out;
  for (std::size_t at = 12; at < image.size();) {
    const Place place{at, at + 12, static_cast<std::size_t>(base::load_le64(image.subspan(at + 4)))};
    out.emplace_back(base::load_le32(image.subspan(at)), place);
    at = place.end();
  }
  return out;
}

inline Place place_of(base::ByteSpan image, std::uint32_t type) {
  for (const auto& [found, place] : places(image)) {
    if (found == type) return place;
  }
  ADD_FAILURE() << "the sample has no section " << type;
  return {};
}

/// All offsets where a section's entry or content begins or ends.
inline std::vector<std::size_t> boundaries(base::ByteSpan image) {
  std::vector<std::size_t> out = {0, 4, 8, 12};
  for (const auto& [type, place] : places(image)) out.insert(out.end(), {place.entry, place.content, place.end()});
  return out;
}

inline base::Bytes with_le32(base::Bytes image, std::size_t at, std::uint32_t value) {
  base::store_le32(base::MutableByteSpan(image).subspan(at), value);
  return image;
}
inline base::Bytes with_le64(base::Bytes image, std::size_t at, std::uint64_t value) {
  base::store_le64(base::MutableByteSpan(image).subspan(at), value);
  return image;
}
inline base::Bytes with_bytes(base::Bytes image, std::size_t at, base::ByteSpan bytes) {
  std::copy(bytes.begin(), bytes.end(), image.begin() + static_cast<std::ptrdiff_t>(at));
  return image;
}
/// The image with n zero bytes put in at an offset, or bytes [begin, end) taken out.
inline base::Bytes with_inserted(base::Bytes image, std::size_t at, base::ByteSpan bytes) {
  image.insert(image.begin() + static_cast<std::ptrdiff_t>(at), bytes.begin(), bytes.end());
  return image;
}
inline base::Bytes without(base::Bytes image, std::size_t begin, std::size_t end) {
  image.erase(image.begin() + static_cast<std::ptrdiff_t>(begin), image.begin() + static_cast<std::ptrdiff_t>(end));
  return image;
}
/// The image without a section (its count of sections is lowered), or with it repeated at the end.
inline base::Bytes without_section(const base::Bytes& image, std::uint32_t type) {
  const Place place = place_of(image, type);
  return with_le32(without(image, place.entry, place.end()), 8, base::load_le32(base::ByteSpan(image).subspan(8)) - 1);
}
inline base::Bytes with_section_twice(const base::Bytes& image, std::uint32_t type) {
  const Place place = place_of(image, type);
  const base::ByteSpan bytes = base::ByteSpan(image).subspan(place.entry, place.end() - place.entry);
  return with_le32(with_inserted(image, image.size(), bytes), 8, base::load_le32(base::ByteSpan(image).subspan(8)) + 1);
}

/// Expects a refusal whose message has `part` in it.
template <class Parse>
void expect_refused(const base::Bytes& image, std::string_view part, Parse&& parse) {
  const std::string message = refusal(image, parse);
  EXPECT_NE(message.find(part), std::string::npos) << "got: '" << message << "', expected: " << part;
}

/// Faults of the container that every reader refuses.
template <class Parse>
void expect_container_strict(const base::Bytes& image, std::string_view magic, std::uint32_t max_version,
                             Parse&& parse) {
  EXPECT_EQ(refusal(image, parse), "");
  expect_refused(with_bytes(image, 0, base::as_bytes("none")), "not a " + std::string(magic) + " file", parse);
  expect_refused(with_le32(image, 4, 0), "version 0", parse);
  expect_refused(with_le32(image, 4, max_version + 1), "version " + std::to_string(max_version + 1), parse);
  const std::uint32_t n = base::load_le32(base::ByteSpan(image).subspan(8));
  expect_refused(with_le32(image, 8, n - 1), "after the last section", parse);
  expect_refused(with_le32(image, 8, n + 1), "ends before entry", parse);
  expect_refused(with_le32(image, 8, 0xffffffff), "ends before entry", parse);
  expect_refused(with_inserted(image, image.size(), base::Bytes(1)), "after the last section", parse);
  expect_refused(with_inserted(image, image.size(), base::Bytes(12)), "after the last section", parse);
  for (const auto& [type, place] : places(image)) {
    const std::string name = "section " + std::to_string(type);
    expect_refused(without_section(image, type), "is missing", parse);
    expect_refused(with_section_twice(image, type), name + " occurs twice", parse);
    expect_refused(with_le32(image, place.entry, 99), "section 99", parse);
    // Sizes that reach over the next section, over the end of the file, over the end of the numbers.
    EXPECT_NE(refusal(with_le64(image, place.entry + 4, place.size + 1), parse), "") << name;
    EXPECT_NE(refusal(with_le64(image, place.entry + 4, place.size + 12), parse), "") << name;
    EXPECT_NE(refusal(with_le64(image, place.entry + 4, place.size - 1), parse), "") << name;
    expect_refused(with_le64(image, place.entry + 4, image.size()), "but the file has only", parse);
    expect_refused(with_le64(image, place.entry + 4, ~std::uint64_t{0}), "but the file has only", parse);
    expect_refused(with_le64(image, place.entry + 4, ~std::uint64_t{0} - place.content + 1), "but the file has only",
                   parse);
  }
  expect_no_cut_accepted(image, parse, 13, boundaries(image));
}

}  // namespace solemn::format::corruption
