#include "format/json_text.hpp"

#include <utility>

#include "curve/group.hpp"

namespace solemn::format::internal {

void JsonText::new_line() {
  text_.push_back('\n');
  text_.append(has_items_.size(), ' ');
}

void JsonText::before_value() {
  if (std::exchange(after_key_, false) || has_items_.empty()) return;
  if (has_items_.back()) text_.push_back(',');
  has_items_.back() = true;
  new_line();
}

void JsonText::open(char bracket) {
  before_value();
  text_.push_back(bracket);
  has_items_.push_back(false);
}

void JsonText::close(char bracket) {
  const bool had_items = has_items_.back();
  has_items_.pop_back();
  if (had_items) new_line();
  text_.push_back(bracket);
}

void JsonText::key(std::string_view name) {
  string(name);
  text_.append(": ");
  after_key_ = true;
}

void JsonText::string(std::string_view text) {
  before_value();
  text_.push_back('"');
  text_.append(text);
  text_.push_back('"');
}

void JsonText::number(std::uint64_t value) {
  before_value();
  text_.append(std::to_string(value));
}

void JsonText::null() {
  before_value();
  text_.append("null");
}

std::string JsonText::take() { return std::exchange(text_, {}); }

namespace {

template <class F>
void write_element(JsonText& json, const F& value) {
  if constexpr (requires { value.c0; }) {
    json.begin_array();
    json.element(value.c0);
    json.element(value.c1);
    json.end_array();
  } else {
    json.element(value);
  }
}

}  // namespace

template <class G>
void write_point(JsonText& json, const typename G::Affine& point) {
  using F = typename G::Field;
  const bool infinity = point.is_infinity_vartime();
  json.begin_array();
  write_element(json, point.x);
  write_element(json, infinity ? F::one() : point.y);
  write_element(json, infinity ? F::zero() : F::one());
  json.end_array();
}

template void write_point<curve::G1<curve::Bn254>>(JsonText&, const curve::G1<curve::Bn254>::Affine&);
template void write_point<curve::G2<curve::Bn254>>(JsonText&, const curve::G2<curve::Bn254>::Affine&);
template void write_point<curve::G1<curve::Bls12_381>>(JsonText&, const curve::G1<curve::Bls12_381>::Affine&);
template void write_point<curve::G2<curve::Bls12_381>>(JsonText&, const curve::G2<curve::Bls12_381>::Affine&);

}  // namespace solemn::format::internal
