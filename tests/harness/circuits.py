"""Circuits compiled by circom (WASM build from npm), kept in build/circuits between runs: only sources are in git."""

import hashlib
import json
import os
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

from .programs import NODE_FOLDER, ROOT, node_package, node, run, snarkjs

CIRCOM_CURVES = {"bn254": "bn128", "bls12-381": "bls12381"}
FOLDERS = (ROOT / "tests" / "interop" / "circuits", ROOT / "examples" / "circuits")


@dataclass(frozen=True)
class Circuit:
    name: str
    curve: str
    r1cs: Path
    wasm: Path

    def witness(self, inputs: dict, wtns) -> Path:
        """The witness that the compiled circuit's own calculator computes, driven by snarkjs."""
        file = Path(str(wtns) + ".input.json")
        file.write_text(json.dumps(inputs), encoding="utf-8")
        snarkjs("wtns", "calculate", self.wasm, file, wtns)
        return Path(wtns)

    def witness_by_circom(self, inputs: dict, wtns) -> Path:
        """The same by circom's generated script, which shares no code with snarkjs."""
        file = Path(str(wtns) + ".input.json")
        file.write_text(json.dumps(inputs), encoding="utf-8")
        node(self.wasm.parent / "generate_witness.js", self.wasm, file, wtns)
        return Path(wtns)


def source_of(name: str) -> Path:
    for folder in FOLDERS:
        if (folder / f"{name}.circom").exists():
            return folder / f"{name}.circom"
    raise FileNotFoundError(f"no circuit '{name}.circom' in {', '.join(map(str, FOLDERS))}")


def compile_circuit(name: str, curve: str = "bn254") -> Circuit:
    """circom --O2 of a circuit of ours by name. circomlib is on the include path."""
    circom = node_package("circom2")
    source = source_of(name)
    lock = (NODE_FOLDER / "package-lock.json").read_bytes()
    key = hashlib.sha256(source.read_bytes() + lock + curve.encode()).hexdigest()[:16]
    kept = Path(os.environ.get("SOLEMN_CIRCUIT_CACHE") or ROOT / "build" / "circuits") / f"{name}-{curve}-{key}"
    if not kept.exists():
        kept.parent.mkdir(parents=True, exist_ok=True)
        fresh = Path(tempfile.mkdtemp(dir=kept.parent, prefix=".new-"))
        try:
            # From the folder of node_modules: the WASM build resolves -l only below the working folder.
            run(
                [shutil.which("node"), circom / "cli.js", source, "--O2", "-p", CIRCOM_CURVES[curve], "--r1cs", "--wasm",
                 "-l", "node_modules/circomlib/circuits", "-o", fresh],
                cwd=NODE_FOLDER,
            )
            fresh.rename(kept)
        except OSError:  # another test has put it there meanwhile
            if not kept.exists():
                raise
        finally:
            shutil.rmtree(fresh, ignore_errors=True)
    return Circuit(name, curve, kept / f"{name}.r1cs", kept / f"{name}_js" / f"{name}.wasm")
