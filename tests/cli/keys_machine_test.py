"""The machine of a key ceremony: isolated or not, what wiping is worth, what was left behind."""

import hashlib
import json
import os
import shutil

from harness import Case, need, run, solemn, solemn_path

SECRET = bytes.fromhex("a3f1c2d4e5b6978812345678deadbeef00112233445566778899aabbccddeeff")


def isolated(*words, expect):
    """The program in a network namespace of its own, with the sysfs of that namespace: a machine without a network."""
    inner = 'mount -t sysfs sysfs /sys && exec "$@"'
    return run([need("unshare"), *([] if os.geteuid() == 0 else ["-r"]), "-nm", "sh", "-c", inner, "sh", solemn_path(), *words], expect=expect)


def can_unshare():
    try:
        run([need("unshare"), *([] if os.geteuid() == 0 else ["-r"]), "-nm", "sh", "-c", "mount -t sysfs sysfs /sys"])
        return True
    except AssertionError:
        return False


class Environment(Case):
    def environment(self, *words, expect=0):
        if not can_unshare():
            self.skipTest("this system gives no network namespace to tests")
        return json.loads(isolated("keys", "environment", "--json", *words, expect=expect).out)

    def rules(self, said):
        return {check["rule"]: check["outcome"] for check in said["checks"]}

    def test_a_machine_without_network_is_isolated(self):
        said = self.environment(expect=(0, 1))
        outcome = self.rules(said)
        for rule in ("links", "routes", "core-dumps", "locked-memory"):
            self.assertEqual(outcome[rule], "passed", said)
        with open("/proc/swaps", encoding="ascii") as swaps:
            if len(swaps.readlines()) <= 1 and said["clock_source"]:
                self.assertEqual((said["result"], said["violations"]), ("isolated", []), said)
        self.assertEqual([link["name"] for link in said["links"]], ["lo"])

    def test_this_machine_with_its_network_is_violated(self):
        up = [n for n in os.listdir("/sys/class/net") if n != "lo" and int(open(f"/sys/class/net/{n}/flags", encoding="ascii").read(), 16) & 1]
        if not up:
            self.skipTest("this machine has no link up")
        said = json.loads(solemn("keys", "environment", "--json", expect=1).out)
        self.assertEqual(said["result"], "violated")
        self.assertEqual(self.rules(said)["links"], "failed")
        self.assertTrue(any(text.startswith("links: ") and up[0] in text for text in said["violations"]), said)

    def test_a_namespace_on_a_connected_machine_is_not_isolated(self):
        if not can_unshare() or "eth0" not in os.listdir("/sys/class/net"):
            self.skipTest("needs unshare and a link named eth0")
        done = run([need("unshare"), "-n", solemn_path(), "keys", "environment"], expect=1)
        self.assertIn("outside of this program's network namespace", done.out)

    def test_the_binary_is_that_of_the_release(self):
        mine = hashlib.sha256(solemn_path().read_bytes()).hexdigest()
        self.assertEqual(self.rules(self.environment("--binary-sha256", mine, expect=(0, 1)))["binary-hash"], "passed")
        other = self.environment("--binary-sha256", "0" * 64, expect=1)
        self.assertEqual(self.rules(other)["binary-hash"], "failed")
        self.assertTrue(any(mine in text for text in other["violations"]))
        solemn("keys", "environment", "--binary-sha256", mine.upper(), expect=2)

    def test_the_list_of_packages_is_the_one_that_was_agreed_on(self):
        listed = run([need("dpkg-query"), "-W", "-f=${db:Status-Status} ${Package} ${Version} ${Architecture}\n"]).out.splitlines()
        lines = sorted(line for line in listed if line.startswith("installed "))
        theirs = hashlib.sha256("".join(line + "\n" for line in lines).encode()).hexdigest()
        ours = self.environment("--packages-sha256", theirs, expect=(0, 1))
        self.assertEqual((ours["packages"], ours["packages_sha256"], self.rules(ours)["packages"]), (len(lines), theirs, "passed"))
        self.assertEqual(self.rules(self.environment("--packages-sha256", "0" * 64, expect=1))["packages"], "failed")

    def test_temporary_files_belong_in_memory(self):
        if os.path.ismount("/dev/shm"):
            self.assertEqual(self.rules(self.environment("--temporary", "/dev/shm", expect=(0, 1)))["temporary-in-memory"], "passed")
        said = self.environment("--temporary", "/", expect=1)
        self.assertEqual(self.rules(said)["temporary-in-memory"], "failed")

    def test_another_machine_by_its_files(self):
        root = self.path("machine")
        for name, text in {
            "proc/self/net/dev": "h\nh\n  lo: 1\n", "proc/self/net/route": "Iface\n", "proc/swaps": "Filename\n",
            "proc/self/limits": "Max core file size  0  0  bytes\nMax locked memory  8388608  8388608  bytes\n",
            "sys/class/net/wlan0/flags": "0x1003\n", "sys/class/net/wlan0/type": "1\n", "sys/class/net/wlan0/operstate": "up\n",
            "sys/class/ieee80211/phy0/name": "phy0\n",
            "sys/devices/system/clocksource/clocksource0/current_clocksource": "tsc\n",
        }.items():
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            (root / name).write_text(text)
        said = json.loads(solemn("keys", "environment", "--json", "--root", root, expect=1).out)
        failed = {rule for rule, outcome in self.rules(said).items() if outcome == "failed"}
        self.assertEqual(failed, {"links", "radios"})


