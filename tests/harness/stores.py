"""Mirrors and S3 servers on loopback for the artifact store: honest ones, and ones that lie in a named way."""

import base64
import hashlib
import http.client
import http.server
import re
import threading
from datetime import datetime, timezone
from pathlib import Path
from urllib.parse import parse_qsl
from xml.etree import ElementTree

from .key_services import AWS_ID, AWS_SECRET, AWS_SESSION, signature_v4


class Server:
    """`with Server(handler) as server:` a threading server on 127.0.0.1; `stopping` is set when it ends."""

    def __init__(self, handler):
        self.stopping = threading.Event()
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"

    def __enter__(self):
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.02,))
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.stopping.set()
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()


class Mirror(Server):
    """Serves a folder, with range requests. `lie` is what it does wrong; `asked` holds (path, range) of each request.

    cut: hangs up after half of what it should send. cut once: only the first time. other bytes: as many, others.
    other rest: right when asked for all, other bytes when asked for a part. shorter: half of it, said to be all.
    endless: no length, never ends. huge: says 2^50 bytes. stall: stops sending and stays. redirect: to the right place.
    no ranges: always all of it. wrong range: another part than asked for. gzip: in that encoding. status N. endless
    headers. more: more than it said (as HTTP ends where it said, the rest is not seen)."""

    def __init__(self, folder, lie=""):
        mirror, self.folder, self.lie, self.asked = self, Path(folder), lie, []

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self):
                self.close_connection = True
                mirror.asked.append((self.path, self.headers.get("Range")))
                try:
                    self.answer(mirror.lie)
                except (BrokenPipeError, ConnectionResetError):
                    pass  # it hung up, as it may

            def head(self, status, **headers):
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name.replace("_", "-"), str(value))
                self.end_headers()

            def answer(self, lie):
                file = mirror.folder / self.path.lstrip("/")
                if not file.is_file():
                    return self.head(404, Content_Length=0)
                if lie.startswith("status "):
                    return self.head(int(lie.split()[1]), Content_Length=0)
                if lie == "redirect":
                    return self.head(302, Location=mirror.url + self.path + "?", Content_Length=0)
                data = file.read_bytes()
                if lie == "shorter":
                    data = data[: len(data) // 2]
                asked = re.fullmatch(r"bytes=(\d+)-", self.headers.get("Range") or "")
                if lie == "other bytes" or (lie == "other rest" and asked):
                    data = bytes(b ^ 1 for b in data)
                if lie in ("endless", "endless headers", "huge", "gzip"):
                    return self.lie_about_length(lie, data)
                start = int(asked[1]) if asked and lie != "no ranges" else 0
                if asked and lie != "no ranges":
                    if start >= len(data):
                        return self.head(416, Content_Length=0, Content_Range=f"bytes */{len(data)}")
                    shift = 1 if lie == "wrong range" else 0
                    body = data[start - shift :]
                    self.head(206, Content_Length=len(body), Content_Range=f"bytes {start - shift}-{len(data) - 1}/{len(data)}")
                else:
                    body = data
                    self.head(200, Content_Length=len(body))
                if lie == "cut" or lie == "stall" or (lie == "cut once" and len(mirror.asked) == 1):
                    body = body[: len(body) // 2]
                self.wfile.write(body + (b"and more" if lie == "more" else b""))
                self.wfile.flush()
                if lie == "stall":
                    mirror.stopping.wait(60)

            def lie_about_length(self, lie, data):
                if lie == "gzip":
                    self.head(200, Content_Length=len(data), Content_Encoding="gzip")
                    return self.wfile.write(data)
                if lie == "huge":
                    self.head(200, Content_Length=1 << 50)
                elif lie == "endless":
                    self.head(200, Connection="close")
                else:
                    self.wfile.write(b"HTTP/1.1 200 OK\r\n")
                piece = b"X-A: " + b"a" * 1000 + b"\r\n" if lie == "endless headers" else b"\0" * 65536
                while not mirror.stopping.is_set():
                    self.wfile.write(piece)

            def log_message(self, *_):
                pass

        super().__init__(Handler)


class Bucket(Server):
    """One S3 bucket, "bkt", in memory: GET, HEAD and PUT of keys, multipart uploads, Signature Version 4 recomputed here, object lock.

    `keys`: key -> (bytes, lock mode, lock date). `uploads`: id -> Upload, those that did not end. `page`: how many parts are listed at once.
    `lies`: "busy at part N" (503), "unlisted" (lists no parts), "no part checksums", "other parts" (stores other bytes of them), "circle" (its
    list of parts never ends), "late error" (200, then an error, at completion), "refuses" (the parts at completion), "no lock" (ignores object lock), "short lock" (a day less), "other
    bytes" (stores others), "no checksum" (HEAD gives none, so that contents are read back), "lost" (stores nothing),
    "status N" (for PUT), "raced" (somebody else wrote first: 412)."""

    def __init__(self, lies=()):
        bucket, self.keys, self.lies, self.requests = self, {}, set(lies), []
        self.uploads, self.composites, self.page, self.answers = {}, {}, 1000, []
        self.stall_at, self.stalled = 0, threading.Event()  # this part is never answered

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self):
                self.answer(b"")

            do_HEAD = do_DELETE = do_GET

            def do_PUT(self):
                self.answer(self.rfile.read(int(self.headers["Content-Length"])))

            do_POST = do_PUT

            def answer(self, body):
                bucket.requests.append((self.command, self.path, dict(self.headers), body))
                if bucket.stall_at and f"partNumber={bucket.stall_at}&" in self.path:
                    bucket.stalled.set()
                    return self.rfile.read(1)  # until it hangs up
                status, headers, data = bucket.respond(self.command, self.path, self.headers, body)
                bucket.answers.append((self.command, status))
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                if "Content-Length" not in headers:
                    self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                if self.command != "HEAD":
                    self.wfile.write(data)

            def log_message(self, *_):
                pass

        super().__init__(Handler)

    def environment(self) -> dict:
        return {
            "AWS_ACCESS_KEY_ID": AWS_ID,
            "AWS_SECRET_ACCESS_KEY": AWS_SECRET,
            "AWS_SESSION_TOKEN": AWS_SESSION,
            "AWS_REGION": "eu-central-1",
            "AWS_ENDPOINT_URL_S3": self.url,
        }

    def respond(self, method, path, headers, body):
        if headers.get("x-amz-content-sha256") != hashlib.sha256(body).hexdigest():
            return error(400, "XAmzContentSHA256Mismatch")
        if headers.get("Authorization") != signature_v4(method, path, headers, body, "eu-central-1", "s3"):
            return error(403, "SignatureDoesNotMatch")
        if headers.get("x-amz-security-token") != AWS_SESSION:
            return error(403, "InvalidToken")
        if not path.startswith("/bkt/"):
            return error(404, "NoSuchBucket")
        key, _, query = path[5:].partition("?")
        if query:
            return self.multipart(method, key, dict(parse_qsl(query, keep_blank_values=True)), headers, body)
        return self.put(key, headers, body) if method == "PUT" else self.get(key, headers)

    def multipart(self, method, key, query, headers, body):
        if (method, list(query)) == ("POST", ["uploads"]):
            if headers.get("x-amz-checksum-algorithm") != "SHA256":
                return error(400, "InvalidRequest")
            id = f"id/{len(self.requests)}+x"  # what a query must encode
            self.uploads[id] = Upload(key, headers.get("x-amz-object-lock-mode", ""), headers.get("x-amz-object-lock-retain-until-date", ""))
            return 200, {}, f"<InitiateMultipartUploadResult><Bucket>bkt</Bucket><UploadId>{id}</UploadId></InitiateMultipartUploadResult>".encode()
        upload = self.uploads.get(query.get("uploadId"))
        if upload is None or upload.key != key:
            return error(404, "NoSuchUpload")
        if method == "PUT":
            return self.put_part(upload, int(query["partNumber"]), headers, body)
        if method == "GET":
            return error(405, "MethodNotAllowed") if "unlisted" in self.lies else (200, {}, self.list_parts(upload, int(query.get("part-number-marker", 0))))
        if method == "DELETE":
            del self.uploads[query["uploadId"]]
            return 204, {}, b""
        return self.complete(query["uploadId"], upload, headers, body)

    def put_part(self, upload, number, headers, body):
        if f"busy at part {number}" in self.lies:
            return error(503, "SlowDown")
        if headers.get("x-amz-checksum-sha256") != checksum(body) or headers.get("x-amz-sdk-checksum-algorithm") != "SHA256":
            return error(400, "BadDigest")
        upload.parts[number] = body[:-1] + b"?" if "other parts" in self.lies else body
        return 200, {"ETag": f'"{hashlib.md5(upload.parts[number]).hexdigest()}"'}, b""

    def list_parts(self, upload, after):
        numbers = sorted(n for n in upload.parts if n > after)
        shown = numbers[: self.page]
        xml = '<?xml version="1.0"?><ListPartsResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">'
        for n in shown if "circle" not in self.lies else [1]:
            own = "" if "no part checksums" in self.lies else f"<ChecksumSHA256>{checksum(upload.parts[n])}</ChecksumSHA256>"
            xml += f"<Part><PartNumber>{n}</PartNumber><ETag>&quot;{hashlib.md5(upload.parts[n]).hexdigest()}&quot;</ETag><Size>{len(upload.parts[n])}</Size>{own}</Part>"
        more = len(numbers) > len(shown) or "circle" in self.lies
        next_one = f"<NextPartNumberMarker>{1 if 'circle' in self.lies else shown[-1]}</NextPartNumberMarker>" if more else ""
        return (xml + f"{next_one}<IsTruncated>{str(more).lower()}</IsTruncated></ListPartsResult>").encode()

    def complete(self, id, upload, headers, body):
        root = ElementTree.fromstring(body)
        own = lambda part, name: part.findtext(f"{{http://s3.amazonaws.com/doc/2006-03-01/}}{name}")
        said = [(int(own(part, "PartNumber")), own(part, "ETag"), own(part, "ChecksumSHA256")) for part in root]
        if "late error" in self.lies:
            return 200, {}, b'<?xml version="1.0"?>\n   <Error><Code>InternalError</Code></Error>'
        right = [(n, f'"{hashlib.md5(data).hexdigest()}"', checksum(data)) for n, data in sorted(upload.parts.items())]
        if "refuses" in self.lies or ("other parts" not in self.lies and said != right):
            return error(400, "InvalidPart")
        if "raced" in self.lies:
            self.keys[upload.key] = (b"somebody else's", "", "")
        if headers.get("If-None-Match") != "*":
            return error(400, "WouldOverwrite")
        if upload.key in self.keys:
            return error(412, "PreconditionFailed")
        parts = [data for _, data in sorted(upload.parts.items())]
        self.keys[upload.key] = (b"".join(parts), *(("", "") if "no lock" in self.lies else (upload.mode, upload.until)))
        self.composites[upload.key] = f"{checksum(b''.join(hashlib.sha256(data).digest() for data in parts))}-{len(parts)}"
        del self.uploads[id]
        return 200, {}, b"<CompleteMultipartUploadResult></CompleteMultipartUploadResult>"

    def put(self, key, headers, body):
        for lie in self.lies:
            if lie.startswith("status "):
                return error(int(lie.split()[1]), "SlowDown")
        if headers.get("x-amz-checksum-sha256") != checksum(body):
            return error(400, "BadDigest")
        if "raced" in self.lies:
            self.keys[key] = (b"somebody else's", "", "")
        if headers.get("If-None-Match") != "*":
            return error(400, "WouldOverwrite")
        if key in self.keys:
            return error(412, "PreconditionFailed")
        mode, until = headers.get("x-amz-object-lock-mode", ""), headers.get("x-amz-object-lock-retain-until-date", "")
        if mode and headers.get("x-amz-sdk-checksum-algorithm") != "SHA256":
            return error(400, "InvalidRequest")  # S3 asks for it with object lock
        if "no lock" in self.lies:
            mode = until = ""
        if "short lock" in self.lies:
            until = "2031-01-01T00:00:00.000Z"
        if "lost" not in self.lies:
            self.keys[key] = (body[:-1] + b"?" if "other bytes" in self.lies else body, mode, until)
        return 200, {}, b""

    def get(self, key, headers):
        if key not in self.keys:
            return error(404, "NoSuchKey")
        data, mode, until = self.keys[key]
        reply = {"Content-Length": str(len(data))}
        if headers.get("x-amz-checksum-mode") == "ENABLED" and "no checksum" not in self.lies:
            reply["x-amz-checksum-sha256"] = self.composites.get(key) or checksum(data)
        if mode:
            reply.update({"x-amz-object-lock-mode": mode, "x-amz-object-lock-retain-until-date": until})
        asked = re.fullmatch(r"bytes=(\d+)-", headers.get("Range") or "")
        if asked:
            start = int(asked[1])
            rest = data[start:]
            return 206, {**reply, "Content-Length": str(len(rest)), "Content-Range": f"bytes {start}-{len(data) - 1}/{len(data)}"}, rest
        return 200, reply, data


class Relay(Server):
    """Hands every request to the server at `url`; answers 503 itself where refuse(method, path)."""

    def __init__(self, url, refuse):
        relay, self.refuse = self, refuse

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def answer(self):
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                if relay.refuse(self.command, self.path):
                    status, headers, data = error(503, "SlowDown")
                else:
                    connection = http.client.HTTPConnection(url.split("//")[1])
                    connection.request(self.command, self.path, body, dict(self.headers))
                    reply = connection.getresponse()
                    status, headers, data = reply.status, dict(reply.getheaders()), reply.read()
                    connection.close()
                self.send_response(status)
                for name, value in headers.items():
                    if name.lower() not in ("connection", "content-length", "transfer-encoding"):
                        self.send_header(name, value)
                length = headers.get("content-length") or headers.get("Content-Length") if self.command == "HEAD" else None
                self.send_header("Content-Length", length or str(len(data)))
                self.end_headers()
                self.wfile.write(data)

            do_GET = do_HEAD = do_PUT = do_POST = do_DELETE = answer

            def log_message(self, *_):
                pass

        super().__init__(Handler)


class Upload:
    def __init__(self, key, mode, until):
        self.key, self.mode, self.until, self.parts = key, mode, until, {}


def checksum(data: bytes) -> str:
    return base64.b64encode(hashlib.sha256(data).digest()).decode()


def error(status, code):
    return status, {"Content-Type": "application/xml"}, f'<?xml version="1.0"?><Error><Code>{code}</Code></Error>'.encode()


def later(years: int) -> str:
    return f"{datetime.now(timezone.utc).year + years}-01-31T00:00:00Z"
