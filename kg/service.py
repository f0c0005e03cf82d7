"""What the server answers at each address: the protocol's endpoint, the page, the editor, what the graph is.

Requests that a stranger's page makes the browser send are refused by their Host (DNS rebinding) and by where they come from.
"""

from __future__ import annotations

import asyncio
import ipaddress
import re
from collections.abc import Coroutine
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from kg import protocol
from kg.errors import KgError, Misuse, Stopped
from kg.protocol import GRAPH, ROWS, Refused, accepted
from kg.terms import RESERVED
from kg.text import visible

if TYPE_CHECKING:
    from starlette.applications import Starlette
    from starlette.requests import Request
    from starlette.responses import Response

    from kg.guard import Answer
    from kg.pool import Pool
    from kg.vetting import Vetted

T = TypeVar("T")
MOST_BODY = 1_000_000
MOST_ADDRESS = 100_000
"""Bytes of a request's body and of what stands behind the `?` in its address."""

_ASSETS = Path(__file__).parent / "assets"
_POLICY = ("default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; form-action 'self'; "
           "base-uri 'none'; frame-ancestors 'none'")
_HEADERS = {"X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer", "Cache-Control": "no-cache",
            "Cross-Origin-Resource-Policy": "same-origin", "Vary": "Accept, Origin"}
_HTML = "text/html"
_NO_PAGE = ('<!doctype html><html lang="en"><title>The graph</title><p>The page is not built yet: <code>kg build</code> builds it.</p>'
            '<p><a href="/sparql">Ask in SPARQL</a></p></html>')


def application(pool: Pool, host: str = "127.0.0.1", cors: str | None = None) -> Starlette:
    """Return the ASGI application over a pool of children."""
    from starlette.applications import Starlette
    from starlette.exceptions import HTTPException
    from starlette.responses import PlainTextResponse
    from starlette.routing import Route

    def failed(request: Request, error: Exception) -> Response:
        if isinstance(error, HTTPException):
            status, headers = error.status_code, dict(error.headers or {})
            error = KgError({404: f"nothing is at {request.url.path}; there are /, /sparql and /.well-known/void",
                             405: f"{request.method} is not answered here"}.get(status, error.detail))
        elif isinstance(error, Refused):
            status, headers = error.status, error.headers
        else:
            status, headers = (400 if isinstance(error, Misuse) else 503 if isinstance(error, Stopped) else 500), {}
        return PlainTextResponse(f"{error}\n", status, headers)

    service = _Service(pool)
    app = Starlette(routes=[
        Route("/", service.page), Route("/sparql", service.sparql, methods=["GET", "POST", "OPTIONS"]),
        Route("/.well-known/void", service.void), Route("/editor.json", service.knowledge),
        Route("/assets/{name}", service.asset), Route("/favicon.ico", service.no_icon)],
        exception_handlers={KgError: failed, HTTPException: failed})
    app.add_middleware(_Door, host=host, cors=cors)
    return app


class _Door:
    """Lets nobody in under another name than ours or from a page of another origin, and puts our headers on what goes out."""

    def __init__(self, app: Any, host: str, cors: str | None) -> None:
        self.app, self.host, self.cors = app, host, cors

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        from starlette.datastructures import Headers, MutableHeaders
        from starlette.responses import PlainTextResponse

        headers = Headers(scope=scope)
        origin = headers.get("origin")
        allowed = origin is not None and origin == self.cors

        begun = False

        async def out(message: Any) -> None:
            nonlocal begun
            if message["type"] == "http.response.start":
                begun = True
                given = MutableHeaders(scope=message)
                for name, value in {**_HEADERS, **(_cors_headers(origin) if allowed and origin else {})}.items():
                    given.setdefault(name, value)
                if allowed:
                    given["Cross-Origin-Resource-Policy"] = "cross-origin"
            await send(message)

        if not self._is_ours(headers.get("host", "")):
            await PlainTextResponse("this server does not go by that name; ask it by its address\n", 421)(scope, receive, out)
        elif not allowed and _is_foreign(headers):
            await PlainTextResponse("pages of other origins may not ask here; kg serve --cors ORIGIN lets one\n", 403)(scope, receive, out)
        else:
            try:
                await self.app(scope, receive, out)
            except Exception as error:  # a mistake of ours: whoever asks gets a sentence, and so does the terminal
                click.echo(visible(f"kg: this is a mistake in kg, not yours: {type(error).__name__}: {error}"), err=True)
                if not begun:
                    await PlainTextResponse("this is a mistake in kg, not yours; its terminal says more\n", 500)(scope, receive, out)

    def _is_ours(self, given: str) -> bool:
        """Return whether a Host is an address, localhost or the name we were given: a rebound name is a name, and another one."""
        name = re.sub(r":\d*$", "", given).strip("[]").lower()
        if name in ("localhost", self.host.lower()):
            return True
        try:
            return bool(ipaddress.ip_address(name))
        except ValueError:
            return False


