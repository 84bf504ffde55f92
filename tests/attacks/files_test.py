"""Files that are not what they claim: damaged, cut, padded, doubled, mixed up; and what must never happen to files."""

import struct

from ceremony import POWER, Attack, folder, phase1, phase2
from harness import compile_circuit, flip_bit, insert_section, read_sections, run, sha256, solemn, solemn_json, solemn_path, write_sections
from harness.bn254 import G1, G2, Q, g1_bytes, g2_bytes, g2_outside_the_subgroup, multiply
from harness.files import replace_section, section, section_offset

N = 1 << POWER


class PtauPoints(Attack):
    SECTIONS = {2: 64, 3: 128, 4: 64, 5: 64, 6: 128, 12: 64, 13: 128, 14: 64, 15: 64}
    RULES = {
        2: ("tau-g1-powers", "last-challenge"), 3: ("tau-g2-powers",), 4: ("alpha-tau-powers",), 5: ("beta-tau-powers",), 6: ("beta-g2",),
        12: ("lagrange-tau-g1",), 13: ("lagrange-tau-g2",), 14: ("lagrange-alpha-tau",), 15: ("lagrange-beta-tau",),
    }

    def with_point(self, kind, index, point):
        size = self.SECTIONS[kind]
        body = bytearray(section(phase1()["final"], kind))
        body[index * size : (index + 1) * size] = point
        replace_section(phase1()["final"], self.path("p"), kind, bytes(body))
        return self.path("p")

    def test_another_point_of_the_group_in_every_section(self):
        for kind, size in self.SECTIONS.items():
            count = len(section(phase1()["final"], kind)) // size
            for index in {0, count // 2, count - 1}:
                with self.subTest(section=kind, index=index):
                    point = g1_bytes(multiply(7, G1)) if size == 64 else section(phase2()["final"], 2)[-128:]  # delta2
                    self.assert_ptau_fails(self.with_point(kind, index, point), *self.RULES[kind])

    def test_points_off_the_curve(self):
        for kind, size in self.SECTIONS.items():
            with self.subTest(section=kind):
                count = len(section(phase1()["final"], kind)) // size
                report = self.assert_ptau_fails(self.with_point(kind, count - 1, b"\x05" + bytes(size - 1)), "curve-points", "structure")
                said = " ".join(c["detail"] for c in report["checks"] if c["outcome"] == "failed")
                self.assertIn(f"section {kind}", said)
                self.assertIn(str(count - 1), said)

    def test_points_outside_the_subgroup(self):
        outside = g2_bytes(g2_outside_the_subgroup())
        for kind in (3, 6, 13):
            with self.subTest(section=kind):
                count = len(section(phase1()["final"], kind)) // 128
                report = solemn_json("ptau", "verify", self.with_point(kind, count - 1, outside), expect=1)
                self.assert_rules(report, ["subgroup-points", "structure"])

    def test_infinity_where_none_may_be(self):
        for kind, size in self.SECTIONS.items():
            if kind < 12:
                with self.subTest(section=kind):
                    self.assert_ptau_fails(self.with_point(kind, 0, bytes(size)), "curve-points", "structure")

    def test_coordinates_over_the_modulus(self):
        for kind, size in self.SECTIONS.items():
            with self.subTest(section=kind):
                body = section(phase1()["final"], kind)
                x = int.from_bytes(body[:32], "little") + Q  # the same number, written otherwise
                self.assertLess(x, 1 << 256)
                self.assert_ptau_fails(self.with_point(kind, 0, x.to_bytes(32, "little") + body[32:size]), "curve-points", "structure")


class ZkeyPoints(Attack):
    SECTIONS = {3: 64, 5: 64, 6: 64, 7: 128, 8: 64, 9: 64}
    RULES = {3: "query-ic", 5: "query-a", 6: "query-b1", 7: "query-b2", 8: "query-l", 9: "query-h"}

    def with_point(self, kind, index, point):
        size = self.SECTIONS[kind]
        body = bytearray(section(phase2()["final"], kind))
        body[index * size : (index + 1) * size] = point
        replace_section(phase2()["final"], self.path("z"), kind, bytes(body))
        return self.path("z")

    def test_another_point_of_the_group_in_every_section(self):
        for kind, size in self.SECTIONS.items():
            count = len(section(phase2()["final"], kind)) // size
            for index in {0, count - 1}:
                with self.subTest(section=kind, index=index):
                    point = g1_bytes(G1) if size == 64 else g2_bytes(G2)
                    self.assert_zkey_fails(self.with_point(kind, index, point), self.RULES[kind])

    def test_points_off_the_curve_and_over_the_modulus(self):
        for kind, size in self.SECTIONS.items():
            with self.subTest(section=kind):
                report = self.assert_zkey_fails(self.with_point(kind, 0, b"\x05" + bytes(size - 1)), "curve-points", "structure")
                self.assertIn(f"section {kind}", " ".join(c["detail"] for c in report["checks"]))
                self.assert_zkey_fails(self.with_point(kind, 0, b"\xff" * size), "curve-points", "structure")

    def test_points_outside_the_subgroup(self):
        self.assert_zkey_fails(self.with_point(7, 1, g2_bytes(g2_outside_the_subgroup())), "subgroup-points")

    def test_infinity_in_h(self):
        self.assert_zkey_fails(self.with_point(9, 0, bytes(64)), "curve-points", "structure")

    def test_a_changed_coefficient(self):
        body = bytearray(section(phase2()["final"], 4))
        body[4 + 8] ^= 1  # the signal of the first coefficient
        replace_section(phase2()["final"], self.path("z"), 4, bytes(body))
        self.assert_zkey_fails(self.path("z"), "coefficients", "structure")
        body = bytearray(section(phase2()["final"], 4))
        body[4 + 12 : 4 + 44] = b"\xff" * 32  # a value over the modulus
        replace_section(phase2()["final"], self.path("z"), 4, bytes(body))
        self.assert_zkey_fails(self.path("z"), "coefficients", "structure")


class Containers(Attack):
    """Every binary file we read: padded, doubled, missing, overlapping, cut."""

    def verify(self, kind, file):
        if kind == "ptau":
            return solemn_json("ptau", "verify", file, expect=(1, 4))
        return solemn_json("zkey", "verify", phase2()["r1cs"], phase2()["ptau"], file, expect=(1, 4))

    def files(self):
        return {"ptau": phase1()["final"], "zkey": phase2()["final"]}.items()

    def refused(self, kind, file):
        report = self.verify(kind, file)
        if "checks" in report:
            self.assert_rules(report, ["structure"])

    def test_trailing_bytes(self):
        for kind, file in self.files():
            self.path("x").write_bytes(file.read_bytes() + b"\0")
            self.refused(kind, self.path("x"))

    def test_duplicate_sections(self):
        for kind, file in self.files():
            for number, body in read_sections(file)[2]:
                with self.subTest(kind=kind, section=number):
                    insert_section(file, self.path("x"), number, body)
                    self.refused(kind, self.path("x"))

    def test_missing_sections(self):
        for kind, file in self.files():
            magic, version, sections = read_sections(file)
            for number, _ in sections:
                with self.subTest(kind=kind, section=number):
                    write_sections(self.path("x"), magic, version, [s for s in sections if s[0] != number])
                    self.refused(kind, self.path("x"))

    def test_unknown_sections(self):
        for kind, file in self.files():
            insert_section(file, self.path("x"), 99, b"hello")
            self.refused(kind, self.path("x"))

    def test_sizes_that_lie(self):
        for kind, file in self.files():
            for number, body in read_sections(file)[2]:
                at = section_offset(file, number) - 8
                for size in (0, len(body) - 1, len(body) + 1, len(body) + 64, 1 << 62, (1 << 64) - 1):
                    with self.subTest(kind=kind, section=number, size=size):
                        data = bytearray(file.read_bytes())
                        data[at : at + 8] = struct.pack("<Q", size % (1 << 64))
                        self.path("x").write_bytes(data)
                        if size != len(body):
                            self.refused(kind, self.path("x"))

    def test_cut_in_every_section(self):
        """snarkjs says 'Powers of Tau Ok!' to half a prepared file."""
        for kind, file in self.files():
            data = file.read_bytes()
            for number, body in read_sections(file)[2]:
                start = section_offset(file, number)
                for cut in {start - 12, start - 5, start, start + 1, start + len(body) // 2, start + len(body) - 1}:
                    with self.subTest(kind=kind, section=number, cut=cut):
                        self.path("x").write_bytes(data[:cut])
                        self.refused(kind, self.path("x"))

    def test_headers_that_lie(self):
        powers = bytearray(section(phase1()["final"], 1))
        for power, ceremony in ((0, POWER), (29, 29), (POWER, POWER - 1), (POWER + 1, POWER + 1), (1 << 31, 1 << 31), (POWER, 29)):
            with self.subTest(power=power, ceremony=ceremony):
                powers[-8:] = struct.pack("<II", power, ceremony)
                replace_section(phase1()["final"], self.path("x"), 1, bytes(powers))
                self.refused("ptau", self.path("x"))
        header = bytearray(section(phase2()["final"], 2))
        for at in (0, 4, 36, 40, 72, 76, 80):  # n8q, q, n8r, r, nVars, nPublic, domainSize
            with self.subTest(at=at):
                changed = bytearray(header)
                changed[at : at + 4] = b"\xff\xff\xff\x7f"
                replace_section(phase2()["final"], self.path("x"), 2, bytes(changed))
                self.refused("zkey", self.path("x"))

    def test_every_command_refuses_a_cut_file(self):
        cut = phase1()["final"].read_bytes()[:-100]
        self.path("cut.ptau").write_bytes(cut)
        for words in (("ptau", "info"), ("ptau", "contribute"), ("ptau", "prepare"), ("ptau", "truncate"), ("ptau", "export", "challenge")):
            with self.subTest(words):
                extra = {"info": (), "contribute": (self.path("o"), "--name", "x"), "truncate": (3, self.path("o"))}.get(words[1], (self.path("o"),))
                solemn(*words, self.path("cut.ptau"), *extra, expect=4)
                self.assert_absent(self.path("o"))
        solemn("zkey", "new", phase2()["r1cs"], self.path("cut.ptau"), self.path("o"), expect=4)
        self.assert_absent(self.path("o"))


class MixedUp(Attack):
    def test_a_key_for_another_circuit(self):
        other = compile_circuit("mult20", "bn254")
        self.assert_zkey_fails(phase2()["final"], "circuit-shape", "circuit-hash", r1cs=other.r1cs)

    def test_a_key_for_another_ptau(self):
        solemn("ptau", "contribute", phase1()["fresh"], self.path("a"), "--name", "x")
        solemn("ptau", "prepare", self.path("a"), self.path("b"))
        self.assert_zkey_fails(phase2()["final"], "ptau-alpha-beta", ptau=self.path("b"))

    def test_a_circuit_for_another_curve(self):
        other = compile_circuit("mult1", "bls12-381")
        solemn("zkey", "new", other.r1cs, phase1()["final"], self.path("z"), expect=2)
        self.assert_absent(self.path("z"))

    def test_a_ptau_that_is_too_small_or_not_prepared(self):
        other = compile_circuit("mult20", "bn254")
        solemn("ptau", "truncate", phase1()["final"], 2, self.path("small"))
        self.assertIn("power", solemn("zkey", "new", other.r1cs, self.path("small"), self.path("z"), expect=2).err)
        self.assertIn("prepare", solemn("zkey", "new", other.r1cs, phase1()["beacon"], self.path("z"), expect=4).err)
        self.assert_absent(self.path("z"))

    def test_a_circuit_whose_gates_no_key_can_enforce(self):
        """Custom gates are PLONK's: a Groth16 key would prove nothing about them (snarkjs ignores them in silence)."""
        with_gates = self.path("with_gates")
        insert_section(phase2()["r1cs"], with_gates, 4, b"\1\0\0\0CG\0" + bytes(4))
        insert_section(with_gates, self.path("r1cs"), 5, b"\1\0\0\0" + bytes(4) + b"\1\0\0\0" + b"\2" + bytes(7))
        said = solemn("zkey", "new", self.path("r1cs"), phase1()["final"], self.path("z"), expect=6).err
        self.assertIn("no-custom-gates", said)
        self.assert_absent(self.path("z"))
        report = self.assert_zkey_fails(phase2()["final"], "no-custom-gates", r1cs=self.path("r1cs"))
        self.assertEqual(self.failed_rules(report), ["no-custom-gates"])
        self.assertEqual(solemn_json("circuit", "info", self.path("r1cs"))["custom_gate_uses"], 1)

    def test_a_bad_circuit_or_ptau_is_no_verdict_about_the_key(self):
        at = phase2()
        self.path("r").write_bytes(at["r1cs"].read_bytes()[:-1])
        self.path("p").write_bytes(at["ptau"].read_bytes()[:-1])
        self.path("empty").write_bytes(b"")
        body = bytearray(section(phase1()["final"], 12))
        body[64 * 3] ^= 1  # a Lagrange point that the circuit reads, off the curve
        replace_section(phase1()["final"], self.path("l"), 12, bytes(body))
        for r1cs, ptau, named in ((self.path("r"), at["ptau"], "r"), (at["r1cs"], self.path("p"), "p"), (self.path("empty"), at["ptau"], "empty"),
                                  (at["r1cs"], self.path("empty"), "empty"), (at["r1cs"], self.path("l"), "l"), (at["r1cs"], phase1()["beacon"], "prepared")):
            with self.subTest(named):
                self.assertIn(named, solemn("zkey", "verify", r1cs, ptau, at["final"], expect=4).err)

    def test_which_of_three_files_is_malformed(self):
        at = phase2()
        self.path("bad").write_text("{")
        for words, named in (((self.path("bad"), at["public"], at["proof"]), "verification key"), ((at["vkey"], self.path("bad"), at["proof"]), "public signals"),
                             ((at["vkey"], at["public"], self.path("bad")), "proof")):
            report = solemn_json("proof", "verify", *words, expect=1)
            self.assertTrue(report["checks"][0]["detail"].startswith(named), report)

    def test_files_of_another_kind(self):
        for file in (phase2()["final"], phase2()["r1cs"], phase2()["vkey"]):
            solemn("ptau", "info", file, expect=4)
            solemn("ptau", "contribute", file, self.path("o"), "--name", "x", expect=4)
        solemn("zkey", "info", phase1()["final"], expect=4)
        self.assert_absent(self.path("o"))


    def test_an_error_page_or_a_pointer_under_the_name_of_a_published_file(self):
        """powersOfTau28_hez_final_10.ptau in repositories: what a closed bucket answered, and what git has in place of large files."""
        file = self.path("powersOfTau28_hez_final_10.ptau")
        for content, what in ((b'<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>AccessDenied</Code></Error>', "that a server sent"),
                              (b"<!DOCTYPE html><title>404</title>", "that a server sent"),
                              (b"version https://git-lfs.github.com/spec/v1\noid sha256:4d7a214614ab2935c943f9e0ff69d22eadbb8f32b1258daaa5e2ca24d17e2393\nsize 12345\n", "a pointer of Git LFS")):
            file.write_bytes(content)
            for words in (("ptau", "verify", file), ("ptau", "info", file), ("ptau", "contribute", file, self.path("o"), "--name", "x"),
                          ("zkey", "new", phase2()["r1cs"], file, self.path("o")), ("zkey", "verify", phase2()["r1cs"], file, phase2()["final"])):
                with self.subTest(words[:2], what=what):
                    self.assertIn(what, solemn(*words, expect=4).err)
        self.assert_absent(self.path("o"))


class NothingIsLost(Attack):
    def test_the_same_file_as_input_and_output(self):
        """snarkjs destroys it and exits 0 (#427)."""
        self.path("p").write_bytes(phase1()["one"].read_bytes())
        self.path("z").write_bytes(phase2()["one"].read_bytes())
        self.path("link").symlink_to(self.path("p"))
        before = sha256(self.path("p")), sha256(self.path("z"))
        value = ("--name", "B", "--value", "7bd414e4e87b306e713a2840ba930ed805746d5c153cf1d719e0ebdbe5b8d04e", "--iterations-exp", 10)
        for target in (self.path("p"), self.path("link")):
            for extra in ((), ("--force",)):
                solemn("ptau", "contribute", self.path("p"), target, "--name", "x", *extra, expect=6)
                solemn("ptau", "beacon", self.path("p"), target, *value, *extra, expect=6)
                solemn("ptau", "prepare", self.path("p"), target, *extra, expect=6)
        solemn("zkey", "contribute", self.path("z"), self.path("z"), "--name", "x", "--force", expect=6)
        solemn("zkey", "beacon", self.path("z"), self.path("z"), *value, "--force", expect=6)
        solemn("zkey", "export", "vkey", self.path("z"), self.path("z"), "--force", expect=6)
        self.assertEqual(before, (sha256(self.path("p")), sha256(self.path("z"))))

    def test_nothing_is_overwritten_without_force(self):
        self.path("o").write_text("precious")
        for words in (
            ("ptau", "new", "bn254", 2, self.path("o")),
            ("ptau", "contribute", phase1()["one"], self.path("o"), "--name", "x"),
            ("zkey", "new", phase2()["r1cs"], phase2()["ptau"], self.path("o")),
            ("zkey", "contribute", phase2()["one"], self.path("o"), "--name", "x"),
            ("zkey", "export", "vkey", phase2()["final"], self.path("o")),
        ):
            with self.subTest(words[:2]):
                self.assertIn("--force", solemn(*words, expect=2).err)
                self.assertEqual(self.path("o").read_text(), "precious")
        solemn("ptau", "new", "bn254", 2, self.path("o"), "--force")

    def test_a_proof_and_its_public_signals_appear_together_or_not_at_all(self):
        at = phase2()
        self.path("taken").write_text("precious")
        for proof, public in (("p", "taken"), ("taken", "q")):
            solemn("proof", "create", at["final"], at["wtns"], self.path(proof), self.path(public), expect=2)
        self.assert_absent(self.path("p"), self.path("q"))
        self.assertEqual(self.path("taken").read_text(), "precious")
        self.path("p").write_text("old")
        self.path("link").hardlink_to(self.path("p"))
        for proof, public in (("new", "new"), ("new", "../" + self.folder.name + "/new"), ("p", "link")):
            solemn("proof", "create", at["final"], at["wtns"], self.path(proof), self.folder / public, "--force", expect=6)
        self.assert_absent(self.path("new"))
        self.assertEqual(self.path("p").read_text(), "old")

    def test_a_proof_that_does_not_fit_on_the_disk_leaves_its_public_signals_unwritten_too(self):
        at = phase2()
        names = ("proof", "create", at["final"], at["wtns"], self.path("p"), self.path("q"))
        for threads in (1, 2):
            with self.subTest(threads=threads):
                full = ["prlimit", "--fsize=400", solemn_path(), *names, "--threads", threads]  # the proof has 800 bytes
                run(full, expect=3)
                self.assertEqual(list(self.folder.iterdir()), [])
                for path in (self.path("p"), self.path("q")):
                    path.write_text("old")
                run([*full, "--force"], expect=3)
                for path in (self.path("p"), self.path("q")):
                    self.assertEqual(path.read_text(), "old")
                    path.unlink()
        solemn(*names)
        self.assertLess(self.path("q").stat().st_size, 400)  # of the two, only the proof was too long
        self.assertGreater(self.path("p").stat().st_size, 400)

    def test_failures_leave_no_file_behind(self):
        flip_bit(phase1()["one"], self.path("bad"), 8 * section_offset(phase1()["one"], 3) + 77)
        before = sorted(p.name for p in self.folder.iterdir())
        solemn("ptau", "contribute", self.path("bad"), self.path("o"), "--name", "x", expect=(1, 4))
        flip_bit(phase2()["one"], self.path("bad2"), -2000)
        solemn("zkey", "contribute", self.path("bad2"), self.path("o"), "--name", "x", expect=(1, 4))
        self.assertEqual(sorted(p.name for p in self.folder.iterdir()), sorted([*before, "bad2"]))


class Entropy(Attack):
    def test_text_on_the_command_line_is_never_taken_for_entropy(self):
        """The tutorials write -e="random text": here the option names a file, and a missing file is an error."""
        solemn("ptau", "contribute", phase1()["one"], self.path("o"), "--name", "x", "--entropy", "some random text", expect=3)
        self.assert_absent(self.path("o"))

    def test_empty_entropy_is_told(self):
        self.path("empty").write_bytes(b"")
        solemn("ptau", "contribute", phase1()["one"], self.path("o"), "--name", "x", "--entropy", self.path("empty"), expect=2)
        self.assert_absent(self.path("o"))

    def test_the_same_entropy_twice_gives_different_contributions(self):
        """The operating system's randomness is always there: a known file is never the only source."""
        self.path("known").write_bytes(b"1" * 100)
        hashes = {
            solemn_json("zkey", "contribute", phase2()["one"], self.path(name), "--name", "x", "--entropy", self.path("known"))["contribution_hash"]
            for name in ("a", "b")
        }
        self.assertEqual(len(hashes), 2)

    def test_without_a_terminal_it_neither_asks_nor_hangs(self):
        solemn("ptau", "contribute", phase1()["one"], self.path("o"), "--name", "x", timeout=60)
        solemn("ptau", "contribute", phase1()["one"], self.path("o2"), "--name", "x", "--entropy", "-", stdin=b"typed elsewhere", timeout=60)
