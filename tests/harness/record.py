"""A ceremony's record for the tests: keys made by openssl, entries written by the program, attackers that know the format by heart."""

import base64
import hashlib
import json
from pathlib import Path

from .programs import need, run, solemn

PEOPLE = (
    ("root", None), ("coordinator", "coordinator"), ("alice", "contributor"), ("bob", "contributor"),
    ("w1.example", "witness"), ("w2.example", "witness"), ("stranger", None),
)


def make_key(folder: Path, name: str, algorithm="ed25519") -> None:
    openssl = need("openssl")
    curve = {"p256": ["-pkeyopt", "ec_paramgen_curve:P-256"]}.get(algorithm, [])
    run([openssl, "genpkey", "-algorithm", "EC" if curve else algorithm, *curve, "-out", folder / f"{name}.key"])
    run([openssl, "pkey", "-in", folder / f"{name}.key", "-pubout", "-out", folder / f"{name}.pub"])


class Record:
    def __init__(self, folder: Path, name="record", keys=True, threshold=2, time=None):
        """time: when it is said to begin; nothing in it is dated before that."""
        self.keys, self.path = folder, folder / name
        if keys:
            for person, _ in PEOPLE:
                make_key(folder, person, "p256" if person == "bob" else "ed25519")
        people = [p for n, r in PEOPLE if r for p in ("--participant", f"{r}:{n}:{folder / n}.pub")]
        self.do("init", self.path, "root", "--kind", "trusted-setup", "--label", "a test", "--witness-threshold", threshold, *people, *(("--time", time) if time else ()))

    def key(self, name):
        return self.keys / f"{name}.key"

    def pub(self, name):
        return self.keys / f"{name}.pub"

    def do(self, verb, first, signer, *words, expect=0):
        return solemn("transcript", verb, first, *words, "--sign-key", self.key(signer), expect=expect)

    def append(self, kind, signer, *words, expect=0):
        return solemn("transcript", "append", self.path, kind, "--sign-key", self.key(signer), *words, expect=expect)

    def checkpoint(self, *words, expect=0):
        return self.do("checkpoint", self.path, "coordinator", *words, expect=expect)

    def cosign(self, witness, *words, expect=0):
        return self.do("cosign", self.path, witness, "--memory", self.keys / f"{witness}.memory", *words, expect=expect)

    def finish(self):
        """Checkpoint of everything, with both witnesses."""
        self.checkpoint()
        for witness in ("w1.example", "w2.example"):
            self.cosign(witness)

    @property
    def lines(self):
        return (self.path / "entries.jsonl").read_text(encoding="utf-8").splitlines()

    @lines.setter
    def lines(self, lines):
        (self.path / "entries.jsonl").write_text("".join(line + "\n" for line in lines), encoding="utf-8")

    def forget_checkpoints(self):
        (self.path / "checkpoint").unlink()
        for file in (self.path / "checkpoints").iterdir():
            file.unlink()

    def forge(self, line: str, signer: str, **changes) -> str:
        """An entry with other members, signed again by openssl with any Ed25519 key."""
        entry = {**json.loads(line), **changes}
        entry.pop("signature", None)
        der = run([need("openssl"), "pkey", "-in", self.key(signer), "-pubout", "-outform", "DER", "-out", self.keys / "der"])
        assert der.status == 0
        entry["key"] = hashlib.sha256((self.keys / "der").read_bytes()).hexdigest()
        message = self.keys / "message"
        message.write_bytes(b"solemn/transcript/entry/v1\n" + canonical(entry).encode())
        signature = self.keys / "signature"
        run([need("openssl"), "pkeyutl", "-sign", "-inkey", self.key(signer), "-rawin", "-in", message, "-out", signature])
        entry["signature"] = base64.b64encode(signature.read_bytes()).decode()
        return canonical(entry)

    def rechained(self, lines, begin):
        """The lines with numbers and hashes that fit, signatures as they were: what an editor of the file can do."""
        out = list(lines[:begin])
        for number, line in enumerate(lines[begin:], begin):
            entry = json.loads(line)
            entry["sequence"], entry["previous"] = number, leaf_hash(out[-1])
            out.append(canonical(entry))
        return out


def canonical(value) -> str:
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def leaf_hash(line: str) -> str:
    return hashlib.sha256(b"\0" + line.encode()).hexdigest()


def tree_root(lines) -> bytes:
    """RFC 6962 2.1, straight from the text."""
    if not lines:
        return hashlib.sha256().digest()
    if len(lines) == 1:
        return bytes.fromhex(leaf_hash(lines[0]))
    k = 1
    while 2 * k < len(lines):
        k *= 2
    return hashlib.sha256(b"\1" + tree_root(lines[:k]) + tree_root(lines[k:])).digest()
