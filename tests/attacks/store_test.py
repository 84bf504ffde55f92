"""The artifact store against who holds it, serves it, or writes beside it: each wrong thing by name, each named check failing."""

import hashlib
import json
import os
import re
import signal
import subprocess
import time

from harness import Case, environment, sha256, solemn, solemn_json, solemn_path
from harness.drand import on_loopback
from harness.key_services import AWS_SECRET, AWS_SESSION
from harness.stores import Bucket, Mirror, later


class Store(Case):
    def setUp(self):
        super().setUp()
        self.store, self.out = self.path("store"), self.path("out")
        self.content = bytes(i * 7 % 251 for i in range(300_000))
        self.file = self.path("key.zkey")
        self.file.write_bytes(self.content)
        self.digest = hashlib.sha256(self.content).hexdigest()

    def put(self, expect=0):
        return solemn_json("store", "put", self.store, "--file", self.file, expect=expect)

    def object(self, store=None, digest=None):
        digest = digest or self.digest
        return (store or self.store) / "objects" / digest[:2] / digest

    def replace(self, path, data):
        path.unlink(missing_ok=True)
        path.write_bytes(data)

    def rejected(self, check, *options):
        """`store verify` says no, by exactly this check."""
        report = solemn_json("store", "verify", self.store, *options, expect=1)
        self.assertEqual([c["rule"] for c in report["checks"] if c["outcome"] == "failed"], [check], report)


class Folder(Store):
    def test_object_replaced(self):
        self.put()
        self.replace(self.object(), b"another key".ljust(len(self.content)))
        self.rejected("store-content")
        refusal = solemn("store", "get", self.store, "key.zkey", self.out, expect=1)
        self.assertIn("damaged", refusal.err)
        self.assert_absent(self.out)
        refusal = solemn("store", "put", self.store, "--file", self.file, expect=1)  # neither believed nor repaired in silence
        self.assertIn("damaged", refusal.err)
        refusal = solemn("store", "push", self.store, "--to", self.path("backup"), expect=1)
        self.assert_absent(self.object(self.path("backup")))

    def test_truncated(self):
        self.put()
        self.replace(self.object(), self.content[:1000])
        report = solemn_json("store", "verify", self.store, expect=1)
        failed = {c["rule"] for c in report["checks"] if c["outcome"] == "failed"}
        self.assertEqual(failed, {"store-content", "store-complete"})

    def test_removed(self):
        self.put()
        self.object().unlink()
        self.rejected("store-complete")
        solemn("store", "get", self.store, "key.zkey", self.out, expect=1)

    def test_link_in_place_of_a_content(self):
        self.put()
        self.object().rename(self.path("kept"))
        self.object().symlink_to(self.path("kept"))
        report = solemn_json("store", "verify", self.store, expect=1)
        self.assertIn("store-layout", {c["rule"] for c in report["checks"] if c["outcome"] == "failed"})
        solemn("store", "get", self.store, "key.zkey", self.out, expect=1)

    def test_write_once_violated(self):
        self.put()
        self.file.write_bytes(b"another key")
        refusal = solemn("store", "put", self.store, "--file", self.file, expect=6)
        self.assertIn("already the name of", refusal.err)
        solemn("store", "put", self.store, "--file", self.file, "--force", expect=6)  # there is no force for it
        self.assert_absent(self.object(digest=sha256(self.file)))
        self.assertEqual(self.object().stat().st_mode & 0o222, 0)
        solemn("store", "verify", self.store)

    def test_path_traversal_in_names(self):
        for name in ("../evil", "/etc/evil", "a/../../evil", ".ssh/authorized_keys", "a//b", "evil\n", "a\\..\\b"):
            with self.subTest(name):
                solemn("store", "put", self.store, "--file", self.file, "--name", name, expect=2)
        self.put()
        line = (self.store / "names").read_text().split(" ", 1)[1].rstrip("\n").replace("key.zkey", "../evil")
        head = hashlib.sha256(bytes(32) + line.encode()).hexdigest()  # rightly chained, by one who knows how
        self.replace(self.store / "names", f"{head} {line}\n".encode())
        self.rejected("store-names")
        self.assertIn("../evil", solemn("store", "list", self.store, expect=4).err)

    def test_names_edited_swapped_or_dropped(self):
        self.put()
        self.file.write_bytes(b"second")
        head = solemn_json("store", "put", self.store, "--file", self.file, "--name", "second")["head"]
        names = self.store / "names"
        first, second = names.read_bytes().splitlines(keepends=True)
        for wrong in (first.replace(b"key.zkey", b"kez.zkey") + second, second + first, second, first + second.replace(b" 6 ", b" 7 ")):
            self.replace(names, wrong)
            self.rejected("store-names")
        self.replace(names, first)  # from the end: only who noted a head can know
        solemn("store", "verify", self.store)
        self.rejected("store-head", "--head", head)

    def test_stores_that_went_different_ways(self):
        self.put()
        other = self.path("other")
        self.path("x").write_bytes(b"x")
        solemn("store", "put", other, "--file", self.path("x"))
        refusal = solemn("store", "push", self.store, "--to", other, expect=6)
        self.assertIn("not a beginning", refusal.err)
        self.assert_absent(self.object(other))

    def test_push_again_sends_nothing(self):
        self.put()
        backup = self.path("backup")
        self.assertEqual(solemn_json("store", "push", self.store, "--to", backup)["written"], 1)
        self.assertEqual(solemn_json("store", "push", self.store, "--to", backup)["written"], 0)
        self.assert_same_bytes(self.store / "names", backup / "names")
        self.assert_same_bytes(self.file, self.object(backup))


