"""The artifact store in a bucket of another's S3 server (s3rver from npm). That server knows the access key, but computes no
signature of version 4 and has no object lock: that the lock is missing is noticed here. Object lock is tested against moto, where
it is installed, and both against our emulator (tests/attacks/store_test.py), whose signatures are those of curl."""

import base64
import hashlib
import re
import socket
import subprocess
import unittest
import urllib.request

from harness import ROOT, Case, environment, need, run, sha256, solemn, solemn_json
from harness.key_services import AWS_ID, AWS_SECRET, AWS_SESSION
from harness.stores import Bucket, Relay

SERVER = ROOT / "tests" / "interop" / "s3"


class S3(Case):
    def setUp(self):
        super().setUp()
        node = need("node")
        program = SERVER / "node_modules" / "s3rver" / "bin" / "s3rver.js"
        if not program.exists():
            raise unittest.SkipTest("the S3 server is not installed: run npm ci in tests/interop/s3")
        command = [node, program, "--directory", self.path("buckets"), "--address", "127.0.0.1", "--port", "0", "--configure-bucket", "artifacts"]
        self.server = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        self.addCleanup(self.stop)
        for line in self.server.stdout:
            found = re.search(r"listening on \S*?:(\d+)", line)
            if found:
                break
        else:
            self.fail("s3rver did not start")
        self.env = environment(
            AWS_ACCESS_KEY_ID="S3RVER", AWS_SECRET_ACCESS_KEY="S3RVER", AWS_REGION="us-east-1", AWS_ENDPOINT_URL_S3=f"http://127.0.0.1:{found[1]}", HOME=self.folder
        )
        self.store, self.place = self.path("store"), "s3://artifacts/ceremony/7"
        self.files = {"a.ptau": b"a" * 100_000, "empty": b"", "b.zkey": bytes(range(256)) * 4096}
        for name, data in self.files.items():
            self.path(name).write_bytes(data)
            solemn("store", "put", self.store, "--file", self.path(name))

    def stop(self):
        self.server.terminate()
        self.server.wait(30)
        self.server.stdout.close()

    def push(self, *more, **options):
        return solemn_json("store", "push", self.store, "--to", self.place, *more, env=self.env, **options)

    def test_pushed_and_fetched_back(self):
        report = self.push()
        self.assertEqual((report["written"], report["was_there"]), (4, 0))
        again = self.push()
        self.assertEqual((again["written"], again["was_there"]), (0, 4))
        for name in self.files:
            solemn("store", "fetch", sha256(self.path(name)), self.path("out"), "--from", self.place, "--force", env=self.env)
            self.assert_same_bytes(self.path("out"), self.path(name))
        solemn("store", "fetch", report["names_sha256"], self.path("names"), "--from", self.place, env=self.env)
        self.assert_same_bytes(self.path("names"), self.store / "names")

    def test_large_contents_in_parts(self):
        """That server lists no parts: what was interrupted is begun anew."""
        parts = ("--part-size", 100_000)
        report = self.push(*parts)
        self.assertEqual((report["written"], report["read_back"]), (4, 4))  # it gives no checksums
        self.assertEqual(self.push(*parts)["was_there"], 4)
        out = self.path("out")
        self.path(".out.unfinished").write_bytes(self.files["b.zkey"][:70_000])
        fetched = solemn_json("store", "fetch", sha256(self.path("b.zkey")), out, "--from", self.place, env=self.env)
        self.assertEqual(fetched["resumed_bytes"], 70_000)
        self.assert_same_bytes(out, self.path("b.zkey"))

    def test_resumed_from_a_bucket(self):
        self.push()
        out, left = self.path("out"), self.path(".out.unfinished")
        left.write_bytes(self.files["b.zkey"][:70_000])
        report = solemn_json("store", "fetch", sha256(self.path("b.zkey")), out, "--from", self.place, env=self.env)
        self.assertEqual(report["resumed_bytes"], 70_000)
        self.assert_same_bytes(out, self.path("b.zkey"))

    def test_replaced_in_the_bucket(self):
        self.push()
        changed = 0
        for file in self.path("buckets").rglob("*_object"):
            if file.stat().st_size == 100_000:
                file.write_bytes(b"b" * 100_000)
                changed += 1
        self.assertEqual(changed, 1)
        self.assertIn("is something else", str(self.push(expect=1)))
        refusal = solemn("store", "fetch", sha256(self.path("a.ptau")), self.path("out"), "--from", self.place, env=self.env, expect=1)
        self.assertIn("gives other bytes", refusal.err)

    def test_a_server_without_object_lock_is_noticed(self):
        self.assertIn("not locked as asked", str(self.push("--retain-until", "2999-01-01T00:00:00Z", expect=1)))

    def test_what_it_refuses(self):
        env = {**self.env, "AWS_ACCESS_KEY_ID": "another"}
        self.assertIn("403", solemn("store", "push", self.store, "--to", self.place, env=env, expect=3).err)
        refusal = solemn("store", "push", self.store, "--to", "s3://no-such-bucket", env=self.env, expect=3)
        self.assertIn("NoSuchBucket", refusal.err)


