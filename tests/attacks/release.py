"""A signed release of the small ceremony, and the tools of others to make wrong ones: openssl signs, Python's tarfile packs, b3sum hashes."""

import gzip
import io
import json
import tarfile
from functools import lru_cache
from pathlib import Path

from ceremony import Attack, folder, phase1, phase2
from harness import need, run, solemn, solemn_json

VK, METADATA, SIGNATURE, MORE = "attestation_verifying_key.bin", "metadata.json", "signature.sig", "signatures.dsse.json"


@lru_cache(maxsize=None)
def key(name: str) -> Path:
    """A private key made by openssl; NAME.pub beside it holds the public half. "second" has another algorithm."""
    openssl, at, kind = need("openssl"), folder() / f"{name}.key", "p256" if name == "second" else "ed25519"
    how = ("-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256") if kind == "p256" else ("-algorithm", kind)
    run([openssl, "genpkey", *how, "-out", at])
    run([openssl, "pkey", "-in", at, "-pubout", "-out", pub(at)])
    return at


def pub(private: Path) -> Path:
    return private.with_suffix(".pub")


@lru_cache(maxsize=None)
def transcripts() -> Path:
    at = folder() / "transcripts"
    at.mkdir()
    for files in (phase1(), phase2()):
        for name in ("one", "two", "beacon", "final"):
            if name in files:
                (at / files[name].name).hardlink_to(files[name])
    return at


def create(out, *extra, keys=("release",), env=None, expect=0, zkey=None):
    signing = [word for name in keys for word in ("--sign-key", key(name))]
    at = phase2()
    return solemn("bundle", "create", out, "--zkey", zkey or at["final"], "--r1cs", at["r1cs"], "--ptau", at["ptau"], *signing, *extra, env=env, expect=expect)


@lru_cache(maxsize=None)
def bundle() -> Path:
    """One signer, everything verified."""
    create(folder() / "bundle.tar.gz", "--transcripts", transcripts())
    return folder() / "bundle.tar.gz"


def members(file) -> dict:
    with tarfile.open(file) as tar:
        return {item.name: tar.extractfile(item).read() for item in tar.getmembers()}


def tar_of(items) -> bytes:
    """ustar of (name, bytes) or (TarInfo, bytes) pairs, by Python."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=tarfile.USTAR_FORMAT) as tar:
        for name, data in items:
            info = name if isinstance(name, tarfile.TarInfo) else tarfile.TarInfo(name)
            info.size = len(data) if info.isreg() else 0
            tar.addfile(info, io.BytesIO(data) if info.isreg() else None)
    return out.getvalue()


def pack(path: Path, items) -> Path:
    path.write_bytes(gzip.compress(tar_of(items), mtime=0))
    return path


def sign(message: bytes, name: str = "release") -> bytes:
    """A raw signature by openssl."""
    at, out = folder() / "message", folder() / "signature"
    at.write_bytes(message)
    run([need("openssl"), "pkeyutl", "-sign", "-rawin", "-inkey", key(name), "-in", at, "-out", out])
    return out.read_bytes()


def b3sum(data: bytes) -> str:
    return run([need("b3sum", "an independent BLAKE3"), "--no-names"], stdin=data).out.strip()


def signed(path: Path, vk: bytes, metadata, name: str = "release") -> Path:
    """A bundle with these members that the authority really signed, made without solemn."""
    text = metadata if isinstance(metadata, bytes) else json.dumps(metadata).encode()
    return pack(path, [(VK, vk), (METADATA, text), (SIGNATURE, sign(vk + text, name))])


class Release(Attack):
    def verify(self, file, *extra, expect=0, root="release"):
        return solemn_json("bundle", "verify", file, "--root-pubkey", pub(key(root)), *extra, expect=expect)

    def assert_bundle_fails(self, file, *rules, extra=(), status=1, root="release"):
        report = self.verify(file, *extra, expect=status, root=root)
        failed = self.failed_rules(report)
        self.assertTrue(set(rules) <= set(failed), f"expected {rules} to fail, failed: {failed}\n{json.dumps(report['checks'], indent=1)}")
        self.assertEqual(report["verdict"], "rejected")
        return report
