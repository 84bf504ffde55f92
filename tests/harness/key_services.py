"""Small emulators of AWS KMS, Google Cloud KMS and Vault transit on https at 127.0.0.1, for signing keys only.

They check what a client sends (Signature Version 4 recomputed here, tokens, checksums) and sign with openssl. What makes them
worth anything: the vendors' own clients accept them, see tests/interop/key_services_test.py."""

import base64
import hashlib
import hmac
import http.server
import json
import re
import ssl
import subprocess
import threading
from datetime import datetime, timezone
from pathlib import Path
from urllib.parse import parse_qsl, quote

KINDS = {
    "ed25519": ("-algorithm", "ED25519"),
    "p256": ("-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256"),
    "p384": ("-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-384"),
    "rsa": ("-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048"),
}
AWS_ID, AWS_SECRET, AWS_SESSION, TOKEN = "AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", "a-session", "hvs.a-token"
ARN = "arn:aws:kms:eu-central-1:111122223333:key/"
GOOGLE = "projects/p/locations/l/keyRings/r/cryptoKeys/{}/cryptoKeyVersions/1"


def crc32c(data: bytes) -> str:
    table = []
    for n in range(256):
        for _ in range(8):
            n = (n >> 1) ^ 0x82F63B78 if n & 1 else n >> 1
        table.append(n)
    crc = 0xFFFFFFFF
    for byte in data:
        crc = (crc >> 8) ^ table[(crc ^ byte) & 0xFF]
    return str(crc ^ 0xFFFFFFFF)


def openssl(*args, stdin=b"") -> bytes:
    return subprocess.run(["openssl", *map(str, args)], input=stdin, capture_output=True, check=True).stdout


def signed_names(headers) -> list:
    found = re.search(r"SignedHeaders=([a-z0-9;-]+)", headers.get("authorization") or "")
    return found[1].split(";") if found else []


def signature_v4(method, path, headers, body, region, service) -> str:
    """The Authorization header that this request must carry; "" when it is old or leaves out what must be signed."""
    names = signed_names(headers)
    if not {"host", "x-amz-date"} <= set(names) or any(n.lower().startswith("x-amz-") and n.lower() not in names for n in headers.keys()):
        return ""
    moment = datetime.strptime(headers["x-amz-date"], "%Y%m%dT%H%M%SZ").replace(tzinfo=timezone.utc)
    if abs((datetime.now(timezone.utc) - moment).total_seconds()) > 300:
        return ""
    path, _, query = path.partition("?")
    query = "&".join(sorted(f"{quote(n, safe='-_.~')}={quote(v, safe='-_.~')}" for n, v in parse_qsl(query, keep_blank_values=True)))
    canonical = "\n".join([method, path, query, *(f"{n}:{' '.join(headers[n].split())}" for n in names), "", ";".join(names), hashlib.sha256(body).hexdigest()])
    scope = f"{headers['x-amz-date'][:8]}/{region}/{service}/aws4_request"
    text = f"AWS4-HMAC-SHA256\n{headers['x-amz-date']}\n{scope}\n{hashlib.sha256(canonical.encode()).hexdigest()}"
    key = ("AWS4" + AWS_SECRET).encode()
    for part in scope.split("/"):
        key = hmac.new(key, part.encode(), hashlib.sha256).digest()
    signature = hmac.new(key, text.encode(), hashlib.sha256).hexdigest()
    return f"AWS4-HMAC-SHA256 Credential={AWS_ID}/{scope}, SignedHeaders={';'.join(names)}, Signature={signature}"


