#!/usr/bin/env python3
"""Runs test files of the harness: run.py FILE... [TestName...]

One line per test, the reason of each skip, and the counts last. Status: 0 all passed (or some skipped),
1 something failed, 77 everything was skipped. tests/harness/summary.py reads these lines.
"""

import importlib.util
import sys
import time
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))


class Outcomes(unittest.TestResult):
    def __init__(self):
        super().__init__()
        self.passed, self.skips, self.bad = 0, [], []
        self._subtest_failed = False

    def startTest(self, test):
        super().startTest(test)
        self._began = time.monotonic()
        self._subtest_failed = False

    def _line(self, word, test, detail=""):
        name = test.id().split(".", 1)[-1]
        print(f"{word:5} {name}  {time.monotonic() - self._began:.1f} s{'  ' + detail if detail else ''}", flush=True)

    def addSuccess(self, test):
        if not self._subtest_failed:
            self.passed += 1
            self._line("ok", test)

    def addSkip(self, test, reason):
        self.skips.append((test.id().split(".", 1)[-1], reason))
        if not hasattr(self, "_began"):
            self._began = time.monotonic()
        self._line("skip", test, reason)

    def _fail(self, test, error):
        text = self._exc_info_to_string(error, test)
        self.bad.append((test.id().split(".", 1)[-1], text))
        if not hasattr(self, "_began"):
            self._began = time.monotonic()
        self._line("FAIL", test)
        print(text, flush=True)

    def addFailure(self, test, err):
        self._fail(test, err)

    def addError(self, test, err):
        self._fail(test, err)

    def addSubTest(self, test, subtest, err):
        if err is not None:
            self._subtest_failed = True
            self._fail(subtest, err)

    def wasSuccessful(self):
        return not self.bad


def load(file: Path):
    spec = importlib.util.spec_from_file_location(file.stem, file)
    module = importlib.util.module_from_spec(spec)
    sys.modules[file.stem] = module
    sys.path.insert(0, str(file.parent))
    spec.loader.exec_module(module)
    return module


def main(arguments) -> int:
    files = [Path(a).resolve() for a in arguments if a.endswith(".py")]
    names = [a for a in arguments if not a.endswith(".py")]
    if not files:
        print(__doc__, file=sys.stderr)
        return 2
    loader, suite = unittest.TestLoader(), unittest.TestSuite()
    for file in files:
        for test in flatten(loader.loadTestsFromModule(load(file))):
            if not names or any(name in test.id() for name in names):
                suite.addTest(test)
    outcomes = Outcomes()
    suite.run(outcomes)
    total = outcomes.passed + len(outcomes.bad) + len(outcomes.skips)
    print(f"{outcomes.passed} passed, {len(outcomes.bad)} failed, {len(outcomes.skips)} skipped")
    if total == 0:
        print("no test of that name", file=sys.stderr)
        return 2
    if outcomes.bad:
        return 1
    return 77 if outcomes.passed == 0 else 0


def flatten(suite):
    for item in suite:
        if isinstance(item, unittest.TestSuite):
            yield from flatten(item)
        else:
            yield item


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