def _is_foreign(headers: Any) -> bool:
    """Return whether a page of another origin sends this; following a link to here is nobody's but the reader's own doing."""
    if (origin := headers.get("origin")) is not None:  # a page from a file, or one shut in, says null
        return bool(origin.partition("://")[2] != headers.get("host"))
    return headers.get("sec-fetch-site", "none") not in ("none", "same-origin") and headers.get("sec-fetch-mode") != "navigate"


def _cors_headers(origin: str) -> dict[str, str]:
    return {"Access-Control-Allow-Origin": origin, "Access-Control-Expose-Headers": "KG-Cut", "Access-Control-Allow-Methods": "GET, POST",
            "Access-Control-Allow-Headers": "Accept, Content-Type, Prefer"}


class _Service:
    """What is answered at each address."""

    def __init__(self, pool: Pool) -> None:
        self.pool = pool

    async def page(self, request: Request) -> Response:
        from starlette.responses import FileResponse, HTMLResponse

        path = self.pool.folder / "exports" / "graph.html"
        if path.is_file():
            return FileResponse(path, media_type=_HTML, headers={"Content-Security-Policy": "frame-ancestors 'none'"})
        return HTMLResponse(_NO_PAGE, headers={"Content-Security-Policy": _POLICY})

    async def sparql(self, request: Request) -> Response:
        from starlette.responses import Response

        if request.method == "OPTIONS":
            return Response(status_code=204, headers={"Allow": "GET, HEAD, POST, OPTIONS"})
        query = protocol.query_of(await _read(request))
        header = request.headers.get("accept", "*/*")
        if request.method != "POST" and accepted(header, (*ROWS, *GRAPH, _HTML)) == _HTML:
            return self._file("editor.html", _HTML)
        if query is None:
            return await self._described(request, header)
        chosen: list[str] = []

        def graph(vetted: Vetted) -> str:
            """Choose how the answer is written before it is worked out; a client that takes none of it is told so at once."""
            is_graph = vetted.form in ("CONSTRUCT", "DESCRIBE")
            chosen.append(accepted(header, GRAPH if is_graph else ROWS))
            return GRAPH.get(chosen[0], "turtle")

        vetted, answer = await _while_there(request, self.pool.ask(query, graph))
        headers = self._cut(request, answer)
        body = protocol.body_of(answer, {**ROWS, **GRAPH}[chosen[0]], vetted.variables)
        return Response(body.encode("utf-8", "replace"), media_type=_with_charset(chosen[0]), headers=headers)

    def _cut(self, request: Request, answer: Answer) -> dict[str, str]:
        """Return the headers of an answer that was cut; raises Refused where the client did not ask for what there is of it."""
        if not answer.cut:
            return {}
        if "handling=lenient" in request.headers.get("prefer", "").replace(" ", "").lower():
            return {"KG-Cut": answer.cut, "Preference-Applied": "handling=lenient"}
        limits = self.pool.limits
        reached = f"{limits.rows} rows" if answer.cut == "rows" else f"{limits.seconds:g} s"
        raise Refused(503, f"the answer goes on after {reached}, where it is cut here: ask for less with LIMIT, "
                           "or start kg serve with higher --rows and --seconds")

    async def _described(self, request: Request, header: str) -> Response:
        """Return what the service is and what the graph is, in RDF."""
        endpoint = str(request.url.replace(query=""))
        return self._rdf(protocol.described(endpoint, self._dataset()) + self._void(), header)

    async def void(self, request: Request) -> Response:
        endpoint = str(request.url.replace(path="/sparql", query=""))
        return self._rdf(self._void() + protocol.answered(endpoint, self._dataset()), request.headers.get("accept", "*/*"))

    def _dataset(self) -> str:
        from kg.store import read_manifest

        return f"{read_manifest(self.pool.folder).get('base', RESERVED)}dataset"

    def _void(self) -> str:
        """Return the export that says what the graph is."""
        try:
            return (self.pool.folder / "exports" / "void.ttl").read_text("utf-8")
        except FileNotFoundError:
            raise Refused(404, "exports/void.ttl is not there; `kg build` makes it") from None

    def _rdf(self, turtle: str, header: str) -> Response:
        import pyoxigraph
        from starlette.responses import Response

        chosen = accepted(header, GRAPH)
        formats = {"ntriples": pyoxigraph.RdfFormat.N_TRIPLES, "rdfxml": pyoxigraph.RdfFormat.RDF_XML,
                   "jsonld": pyoxigraph.RdfFormat.JSON_LD}
        body = turtle.encode()
        if GRAPH[chosen] != "turtle":
            quads = pyoxigraph.parse(input=body, format=pyoxigraph.RdfFormat.TURTLE)
            body = pyoxigraph.serialize((quad.triple for quad in quads), format=formats[GRAPH[chosen]]) or b""
        return Response(body, media_type=_with_charset(chosen))

    async def knowledge(self, request: Request) -> Response:
        """Return what the editor offers: prefixes, the shipped questions as SPARQL, the terms of the ontology."""
        from starlette.responses import JSONResponse

        from kg.questions import load_question, runnable

        folder = self.pool.folder
        prefixes, terms = await self.pool.use(lambda queries: (queries.prefixes, queries.terms()))
        questions = [load_question(folder, path.stem) for path in sorted((folder / "ontology" / "questions").glob("*.rq"))]
        return JSONResponse({
            "prefixes": prefixes, "terms": [{"term": term, "about": about} for term, about in terms],
            "questions": [{"name": each.name, "title": each.title, "note": each.note, "query": runnable(each, prefixes)}
                          for each in questions]})

    async def asset(self, request: Request) -> Response:
        from starlette.exceptions import HTTPException

        kinds = {"editor.js": "text/javascript", "editor.css": "text/css"}
        name = request.path_params["name"]
        if name not in kinds:
            raise HTTPException(404)
        return self._file(name, kinds[name])

    def _file(self, name: str, kind: str) -> Response:
        from starlette.responses import Response

        return Response((_ASSETS / name).read_bytes(), media_type=kind, headers={"Content-Security-Policy": _POLICY})

    async def no_icon(self, request: Request) -> Response:
        from starlette.responses import Response

        return Response(status_code=204)