class Mirrors(Store):
    def setUp(self):
        super().setUp()
        self.put()

    def fetch(self, *mirrors, expect=0, more=()):
        places = [word for m in mirrors for word in ("--from", getattr(m, "url", m))]
        return solemn("store", "fetch", self.digest, self.out, *places, "--tries", 1, *more, expect=expect, env=on_loopback(), timeout=60)

    def falls_back(self, lie, reason, more=()):
        """The liar is named with this reason, nothing of it is believed, and the next mirror gives the content."""
        with Mirror(self.store, lie) as liar, Mirror(self.store) as honest:
            result = self.fetch(liar, expect=(1, 3), more=more)
            self.assertIn(f"{liar.url}: ", result.err)
            self.assertIn(reason, result.err)
            self.assert_absent(self.out)
            result = self.fetch(liar, honest, more=more)
            self.assertRegex(result.err, f"not taken: {liar.url}: .*{reason}")
            self.assertIn(honest.url, result.out)
        self.assert_same_bytes(self.out, self.file)
        self.assertEqual([p.name for p in self.folder.iterdir() if p.name.startswith(".")], [])

    def test_wrong_content_under_a_right_name(self):
        self.falls_back("other bytes", "gives other bytes")
        self.out.unlink()
        with Mirror(self.store, "other bytes") as liar:
            self.assertEqual(self.fetch(liar, expect=1).status, 1)  # the answer is no, not "no answer"

    def test_cut(self):
        self.falls_back("cut", "transfer closed")

    def test_shorter(self):
        self.falls_back("shorter", "gives other bytes")

    def test_shorter_than_known(self):
        self.falls_back("shorter", "150000 bytes, not 300000", more=("--size", 300000))

    def test_endless(self):
        self.falls_back("endless", "does not say how long")

    def test_endless_headers(self):
        self.falls_back("endless headers", "headers")

    def test_huge(self):
        self.falls_back("huge", "more than --max-size")

    def test_stalls(self):
        self.falls_back("stall", "nothing came for 1 s", more=("--stall-timeout", 1))

    def test_redirect(self):
        self.falls_back("redirect", "redirect, which is not followed")

    def test_another_encoding(self):
        self.falls_back("gzip", "another encoding")

    def test_statuses(self):
        for status in (204, 403, 404, 500, 503):
            with self.subTest(status):
                self.out.unlink(missing_ok=True)
                self.falls_back(f"status {status}", f"status {status}")

    def test_another_part_than_asked_for(self):
        with Mirror(self.store, "cut") as first, Mirror(self.store, "wrong range") as second, Mirror(self.store) as third:
            result = self.fetch(first, second, third)
            self.assertIn("another part than was asked for", result.err)
            self.assertEqual(third.asked[0][1], "bytes=150000-")
        self.assert_same_bytes(self.out, self.file)

    def test_resumed_after_a_cut(self):
        with Mirror(self.store, "cut") as cut, Mirror(self.store) as honest:
            self.fetch(cut, expect=3)
            self.assert_absent(self.out)
            result = solemn_json("store", "fetch", self.digest, self.out, "--from", honest.url, env=on_loopback())
            self.assertEqual(result["resumed_bytes"], 150000)
            self.assertEqual(honest.asked, [(f"/objects/{self.digest[:2]}/{self.digest}", "bytes=150000-")])
        self.assert_same_bytes(self.out, self.file)

    def test_the_same_mirror_is_asked_again_for_the_rest(self):
        with Mirror(self.store, "cut once") as mirror:
            solemn("store", "fetch", self.digest, self.out, "--from", mirror.url, "--tries", 2, env=on_loopback())
            self.assertEqual([part for _, part in mirror.asked], [None, "bytes=150000-"])
        self.assert_same_bytes(self.out, self.file)

    def test_a_mirror_without_ranges(self):
        with Mirror(self.store, "cut") as cut, Mirror(self.store, "no ranges") as whole:
            self.fetch(cut, whole)
        self.assert_same_bytes(self.out, self.file)

    def test_a_poisoned_beginning_does_not_stop_an_honest_mirror(self):
        """The first gives other bytes and hangs up; the second continues, is asked again from the start, and not blamed."""
        with Mirror(self.store, "cut") as cut:
            self.fetch(cut, expect=3)
        (left,) = [p for p in self.folder.iterdir() if p.name.startswith(".")]
        for poison in (b"x" * 1000, b"x" * 300_000, b"x" * 400_000):
            with self.subTest(len(poison)), Mirror(self.store) as honest:
                left.write_bytes(poison)
                self.out.unlink(missing_ok=True)
                result = self.fetch(honest)
                self.assertNotIn("not taken", result.err)
                self.assertEqual(honest.asked[-1][1], None)
                self.assert_same_bytes(self.out, self.file)

    def test_a_wrong_rest_is_blamed_on_who_gave_it(self):
        with Mirror(self.store, "cut") as cut, Mirror(self.store, "other bytes") as liar, Mirror(self.store) as honest:
            result = self.fetch(cut, liar, honest)
            self.assertRegex(result.err, f"not taken: {liar.url}: gives other bytes")
        self.assert_same_bytes(self.out, self.file)

    def test_a_whole_file_of_an_earlier_run_needs_no_network(self):
        with Mirror(self.store, "cut") as cut:
            self.fetch(cut, expect=3)
            (left,) = [p for p in self.folder.iterdir() if p.name.startswith(".")]
            left.write_bytes(self.content)
            asked = len(cut.asked)
            self.fetch(cut)
            self.assertEqual(len(cut.asked), asked)
        self.assert_same_bytes(self.out, self.file)

    def test_interrupted_and_gone_on_with(self):
        with Mirror(self.store, "stall") as slow:
            child = subprocess.Popen([solemn_path(), "store", "fetch", self.digest, self.out, "--from", slow.url], env=on_loopback(), stdout=subprocess.PIPE, stderr=subprocess.PIPE)
            deadline = time.monotonic() + 30
            while not slow.asked and time.monotonic() < deadline:
                os.sched_yield()
            child.send_signal(signal.SIGINT)
            child.communicate(timeout=30)
            self.assertEqual(child.returncode, 130)
        self.assert_absent(self.out)
        with Mirror(self.store) as honest:
            self.fetch(honest)
        self.assert_same_bytes(self.out, self.file)

    def test_a_folder_that_holds_other_bytes(self):
        other = self.path("other")
        self.object(other).parent.mkdir(parents=True)
        self.object(other).write_bytes(b"other")
        self.assertIn("gives other bytes", self.fetch(other, expect=1).err)
        self.fetch(other, self.store)
        self.assert_same_bytes(self.out, self.file)

    def test_an_output_that_exists_is_kept(self):
        self.out.write_bytes(b"mine")
        self.fetch(self.store, expect=2)
        self.assertEqual(self.out.read_bytes(), b"mine")

    def test_addresses_that_carry_secrets_or_are_none(self):
        for place in ("https://user:hunter2@example.org/x", "ftp://example.org/x", "https://example.org/x?token=hunter2", "s3://B/x", "nowhere"):
            with self.subTest(place):
                self.assertNotIn("hunter2", self.fetch(place, expect=2).err)
        refusal = solemn("store", "fetch", "abc", self.out, "--from", self.store, expect=2)
        self.assertIn("64 hexadecimal digits", refusal.err)