class Wiping(Case):
    def test_every_device_has_a_plan_with_an_honest_word(self):
        said = json.loads(solemn("keys", "wipe", "plan", "--json").out)
        words = {"erased-cryptographically", "sanitize-command-reported-ok", "overwritten-not-trustworthy", "volatile-gone-with-power", "destroy"}
        self.assertEqual(said["steps"][-1]["device"], "memory")
        for step in said["steps"]:
            self.assertIn(step["verdict"], words)

    def test_files_on_a_disk_are_not_trustworthy(self):
        self.path("a").write_bytes(SECRET)
        done = solemn("keys", "wipe", "files", self.path("a"))
        self.assertFalse(self.path("a").exists())
        disk = run(["stat", "-f", "-c", "%T", self.folder]).out.strip() not in ("tmpfs", "ramfs")
        if disk:
            self.assertIn("overwritten-not-trustworthy", done.out)
            self.assertIn("copies may remain", done.err)
        self.path("b").write_bytes(b"x")
        os.symlink(self.path("b"), self.path("link"))
        solemn("keys", "wipe", "files", self.path("link"), expect=6)
        self.assertTrue(self.path("b").exists())

    def test_the_certificate_claims_nothing_that_the_method_does_not_give(self):
        solemn("key", "new", "--type", "ed25519", "--no-passphrase", self.path("fay.key"))
        data = {
            "schema": "solemn.cleanup-certificate/1", "ceremony": "drill", "time": "2026-11-26T10:00:00Z",
            "devices": [{"device": "sdb", "medium": "usb-flash", "method": "destroy", "model": "Ultra", "serial": "A1", "note": "drilled", "verdict": "destroy"}],
            "returned": [{"name": "laptop", "serial": "L1", "seal": "bag 42", "handed_to": "safe"}],
            "performed_by": ["Fay"], "witnesses": ["Wim"], "residues": 0, "scanned_bytes": 1000,
        }
        self.path("data").write_text(json.dumps(data))
        signed = ["--sign-key", self.path("fay.key")]
        solemn("keys", "wipe", "certificate", self.path("data"), self.path("out"), *signed)
        solemn("key", "public", self.path("fay.key"), "--out", self.path("fay.pub"))
        solemn("key", "verify", self.path("fay.pub"), self.path("data"), self.path("out"), "--format", "dsse", expect=(0, 1))
        data["devices"].append({**data["devices"][0], "device": "sdc", "method": "overwrite", "verdict": "sanitize-command-reported-ok"})
        self.path("data").write_text(json.dumps(data))
        done = solemn("keys", "wipe", "certificate", self.path("data"), self.path("out2"), *signed, expect=4)
        self.assertIn("overwrite on usb-flash gives overwritten-not-trustworthy", done.err)
        data["devices"][1]["verdict"] = "destroy"
        self.path("data").write_text(json.dumps(data))
        self.assertIn("still to be destroyed: sdc", solemn("keys", "wipe", "certificate", self.path("data"), self.path("out2"), *signed, expect=1).err)


class Residue(Case):
    def setUp(self):
        super().setUp()
        self.path("secret").write_bytes(SECRET)
        solemn("keys", "residue", "fingerprint", self.path("secret"), "-o", self.path("prints"))
        self.path("place").mkdir()

    def scan(self, expect):
        return json.loads(solemn("keys", "residue", "scan", self.path("place"), "--fingerprints", self.path("prints"), "--json", expect=expect).out)

    def test_nothing_left(self):
        (self.path("place") / "innocent").write_bytes(os.urandom(3_000_000))
        self.assertEqual(self.scan(0)["found"], [])

    def test_forgotten_copies_are_found_in_every_form(self):
        import base64
        for name, content in {
            "swap": os.urandom(1_048_570) + SECRET + b"...", "history": b"echo " + SECRET.hex().encode(), "LOG": SECRET.hex().upper().encode(),
            "mail": base64.b64encode(b"to: x " + SECRET), "half": b"?" + SECRET[16:],
        }.items():
            with self.subTest(name):
                file = self.path("place") / name
                file.write_bytes(content)
                found = self.scan(1)["found"]
                self.assertTrue(found and all(one["where"].endswith(name) for one in found), found)
                file.unlink()

    def test_the_fingerprints_hold_no_secret(self):
        shutil.copy(self.path("prints"), self.path("place"))
        self.assertEqual(self.scan(0)["found"], [])
        text = self.path("prints").read_text()
        self.assertEqual(self.path("prints").stat().st_mode & 0o777, 0o600)
        for digest in (hashlib.sha256(SECRET), hashlib.sha256(SECRET[:16]), hashlib.sha256(SECRET[16:])):
            self.assertNotIn(digest.hexdigest(), text)
        self.path("pin").write_text("1234")
        self.assertIn("could be guessed", solemn("keys", "residue", "fingerprint", self.path("pin"), "-o", self.path("p2"), expect=2).err)
