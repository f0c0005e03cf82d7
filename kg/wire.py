"""One request to a SPARQL server: where it may go, in whose name, how long and how much; every failure is a sentence.

Credentials come from the environment alone: KG_USER with KG_PASSWORD (Basic, or Digest where the server asks for it), or
KG_TOKEN (Bearer). They are never sent unencrypted to another machine, never follow a redirect and never stand in a message.
"""

from __future__ import annotations

import base64
import http.client
import ipaddress
import os
import re
import ssl
import time
import urllib.error
import urllib.request
from collections.abc import Collection
from dataclasses import dataclass
from email.message import Message
from typing import IO, Any, NoReturn
from urllib.parse import urlsplit

from kg.errors import KgError, Misuse, Stopped

AGENT = "arms-kg"
"""What servers are told of us: not which machine, system or version asks."""

MOST_SECONDS = 60.0
MOST_BYTES = 256 * 1024 * 1024
TRIES = 3
"""How often a request is sent that does no harm when it is sent twice."""

PAUSE = 0.4
"""Seconds before the second try; twice that before the third."""

_PASSING = (429, 502, 503, 504)
"""What a server answers that may answer otherwise in a moment."""

_DROPPED = (ConnectionResetError, BrokenPipeError, http.client.HTTPException, ssl.SSLEOFError)


@dataclass(frozen=True, slots=True)
class Reply:
    """What a server answered: the status, the headers, the whole body."""

    status: int
    headers: Message
    body: bytes

    @property
    def kind(self) -> str:
        """Return the media type of the body, without its parameters; empty where the server names none."""
        return self.headers.get_content_type() if self.headers.get("Content-Type") else ""


