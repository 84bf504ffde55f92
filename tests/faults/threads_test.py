"""A system that gives no more threads: the same files, one block after the other."""

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

from harness import PUBLIC_BEACON, Case, environment, need, sha256, solemn, solemn_path


class Threads(Case):
    def test_powers_of_tau_are_made_with_as_many_as_there_are(self):
        if os.getuid() != 0:
            self.skipTest("only the superuser can start a program as a user who has no other process")
        setpriv, prlimit = need("setpriv"), need("prlimit")
        with tempfile.TemporaryDirectory(prefix="solemn-threads-") as name:
            folder = Path(name)
            shutil.copy(solemn_path(), folder / "solemn")  # where another user may read it
            solemn("ptau", "new", "bn254", 10, folder / "0")
            beacon = ("--name", "b", "--value", PUBLIC_BEACON, "--iterations-exp", 10)
            solemn("ptau", "beacon", folder / "0", folder / "expected", *beacon)
            solemn("ptau", "prepare", folder / "expected", folder / "prepared")
            for path in (folder, *folder.iterdir()):
                path.chmod(0o777)
            for limit in (1, 2, 3, 4):  # the pool has no helper; it has one, and the sync of a file no thread of its own, or one
                out, prepared = folder / f"out{limit}", folder / f"prepared{limit}"
                for command in (("beacon", folder / "0", out, *beacon), ("prepare", out, prepared), ("verify", prepared, "--insecure-test-beacon")):
                    words = [setpriv, "--reuid=65534", "--regid=65534", "--clear-groups", prlimit, f"--nproc={limit}", folder / "solemn",
                             "ptau", *command, "--threads", "2"]
                    done = subprocess.run([str(w) for w in words], capture_output=True, text=True, env=environment(), timeout=120, check=False)
                    self.assertEqual(done.returncode, 0, f"{command[0]}, {limit}: {done.stderr}")
                self.assertEqual(sha256(out), sha256(folder / "expected"), limit)
                self.assertEqual(sha256(prepared), sha256(folder / "prepared"), limit)
