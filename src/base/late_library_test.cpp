#include "base/late_library.hpp"

#include <gtest/gtest.h>

#include "base/error.hpp"

namespace solemn::base {
namespace {

TEST(LateLibrary, finds_functions_of_a_library_that_is_there) {
  const LateLibrary library("libm.so.6", "libc6");
  const auto absolute = library.find<double (*)(double)>("fabs");
  EXPECT_EQ(absolute(-27), 27);
}

TEST(LateLibrary, each_attempt_to_load_one_that_is_not_there_says_so) {
  for (int i = 0; i < 2; ++i) {
    try {
      const LateLibrary library("libsolemn-is-not-there.so.1", "a-package");
      FAIL();
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), Code::io);
      EXPECT_NE(error.message().find("libsolemn-is-not-there.so.1"), std::string::npos) << error.message();
      EXPECT_NE(std::string(error.hint()).find("apt-get install a-package"), std::string::npos);
    }
  }
}

TEST(LateLibrary, a_function_that_is_not_there_is_an_error) {
  const LateLibrary library("libm.so.6", "libc6");
  EXPECT_THROW(library.find<void (*)()>("solemn_is_not_there"), Error);
}

}  // namespace
}  // namespace solemn::base
