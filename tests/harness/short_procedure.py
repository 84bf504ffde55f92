"""The shipped procedure with fewer people and keys: every step of it, in a minute. And a recovery by its shipped script."""

import json
import re

from .key_ceremony import Ceremony
from .programs import need, run, solemn


def bag_of(page):
    """The number of the bag of whoever performs the step on this page."""
    return "A-" + re.search(r"By: [^\n]*\((\w+)\)", page)[1]


class ShortProcedure(Ceremony):
    """Five custodians, two witnesses, two maintainer keys, shares of 3 of 4. `keys`: initials -> where that person's own signing key is."""

    PROCEDURE, KEYS = "ceremony", ("maintainer-3", "maintainer-4", "maintainer-5", "maintainer-6", "maintainer-7")

    def __init__(self, folder, name="ceremony", keys=None, **options):
        super().__init__(folder, name, **options)
        script = json.loads(solemn("keys", "procedure", self.PROCEDURE).out)
        self.shorten(script)
        file = folder / f"{name}.script.json"
        file.write_text(json.dumps(script))
        self.plan("--script", file)
        self.edit_people(lambda people: self.introduce(people, keys or {}))
        self.plan()

    def shorten(self, script):
        for role in script["roles"]:
            if role["id"] == "custodian":
                role["at_least"] = role["at_most"] = 5
            if role["id"] == "witness":
                role["at_least"] = 2
        script["sharing"] = {"threshold": 3, "shares": 4}
        script["keys"] = [key for key in script["keys"] if key["name"] not in self.KEYS]

    def introduce(self, people, keys):
        for person in people:
            person["contact"] = "+1 555 0100"
            person["key"] = keys.get(person["initials"], "")

    def edit_people(self, change):
        file = self.path / "participants.json"
        people = json.loads(file.read_text())
        change(people["participants"])
        file.write_text(json.dumps(people))

    def rules(self):
        self.answers.append((re.compile(r"Number of the sealed bag: \Z"), lambda m, page: bag_of(page)))
        super().rules()


class Recovery(ShortProcedure):
    """By the shipped script. `day`: the ceremony that made the key; `bundle`: its public folder as it was brought; `who`: numbers of the custodians."""

    PROCEDURE = "recovery"

    def __init__(self, folder, day, bundle, key, who, name="recovery", purpose="2", **options):
        self.day, self.bundle, self.key, self.who, self.purpose = day, bundle, key, who, purpose
        self.message, self.signature = folder / "message", folder / "signature.json"
        self.message.write_text("RELEASE:v1.2.3:0123456789abcdef0123456789abcdef01234567")
        self.scans = folder / f"{name}.scans"
        super().__init__(folder, name, policies={"purpose": purpose}, **options)

    def shorten(self, script):
        script["sharing"] = {"threshold": 3, "shares": 4}

    def introduce(self, people, keys):
        super().introduce(people, keys)
        custodians = [person for person in people if "custodian" in person["roles"]]
        for person, number in zip(custodians, self.who):
            person["name"], person["initials"] = f"Custodian {number}", f"C{number}"

    def picture(self, who):
        """The custodian's printed sheet of the key, put on a scanner."""
        sheet = next((self.day.kept / who).glob(f"{self.key}-share-*.pdf"))
        out = self.scans / who / sheet.stem
        out.parent.mkdir(parents=True, exist_ok=True)
        run([need("pdftoppm"), "-r", "200", "-gray", "-png", "-f", "1", "-l", "1", "-singlefile", sheet, out])
        return str(out.with_suffix(".png"))

    def public_key(self):
        return json.loads((self.bundle / "sets" / f"{self.key}.set.json").read_text())["public_key"]

    def initials(self, title):
        return "VE" if title == "Independent verifier" else super().initials(title)

    def rules(self):
        rule = lambda pattern, reply: self.answers.append((re.compile(pattern + r"\Z"), reply))
        rule(r"Folder of the ceremony that made the key [^\n]*: ", lambda m, page: str(self.bundle))
        rule(r"Which key, by its name in the inventory: ", lambda m, page: self.key)
        rule(r"  (\w+): scan or photo of your sheet of [^\n]*: ", lambda m, page: self.picture(m[1]))
        rule(r"The file to sign: ", lambda m, page: str(self.message))
        rule(r"Where the signature goes [^\n]*: ", lambda m, page: str(self.signature))
        rule(r"A new file on the device, for the key: ", lambda m, page: str(self.folder / "device.key"))
        rule(r"The public key as the verifier computed it, [^\n]*: ", lambda m, page: self.public_key()[:20])
        rule(r"Number of the bag: ", lambda m, page: bag_of(page))
        rule(r"Number of the new bag, or: destroyed: ", lambda m, page: bag_of(page).replace("A", "N"))
        super().rules()
