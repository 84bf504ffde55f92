"""The base class of the tests: a temporary folder per test, and a few assertions about files and hashes."""

import json
import shutil
import tempfile
import unittest
from pathlib import Path

from .files import sha256


class Case(unittest.TestCase):
    maxDiff = 2000

    def setUp(self):
        self.folder = Path(tempfile.mkdtemp(prefix="solemn-test-"))
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)

    def path(self, name: str) -> Path:
        return self.folder / name

    def assert_same_bytes(self, ours, theirs):
        """Equal files; the message names the first difference, not megabytes."""
        a, b = Path(ours).read_bytes(), Path(theirs).read_bytes()
        if a == b:
            return
        at = next((i for i, (x, y) in enumerate(zip(a, b)) if x != y), min(len(a), len(b)))
        self.fail(f"'{ours}' ({len(a)} bytes) and '{theirs}' ({len(b)} bytes) differ first at byte {at}")

    def assert_sha256(self, file, expected: str):
        self.assertEqual(sha256(file), expected, f"sha256 of '{file}'")

    def assert_reports(self, report: dict, expected_hash: str):
        """Some string in the JSON report is exactly this hash."""
        found = [text for text in strings_of(report) if text.lower() == expected_hash]
        self.assertTrue(found, f"{expected_hash} is not in {json.dumps(report)[:2000]}")

    def assert_absent(self, *files):
        """A failed command leaves no output, complete or partial."""
        for file in files:
            path = Path(file)
            left = [entry.name for entry in path.parent.glob(f".{path.name}.*.part")]
            self.assertFalse(path.exists(), f"'{file}' exists")
            self.assertEqual(left, [], f"left of '{file}'")


def strings_of(value):
    """Every string in a JSON value."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for item in value.values():
            yield from strings_of(item)
    elif isinstance(value, list):
        for item in value:
            yield from strings_of(item)