class KeyServices:
    """`with KeyServices(folder) as services:` then services.url, .authorities, .environment(kind). `lies` names what to do wrong."""

    def __init__(self, folder: Path):
        self.folder, self.lies, self.requests = folder, set(), []
        for kind, args in KINDS.items():
            openssl("genpkey", *args, "-out", folder / f"{kind}.service")
        self.authorities = folder / "ca.pem"
        openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2", "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1", "-keyout", folder / "tls.key", "-out", self.authorities)

    def __enter__(self):
        services = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self):
                self.answer("GET")

            def do_POST(self):
                self.answer("POST")

            do_PUT = do_POST

            def answer(self, method):
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                services.requests.append((method, self.path, dict(self.headers), body))
                status, value = services.respond(method, self.path, self.headers, body)
                data = json.dumps(value).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.authorities, self.folder / "tls.key")
        self.server.socket = context.wrap_socket(self.server.socket, server_side=True)
        self.port = self.server.server_address[1]
        self.url = f"https://127.0.0.1:{self.port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()

    def environment(self) -> dict:
        return {
            "AWS_ACCESS_KEY_ID": AWS_ID,
            "AWS_SECRET_ACCESS_KEY": AWS_SECRET,
            "AWS_SESSION_TOKEN": AWS_SESSION,
            "AWS_REGION": "eu-central-1",
            "AWS_ENDPOINT_URL_KMS": self.url,
            "AWS_CA_BUNDLE": str(self.authorities),
            "VAULT_ADDR": self.url,
            "VAULT_TOKEN": TOKEN,
            "VAULT_CACERT": str(self.authorities),
            "CLOUDSDK_AUTH_ACCESS_TOKEN": TOKEN,
            "CLOUDSDK_API_ENDPOINT_OVERRIDES_CLOUDKMS": self.url,
            "CLOUDSDK_CORE_CUSTOM_CA_CERTS_FILE": str(self.authorities),
        }

    # --- keys

    def private(self, kind) -> Path:
        other = {"ed25519": "p256"}.get(kind, "ed25519")
        return self.folder / f"{other if 'another key' in self.lies else kind}.service"

    def spki(self, kind) -> bytes:
        return openssl("pkey", "-in", self.folder / f"{kind}.service", "-pubout", "-outform", "DER")

    def pem(self, kind) -> str:
        return openssl("pkey", "-in", self.folder / f"{kind}.service", "-pubout").decode()

    def sign(self, kind, data, digest=None, pkcs1=False) -> bytes:
        """digest: the name of the hash that data is; None: data is the message (Ed25519)."""
        source = self.folder / "to-sign"
        source.write_bytes(data)
        if "bad signature" in self.lies:
            source.write_bytes(data[:-1] + bytes([data[-1] ^ 1]))
        if digest is None:
            return openssl("pkeyutl", "-sign", "-inkey", self.private(kind), "-rawin", "-in", source)
        options = ["-pkeyopt", f"digest:{digest}"]
        if kind == "rsa" and not pkcs1:
            options += ["-pkeyopt", "rsa_padding_mode:pss", "-pkeyopt", "rsa_pss_saltlen:digest"]
        return openssl("pkeyutl", "-sign", "-inkey", self.private(kind), *options, "-in", source)

    # --- the three services

    def respond(self, method, path, headers, body):
        if "x-amz-target" in headers:
            return self.aws(path, headers, body)
        if path.startswith("/v1/projects/"):
            return self.google(path, headers, body)
        return self.vault(method, path, headers, body)

    def aws(self, path, headers, body):
        if not self.good_sigv4(path, headers, body):
            return 403, {"__type": "InvalidSignatureException", "message": "The request signature we calculated does not match"}
        request, action = json.loads(body), headers["x-amz-target"].removeprefix("TrentService.")
        kind = request["KeyId"].removeprefix("alias/").removeprefix(ARN)
        if kind not in KINDS:
            return 400, {"__type": "NotFoundException", "message": f"Key '{request['KeyId']}' does not exist"}
        algorithms = {"ed25519": ["ED25519_SHA_512"], "p256": ["ECDSA_SHA_256"], "p384": ["ECDSA_SHA_384"], "rsa": ["RSASSA_PSS_SHA_256", "RSASSA_PKCS1_V1_5_SHA_512"]}[kind]
        if action == "GetPublicKey":
            usage = "ENCRYPT_DECRYPT" if "not for signing" in self.lies else "SIGN_VERIFY"
            return 200, {"KeyId": ARN + kind, "PublicKey": base64.b64encode(self.spki(kind)).decode(), "KeyUsage": usage, "SigningAlgorithms": algorithms}
        if action != "Sign" or request["SigningAlgorithm"] not in algorithms:
            return 400, {"__type": "ValidationException", "message": "1 validation error detected"}
        data, raw = base64.b64decode(request["Message"], validate=True), request["MessageType"] == "RAW"
        name = request["SigningAlgorithm"][-7:].replace("_", "").lower()
        if raw != (kind == "ed25519") or (raw and len(data) > 4096) or (not raw and len(data) != hashlib.new(name).digest_size):
            return 400, {"__type": "ValidationException", "message": "Digest is invalid length for algorithm"}
        signature = self.sign(kind, data, None if raw else name, "PKCS1" in request["SigningAlgorithm"])
        key = "somebody" if "another name" in self.lies else kind
        return 200, {"KeyId": ARN + key, "Signature": base64.b64encode(signature).decode(), "SigningAlgorithm": request["SigningAlgorithm"]}

    def good_sigv4(self, path, headers, body):
        if "x-amz-target" not in signed_names(headers) or headers.get("x-amz-security-token") != AWS_SESSION:
            return False
        return hmac.compare_digest(signature_v4("POST", path, headers, body, "eu-central-1", "kms"), headers["authorization"])

    def vault(self, method, path, headers, body):
        if headers.get("X-Vault-Token") != TOKEN:
            return 403, {"errors": ["permission denied"]}
        _, version, mount, action, name, *rest = path.split("/")
        kind = name
        if (version, mount) != ("v1", "transit") or kind not in KINDS or action not in ("keys", "sign"):
            return 404, {"errors": []}
        if action == "keys":
            text = base64.b64encode(self.spki(kind)[-32:]).decode() if kind == "ed25519" else self.pem(kind)
            kinds = {"ed25519": "ed25519", "p256": "ecdsa-p256", "p384": "ecdsa-p384", "rsa": "rsa-2048"}
            return 200, {"data": {"type": kinds[kind], "latest_version": 1, "keys": {"1": {"public_key": text}}}}
        request = json.loads(body)
        digest = request.get("hash_algorithm", "sha2-256").replace("sha2-", "sha")
        if kind == "ed25519":
            signature = self.sign(kind, base64.b64decode(request["input"], validate=True))
        else:
            data = base64.b64decode(request["input"], validate=True)
            if not request.get("prehashed"):
                data = hashlib.new(digest).update(data) or hashlib.new(digest, data).digest()
            pkcs1 = request.get("signature_algorithm") == "pkcs1v15"
            if kind == "rsa" and not pkcs1 and request.get("salt_length") != "hash":
                return 400, {"errors": ["this emulator makes salts as long as the hash only"]}
            signature = self.sign(kind, data, digest, pkcs1)
        number = 2 if "another version" in self.lies else request.get("key_version", 1)
        return 200, {"data": {"signature": f"vault:v{number}:" + base64.b64encode(signature).decode(), "key_version": number}}

    def google(self, path, headers, body):
        if headers.get("Authorization") != f"Bearer {TOKEN}":
            return 401, {"error": {"code": 401, "message": "Request had invalid authentication credentials", "status": "UNAUTHENTICATED"}}
        path = path.removeprefix("/v1/").split("?")[0]
        kind = path.split("/")[7]
        name = GOOGLE.format(kind)
        if kind not in KINDS:
            return 404, {"error": {"code": 404, "message": f"{name} not found", "status": "NOT_FOUND"}}
        if path == name + "/publicKey":
            algorithms = {"ed25519": "EC_SIGN_ED25519", "p256": "EC_SIGN_P256_SHA256", "p384": "EC_SIGN_P384_SHA384", "rsa": "RSA_SIGN_PSS_2048_SHA256"}
            algorithm = "EC_SIGN_SECP256K1_SHA256" if "another algorithm" in self.lies else algorithms[kind]
            crc = "1" if "damaged" in self.lies else crc32c(self.pem(kind).encode())
            return 200, {"pem": self.pem(kind), "algorithm": algorithm, "pemCrc32c": crc, "name": name, "protectionLevel": "SOFTWARE"}
        request = json.loads(body)
        what = "data" if kind == "ed25519" else "digest"
        digest = None if kind == "ed25519" else {"p384": "sha384"}.get(kind, "sha256")
        data = base64.b64decode(request["data"] if what == "data" else request["digest"][digest], validate=True)
        if str(request[what + "Crc32c"]) != crc32c(data):
            return 400, {"error": {"code": 400, "message": "checksum mismatch", "status": "INVALID_ARGUMENT"}}
        signature = self.sign(kind, data, digest)
        crc = "1" if "damaged signature" in self.lies else crc32c(signature)
        verified = "not verified" not in self.lies
        return 200, {"signature": base64.b64encode(signature).decode(), "signatureCrc32c": crc, f"verified{what.capitalize()}Crc32c": verified, "name": name, "protectionLevel": "SOFTWARE"}
