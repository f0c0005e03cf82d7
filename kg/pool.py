"""The children that answer the queries of several people at once: a fixed number, each with the newest graph of the folder."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import TypeVar

from kg.errors import Stopped
from kg.guard import Answer, Limits
from kg.protocol import Refused
from kg.queries import Queries
from kg.store import read_manifest, store_path
from kg.vetting import Vetted

T = TypeVar("T")
BUSY = "as many queries as may be asked at once are being answered; try again in a moment"


class _Slot:
    """A place for one child; only whoever took the slot from the pool touches it. `job` tells jobs apart; the loop alone sets it."""

    queries: Queries | None = None
    job: object = None


class Pool:
    """Children that answer queries; a job waits for a free one no longer than a query may take."""

    def __init__(self, folder: Path, limits: Limits, number: int) -> None:
        """Start the first child; the others are started when they are needed.

        Raises Misuse where nothing was built yet.
        """
        self.folder, self.limits = folder, limits
        self._stopping = False
        self._threads = ThreadPoolExecutor(number)
        self._slots = [_Slot() for _ in range(number)]
        self._idle: asyncio.LifoQueue[_Slot] = asyncio.LifoQueue()  # the one that was used last is warm
        for slot in self._slots:
            self._idle.put_nowait(slot)
        self._slots[-1].queries = Queries(folder, limits.memory, many=True)

    async def ask(self, query: str, graph: Callable[[Vetted], str]) -> tuple[Vetted, Answer]:
        """Return what a query is about and its answer; `graph` chooses the format of triples, and may raise.

        Raises what Queries.ask raises, and Refused where all children are busy.
        """
        def asked(queries: Queries) -> tuple[Vetted, Answer]:
            vetted = queries.vet(query)
            return vetted, queries.ask(query, self.limits, graph(vetted))

        return await self.use(asked)

    async def use(self, job: Callable[[Queries], T]) -> T:
        """Return what a job makes of a child that is free; where nobody waits any more, the child is ended."""
        try:
            async with asyncio.timeout(self.limits.seconds):
                slot = await self._idle.get()
        except TimeoutError:
            raise Refused(503, BUSY, {"Retry-After": "5"}) from None
        loop, mine = asyncio.get_running_loop(), object()
        slot.job = mine

        def run() -> T:
            try:
                return job(self._newest(slot))
            finally:
                with suppress(RuntimeError):  # the loop is closed: nobody waits any more
                    loop.call_soon_threadsafe(self._give_back, slot)

        try:
            return await loop.run_in_executor(self._threads, run)
        except asyncio.CancelledError:
            if slot.job is mine and slot.queries:
                slot.queries.interrupt()
            raise

    def _give_back(self, slot: _Slot) -> None:
        slot.job = None
        self._idle.put_nowait(slot)

    def interrupt(self) -> None:
        """End what is being answered, from whatever thread; nothing is answered afterwards."""
        self._stopping = True
        for slot in self._slots:
            if slot.queries:
                slot.queries.interrupt()

    def close(self) -> None:
        """End all children, once nobody asks any more."""
        self.interrupt()
        self._threads.shutdown()
        for slot in self._slots:
            if slot.queries:
                slot.queries.close()

    def _newest(self, slot: _Slot) -> Queries:
        """Return the child of a slot; one that holds the graph of an earlier build is replaced."""
        newest = store_path(self.folder, str(read_manifest(self.folder)["store"]))
        if slot.queries and slot.queries.store != newest:
            slot.queries.close()
            slot.queries = None
        if not slot.queries:
            slot.queries = Queries(self.folder, self.limits.memory, many=True)
        if self._stopping:  # asked last: a child that interrupt() did not see yet must not be waited for
            raise Stopped("the server is ending")
        return slot.queries
