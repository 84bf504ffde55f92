"""The Dockerfile, by reading: nothing in it is taken from a place that moves. As a whole it was not built; where an engine reaches a base image, do."""

import re

from harness import ROOT, Case, run

FETCHERS = r"\b(curl|wget|git\s+clone|pip|npm|cargo|go\s+(?:get|install)|apt(?:-get)?)\b"


def instructions(text):
    """(word, rest) of every instruction, lines joined."""
    joined = re.sub(r"\\\n", " ", "\n".join(line for line in text.splitlines() if not line.startswith("#")))
    return [(line.split(None, 1)[0], line.split(None, 1)[1]) for line in joined.splitlines() if line.strip()]


def objections(text):
    """What an auditor would object to."""
    found, stages = [], set()
    for word, rest in instructions(text):
        if word == "FROM":
            image, _, stage = rest.partition(" AS ")
            if image not in stages and not re.fullmatch(r"\$\{BASE\}|[\w./-]+@sha256:[0-9a-f]{64}", image):
                found.append(f"the base {image} is not pinned by digest")
            stages.add(stage)
        elif word == "ARG" and "=" in rest:
            found.append(f"the argument {rest} has a default")
        elif word == "ADD":
            found.append("ADD fetches and unpacks: COPY does not")
        elif word == "COPY" and "--from=" in rest and re.search(r"--from=(\S+)", rest)[1] not in stages:
            found.append(f"copies from another image: {rest}")
        elif word == "RUN":
            found += [f"fetches by itself: {match[0]}" for match in re.finditer(FETCHERS, rest)]
            if "|| true" in rest or re.search(r";\s*true\b", rest):
                found.append("goes on after a failure")
    if not any(word == "USER" and rest != "root" for word, rest in instructions(text)):
        found.append("runs as root")
    return found


class Dockerfile(Case):
    def setUp(self):
        super().setUp()
        self.text = (ROOT / "Dockerfile").read_text()

    def test_nothing_moves(self):
        self.assertEqual(objections(self.text), [])

    def test_the_check_sees(self):
        """The seed's original, line by line: a tag at the end of its life, a branch, failures passed over."""
        digest = "a" * 64
        for line, word in (("FROM debian:buster", "digest"), ("FROM rust:1.72-buster AS x", "digest"), ("ARG POWERSOFTAU_COMMIT=main", "default"), ("ADD https://example.org/x /x", "ADD"),
                           ("RUN git clone --depth 1 https://example.org/powersoftau || true", "fetches"), ("RUN make || true", "failure"), ("RUN apt-get update", "fetches"), (f"COPY --from=other@sha256:{digest} /a /a", "another image")):
            self.assertTrue(any(word in objection for objection in objections(self.text + line + "\n")), line)
        self.assertEqual(objections(f"FROM debian@sha256:{digest}\nUSER ceremony\n"), [])
        self.assertIn("runs as root", objections(self.text.replace("USER ceremony", "USER root")))

    def test_it_is_the_scripts_of_everybody(self):
        for words in ("scripts/setup-packages --build", "scripts/build", "scripts/setup-packages --runtime", "solemn selftest"):
            self.assertIn(words, self.text)
        for word, rest in instructions(self.text):
            if word == "COPY":
                for source in [w for w in rest.split() if not w.startswith("--")][:-1]:
                    self.assertTrue(source.startswith("/source/build/release/bin/") or (ROOT / source).exists(), source)

    def test_packages_of_one_date(self):
        etc = self.path("etc/apt")
        etc.mkdir(parents=True)
        (etc / "sources.list").write_text("deb http://deb.debian.org/debian sid main\n")
        (etc / "sources.list.d").mkdir()
        (etc / "sources.list.d" / "more.list").write_text("deb http://example.org x main\n")
        script = ROOT / "scripts" / "container-sources"
        for bad in ("", "latest", "20270101", "20270101T000000Z/../x"):
            run(["env", f"SOURCES_ROOT={self.folder}", script, bad], expect=2)
        self.assertIn("sid", (etc / "sources.list").read_text())
        run(["env", f"SOURCES_ROOT={self.folder}", script, "20270101T000000Z"])
        lines = (etc / "sources.list").read_text().splitlines()
        self.assertEqual(len(lines), 3)
        self.assertTrue(all("snapshot.debian.org" in line and "20270101T000000Z" in line for line in lines))
        self.assertFalse((etc / "sources.list.d").exists())

    def test_the_documents_say_how_to_pin_and_that_it_was_not_built(self):
        runbook = (ROOT / "docs" / "RUNBOOK.md").read_text()
        for words in ("--build-arg BASE=debian@sha256:", "SNAPSHOT", "As a whole it was not built"):
            self.assertIn(words, runbook)
        self.assertIn("Not built as a whole where it was written", self.text)
