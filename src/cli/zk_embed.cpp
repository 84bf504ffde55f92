// zk-embed: the name that the seed's runbook uses. Becomes `solemn embed` with the same arguments.
#include <unistd.h>

#include <cstdio>
#include <filesystem>
#include <string>
#include <vector>

int main(int argc, char** argv) {
  std::error_code error;
  const std::filesystem::path self = std::filesystem::read_symlink("/proc/self/exe", error);
  const std::string solemn = (self.parent_path() / "solemn").string();
  std::vector<char*> words = {const_cast<char*>("solemn"), const_cast<char*>("embed")};
  for (int i = 1; i < argc; ++i) words.push_back(argv[i]);
  words.push_back(nullptr);
  if (!error) execv(solemn.c_str(), words.data());
  std::fprintf(stderr, "zk-embed: error: cannot start '%s'\nzk-embed: hint: it must lie beside this program\n",
               solemn.c_str());
  return 3;
}
