"""Programs that the tests run: solemn itself and the tools that others wrote."""

import json
import os
import shutil
import subprocess
import time
import unittest
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
NODE_FOLDER = ROOT / "tests" / "interop" / "node"
SHARED = ROOT.parent / "shared"  # published vectors, where they lie beside the checkout


def solemn_path() -> Path:
    return Path(os.environ.get("SOLEMN_BIN") or ROOT / "build" / "release" / "bin" / "solemn").resolve()


def environment(**extra) -> dict:
    """The environment that every child gets: no colours, no terminal width, C locale, no state in the user's home."""
    env = {k: v for k, v in os.environ.items() if k not in ("SOLEMN_LOG", "COLUMNS")}
    env.update({"NO_COLOR": "1", "LC_ALL": "C.UTF-8", "TERM": "dumb", "XDG_STATE_HOME": str(ROOT / "build" / "test-state")})
    env.update({k: str(v) for k, v in extra.items()})
    return env


@dataclass
class Result:
    """Exit status, stdout and stderr of a finished program. A negative status is the signal that ended it."""

    command: str
    status: int
    out: str
    err: str
    seconds: float

    def __str__(self) -> str:
        return (
            f"$ {self.command}\nstatus {self.status} after {self.seconds:.1f} s\n"
            f"--- stdout\n{self.out[-3000:]}\n--- stderr\n{self.err[-3000:]}"
        )


def run(argv, *, expect=0, cwd=None, stdin=None, env=None, timeout=900) -> Result:
    """Runs a program to its end. `expect` is a status, a tuple of them, or None for any; else AssertionError."""
    argv = [str(a) for a in argv]
    began = time.monotonic()
    try:
        done = subprocess.run(
            argv,
            cwd=cwd,
            input=stdin if stdin is not None else b"",
            env=env or environment(),
            capture_output=True,
            timeout=timeout,
            check=False,
        )
    except subprocess.TimeoutExpired as slow:
        raise AssertionError(f"$ {' '.join(argv)}\ndid not end within {timeout} s\n{slow.stderr or b''!r}") from None
    result = Result(
        " ".join(argv),
        done.returncode,
        done.stdout.decode("utf-8", "replace"),
        done.stderr.decode("utf-8", "replace"),
        time.monotonic() - began,
    )
    allowed = (expect,) if isinstance(expect, int) else expect
    if allowed is not None and result.status not in allowed:
        raise AssertionError(f"expected status {expect}\n{result}")
    return result


def solemn(*args, expect=0, **options) -> Result:
    """Runs the program under test. Missing program: every test fails, none is skipped."""
    program = solemn_path()
    if not program.exists():
        raise AssertionError(f"'{program}' is not built: run scripts/build")
    return run([program, *args], expect=expect, **options)


def solemn_json(*args, expect=0, **options) -> dict:
    """Runs the program with --json and returns its one object."""
    result = solemn(*args, "--json", expect=expect, **options)
    try:
        value = json.loads(result.out)
    except json.JSONDecodeError as bad:
        raise AssertionError(f"stdout is not one JSON object: {bad}\n{result}") from None
    if not isinstance(value, dict) or not str(value.get("schema", "")).startswith("solemn."):
        raise AssertionError(f"no schema in the JSON\n{result}")
    return value


def clock_ahead(folder: Path, seconds: int) -> Path:
    """A library, for LD_PRELOAD, that sets time() ahead."""
    source, library = folder / "clock.c", folder / "clock.so"
    source.write_text(
        "#include <time.h>\n"
        f"time_t time(time_t *out) {{ struct timespec t; clock_gettime(CLOCK_REALTIME, &t); t.tv_sec += {seconds}; if (out) *out = t.tv_sec; return t.tv_sec; }}\n"
    )
    run([need("cc"), "-shared", "-fPIC", "-o", library, source])
    return library


def need(program: str, why: str = "") -> str:
    """Path of an optional program on PATH; skips the test, by name, where it is absent."""
    path = shutil.which(program)
    if path is None:
        raise unittest.SkipTest(f"{program} is not installed{': ' + why if why else ''}")
    return path


def node_package(name: str) -> Path:
    """Folder of an npm package of tests/interop/node; skips where `npm ci` has not been run there."""
    folder = NODE_FOLDER / "node_modules" / name
    if not folder.exists():
        raise unittest.SkipTest(f"npm package {name} is not installed: run scripts/setup-packages --node")
    return folder


def node(script, *args, expect=0, **options) -> Result:
    return run([need("node"), script, *args], expect=expect, **options)


def snarkjs(*args, expect=0, **options) -> Result:
    """snarkjs from npm. Its options are written -x=value; its status is 0 after many errors, so look at the output too."""
    return node(node_package("snarkjs") / "build" / "cli.cjs", *args, expect=expect, **options)


def _accepts(phrase: str, *args) -> Result:
    result = snarkjs(*args, expect=None)
    if result.status != 0 or phrase not in result.out:
        raise AssertionError(f"snarkjs does not accept it\n{result}")
    return result


def snarkjs_accepts_ptau(ptau) -> Result:
    return _accepts("Powers of Tau Ok!", "powersoftau", "verify", ptau)


def snarkjs_accepts_zkey(r1cs, ptau, zkey) -> Result:
    return _accepts("ZKey Ok!", "zkey", "verify", r1cs, ptau, zkey)


def snarkjs_accepts_proof(vkey, public, proof) -> Result:
    return _accepts("OK!", "groth16", "verify", vkey, public, proof)