class Line:
    """A way to the server at one address; it remembers how that server wants to be told who asks."""

    def __init__(self, address: str, seconds: float = MOST_SECONDS) -> None:
        """Check the address; nothing is sent. Raises Misuse where it is none, or credentials would leave the machine unencrypted."""
        self.address = checked(address)
        self.host = urlsplit(address).hostname or ""
        self.seconds = seconds
        self._token, self._user, self._password = (os.environ.get(f"KG_{name}", "") for name in ("TOKEN", "USER", "PASSWORD"))
        if not re.fullmatch(r"[\x21-\x7e]*", self._token) or not (self._user + self._password).isprintable() or ":" in self._user:
            raise Misuse("KG_USER, KG_PASSWORD or KG_TOKEN holds a character that no request can carry")
        near = is_loopback(self.host)
        if (self._token or self._user) and not (near or address.lower().startswith("https:")):
            raise Misuse(f"KG_USER, KG_PASSWORD and KG_TOKEN are not sent to {self.host} unencrypted: name an https address or unset them")
        self._challenge: dict[str, str] | None = None
        passwords = urllib.request.HTTPPasswordMgrWithDefaultRealm()
        passwords.add_password(None, address, self._user, self._password)  # None: of whatever realm
        self._digest = urllib.request.HTTPDigestAuthHandler(passwords)
        # what goes to this machine goes past no proxy
        self._opener = urllib.request.build_opener(_NoRedirect, *([urllib.request.ProxyHandler({})] if near else []))

    def send(self, method: str, body: bytes | None, headers: dict[str, str], *, query: str = "", again: bool = True,
             accepted: Collection[int] = ()) -> Reply:
        """Return the answer to a request; `query` is added to the address, `again` allows sending it more than once.

        Raises KgError for a status of 300 or above that is not accepted, Stopped where it takes too long or answers too much.
        """
        address = self.address + (("&" if "?" in self.address else "?") + query if query else "")
        for attempt in range(1, TRIES + 1):
            last = attempt == TRIES or not again
            try:
                reply = self._identified(address, method, body, headers)
            except _DROPPED as error:
                if last:
                    raise KgError(f"{self.host} broke off ({shown(str(error)) or type(error).__name__})") from error
            else:
                if reply.status < 300 or reply.status in accepted:
                    return reply
                if reply.status not in _PASSING or last:
                    self._refuse(reply)
            time.sleep(PAUSE * attempt)
        raise AssertionError("the last try returns or raises")

    def _identified(self, address: str, method: str, body: bytes | None, headers: dict[str, str]) -> Reply:
        """Return the answer to a request, sent once more with a name and password where the server asks for them."""
        reply = self._exchange(address, method, body, headers)
        if reply.status == 401 and self._user and self._learn(reply):
            reply = self._exchange(address, method, body, headers)
        return reply

    def _learn(self, reply: Reply) -> bool:
        """Take in how a server wants to be told who asks, Digest before Basic; return whether that is new."""
        before = self._challenge
        schemes: dict[str, str] = {}
        for text in reply.headers.get_all("WWW-Authenticate", []):
            scheme, _, rest = text.strip().partition(" ")
            schemes[scheme.lower()] = rest
        if "digest" in schemes:
            parts = [part for part in urllib.request.parse_http_list(schemes["digest"]) if "=" in part]
            self._challenge = urllib.request.parse_keqv_list(parts)
        elif "basic" in schemes:
            self._challenge = {}
        return self._challenge != before

    def _login(self, request: urllib.request.Request) -> dict[str, str]:
        """Return the header that says who asks, as far as anybody has to be told."""
        if self._token:
            return {"Authorization": f"Bearer {self._token}"}
        if self._challenge is None:
            return {}
        if not self._challenge:
            return {"Authorization": "Basic " + base64.b64encode(f"{self._user}:{self._password}".encode()).decode("ascii")}
        try:
            answer: Any = self._digest.get_authorization(request, self._challenge)
        except ValueError as error:
            raise KgError(f"{self.host} asks for a kind of Digest that is not known here") from error
        return {"Authorization": f"Digest {answer}"}

    def _exchange(self, address: str, method: str, body: bytes | None, headers: dict[str, str]) -> Reply:
        """Return the answer to one request, whatever it is."""
        request = urllib.request.Request(address, body, {"User-Agent": AGENT, **headers}, method=method)
        for name, value in self._login(request).items():
            request.add_header(name, value)
        until = time.monotonic() + self.seconds
        try:
            try:
                with self._opener.open(request, timeout=self.seconds) as answer:
                    return Reply(answer.status, answer.headers, self._whole(answer, until))
            except urllib.error.HTTPError as answer:
                with answer:
                    return Reply(answer.code, answer.headers, self._whole(answer, until))
        except urllib.error.URLError as error:
            self._not_reached(error.reason)
        except TimeoutError as error:
            raise self._too_slow() from error

    def _whole(self, answer: IO[bytes], until: float) -> bytes:
        """Return the whole body, within the limits of size and time."""
        parts, size = [], 0
        while part := answer.read1(1 << 16):  # type: ignore[attr-defined]
            parts.append(part)
            size += len(part)
            if size > MOST_BYTES:
                raise Stopped(f"stopped: the answer of {self.host} is larger than {MOST_BYTES >> 20} MB; ask for less")
            if time.monotonic() > until:
                raise self._too_slow()
        return b"".join(parts)

    def _too_slow(self) -> Stopped:
        return Stopped(f"stopped: {self.host} took longer than {self.seconds:.0f} s; KG_TIMEOUT sets another limit")

    def _not_reached(self, reason: object) -> NoReturn:
        if isinstance(reason, _DROPPED):
            raise reason
        match reason:
            case TimeoutError():
                raise self._too_slow()
            case ConnectionRefusedError():
                raise KgError(f"nobody answers at {self.address}: is the server running?")
            case ssl.SSLCertVerificationError():
                raise KgError(f"the certificate of {self.host} is not trusted: {shown(reason.verify_message)}")
            case ssl.SSLError():
                raise KgError(f"no encrypted connection with {self.host} ({shown(reason.reason or str(reason))}): is it https there?")
            case OSError():
                raise KgError(f"{self.host} cannot be reached: {shown(reason.strerror or str(reason))}")
        raise KgError(f"{self.host} cannot be reached: {shown(str(reason))}")

    def _refuse(self, reply: Reply) -> NoReturn:
        """Raise what a status means."""
        here = self.address
        if 300 <= reply.status < 400:
            to = shown(reply.headers.get("Location", "")) or "it does not say where"
            raise KgError(f"{here} sends elsewhere ({reply.status}: {to}); name that address if you trust it")
        if reply.status == 401 and not (self._user or self._token):
            raise KgError(f"{here} wants to know who asks (401): set KG_USER and KG_PASSWORD, or KG_TOKEN")
        meaning = {401: "does not accept the name and password, or the token, of the environment", 403: "does not allow this",
                   404: "is not there; is it the whole address, as its keeper gives it?", 405: "does not take this kind of request",
                   413: "does not take as much as this"}.get(reply.status, "failed" if reply.status >= 500 else "refused")
        raise KgError(f"{here} {meaning} ({reply.status}){said(reply)}")


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """Follows nothing: a question, and a password all the more, goes where somebody said and nowhere else."""

    def redirect_request(self, *_: Any, **__: Any) -> None:
        """Return no request, so that the redirect itself is the answer."""


def checked(address: str) -> str:
    """Return an address that requests can go to.

    Raises Misuse where it is no http or https address, or holds a name and password.
    """
    try:
        parts = urlsplit(address)
        fits = parts.scheme in ("http", "https") and parts.hostname and (parts.port is None or parts.port > 0)
    except ValueError:
        fits = False
    else:
        if parts.username is not None or parts.password is not None:
            raise Misuse("a name and password do not belong in an address: set KG_USER and KG_PASSWORD instead")
    if not fits or not re.fullmatch(r"[\x21-\x7e]+", address) or "#" in address:
        raise Misuse(f"'{address}' is no address of a server; write one as in http://localhost:7878/query")
    return address


def is_loopback(host: str) -> bool:
    """Return whether a host is this machine.

    >>> is_loopback("127.0.0.1"), is_loopback("::1"), is_loopback("localhost.example.org")
    (True, True, False)
    """
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def shown(text: str) -> str:
    """Return the beginning of what a server says on one line, without control characters."""
    return " ".join("".join(char if char.isprintable() else " " for char in text[:2000]).split())[:200]


def said(reply: Reply) -> str:
    """Return what a server says itself of its refusal, for the end of a sentence; web pages say nothing."""
    text = "" if "html" in reply.kind else shown(reply.body[:2000].decode("utf-8", "replace"))
    return f": {text}" if text else ""
