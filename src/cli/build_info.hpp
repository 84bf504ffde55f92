#pragma once
// What this program was built from; build_info.cpp.in is filled by the build.
#include <string_view>

namespace solemn::cli {

extern const std::string_view kVersion;
extern const std::string_view kCommit;
extern const std::string_view kCompiler;

}  // namespace solemn::cli