class Signatures(Case):
    def test_curl_signs_as_the_emulator_computes(self):
        curl, file = need("curl"), self.path("x")
        file.write_bytes(b"content")
        digest = hashlib.sha256(b"content")
        with Bucket() as bucket:
            headers = {
                "x-amz-content-sha256": digest.hexdigest(),
                "x-amz-checksum-sha256": base64.b64encode(digest.digest()).decode(),
                "x-amz-security-token": AWS_SESSION,
                "If-None-Match": "*",
            }
            words = [word for name, value in headers.items() for word in ("-H", f"{name}: {value}")]
            sign = ["--aws-sigv4", "aws:amz:eu-central-1:s3", "--user"]
            put = [curl, "-sS", "--noproxy", "*", "-o", "/dev/null", "-w", "%{http_code}", *words, "--data-binary", f"@{file}", "-X", "PUT", bucket.url + "/bkt/key"]
            self.assertEqual(run([*put, *sign, f"{AWS_ID}:another"]).out, "403")
            self.assertEqual(run([*put, *sign, f"{AWS_ID}:{AWS_SECRET}"]).out, "200")
            self.assertEqual(bucket.keys["key"][0], b"content")


class Moto(Case):
    """moto (PyPI, moto[server]; optional) has object lock, and demands the header that S3 demands with it; it lists parts."""

    def setUp(self):
        super().setUp()
        server = need("moto_server", "pip install 'moto[s3,server]'")
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.url = f"http://127.0.0.1:{free.getsockname()[1]}"
        child = subprocess.Popen([server, "-H", "127.0.0.1", "-p", self.url.rsplit(":", 1)[1]], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        self.addCleanup(lambda: (child.terminate(), child.wait(30), child.stderr.close()))
        self.assertTrue(any("Running on" in line for line in child.stderr), "moto did not start")
        for bucket, lock in (("locked", {"x-amz-bucket-object-lock-enabled": "true"}), ("plain", {})):
            with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(urllib.request.Request(f"{self.url}/{bucket}", method="PUT", headers=lock)):
                pass
        self.store, self.file = self.path("store"), self.path("x")

    def env(self, url):
        return environment(AWS_ACCESS_KEY_ID="a", AWS_SECRET_ACCESS_KEY="b", AWS_REGION="us-east-1", AWS_ENDPOINT_URL_S3=url, HOME=self.folder)

    def push(self, bucket, *more, expect=0, url=None):
        return solemn_json("store", "push", self.store, "--to", f"s3://{bucket}/c", *more, env=self.env(url or self.url), expect=expect)

    def fetched(self, bucket):
        solemn("store", "fetch", sha256(self.file), self.path("out"), "--from", f"s3://{bucket}/c", env=self.env(self.url))
        self.assert_same_bytes(self.path("out"), self.file)

    def test_locked_as_asked_or_an_error(self):
        until = "2040-01-01T00:00:00Z"
        self.file.write_bytes(b"content")
        solemn("store", "put", self.store, "--file", self.file)
        report = self.push("locked", "--retain-until", until)
        self.assertEqual((report["written"], report["read_back"]), (2, 0))  # it gives checksums
        self.assertEqual(self.push("locked", "--retain-until", until)["was_there"], 2)
        self.assertIn("is not locked as asked: COMPLIANCE until 2040", str(self.push("locked", "--retain-until", "2041-01-01T00:00:00Z", expect=1)))
        self.push("plain", "--retain-until", until, expect=3)
        self.push("plain")
        self.fetched("locked")

    def test_in_parts_and_gone_on_with(self):
        size = 5 << 20  # of smaller parts it makes no object, as S3
        self.file.write_bytes(bytes(range(256)) * (3 * size // 256) + b"the end")
        solemn("store", "put", self.store, "--file", self.file)
        with Relay(self.url, lambda method, path: "partNumber=3" in path) as relay:
            self.push("plain", "--part-size", size, expect=3, url=relay.url)
            relay.refuse = lambda method, path: False
            report = self.push("plain", "--part-size", size, url=relay.url)
        self.assertEqual((report["written"], report["resumed_bytes"], report["read_back"]), (2, 2 * size, 0))
        again = self.push("plain", "--part-size", size)
        self.assertEqual((again["was_there"], again["read_back"]), (2, 0))  # by the checksum over the parts
        self.fetched("plain")

    def test_parts_that_are_too_small_are_dropped(self):
        self.file.write_bytes(b"content" * 100_000)
        solemn("store", "put", self.store, "--file", self.file)
        self.assertIn("400 EntityTooSmall", str(self.push("plain", "--part-size", 100_000, expect=3)))
        with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(f"{self.url}/plain?uploads") as listed:
            self.assertNotIn(b"<UploadId>", listed.read())
