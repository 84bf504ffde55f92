"""A key ceremony on a machine whose power fails again and again: the record is always whole, and in the end the ceremony is."""

import json

from harness import Case, solemn, solemn_json
from harness.small_ceremony import SmallCeremony


class PowerCuts(Case):
    def test_killed_at_one_prompt_after_the_other(self):
        ceremony, prompts, kills = SmallCeremony(self.folder), 0, 0

        def reached(page):
            nonlocal prompts
            prompts += 1
            return prompts > limit
        # Longer and longer between two cuts; the last run is never cut.
        for limit in (1, 3, 5, 8, 13, 21, 23, 25, 30, 34, 40, 47, 55, 70, 90):
            prompts = 0
            status = ceremony.run(until=reached)
            if status is not None:
                break
            ceremony.conversation.kill()
            kills += 1
            if (ceremony.path / "record" / "entries.jsonl").exists():
                verdict = solemn_json("transcript", "verify", ceremony.path / "record", "--root-key", ceremony.path / "root.pem", expect=(0, 2))
                self.assertEqual([c for c in verdict["checks"] if c["outcome"] == "failed"], [])
        if ceremony.conversation.status != 0:
            self.assertEqual(ceremony.run(), 0, ceremony.conversation.page)
        self.assertGreater(kills, 8)
        report = solemn_json("audit", ceremony.path, "--drill", "--root-key", ceremony.path / "root.pem", expect=0)
        self.assertEqual(report["verdict"], "accepted")
        self.assertGreater(json.loads((ceremony.path / "certificate.json").read_text())["rounds"], 1)
        self.assertIn("keys were made", {c["rule"]: c["detail"] for c in report["checks"]}["exceptions"])
