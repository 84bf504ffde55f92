"""A ceremony of one key and a few steps, from a script of its own: what takes the shipped procedure an hour takes it seconds."""

import base64
import hashlib
import json

from .key_ceremony import Ceremony
from .programs import need, run
from .record import canonical, leaf_hash


def step(name, kind, performer, witnesses, **more):
    return {"id": name, "kind": kind, "performer": performer, "text": f"{name}.", "witnesses": witnesses, **more}


def secret(name, kind, performer, action, **more):
    return step(name, kind, performer, 2, secrets=True, action=action, **more)


def role(name, people, at_most=None):
    return {"id": name, "title": name.capitalize(), "duty": name, "at_least": people, "at_most": at_most or people}


SCRIPT = {
    "schema": "solemn.keys.script/1",
    "title": "Small ceremony",
    "roles": [role("coordinator", 1), role("facilitator", 1), role("auditor", 1), role("custodian", 5), role("witness", 2, 3)],
    "separation": [["coordinator", "auditor"], ["facilitator", "custodian"], ["witness", "coordinator"], ["witness", "auditor"],
                   ["witness", "facilitator"], ["witness", "custodian"]],
    "sharing": {"threshold": 3, "shares": 5},
    "policies": [],
    "keys": [{"name": "emergency", "type": "nostr", "title": "Emergency"}],
    "phases": [
        {"id": "setup", "title": "Setup", "minutes": 5, "steps": [
            step("room", "attest", "coordinator", 1, deviations=[{"text": "there is no room"}]),
            step("clock", "measure", "auditor", 1, measures=[{"id": "wall-clock", "prompt": "Time on the wall"}]),
            step("program", "verify", "facilitator", 1, measures=[{"id": "program-sha256", "prompt": "First 8 digits of the program's SHA-256"}])]},
        {"id": "keys", "title": "Keys", "minutes": 5, "steps": [
            secret("dice", "generate", "facilitator", "dice"), secret("entropy", "generate", "facilitator", "devices-entropy"),
            secret("make", "generate", "facilitator", "nostr-key"), secret("check", "verify", "facilitator", "check-keys"),
            secret("matrix", "attest", "coordinator", "matrix"), secret("split", "distribute", "facilitator", "split"),
            secret("print", "distribute", "facilitator", "print"),
            secret("sheets", "verify", "custodian", "verify-shares", each=True,
                   measures=[{"id": "seal", "prompt": "Bag"}, {"id": "location", "prompt": "Place"}]),
            secret("forget", "destroy", "facilitator", "forget")]},
        {"id": "end", "title": "End", "minutes": 5, "steps": [
            step("inventory", "document", "coordinator", 1, action="inventory"), step("files", "destroy", "facilitator", 1, action="clean-up"),
            step("certificate", "document", "coordinator", 2, action="certificate")]},
    ],
}
SCRIPT["checklist"] = [{"text": phase["title"], "steps": [s["id"] for s in phase["steps"]]} for phase in SCRIPT["phases"]]


class SmallCeremony(Ceremony):
    SCRIPT = SCRIPT

    def __init__(self, folder, name="ceremony", **answers):
        super().__init__(folder, name, **answers)
        script = folder / "small.json"
        script.write_text(json.dumps(self.SCRIPT))
        self.plan("--script", script)

    @property
    def entries_file(self):
        return self.path / "record" / "entries.jsonl"

    @property
    def lines(self):
        return self.entries_file.read_text(encoding="utf-8").splitlines()

    def key_ids(self):
        """Key id -> initials of everybody who has a key here."""
        ids = {}
        for file in self.private.glob("*.key"):
            der = self.private / "der"
            run([need("openssl"), "pkey", "-in", file, "-pubout", "-outform", "DER", "-out", der])
            ids[hashlib.sha256(der.read_bytes()).hexdigest()] = file.stem
        return ids

    def forge(self, change):
        """An attacker with everybody's keys but the root's, which nobody has: change(entries) edits the list of parsed entries, then numbers, hashes
        and signatures are made to fit, and the checkpoints of the other history are forgotten. `was`: the hash of an entry's line before."""
        lines = self.lines
        entries = [json.loads(line) | {"was": leaf_hash(line)} for line in lines]
        change(entries)
        ids, out, moved = self.key_ids(), [], {}
        for entry in entries:
            was = entry.pop("was", None)
            if not out:
                out.append(lines[0])
                continue
            entry["sequence"], entry["previous"] = len(out), leaf_hash(out[-1])
            if entry["type"] == "ceremony-witnessed":
                entry["body"]["record"] = moved.get(entry["body"]["record"], entry["body"]["record"])
            entry.pop("signature", None)
            entry["signature"] = self.sign(ids[entry["key"]], entry)
            out.append(canonical(entry))
            if was:
                moved[was] = leaf_hash(out[-1])
        self.entries_file.write_text("".join(line + "\n" for line in out), encoding="utf-8")
        for file in [self.path / "record" / "checkpoint", *(self.path / "record" / "checkpoints").iterdir()]:
            file.unlink()

    def sign(self, initials, entry):
        message, signature = self.private / "message", self.private / "signature"
        message.write_bytes(b"solemn/transcript/entry/v1\n" + canonical(entry).encode())
        run([need("openssl"), "pkeyutl", "-sign", "-inkey", self.private / f"{initials}.key", "-rawin", "-in", message, "-out", signature])
        return base64.b64encode(signature.read_bytes()).decode()
