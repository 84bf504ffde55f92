"""Share sheets: made, drawn by poppler, read by zbar and by ourselves; as bad cameras see them; wrong sheets are named."""

import os
import re

from harness import Case, PrintedShare, need, run, solemn, solemn_json


class Sheets(Case):
    def setUp(self):
        super().setUp()
        self.pdftoppm = need("pdftoppm")

    def made(self, share: PrintedShare, name: str, *options):
        text, sheet = self.path(f"{name}.txt"), self.path(f"{name}.pdf")
        text.write_text(share.text())
        solemn("keys", "paper", "make", text, sheet, "--custodian", "Žaneta Đukić", "--seal", "TE 0047 1192", "--ceremony", "Example 2026", "--time", "2026-11-26T09:00:00Z", *options)
        return sheet

    def page(self, sheet, name: str, dpi: int = 150, page: int = 1):
        picture = self.path(name)
        run([self.pdftoppm, "-png", "-r", dpi, "-f", page, "-l", page, "-singlefile", sheet, picture.with_suffix("")])
        return picture


class Paper(Sheets):
    def test_zbar_and_pdftotext_read_what_was_meant(self):
        zbarimg, pdftotext, qpdf, pdffonts = need("zbarimg"), need("pdftotext"), need("qpdf"), need("pdffonts")
        for number, options in enumerate(((), ("--paper", "letter"))):
            share = PrintedShare(index=2, seed=number, drill=number == 1)
            sheet = self.made(share, f"s{number}", *options)
            self.assertEqual(run([zbarimg, "-q", "--raw", self.page(sheet, "p.png")]).out.strip(), share.qr)
            text = run([pdftotext, "-layout", sheet, "-"]).out
            for line in share.lines:
                self.assertIn(" ".join(line[i : i + 5] for i in range(0, 30, 5)), text)
            for words in ("Žaneta Đukić", "TE 0047 1192", "any 3 of the 5 shares", "page 1 of 2", "page 2 of 2"):
                self.assertIn(words, text)
            self.assertEqual("DRILL" in text, share.drill)
            run([qpdf, "--check", sheet])
            self.assertEqual(re.findall(r" yes +yes +yes ", run([pdffonts, sheet]).out).__len__(), 4)  # embedded, subset, with Unicode

    def test_the_secret_is_on_the_paper_and_nowhere_else(self):
        share = PrintedShare(index=1)
        text, sheet = self.path("t.txt"), self.path("t.pdf")
        text.write_text(share.text())
        said = [solemn("keys", "paper", "make", text, sheet, "--custodian", "A")]
        picture = self.page(sheet, "p.png")
        said += [solemn("keys", "paper", "scan", picture), solemn("keys", "paper", "compare", picture, "--sheet", sheet)]
        for result in said:
            for line in share.lines:
                self.assertNotIn(line[:5], result.out + result.err)
            self.assertNotIn(share.value.hex(), result.out + result.err)
        self.assertEqual(os.stat(sheet).st_mode & 0o777, 0o600)
        self.assertNotIn(b"SHARE", run([self.pdftoppm, "-png", "-f", "2", "-r", "20", sheet, "-"]).out.encode())
        second = self.page(sheet, "second.png", page=2)
        self.assertIn("no QR code was found", solemn("keys", "paper", "scan", second, expect=1).err)  # page 2 stays outside of the bag

    def test_the_same_call_gives_the_same_file(self):
        share = PrintedShare(index=3)
        self.assertEqual(self.made(share, "a").read_bytes(), self.made(share, "b").read_bytes())

    def test_what_is_scanned_is_the_share(self):
        share = PrintedShare(index=4)
        picture, out = self.page(self.made(share, "a"), "p.png"), self.path("scanned")
        report = solemn_json("keys", "paper", "scan", picture, "-o", out)
        self.assertEqual(report["codes"], [{"file": str(picture), "holds": share.name}])
        self.assertEqual(out.read_text(), share.qr + "\n")
        self.assertEqual(os.stat(out).st_mode & 0o777, 0o600)
        solemn("keys", "paper", "make", out, self.path("again.pdf"), "--custodian", "B", "--key", "maintainer-2")

    def test_a_typing_error_in_the_share_names_its_line(self):
        share = PrintedShare(index=4)
        bad = self.path("bad.txt")
        bad.write_text(share.text().replace(share.lines[2][:5], share.lines[2][1:5] + share.lines[2][0]))
        result = solemn("keys", "paper", "make", bad, self.path("bad.pdf"), "--custodian", "B", expect=4)
        self.assertIn("line 3", result.err)
        self.assert_absent(self.path("bad.pdf"))

    def test_wrong_sheets_and_another_order_are_named(self):
        two, three, other = PrintedShare(index=2), PrintedShare(index=3), PrintedShare(index=2, seed=9)
        sheets = {s: self.made(s, n) for s, n in ((two, "two"), (three, "three"), (other, "other"))}
        pages = {s: self.page(sheet, sheet.stem + ".png") for s, sheet in sheets.items()}

        def failed(pictures, meant, expect=1):
            arguments = [x for sheet in meant for x in ("--sheet", sheet)]
            report = solemn_json("keys", "paper", "compare", *pictures, *arguments, expect=expect)
            return {c["rule"]: c["detail"] for c in report["checks"] if c["outcome"] != "passed"}

        self.assertEqual(failed([pages[two], pages[three]], [sheets[two], self.path("three.txt")], expect=0), {})
        self.assertEqual(set(failed([pages[two], pages[three]], [sheets[two]])), {"qr-readable", "qr-text"})
        self.assertEqual(failed([pages[three]], [sheets[two]])["sheet-share"], f"this sheet is {three.name}; meant is {two.name}")
        self.assertEqual(failed([pages[other]], [sheets[two]])["sheet-share"], f"this sheet is {other.name}; meant is {two.name}")
        swapped = failed([pages[three], pages[two]], [sheets[two], sheets[three]])
        self.assertEqual(swapped["qr-order"], f"code 1 is that of {three.name}; code 2 is that of {two.name}")