async def _while_there(request: Request, asking: Coroutine[Any, Any, T]) -> T:
    """Return what a question comes to; it is given up when whoever asked has gone."""
    async def gone() -> None:
        while (await request.receive())["type"] != "http.disconnect":
            pass

    both = asyncio.ensure_future(asking), asyncio.ensure_future(gone())
    try:
        await asyncio.wait(both, return_when=asyncio.FIRST_COMPLETED)
        if not both[0].done():
            raise Stopped("nobody waits for the answer any more")
        return both[0].result()
    finally:
        for each in both:
            each.cancel()


async def _read(request: Request) -> Any:
    """Return what of a request the protocol looks at. Raises Refused for one that is too long."""
    parameters = request.scope["query_string"]
    if len(parameters) > MOST_ADDRESS:
        raise Refused(414, f"the address has more than {MOST_ADDRESS:,} characters behind its ?; send the query by POST")
    body = b""
    if request.method == "POST":
        parts = bytearray()
        async for part in request.stream():
            parts += part
            if len(parts) > MOST_BODY:
                raise Refused(413, f"the request is longer than {MOST_BODY:,} bytes", {"Connection": "close"})
        body = bytes(parts)
    return protocol.Request(request.method, parameters.decode("ascii", "replace"), request.headers.get("content-type", ""), body)


def _with_charset(kind: str) -> str:
    return f"{kind}; charset=utf-8" if kind.startswith("text/") else kind
