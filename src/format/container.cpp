#include "format/container.hpp"

#include <algorithm>

#include "format/malformed.hpp"

namespace solemn::format {

using internal::malformed;
using internal::section_name;

namespace {

constexpr std::uint64_t kFileHeaderBytes = 12, kSectionHeaderBytes = 12;

bool contains(std::span<const std::uint32_t> types, std::uint32_t type) noexcept {
  return std::find(types.begin(), types.end(), type) != types.end();
}

struct FileHeader {
  std::uint32_t version, n_sections;
};

FileHeader read_file_header(const base::InputFile& file, std::string_view magic, std::uint32_t max_version) {
  if (file.size() < kFileHeaderBytes) malformed("not a " + std::string(magic) + " file: too short");
  std::array<std::byte, kFileHeaderBytes> bytes;
  file.read_at(0, bytes);
  const base::ByteSpan in(bytes);
  if (base::as_text(in.first(4)) != magic) {
    malformed("not a " + std::string(magic) + " file: it begins with '" + base::printable(base::as_text(in.first(4))) +
              "'");
  }
  const std::uint32_t version = base::load_le32(in.subspan(4));
  if (version < 1 || version > max_version) {
    malformed(std::string(magic) + " version " + std::to_string(version) + " is not known");
  }
  return {version, base::load_le32(in.subspan(8))};
}

Section read_section_header(const base::InputFile& file, std::uint64_t offset, std::uint32_t index) {
  if (file.size() - offset < kSectionHeaderBytes) {
    malformed("section table: the file ends before entry " + std::to_string(index));
  }
  std::array<std::byte, kSectionHeaderBytes> bytes;
  file.read_at(offset, bytes);
  const base::ByteSpan in(bytes);
  const Section section{base::load_le32(in), offset + kSectionHeaderBytes, base::load_le64(in.subspan(4))};
  const std::uint64_t left = file.size() - section.offset_bytes;
  if (section.size_bytes > left) {
    malformed(section_name(section.type) + ": " + std::to_string(section.size_bytes) +
              " bytes, but the file has only " + std::to_string(left) + " more");
  }
  return section;
}

}  // namespace

Container Container::read(const base::InputFile& file, std::string_view magic, std::uint32_t max_version,
                          std::span<const std::uint32_t> allowed, std::span<const std::uint32_t> required) {
  return internal::naming(file, [&] {
    const FileHeader header = read_file_header(file, magic, max_version);
    Container container;
    container.version_ = header.version;
    std::uint64_t offset = kFileHeaderBytes;
    // A type may occur once, so this loop runs at most |allowed| + 1 times whatever the count says.
    for (std::uint32_t i = 0; i < header.n_sections; ++i) {
      const Section section = read_section_header(file, offset, i);
      if (!contains(allowed, section.type)) {
        malformed(section_name(section.type) + " does not belong into such a " + std::string(magic) + " file");
      }
      if (container.has(section.type)) malformed(section_name(section.type) + " occurs twice");
      container.sections_.push_back(section);
      offset = section.offset_bytes + section.size_bytes;
    }
    if (offset != file.size()) {
      malformed(std::to_string(file.size() - offset) + " bytes follow after the last section");
    }
    for (const std::uint32_t type : required) static_cast<void>(container.section(type));
    return container;
  });
}

bool Container::has(std::uint32_t type) const noexcept {
  return std::any_of(sections_.begin(), sections_.end(), [&](const Section& s) { return s.type == type; });
}

const Section& Container::section(std::uint32_t type) const {
  const auto found = std::find_if(sections_.begin(), sections_.end(), [&](const Section& s) { return s.type == type; });
  if (found == sections_.end()) malformed(section_name(type) + " is missing");
  return *found;
}

ContainerWriter::ContainerWriter(base::OutputFile& out, std::string_view magic, std::uint32_t version,
                                 std::uint32_t n_sections)
    : out_(out), remaining_(n_sections) {
  ASSERT(magic.size() == 4);
  std::array<std::byte, 8> numbers;
  base::store_le32(numbers, version);
  base::store_le32(base::MutableByteSpan(numbers).subspan(4), n_sections);
  out_.write(base::as_bytes(magic));
  out_.write(numbers);
}

void ContainerWriter::begin_section(std::uint32_t type, std::uint64_t size_bytes) {
  ASSERT(remaining_ > 0);
  --remaining_;
  std::array<std::byte, kSectionHeaderBytes> header;
  base::store_le32(header, type);
  base::store_le64(base::MutableByteSpan(header).subspan(4), size_bytes);
  out_.write(header);
  end_bytes_ = out_.position() + size_bytes;
}

void ContainerWriter::end_section() { ASSERT(out_.position() == end_bytes_); }

void ContainerWriter::finish() {
  ASSERT(remaining_ == 0);
  ASSERT(out_.position() == end_bytes_);
}

}  // namespace solemn::format
