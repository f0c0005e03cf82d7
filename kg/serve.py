"""`kg serve`: the graph at an address of this machine, until Ctrl-C; for this machine alone unless told otherwise."""

from __future__ import annotations

import ipaddress
import re
import signal
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import click

from kg.asking import folder_of
from kg.errors import Misuse

if TYPE_CHECKING:
    from starlette.applications import Starlette

    from kg.pool import Pool

@click.command()
@click.option("--port", type=click.IntRange(0, 65_535), default=7878, show_default=True, help="The port to answer at; 0 takes a free one.")
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to answer at; the usual one is for this machine alone.")
@click.option("--cors", metavar="ORIGIN", help="Let pages of one origin ask, such as http://localhost:3000 of an editor of your own.")
@click.option("--workers", type=click.IntRange(1, 32), default=2, show_default=True, help="How many queries are answered at once.")
@click.option("--seconds", type=click.FloatRange(0.1, 86_400), default=10, show_default=True, help="How long a query may take.")
@click.option("--memory", type=click.IntRange(512, 1_048_576), default=1024, show_default=True, help="How many MiB each may use.")
@click.option("--rows", type=click.IntRange(1, 100_000_000), default=100_000, show_default=True, help="How many rows an answer may have.")
@click.pass_context
def serve(ctx: click.Context, port: int, host: str, cors: str | None, workers: int, seconds: float, memory: int, rows: int) -> None:
    """Serve the graph by the SPARQL 1.1 Protocol, with its page at / and an editor for queries at /sparql.

    The address is printed on standard output; Ctrl-C ends it. It only reads, and answers this machine alone unless --host says
    otherwise. A query that reaches a limit is answered with status 503 and the limit, not with half an answer.

    \b
    kg serve
    kg serve --port 0 --cors http://localhost:3000
    curl -H 'Accept: text/csv' --data-urlencode 'query=SELECT ?a ?b { ?a arms:met ?b }' http://127.0.0.1:7878/sparql
    """
    from kg.guard import Limits
    from kg.pool import Pool
    from kg.service import application

    if cors is not None and not re.fullmatch(r"https?://[A-Za-z0-9.-]+(:\d+)?|https?://\[[0-9A-Fa-f:]+\](:\d+)?", cors):
        raise Misuse(f"'{cors}' is no origin; write scheme, host and port alone, as in http://localhost:3000")
    with _bound(host, port) as bound:
        pool = Pool(folder_of(ctx), Limits(seconds, memory, rows), workers)
        click.echo(f"http://{f'[{host}]' if ':' in host else host}:{bound.getsockname()[1]}/")
        click.echo("kg: the page is at /, the editor and the endpoint are at /sparql; Ctrl-C ends it", err=True)
        if not is_near(host):
            click.echo("kg: everybody who can reach this machine can ask; there is no password", err=True)
        sys.stdout.flush()
        try:
            _run(application(pool, host, cors), bound, pool)
        finally:
            pool.close()
    click.echo("kg: stopped", err=True)


def is_near(host: str) -> bool:
    """Return whether an address is this machine's own, which no other can reach."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _bound(host: str, port: int) -> socket.socket:
    """Return a socket at an address. Raises Misuse where it cannot be had, with why."""
    import errno

    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0][0]
        return socket.create_server((host, port), family=family)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise Misuse(f"port {port} is taken, perhaps by another kg serve; name another with --port, or any with --port 0") from None
        if error.errno == errno.EACCES:
            raise Misuse(f"port {port} is not for everybody to take; name one above 1023 with --port") from None
        raise Misuse(f"'{host}' is no address of this machine ({(error.strerror or str(error)).partition(' (')[0]})") from None


def _run(app: Starlette, bound: socket.socket, pool: Pool) -> None:
    import uvicorn

    from kg.service import MOST_ADDRESS

    class Server(uvicorn.Server):
        """A server that ends in peace: what is being answered is ended at once, and the signal is not sent on."""

        @contextmanager
        def capture_signals(self) -> Iterator[None]:
            before = {number: signal.signal(number, self.handle_exit) for number in (signal.SIGINT, signal.SIGTERM)}
            yield
            for number, handler in before.items():
                signal.signal(number, handler)

        def handle_exit(self, sig: int, frame: Any) -> None:
            pool.interrupt()
            super().handle_exit(sig, frame)

    config = uvicorn.Config(app, http="h11", loop="asyncio", ws="none", lifespan="off", log_config=None, access_log=False,
                            server_header=False, date_header=False, proxy_headers=False, limit_concurrency=200, timeout_graceful_shutdown=1,
                            h11_max_incomplete_event_size=2 * MOST_ADDRESS)
    Server(config).run(sockets=[bound])