class Cameras(Sheets):
    """Each picture must be read, or said to be unreadable: never read as something else."""

    def setUp(self):
        super().setUp()
        self.convert = need("convert")
        self.share = PrintedShare(index=5, drill=True)
        self.sheet = self.made(self.share, "sheet")
        self.clean = self.page(self.sheet, "clean.png", dpi=200)

    def compare(self, name: str, *steps, source=None, expect=0):
        picture = self.path(name)
        run([self.convert, source or self.clean, *steps, picture])
        return solemn_json("keys", "paper", "compare", picture, "--sheet", self.sheet, expect=expect)

    def test_turned(self):
        for angle in (2, 7, 45, 90, 133, 180, 270):
            self.compare(f"r{angle}.png", "-background", "white", "-rotate", angle)

    def test_blurred_noisy_dark_and_compressed(self):
        shade = ("(", "-size", "1654x2339", "gradient:white-gray40", ")", "-compose", "multiply", "-composite")
        cases = {
            "blur.png": ("-blur", "0x3"),
            "noise.png": ("-attenuate", "0.6", "-seed", "1", "+noise", "Gaussian"),
            "salt.png": ("-attenuate", "0.3", "-seed", "1", "+noise", "Impulse"),
            "dark.png": ("-level", "0%,220%"),
            "pale.png": ("+level", "55%,90%"),
            "shade.png": shade,
            "quality.jpg": ("-quality", "15"),
            "fax.tif": ("-colorspace", "Gray", "-threshold", "55%", "-compress", "Group4"),
            "bits.pbm": ("-threshold", "50%"),
            "colour.ppm": ("-fill", "yellow", "-colorize", "25"),
        }
        for name, steps in cases.items():
            with self.subTest(name):
                self.compare(name, *steps)

    def test_a_photograph(self):
        """From an angle, on a dark table, shaded, out of focus, noisy, JPEG."""
        bend = "0,0 130,90  1653,0 1540,20  1653,2338 1630,2270  0,2338 30,2200"
        steps = ("-virtual-pixel", "black", "-distort", "Perspective", bend, "-rotate", "4", "-blur", "0x1.5", "-attenuate", "0.25", "-seed", "1", "+noise", "Gaussian", "+level", "8%,80%", "-quality", "55")
        self.compare("photo.jpg", *steps)

    def test_coffee_and_a_torn_corner(self):
        """The code carries more than it needs: a quarter of its words may be wrong."""
        for name, spot in (("coffee.png", "circle 470,830 500,880"), ("torn.png", "polygon 590,990 680,990 680,900"), ("line.png", "rectangle 160,800 700,806")):
            with self.subTest(name):
                self.compare(name, "-fill", "white" if name == "torn.png" else "gray30", "-draw", spot)

    def test_resolutions(self):
        for dpi in (80, 100, 300, 600):
            with self.subTest(dpi):
                solemn("keys", "paper", "compare", self.page(self.sheet, f"d{dpi}.png", dpi=dpi), "--sheet", self.sheet)

    def test_what_cannot_be_read_is_said_to_be_so(self):
        cases = {"tiny.png": ("-resize", "8%"), "fog.png": ("-blur", "0x14"), "gone.png": ("-fill", "white", "-draw", "rectangle 160,480 700,800")}
        for name, steps in cases.items():
            with self.subTest(name):
                report = self.compare(name, *steps, expect=1)
                outcome = {c["rule"]: c["outcome"] for c in report["checks"]}
                self.assertEqual((outcome["qr-readable"], outcome["qr-text"]), ("failed", "not_run"))

    def test_two_sheets_on_one_picture(self):
        other = PrintedShare(index=1, drill=True)
        second = self.page(self.made(other, "other"), "other.png", dpi=200)
        both = self.path("both.png")
        run([self.convert, self.clean, second, "-append", both])
        solemn("keys", "paper", "compare", both, "--sheet", self.sheet, "--sheet", self.path("other.pdf"))

    def test_a_scanner_that_writes_pdf(self):
        """One JPEG on a page that says it is as many points wide as the picture has pixels: what many of them write."""
        jpeg = self.path("scan.jpg")
        run([self.convert, self.clean, "-rotate", "180", "-colorspace", "Gray", "-quality", "60", jpeg])
        data, (width, height) = jpeg.read_bytes(), (1654, 2339)
        draw = f"q {width} 0 0 {height} 0 0 cm /P Do Q".encode()
        objects = [
            b"<</Type/Catalog/Pages 2 0 R>>",
            b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
            f"<</Type/Page/Parent 2 0 R/MediaBox[0 0 {width} {height}]/Resources<</XObject<</P 4 0 R>>>>/Contents 5 0 R>>".encode(),
            f"<</Type/XObject/Subtype/Image/Width {width}/Height {height}/ColorSpace/DeviceGray/BitsPerComponent 8/Filter/DCTDecode/Length {len(data)}>>stream\n".encode() + data + b"\nendstream",
            f"<</Length {len(draw)}>>stream\n".encode() + draw + b"\nendstream",
        ]
        body = b"".join(f"{i} 0 obj".encode() + o + b"endobj\n" for i, o in enumerate(objects, 1))
        scan = self.path("scan.pdf")
        scan.write_bytes(b"%PDF-1.4\n" + body + b"trailer<</Root 1 0 R>>\n")
        solemn("keys", "paper", "compare", scan, "--sheet", self.sheet)


