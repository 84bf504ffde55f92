#pragma once
// Finished pages to a PDF 1.7 file (ISO 32000-1), plain objects and a plain cross-reference table. Private to this
// folder.
#include <vector>

#include "paper/canvas.hpp"

namespace solemn::paper {

SecretBytes pdf_file(const DocumentInfo& info, Fonts& fonts, const std::vector<GuardedBuffer>& pages);

}  // namespace solemn::paper
