#pragma once
// A small phase 2, in a folder of its own. For tests.
#include "format/samples.hpp"
#include "setup/phase1_testing.hpp"
#include "setup/phase2.hpp"

namespace solemn::setup {

/// A circuit that fills a domain of 2^power, its initial key, and keys with one and two contributions.
class KeyWorkshop : public Workshop {
 public:
  KeyWorkshop(curve::CurveId curve, unsigned power) {
    prepare(Workshop::contribute(fresh(curve, power), "1.ptau"), "p.ptau");
    const auto n_constraints = static_cast<std::uint32_t>((std::uint64_t{1} << power) - 2);
    base::write_file(
        r1cs(), format::with_curve(curve, [&]<class C>() { return format::samples::squares_r1cs<C>(n_constraints); }),
        base::Overwrite::no);
    zkey_new(r1cs(), ptau(), *this / "0.zkey", context());
    contribute(*this / "0.zkey", *this / "1.zkey");
    contribute(*this / "1.zkey", *this / "2.zkey");
  }
  base::Path r1cs() const { return *this / "r1cs"; }
  base::Path ptau() const { return *this / "p.ptau"; }
  Context limited(std::uint64_t memory_limit_bytes) {
    Context limited = context();
    limited.memory_limit_bytes = memory_limit_bytes;
    return limited;
  }

 private:
  void contribute(const base::Path& in, const base::Path& out) {
    Entropy entropy;
    hash::os_random(entropy.expose());
    zkey_contribute(in, out, "somebody", std::move(entropy), context());
  }
};

/// Every exchange of whole keys gives the same bytes in memory and over scratch files, and the key that comes back has
/// the parameters that were sent.
inline void expect_same_exchange_with_little_memory(KeyWorkshop& workshop) {
  const auto at = [&](std::string_view name, std::uint64_t limit) {
    return workshop / (std::string(name) + std::to_string(limit));
  };
  for (const std::uint64_t limit : {0U, 1U}) {
    const Context context = workshop.limited(limit);
    zkey_export_mpcparams(workshop / "2.zkey", at("params", limit), TestKey::refuse, context);
    zkey_export_arkworks_pk(workshop / "2.zkey", at("short", limit), curve::Form::compressed, TestKey::refuse, context);
    zkey_export_arkworks_pk(workshop / "2.zkey", at("long", limit), curve::Form::uncompressed, TestKey::refuse,
                            context);
    zkey_import_mpcparams(workshop / "1.zkey", at("params", 0), at("back", limit), "guest", context);
    zkey_export_mpcparams(at("back", limit), at("again", limit), TestKey::refuse, context);
    EXPECT_TRUE(contents(at("again", limit)) == contents(at("params", 0)));
  }
  for (const std::string_view name : {"params", "short", "long", "back"})
    EXPECT_TRUE(contents(at(name, 0)) == contents(at(name, 1))) << name;
}

}  // namespace solemn::setup