class HostilePictures(Sheets):
    def test_people_are_told_what_is_wrong_with_a_picture_and_what_to_do(self):
        picture = self.page(self.made(PrintedShare(index=1), "a"), "p.png")
        for name, content, why in (("cut.png", picture.read_bytes()[:2000], "cut or damaged"), ("photo.heic", b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", "HEIC or a film, as telephones make them"),
                                   ("nothing.png", b"", "the file is empty"), ("letter.docx", b"PK\3\4", "picture cannot be read"), ("notes.txt", b"hello", "not PDF, PNG, JPEG, TIFF or PNM")):
            self.path(name).write_bytes(content)
            said = solemn("keys", "paper", "scan", self.path(name), expect=4).err
            for words in (name, "the picture cannot be read", why, "as PNG or JPEG"):
                self.assertIn(words, said)
        second = self.page(self.path("a.pdf"), "second.png", page=2)
        said = solemn("keys", "paper", "scan", picture, second)
        self.assertIn("second.png': no QR code that can be read", said.out)

    def test_broken_files_are_malformed(self):
        picture = self.page(self.made(PrintedShare(index=1), "a"), "p.png")
        whole = picture.read_bytes()
        huge = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\x7f\xff\xff\xff\x7f\xff\xff\xff\x08\0\0\0\0" + b"\0" * 40
        page = b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj 2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj 3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 14400 14400]>>endobj trailer<</Root 1 0 R>>"
        for name, content in {"cut.png": whole[:2000], "huge.png": huge, "text.txt": b"hello", "empty.png": b"", "wide.pgm": b"P5 20001 9 255\n", "large.pdf": page, "no.pdf": b"%PDF-1.7\n"}.items():
            with self.subTest(name):
                self.path(name).write_bytes(content)
                # poppler makes one pixel of a page that it has no memory for
                solemn("keys", "paper", "scan", self.path(name), expect=1 if name == "large.pdf" else 4)
