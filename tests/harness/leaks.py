"""Known secrets, looked for wherever a program could have left them: in files, on screens, in the lists of processes."""

import base64
import tempfile
from pathlib import Path

from .programs import need, run
from .shares import ALPHABET, bech32_text


def _base64_cores(raw: bytes):
    """What base64 makes of the bytes at each of the three offsets, without the characters that the neighbours decide."""
    for offset in range(3):
        whole = base64.b64encode(b"\0" * offset + raw)
        yield whole[4 if offset else 0:-4]


class Secrets:
    """(name, form) -> bytes to look for."""

    def __init__(self):
        self.needles = {}

    def add_bytes(self, name: str, raw: bytes) -> None:
        self.needles[name, "bytes"] = raw
        self.needles[name, "digits"] = raw.hex().upper().encode()
        for offset, core in enumerate(_base64_cores(raw)):
            self.needles[name, f"base64 at {offset}"] = core
        if len(raw) == 32:
            self.needles[name, "nsec"] = bech32_text("nsec", raw).upper().encode()

    def add_text(self, name: str, text: bytes) -> None:
        self.needles[name, "text"] = text
        self.needles[name, "text without blanks"] = b"".join(text.upper().split())

    def add_share(self, name: str, characters: str) -> None:
        """The 150 characters of its code; each line by itself."""
        for line in range(5):
            self.needles[name, f"line {line + 1}"] = characters[30 * line:30 * line + 24].upper().encode()
        bits = "".join(f"{ALPHABET.index(c):05b}" for line in range(5) for c in characters.lower()[30 * line:30 * line + 24])
        self.add_bytes(name, int(bits, 2).to_bytes(75, "big")[20:52])

    def found_in(self, content: bytes) -> list:
        """As it is; and letters and digits in groups, lines, either case."""
        squeezed = b"".join(content.split())
        views = (content, squeezed, squeezed.upper())
        return sorted(f"{name} as {form}" for (name, form), needle in self.needles.items() if any(needle in view for view in views))

    def found(self, places: dict) -> dict:
        """places: where -> content. Only where something was found."""
        return {where: said for where, content in places.items() if (said := self.found_in(content))}


def _pdf_views(path: Path) -> dict:
    """What a PDF says when it is unpacked, read as text, and scanned as a picture."""
    with tempfile.TemporaryDirectory(prefix="solemn-pdf-") as folder:
        unpacked = Path(folder) / "unpacked.pdf"
        run([need("qpdf"), "--stream-data=uncompress", path, unpacked], expect=(0, 3))
        run([need("pdftoppm"), "-r", "150", "-gray", "-png", path, Path(folder) / "page"])
        views = {"unpacked": unpacked.read_bytes(), "as text": run([need("pdftotext"), "-layout", path, "-"]).out.encode()}
        for page in sorted(Path(folder).glob("*.png")):
            codes = run([need("zbarimg"), "-q", "--raw", "-Sdisable", "-Sqrcode.enable", page], expect=(0, 4))
            views[f"codes of {page.stem}"] = codes.out.encode()
        return views


def files(*folders: Path, without=()) -> dict:
    """Every file below the folders; PDF files unpacked, read and scanned as well."""
    views = {}
    for path in sorted(f for folder in folders for f in folder.rglob("*") if f.is_file() and not f.is_symlink()):
        if any(path.is_relative_to(place) for place in without):
            continue
        views[str(path)] = path.read_bytes()
        if path.suffix == ".pdf":
            views |= {f"{path}, {how}": content for how, content in _pdf_views(path).items()}
    return views


def processes() -> dict:
    """Command lines and environments of all processes, as far as they may be read."""
    views = {}
    for process in Path("/proc").glob("[0-9]*"):
        for name in ("cmdline", "environ"):
            try:
                views[f"{name} of process {process.name}"] = (process / name).read_bytes().replace(b"\0", b"\n")
            except OSError:  # it has ended, or shows this to nobody
                continue
    return views


def guards(pid: int) -> dict:
    """What the kernel says of a process that holds keys: its limit for core files, and memory that is locked or swapped."""
    limits = Path(f"/proc/{pid}/limits").read_text()
    status = dict(line.split(":", 1) for line in Path(f"/proc/{pid}/status").read_text().splitlines())
    return {"core": next(line.split()[4:6] for line in limits.splitlines() if line.startswith("Max core file size")),
            "locked": int(status["VmLck"].split()[0]), "swapped": int(status["VmSwap"].split()[0])}