class BucketCase(Store):
    """Against an emulator that recomputes the signature and has object lock; tests/interop/s3_test.py has another's server."""

    def setUp(self):
        super().setUp()
        self.put()

    def push(self, bucket, *more, expect=0):
        env = environment(**bucket.environment(), no_proxy="127.0.0.1", HOME=self.folder)
        result = solemn("store", "push", self.store, "--to", "s3://bkt/ceremony-7", "--json", *more, expect=expect, env=env, timeout=60)
        for secret in (AWS_SECRET, AWS_SESSION):
            self.assertNotIn(secret, result.out + result.err)
        return result

    def key(self):
        return f"ceremony-7/objects/{self.digest[:2]}/{self.digest}"


class Buckets(BucketCase):
    def test_pushed_locked_and_fetched_back(self):
        until = later(5)
        with Bucket() as bucket:
            self.push(bucket, "--retain-until", until)
            self.assertEqual(bucket.keys[self.key()], (self.content, "COMPLIANCE", until))
            self.assertEqual(len(bucket.keys), 2)  # and the names
            self.push(bucket, "--retain-until", until)
            self.assertEqual(sum(r[0] == "PUT" for r in bucket.requests), 2)  # the second time nothing is sent
            env = environment(**bucket.environment(), no_proxy="127.0.0.1", HOME=self.folder)
            solemn("store", "fetch", self.digest, self.out, "--from", "s3://bkt/ceremony-7", env=env)
        self.assert_same_bytes(self.out, self.file)

    def test_object_replaced_in_the_bucket(self):
        for data in (self.content[:-1] + b"?", b"short"):
            for lies in ((), ("no checksum",)):
                with self.subTest(len(data), lies=lies), Bucket(lies) as bucket:
                    bucket.keys[self.key()] = (data, "", "")
                    self.assertIn("is something else", self.push(bucket, expect=1).out)
                    self.assertEqual(bucket.keys[self.key()][0], data)  # never written over

    def test_what_a_bucket_may_do_wrong(self):
        for lie, status, reason in (
            ("other bytes", 1, "is something else"),
            ("raced", 1, "is something else"),
            ("lost", 3, "is not there"),
            ("status 503", 3, "503 SlowDown"),
            ("status 307", 3, "307"),
        ):
            with self.subTest(lie), Bucket([lie]) as bucket:
                self.assertIn(reason, self.push(bucket, expect=status).out)

    def test_retention_not_set(self):
        for lie in ("no lock", "short lock"):
            with self.subTest(lie), Bucket([lie]) as bucket:
                self.assertIn("is not locked as asked", self.push(bucket, "--retain-until", later(20), expect=1).out)

    def test_governance_is_not_compliance(self):
        with Bucket() as bucket:
            self.push(bucket, "--retain-until", later(5), "--retention", "governance")
            self.assertIn("not locked as asked", self.push(bucket, "--retain-until", later(5), expect=1).out)

    def test_wrong_secret(self):
        with Bucket() as bucket:
            env = environment(**{**bucket.environment(), "AWS_SECRET_ACCESS_KEY": "wrong-secret"}, no_proxy="127.0.0.1", HOME=self.folder)
            result = solemn("store", "push", self.store, "--to", "s3://bkt/x", expect=3, env=env)
            self.assertIn("403", result.err)
            self.assertNotIn("wrong-secret", result.err)

    def test_credentials_never_go_out_unencrypted(self):
        with Bucket() as bucket:
            env = environment(**{**bucket.environment(), "AWS_ENDPOINT_URL_S3": "http://example.org"}, HOME=self.folder)
            self.assertIn("https", solemn("store", "push", self.store, "--to", "s3://bkt/x", expect=2, env=env).err)

    def test_no_credentials_and_no_region(self):
        with Bucket() as bucket:
            for missing in ("AWS_SECRET_ACCESS_KEY", "AWS_REGION"):
                env = environment(**bucket.environment(), HOME=self.folder)
                del env[missing]
                self.assertIn(missing, solemn("store", "push", self.store, "--to", "s3://bkt/x", expect=2, env=env).err)


