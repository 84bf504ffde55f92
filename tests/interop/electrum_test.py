"""The wallet electrum (Debian), without a network: it reads the keys and words that we restore from shares, and finds our public keys."""

import hashlib
import json
import secrets

from harness import Case, need, run, solemn, solemn_json

BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"


def wif(key: bytes) -> str:
    """The form in which wallets import a private key whose public key is compressed."""
    payload = b"\x80" + key + b"\1"
    payload += hashlib.sha256(hashlib.sha256(payload).digest()).digest()[:4]
    number, text = int.from_bytes(payload, "big"), ""
    while number:
        number, digit = divmod(number, 58)
        text = BASE58[digit] + text
    return text


class Electrum(Case):
    FROM_WORDS = """
import json, sys
from electrum import bitcoin, keystore
words, account, index = sys.stdin.read().strip(), sys.argv[1], int(sys.argv[2])
assert keystore.bip39_is_checksum_valid(words) == (True, True)
store = keystore.from_bip43_rootseed(keystore.bip39_to_seed(words, ""), account, xtype="p2wpkh")
key = store.derive_pubkey(0, index).hex()
print(json.dumps({"key": key, "address": bitcoin.pubkey_to_address("p2wpkh", key), "master": store.xprv}))
"""

    def setUp(self):
        super().setUp()
        need("electrum")
        self.path("dice").write_text("".join(secrets.choice("123456") for _ in range(120)))

    def electrum(self, name, *words, stdin=""):
        """A wallet of its own for each name; secrets go in by standard input."""
        return run([need("electrum"), "--offline", "-D", self.path(name), *words], stdin=stdin.encode()).out

    def addresses(self, name, text):
        self.electrum(name, "restore", "-", stdin=text)
        return json.loads(self.electrum(name, "listaddresses"))

    def recovered(self, name, *kind):
        """From three of its five shares."""
        file = self.path("s") / f"{name}.set.json"
        solemn("keys", "recover", file, *(self.path("s") / f"{name}.share-{i}.txt" for i in (2, 4, 5)), "--out", self.path(name))
        return self.path(name).read_text().strip()

    def test_a_recovered_key_is_a_key_of_the_wallet(self):
        said = solemn_json("keys", "new", "treasury", self.path("s"), "--type", "secp256k1", "--dice", self.path("dice"))
        key = bytes.fromhex(self.recovered("treasury"))
        (address,) = self.addresses("wallet", "p2wpkh:" + wif(key))
        self.assertEqual(json.loads(self.electrum("wallet", "getpubkeys", address)), [said["public_key"]])
        (other,) = self.addresses("other", "p2wpkh:" + wif(bytes([key[0] ^ 1]) + key[1:]))
        self.assertNotEqual(other, address)

    def test_recovered_words_give_the_addresses_of_our_public_keys(self):
        solemn("keys", "seed", "new", "--dice", self.path("dice"), "--out", self.path("words"))
        solemn("keys", "import", "seed", self.path("words"), self.path("s"), "--type", "seed", "--dice", self.path("dice"))
        words = self.recovered("seed")
        self.assertEqual(words, self.path("words").read_text().strip())
        theirs = json.loads(run(["/usr/bin/python3", "-c", self.FROM_WORDS, "m/84h/0h/0h", "3"], stdin=words.encode()).out)
        ours = solemn_json("keys", "seed", "public", self.path("seed"), "m/84'/0'/0'/0/3", "--wallet")
        self.assertEqual(theirs["key"], ours["public_key"])
        self.assertEqual(self.addresses("wallet", theirs["master"])[3], theirs["address"])
