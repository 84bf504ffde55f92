// solemn keys rehearse, recover, reshare: what a quorum does together.
#include "base/error.hpp"
#include "cli/keys_shares.hpp"
#include "sharing/secret_file.hpp"

namespace solemn::cli {

using base::Code;
using base::Error;

namespace {

int run_rehearse(const Arguments& arguments, Ui& ui) {
  const sharing::SetFile file = sharing::read_set(arguments.path("SET"));
  const std::vector<sharing::Share> shares = read_shares(arguments);
  show_set(file, ui);
  return ui.verdict(sharing::rehearse(file.set, shares), "shares of " + file.set.name);
}

int run_recover(const Arguments& arguments, Ui& ui) {
  const sharing::SetFile file = sharing::read_set(arguments.path("SET"));
  const std::vector<sharing::Share> shares = read_shares(arguments);
  const sharing::Scalar key = sharing::recover(file.set, shares);
  const sign::SecretText text = sharing::recovered_text(file, key);
  show_set(file, ui);
  ui.line("recovered: " + sharing::recovered_form(file));
  ui.json()["form"] = sharing::recovered_form(file);
  put_secret(text, arguments, ui);
  return 0;
}

int run_reshare(const Arguments& arguments, Ui& ui) {
  const sharing::SetFile file = sharing::read_set(arguments.path("SET"));
  const std::vector<sharing::Share> shares = read_shares(arguments);
  sharing::Randomness randomness = gather_for_keys(arguments, ui);
  const sharing::Dealt dealt =
      sharing::reshare(file.set, shares, threshold_of(arguments), shares_of(arguments), randomness);
  sharing::SetFile fresh = set_file_of(dealt);
  fresh.replaces = file.set.id();
  fresh.sealed = file.sealed;
  require_accepted(sharing::rehearse(fresh.set, dealt.shares), fresh.set.name);
  show_set(fresh, ui);
  write_shares(arguments.path("--out-folder"), fresh, dealt.shares, ui);
  ui.warning("the shares of set " + base::to_hex(file.set.prefix()) +
             " still rebuild the key: destroy them when the new ones are in their places");
  ui.next("solemn keys rotate shares RECORD STATEMENT --key " + fresh.set.name + " --set " +
          shell_word(arguments.path("--out-folder") / fresh.file_name()) + " --reason TEXT");
  return 0;
}

const Positional kSet{"SET", "the public file of the set: NAME.set.json"};
const Positional kShares{"SHARE", "shares as text (- for stdin), each a file", Kind::file, true, true};

}  // namespace

std::vector<Command> keys_recover_commands() {
  return {
      {"keys",
       "rehearse",
       "",
       "let every sufficient subset rebuild the key, in memory",
       {kSet, kShares},
       {kAskOption},
       "Nothing is written. With all shares of 3 of 5 these are 10 subsets.",
       {{"solemn keys rehearse shares/treasury.set.json shares/treasury.share-1.txt shares/treasury.share-2.txt "
         "shares/treasury.share-3.txt shares/treasury.share-4.txt shares/treasury.share-5.txt",
         "before the custodians leave"}},
       run_rehearse},
      {"keys",
       "recover",
       "",
       "rebuild a key from its shares",
       {kSet, kShares},
       {kAskOption, kSecretOutOption, kShowOption},
       "A share that does not fit is named, and nothing is written: a wrong key never comes out. A key of secp256k1 is "
       "written as hexadecimal digits, a seed as words, a sealed key as PEM. Without solemn: recovery/recover.mjs.",
       {{"solemn keys recover shares/treasury.set.json shares/treasury.share-1.txt shares/treasury.share-3.txt "
         "shares/treasury.share-5.txt --out treasury.key",
         "with three of the five"}},
       run_recover},
      {"keys",
       "reshare",
       "",
       "new shares of the same key, for new custodians",
       {kSet, kShares},
       {{"--out-folder", "FOLDER", "where the new set and its shares go", true, Kind::file},
        kThresholdOption,
        kSharesOption,
        kAskOption,
        kKeyDiceOption},
       "Each old share is dealt anew and the parts are added; the key itself is not rebuilt, and a sealed "
       "secret stays as it is. The old shares stay good until they are destroyed.",
       {{"solemn keys reshare shares/treasury.set.json shares/treasury.share-1.txt shares/treasury.share-2.txt "
         "shares/treasury.share-3.txt --out-folder new-shares --threshold 3 --shares 5 --dice dice.txt",
         "a custodian has left"}},
       run_reshare}};
}

}  // namespace solemn::cli