class LargeContents(BucketCase):
    """In parts of 64 KiB: the content has five, the last is smaller."""

    PARTS, SIZE = 5, 65536

    def push(self, bucket, *more, expect=0):
        return super().push(bucket, "--part-size", self.SIZE, *more, expect=expect)

    def report(self, bucket, *more):
        return json.loads(self.push(bucket, *more).out)

    def sent(self, bucket):
        """The numbers of the parts that were sent, in order."""
        return [int(re.search(r"partNumber=(\d+)", path)[1]) for method, path, *_ in bucket.requests if method == "PUT" and "partNumber" in path]

    def left(self):
        """What the store remembers of uploads that did not end."""
        return sorted((self.store / "uploads").glob("*"))

    def interrupted(self, bucket, *more, at=3):
        bucket.lies = {f"busy at part {at}"}
        said = self.push(bucket, *more, expect=3)
        self.assertIn("it goes on with the parts that the server has", said.out + said.err)
        self.assertEqual(list(list(bucket.uploads.values())[0].parts), list(range(1, at)))
        bucket.lies, bucket.requests = set(), []

    def test_in_parts_locked_and_fetched_back(self):
        until = later(5)
        with Bucket() as bucket:
            report = self.report(bucket, "--retain-until", until)
            self.assertEqual((report["written"], report["read_back"], report["resumed_bytes"]), (2, 0, 0))
            self.assertEqual(self.sent(bucket), [1, 2, 3, 4, 5])
            self.assertEqual([len(body) for method, path, _, body in bucket.requests if "partNumber" in path], [65536] * 4 + [300_000 - 4 * 65536])
            self.assertEqual(bucket.keys[self.key()], (self.content, "COMPLIANCE", until))
            self.assertEqual((bucket.uploads, self.left()), ({}, []))
            again = self.report(bucket, "--retain-until", until)  # by the checksum over the parts, without reading
            self.assertEqual((again["written"], again["was_there"], again["read_back"]), (0, 2, 0))
            other = json.loads(super().push(bucket, "--part-size", 100_000).out)  # other parts: that checksum tells nothing
            self.assertEqual((other["was_there"], other["read_back"]), (2, 1))
            env = environment(**bucket.environment(), no_proxy="127.0.0.1", HOME=self.folder)
            self.path(".out.unfinished").write_bytes(self.content[:200_000])
            fetched = solemn_json("store", "fetch", self.digest, self.out, "--from", "s3://bkt/ceremony-7", env=env)
            self.assertEqual(fetched["resumed_bytes"], 200_000)
            self.assertEqual(bucket.requests[-1][2]["range"], "bytes=200000-")
        self.assert_same_bytes(self.out, self.file)

    def test_a_content_of_just_one_part_is_one_request(self):
        with Bucket() as bucket:
            super().push(bucket, "--part-size", len(self.content))
            self.assertEqual(self.sent(bucket), [])

    def test_interrupted_and_gone_on_with(self):
        for lies, page in ((set(), 1000), (set(), 1), ({"no part checksums"}, 1000)):
            with self.subTest(lies=lies, page=page), Bucket() as bucket:
                self.interrupted(bucket)
                bucket.lies, bucket.page = lies, page
                report = self.report(bucket)
                self.assertEqual(report["resumed_bytes"], 2 * self.SIZE)
                self.assertEqual(self.sent(bucket), [3, 4, 5])
                self.assertEqual(sum(path.endswith("uploads=") for _, path, *_ in bucket.requests), 0)
                self.assertEqual(bucket.keys[self.key()][0], self.content)
                self.assertEqual((bucket.uploads, self.left()), ({}, []))

    def test_killed_and_gone_on_with(self):
        with Bucket() as bucket:
            bucket.stall_at = 3
            env = environment(**bucket.environment(), no_proxy="127.0.0.1", HOME=self.folder)
            child = subprocess.Popen([solemn_path(), "store", "push", self.store, "--to", "s3://bkt/ceremony-7", "--part-size", str(self.SIZE)], env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
            self.assertTrue(bucket.stalled.wait(60))
            child.kill()
            child.communicate(timeout=60)
            bucket.stall_at, bucket.requests = 0, []
            self.assertEqual(self.report(bucket)["resumed_bytes"], 2 * self.SIZE)
            self.assertEqual(self.sent(bucket), [3, 4, 5])
            self.assertEqual(bucket.keys[self.key()][0], self.content)

    def test_wrong_parts_that_the_server_has_are_sent_again(self):
        with Bucket() as bucket:
            self.interrupted(bucket, at=4)
            (upload,) = bucket.uploads.values()
            upload.parts[1] = b"?" * self.SIZE
            upload.parts[2] = upload.parts[2][:-1]
            self.push(bucket)
            self.assertEqual(self.sent(bucket), [1, 2, 4, 5])
            self.assertEqual(bucket.keys[self.key()][0], self.content)

    def test_an_upload_under_other_terms_is_dropped_and_begun_anew(self):
        """Its lock was said when it began; its parts were cut when it began."""
        for more, size in ((("--retain-until", later(5)), self.SIZE), ((), 100_000)):
            with self.subTest(size=size), Bucket() as bucket:
                self.interrupted(bucket)
                json.loads(super().push(bucket, "--part-size", size, *more).out)
                self.assertIn(("DELETE", 204), bucket.answers)
                self.assertEqual(bucket.keys[self.key()], (self.content, "COMPLIANCE" if more else "", more[1] if more else ""))
                self.assertEqual((bucket.uploads, self.left()), ({}, []))

    def test_an_upload_that_the_server_forgot_or_does_not_list_is_begun_anew(self):
        for lies in ((), ("unlisted",)):
            with self.subTest(lies), Bucket() as bucket:
                self.interrupted(bucket)
                if not lies:
                    bucket.uploads.clear()
                bucket.lies = set(lies)
                self.assertEqual(self.report(bucket)["resumed_bytes"], 0)
                self.assertEqual(self.sent(bucket), [1, 2, 3, 4, 5])
                self.assertEqual(bucket.keys[self.key()][0], self.content)
                self.assertEqual((bucket.uploads, self.left()), ({}, []))

    def test_the_key_is_there_before_the_upload_ends(self):
        with Bucket() as bucket:
            self.interrupted(bucket)
            bucket.keys[self.key()] = (self.content, "", "")
            self.assertEqual(self.report(bucket)["was_there"], 1)
            self.assertEqual((bucket.uploads, self.left(), self.sent(bucket)), ({}, [], []))
        with Bucket(["raced"]) as bucket:
            self.assertIn("is something else", self.push(bucket, expect=1).out)
            self.assertEqual(bucket.keys[self.key()][0], b"somebody else's")  # never written over
            self.assertEqual(bucket.uploads, {})

    def test_what_a_bucket_may_do_wrong(self):
        for lie, status, reason in (("other parts", 1, "is something else"), ("late error", 3, "200 InternalError"), ("circle", 3, "twice"), ("refuses", 3, "400 InvalidPart")):
            with self.subTest(lie), Bucket() as bucket:
                self.interrupted(bucket)
                bucket.lies = {lie}
                self.assertIn(reason, self.push(bucket, expect=status).out)
                self.assertEqual(len(bucket.uploads), 1 if lie in ("late error", "circle") else 0)  # what no other try changes is dropped
                if lie != "other parts":
                    bucket.lies = set()
                    self.push(bucket)
                    self.assertEqual(bucket.keys[self.key()][0], self.content)

    def test_without_the_lock(self):
        with Bucket() as bucket:
            bucket.lies = {"no lock"}
            self.assertIn("is not locked as asked", self.push(bucket, "--retain-until", later(20), expect=1).out)

    def test_a_store_that_cannot_remember_leaves_nothing_at_the_server(self):
        (self.store / "uploads").write_text("in the way")
        with Bucket(["busy at part 3"]) as bucket:
            self.push(bucket, expect=3)
            self.assertEqual(bucket.uploads, {})
            bucket.lies = set()
            self.push(bucket)
            self.assertEqual(bucket.keys[self.key()][0], self.content)

    def test_a_content_that_is_damaged_is_not_sent(self):
        self.replace(self.object(), self.content[:-1] + b"?")
        with Bucket() as bucket:
            self.assertIn("is damaged", self.push(bucket, expect=1).out)
            self.assertEqual([r[:2] for r in bucket.requests], [])

    def test_part_sizes(self):
        with Bucket() as bucket:
            for size in ("0", str((5 << 30) + 1), "x"):
                super().push(bucket, "--part-size", size, expect=2)
            self.assertIn("more than 10000 parts", super().push(bucket, "--part-size", "29", expect=6).out)
            self.assertEqual(bucket.keys, {})

    def test_memory_does_not_grow_with_the_content(self):
        large = self.path("large")
        with large.open("wb") as file:
            for i in range(64):
                file.write(bytes([i]) * (1 << 20))
        peaks = []
        for name, size in ((self.file, self.SIZE), (large, 16 << 20)):
            store = self.path(f"store-{size}")
            solemn("store", "put", store, "--file", name)
            with Bucket() as bucket:
                env = environment(**bucket.environment(), no_proxy="127.0.0.1", HOME=self.folder)
                child = subprocess.Popen([solemn_path(), "store", "push", store, "--to", "s3://bkt/c", "--part-size", str(size)], env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
                _, status, usage = os.wait4(child.pid, 0)
                child.returncode = os.waitstatus_to_exitcode(status)
                self.assertEqual(child.returncode, 0)
                peaks.append(usage.ru_maxrss)
        self.assertLess(peaks[1], peaks[0] + 8192)  # KiB, for 64 MiB in parts of 16 MiB
