#pragma once
// Writes JSON in the layout of snarkjs: one space an indent, every element on its own line, no final newline.
// Not for other folders.
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "format/decimal.hpp"

namespace solemn::format::internal {

class JsonText {
 public:
  void begin_object() { open('{'); }
  void end_object() { close('}'); }
  void begin_array() { open('['); }
  void end_array() { close(']'); }
  /// Names and strings are ASCII without quotes or backslashes: field names and decimal numbers.
  void key(std::string_view name);
  void string(std::string_view text);
  void number(std::uint64_t value);
  void null();
  /// The text since the last call; call it often when streaming.
  std::string take();

  template <class F>
  void element(const F& value) {
    string(to_decimal(value));
  }

 private:
  void open(char bracket);
  void close(char bracket);
  void before_value();
  void new_line();
  std::string text_;
  std::vector<bool> has_items_;  // of the open brackets
  bool after_key_ = false;
};

/// [x, y, "1"], infinity ["0", "1", "0"]
template <class G>
void write_point(JsonText& json, const typename G::Affine& point);

}  // namespace solemn::format::internal
