"""Real SPARQL servers for tests, on loopback, on free ports, in a folder of their own, stopped afterwards whatever happens."""

from __future__ import annotations

import shutil
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

PATIENCE = 90.0
"""Seconds that a server may take until it answers; Virtuoso makes its database first."""


@dataclass(frozen=True)
class Server:
    """A running server: the addresses for queries, for updates and for whole graphs; who may write, if anybody is asked."""

    name: str
    query: str
    update: str
    graphs: str
    user: str = ""
    password: str = ""


@dataclass
class Heard:
    """A request that reached a scripted server."""

    method: str
    path: str
    headers: Message
    body: bytes


Script = Callable[[Heard, "Asked"], None]
"""What a scripted server does with a request: it writes what it likes to the connection."""


class Asked(BaseHTTPRequestHandler):
    """A connection of a scripted server."""

    protocol_version = "HTTP/1.1"

    def reply(self, status: int, body: bytes = b"", kind: str = "text/plain", **headers: str) -> None:
        """Answer once, with a length that fits."""
        self.send_response(status)
        for name, value in {"Content-Type": kind, "Content-Length": str(len(body)), **headers}.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def scripted(script: Script) -> Iterator[tuple[str, list[Heard]]]:
    """Run a server that does what a script says; give its address and the requests that reached it."""
    heard: list[Heard] = []

    class Handler(Asked):
        def handle_any(self) -> None:
            size = int(self.headers.get("Content-Length", "0"))
            assert size < 50_000_000
            heard.append(Heard(self.command, self.path, self.headers, self.rfile.read(size)))
            with suppress(OSError):  # the asker may have gone
                script(heard[-1], self)

    for method in ("GET", "HEAD", "POST", "PUT", "DELETE"):
        setattr(Handler, f"do_{method}", Handler.handle_any)
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/sparql", heard
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def oxigraph_binary() -> str | None:
    """Return the path of Oxigraph's server, which the package `oxigraph` brings, or None."""
    return shutil.which("oxigraph", path=str(Path(sys.executable).parent)) or shutil.which("oxigraph")


def virtuoso_binary() -> str | None:
    """Return the path of Virtuoso's server, which Debian's package `virtuoso-opensource-7-bin` brings, or None."""
    return shutil.which("virtuoso-t")


def free_port() -> int:
    """Return a port of loopback that nobody listens to."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


@contextmanager
def oxigraph(folder: Path) -> Iterator[Server]:
    """Run an empty Oxigraph that keeps its data in a folder."""
    binary = oxigraph_binary()
    assert binary, "no oxigraph here"
    port = free_port()
    base = f"http://127.0.0.1:{port}"
    with _running([binary, "serve", "-l", str(folder / "oxigraph"), "-b", f"127.0.0.1:{port}"], folder, f"{base}/query"):
        yield Server("oxigraph", f"{base}/query", f"{base}/update", f"{base}/store")


@contextmanager
def virtuoso(folder: Path, rows: int = 100_000) -> Iterator[Server]:
    """Run an empty Virtuoso that keeps its data in a folder and answers with so many rows at most."""
    binary = virtuoso_binary()
    assert binary, "no virtuoso-t here"
    port = free_port()
    base = f"http://127.0.0.1:{port}"
    settings = folder / "virtuoso.ini"
    settings.write_text(f"""\
[Database]
DatabaseFile = {folder}/v.db
ErrorLogFile = {folder}/v.log
LockFile = {folder}/v.lck
TransactionFile = {folder}/v.trx
xa_persistent_file = {folder}/v.pxa
[TempDatabase]
DatabaseFile = {folder}/temporary.db
TransactionFile = {folder}/temporary.trx
[Parameters]
ServerPort = 127.0.0.1:{free_port()}
DisableUnixSocket = 1
NumberOfBuffers = 10000
MaxDirtyBuffers = 6000
CheckpointInterval = 0
[HTTPServer]
ServerPort = 127.0.0.1:{port}
ServerRoot = {folder}
[SPARQL]
ResultSetMaxRows = {rows}
MaxQueryExecutionTime = 30
""", encoding="utf-8")
    with _running([binary, "-f", "+configfile", str(settings)], folder, f"{base}/sparql"):
        yield Server("virtuoso", f"{base}/sparql", f"{base}/sparql-auth", f"{base}/sparql-graph-crud-auth", "dba", "dba")


@contextmanager
def _running(command: list[str], folder: Path, address: str) -> Iterator[None]:
    """Start a server, wait until it answers queries, and stop it in the end."""
    with (folder / "said.txt").open("wb") as said:
        process = subprocess.Popen(command, cwd=folder, stdin=subprocess.DEVNULL, stdout=said, stderr=said)
    try:
        until = time.monotonic() + PATIENCE
        while not _answers(address):
            assert process.poll() is None, (folder / "said.txt").read_text(errors="replace")[-2000:]
            assert time.monotonic() < until, f"{command[0]} did not answer within {PATIENCE} s"
            time.sleep(0.1)
        yield
    finally:
        process.terminate()
        try:
            process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _answers(address: str) -> bool:
    try:
        with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(f"{address}?query=ASK%7B%7D", timeout=5) as answer:
            return bool(answer.status == 200)
    except urllib.error.HTTPError as error:
        error.close()
        return False
    except OSError:
        return False
