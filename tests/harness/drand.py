"""drand for the tests: recorded chains and rounds (tests/vectors/drand), and a relay on loopback that serves them."""

import http.server
import json
import threading
from functools import lru_cache

from .programs import NODE_FOLDER, ROOT, environment, node, node_package


@lru_cache(maxsize=None)
def vectors() -> dict:
    return json.loads((ROOT / "tests" / "vectors" / "drand" / "drand.json").read_text())


def chain_info(name: str) -> dict:
    """The public information of a recorded chain in the form of drand's API v1."""
    chain = vectors()["chains"][name]
    return {
        "public_key": chain["public_key"],
        "period": chain["period"],
        "genesis_time": chain["genesis_time"],
        "hash": chain["chain_hash"],
        "groupHash": chain["group_hash"],
        "schemeID": chain["scheme"],
        "metadata": {"beaconID": chain["beacon_id"]},
    }


def recorded(chain: str, number: int) -> dict:
    """A recorded valid round, as a relay answers."""
    for found in vectors()["rounds"]:
        if found.get("chain") == chain and found["round"] == number and found["valid"]:
            fields = ("round", "randomness", "signature", "previous_signature")
            return {field: found[field] for field in fields if field in found}
    raise ValueError(f"no recorded round {number} of {chain}")


def chain_hash(name: str) -> str:
    return vectors()["chains"][name]["chain_hash"]


def on_loopback() -> dict:
    """The environment in which no proxy stands between the program and the relay."""
    return environment(no_proxy="127.0.0.1", NO_PROXY="127.0.0.1")


class Relay:
    """A relay on 127.0.0.1: with Relay() as relay: ... relay.url; relay.asked holds the paths that were asked for.

    answer(path, count) gives (status, body) or (status, body, headers), or None for no answer at all (the connection
    stays open until the end). Without `answer` it serves the recorded rounds, and 404 for others."""

    def __init__(self, answer=None):
        self.asked, self.stopping, answer = [], threading.Event(), answer or honest
        relay = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                relay.asked.append(self.path)
                reply = answer(self.path, len(relay.asked))
                if reply is None:
                    relay.stopping.wait(60)
                    return
                status, body, *headers = reply
                body = body if isinstance(body, bytes) else json.dumps(body).encode()
                self.send_response(status)
                for name, value in (headers[0] if headers else {"Content-Length": str(len(body))}).items():
                    self.send_header(name, value)
                self.end_headers()
                try:
                    self.wfile.write(body)
                except (BrokenPipeError, ConnectionResetError):
                    pass  # it hung up, as it may

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
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


def honest(path: str, _count: int):
    parts = path.strip("/").split("/")
    if len(parts) == 3 and parts[1] == "public":
        for name, chain in vectors()["chains"].items():
            if chain["chain_hash"] == parts[0]:
                try:
                    return 200, recorded(name, int(parts[2]))
                except ValueError:
                    break
    return 404, {"error": "not found"}


class Network:
    """A drand network of the test's own, whose rounds it can sign before they are out (@noble/curves signs)."""

    def __init__(self):
        node_package("@noble/curves")
        made = json.loads(node(NODE_FOLDER / "drand_network.mjs", "new").out)
        self.secret, self.info = made["secret"], made["info"]

    def round_at(self, time: float) -> int:
        return int(time) - self.info["genesis_time"] + 1

    def sign(self, number: int) -> dict:
        return json.loads(node(NODE_FOLDER / "drand_network.mjs", "sign", self.secret, number).out)[0]

    def answer(self, path: str, _count: int):
        """For Relay(network.answer)."""
        parts = path.strip("/").split("/")
        if len(parts) == 3 and parts[0] == self.info["hash"] and parts[1] == "public":
            return 200, self.sign(int(parts[2]))
        return 404, {"error": "not found"}
