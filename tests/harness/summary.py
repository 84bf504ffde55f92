#!/usr/bin/env python3
"""Adds up what scripts/test ran: summary.py FOLDER

Reads ctest's JUnit reports (*.xml) and others.tsv. For a file of tests/harness/run.py the tests in it are counted, not
the file. Prints every failure and every skip with its reason, then
`N passed, N failed, N skipped`. Status 1 if something failed or nothing passed.
"""

import json
import re
import sys
import xml.etree.ElementTree as ElementTree
from pathlib import Path


def skip_reason(case) -> str:
    output = case.findtext("system-out") or ""
    found = re.search(r"Skipped\n(.+)", output) or re.search(r"^skip(?:ped)?\S*\s+(.+)$", output, re.MULTILINE)
    if found:
        return found[1].strip()
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    return lines[-1] if lines else "no reason given"


def main(folder: Path) -> int:
    passed, failed, skipped = 0, [], []
    for report in sorted(folder.glob("*.xml")):
        for case in ElementTree.parse(report).getroot().iter("testcase"):
            name, status = f"{report.stem}: {case.get('name')}", case.get("status")
            output = case.findtext("system-out") or ""
            counts = re.search(r"^(\d+) passed, (\d+) failed, (\d+) skipped$", output, re.MULTILINE)
            if case.find("skipped") is not None or status in ("notrun", "disabled"):
                if counts:
                    skipped += [f"{name}: {line}" for line in re.findall(r"^skip\s+(.+)$", output, re.MULTILINE)]
                else:
                    skipped.append(f"{name}: {skip_reason(case)}")
            elif counts:
                passed += int(counts[1])
                failed += [f"{name}: {line}" for line in re.findall(r"^FAIL\s+(.+)$", output, re.MULTILINE)]
                skipped += [f"{name}: {line}" for line in re.findall(r"^skip\s+(.+)$", output, re.MULTILINE)]
                if status == "fail" and counts[2] == "0":
                    failed.append(name)
            elif status == "run":
                passed += 1
            else:
                failed.append(name)
    others = folder / "others.tsv"
    for line in others.read_text().splitlines() if others.exists() else []:
        outcome, name, reason = line.split("\t")
        if outcome == "ok":
            passed += 1
        else:
            (failed if outcome == "fail" else skipped).append(f"{name}: {reason}" if reason else name)
    for name in skipped:
        print(f"skipped  {name}")
    for name in failed:
        print(f"FAILED   {name}")
    totals = {"passed": passed, "failed": failed, "skipped": skipped}
    (folder / "summary.json").write_text(json.dumps(totals, indent=1), encoding="utf-8")
    print(f"{passed} passed, {len(failed)} failed, {len(skipped)} skipped")
    return 1 if failed or passed == 0 else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
