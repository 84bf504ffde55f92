// Entropy for a contribution: the operating system always, the processor where it can, what people add.
#include <cstdlib>
#include <system_error>

#include "cli/command.hpp"
#include "cli/secrets.hpp"
#include "cli/ui.hpp"
#include "hash/dice.hpp"
#include "hash/entropy.hpp"
#include "hash/noise.hpp"
#include "hash/typed_text.hpp"

namespace solemn::cli {
namespace {

using hash::Counted;

void add_noise(hash::EntropyPool& pool, Ui& ui, std::string_view name, const hash::Noise& noise) {
  if (noise.n_bytes == 0) return;
  if (noise.health == hash::Health::too_few_samples)
    return pool.add(name, noise.bytes(), Counted::no, "too short to test");
  const bool healthy = noise.health == hash::Health::good;
  const std::string said(hash::describe(noise.health));
  if (!healthy) ui.warning("the noise source " + std::string(name) + " fails its health test: " + said);
  pool.add(name, noise.bytes(), healthy ? Counted::yes : Counted::no, said);
}

void add_stream(hash::EntropyPool& pool, Ui& ui, const std::string& source) {
  constexpr std::size_t kMax = 1 << 20;  // a device such as a hardware generator never ends
  base::SecretArray<std::byte> bytes(kMax);
  std::size_t filled = 0;
  try {
    filled = base::read_stream(source, bytes.expose());
  } catch (const base::Error& error) {
    throw base::Error(error.code(), error.message(),
                      "the operating system's randomness is always used; --entropy names a file that adds to it, "
                      "--type-entropy asks for a text");
  }
  const base::ByteSpan given = base::ByteSpan(bytes.expose()).first(filled);
  const std::string_view name = source == "-" ? "stdin" : "file";
  std::error_code unknown;
  // A device or a pipe gives its bytes once. Of an ordinary file nobody can tell who has a copy, or how it was made.
  if (std::filesystem::is_regular_file(source == "-" ? "/dev/stdin" : source, unknown)) {
    ui.warning("the entropy " + std::string(name) +
               " is an ordinary file: whoever has a copy knows it. It is mixed in and not counted");
    return pool.add(name, given, Counted::no, "an ordinary file, which others may know");
  }
  if (filled < hash::HealthTest::kStartUp) return pool.add(name, given, Counted::no, "too short to test");
  hash::HealthTest test(hash::kHealthLimits1);
  test.feed(given);
  const bool healthy = test.result() == hash::Health::good;
  if (!healthy) ui.warning("the entropy " + std::string(name) + " has " + std::string(hash::describe(test.result())));
  pool.add(name, given, healthy ? Counted::yes : Counted::no, hash::describe(test.result()));
}

base::Path typed_texts_path() {
  if (const char* state = std::getenv("XDG_STATE_HOME"); state != nullptr && *state == '/')
    return base::Path(state) / "solemn" / "typed-entropy";
  if (const char* home = std::getenv("HOME"); home != nullptr && *home == '/')
    return base::Path(home) / ".local" / "state" / "solemn" / "typed-entropy";
  return {};
}

/// Whether this text was typed before on this machine; remembers it. Nothing is lost when that cannot be told.
bool typed_before(base::ByteSpan text, Ui& ui) {
  const base::Path path = typed_texts_path();
  if (path.empty()) return false;
  try {
    std::error_code ignored;
    std::filesystem::create_directories(path.parent_path(), ignored);
    base::Bytes content;
    if (std::filesystem::exists(path, ignored)) content = base::read_file(path, 1 << 20);
    hash::TypedTexts texts{base::as_text(content)};
    const bool seen = texts.seen_before(text);
    if (!seen) {
      const std::string updated = texts.content();
      base::write_file(path, base::as_bytes(updated), base::Overwrite::yes, base::Privacy::secret);
    }
    return seen;
  } catch (const base::Error& error) {
    ui.note("cannot tell whether this text was typed before: " + error.message());
    return false;
  }
}

void add_typed_text(hash::EntropyPool& pool, Ui& ui, const std::string& name) {
  const auto typed = read_hidden_line("Enter a random text. (Entropy): ");
  if (!typed)
    throw base::Error(base::Code::refused, "--type-entropy needs a terminal",
                      "leave it out (the operating system's randomness is always used), or give --entropy FILE");
  std::vector<std::string> said = hash::weaknesses_of_typed_text(typed->expose(), name);
  if (typed->size() != 0 && typed_before(typed->expose(), ui))
    said.emplace_back("the text was typed before on this machine");
  for (const std::string& sentence : said) ui.warning(sentence + "; typed text is mixed in and never relied on");
  // Typed text adds what it adds; an empty line adds nothing, and needs nothing.
  if (typed->size() != 0) pool.add("typed text", typed->expose(), Counted::no);
}

void add_dice(hash::EntropyPool& pool, Ui& ui, const std::string& source) {
  base::SecretArray<std::byte> text(1 << 14);
  const std::size_t filled = base::read_stream(source, text.expose());
  const hash::DiceThrows dice(base::ByteSpan(text.expose()).first(filled));
  for (const std::string& sentence : dice.oddities()) ui.warning("dice: " + sentence);
  const bool enough = dice.size() >= hash::DiceThrows::kEnoughThrows;
  pool.add("dice", dice.digest().expose(), enough ? Counted::yes : Counted::no,
           "SHA-512 of " + std::to_string(dice.size()) + " throws");
}

void add_token(hash::EntropyPool& pool, Ui& ui, const Arguments& arguments, const std::string& key) {
  constexpr std::size_t kBytes = 4096;
  const auto signer = sign::open_signer(key, open_options(arguments));
  const sign::SecretText bytes = signer->random(kBytes);
  hash::HealthTest test(hash::kHealthLimits8);
  test.feed(bytes.expose());
  const bool healthy = test.result() == hash::Health::good;
  const std::string said(hash::describe(test.result()));
  if (!healthy) ui.warning("the generator of " + signer->description() + " fails its health test: " + said);
  pool.add(signer->description(), bytes.expose(), healthy ? Counted::yes : Counted::no, said);
}

}  // namespace

setup::Entropy gather_entropy(const Arguments& arguments, Ui& ui) {
  hash::EntropyPool pool;
  if (const auto source = arguments.maybe("--dice")) add_dice(pool, ui, *source);
  if (arguments.flag("--type-entropy")) add_typed_text(pool, ui, arguments.maybe("--name").value_or(""));
  if (const auto source = arguments.maybe("--entropy")) add_stream(pool, ui, *source);
  if (const auto key = arguments.maybe("--entropy-token")) add_token(pool, ui, arguments, *key);
  add_noise(pool, ui, "rdseed", hash::draw_rdseed());
  add_noise(pool, ui, "hwrng", hash::draw_hwrng());
  ui.note("entropy: " + pool.description());
  ui.json()["entropy"] = pool.description();
  Json sources = Json::array();
  for (const hash::EntropySource& source : pool.sources()) {
    sources.push_back(
        {{"source", source.name}, {"bytes", source.n_bytes}, {"counted", source.counted}, {"note", source.note}});
  }
  ui.json()["entropy_sources"] = std::move(sources);
  return pool.extract();
}

}  // namespace solemn::cli
