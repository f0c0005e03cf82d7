"""The evidence of a claim as a reader can follow it: who says so, where it stands, and the address that scrolls to the words."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any
from urllib.parse import quote

from kg.errors import NameUnknown
from kg.lists import claims, documents
from kg.names import suggest
from kg.questions import Filters, text_term
from kg.store import Store
from kg.texts import Text, fold_text, occurrences


def evidence(store: Store, folder: Path, keys: list[str], texts: dict[str, Text]) -> list[dict[str, Any]]:
    """Return for each claim, by key, its whole evidence; with its text at hand also the passage, in three parts.

    Raises NameUnknown where no claim has a key.
    """
    rows = _claim_rows(store, keys)
    heads = {row["id"]: row for row in documents(store, Filters(), {row["document"] for row in rows.values() if row["document"]})}
    return [_evidence(rows[key], heads, folder, texts) for key in keys]


def add_evidence(store: Store, folder: Path, rows: list[dict[str, Any]], texts: dict[str, Text]) -> None:
    """Give each row that names claims, or is one, its `evidence`."""
    named = {key for row in rows for key in _claims_of(row)}
    found = {entry["id"]: entry for entry in evidence(store, folder, sorted(named), texts)}
    for row in rows:
        row["evidence"] = [found[key] for key in _claims_of(row)]


def _claims_of(row: dict[str, Any]) -> list[str]:
    several = row.get("claims")
    if isinstance(several, list):
        return several
    one = row.get("claim") or (row["id"] if "says" in row else None)
    return [one] if one else []


def _claim_rows(store: Store, keys: list[str]) -> dict[str, dict[str, Any]]:
    terms = " ".join(map(text_term, dict.fromkeys(keys)))
    iris = {row["k"]: row["c"] for row in store.rows(f"SELECT ?c ?k WHERE {{ VALUES ?k {{ {terms} }} ?c a arms:Claim ; arms:key ?k }}")}
    for key in keys:
        if key not in iris:
            known = [row["k"] for row in store.rows("SELECT ?k WHERE { ?c a arms:Claim ; arms:key ?k }")]
            close = suggest(key, known) if "/" in key else []
            raise NameUnknown(f"no claim '{key}'" + (f"; did you mean {' or '.join(close)}?" if close else "; `kg claims` lists them"))
    return {row["id"]: row for row in claims(store, Filters(), only=iris.values())} if iris else {}


def _evidence(row: dict[str, Any], heads: dict[str, dict[str, Any]], folder: Path, texts: dict[str, Text]) -> dict[str, Any]:
    head = heads.get(row["document"] or "")
    entry = {name: row[name] for name in ("id", "says", "status", "mode", "hedge", "verb", "said_by", "said_in", "said_on", "date",
                                          "date_from", "date_words", "date_note", "inferred", "because", "rests_on", "disputed",
                                          "denied_by", "may_be_denied_by", "document", "paragraph", "words", "note")}
    entry["title"] = head["title"] if head else None
    entry["reporter"] = head["reporter"] if head else None
    entry["link"] = text_fragment(head["url"], row["words"]) if head and head["url"] and row["words"] else None
    entry["source"] = source_line(folder, row["id"])
    text = texts.get(row["document"] or "")
    entry["passage"] = passage(text, row["paragraph"], row["words"]) if text and row["words"] else None
    return entry


def text_fragment(url: str, words: str) -> str:
    """Return an address that makes a browser scroll to a locator's words (WICG URL Fragment Text Directives).

    >>> text_fragment("https://e.example/a", "Ruiz met … on Monday")
    'https://e.example/a#:~:text=Ruiz%20met,on%20Monday'
    """
    ends = [quote(end.strip(), safe="").replace("-", "%2D") for end in words.split("…")]
    return f"{url.partition('#')[0]}#:~:text={','.join(ends)}"


def passage(text: Text, paragraph: int, words: str) -> dict[str, str] | None:
    """Return the paragraph that a locator stands in, as before, match and after; None where it does not stand there once."""
    if not 1 <= paragraph <= len(text.paragraphs):
        return None
    whole = text.paragraphs[paragraph - 1]
    spans = occurrences(whole, words)
    if len(spans) != 1:
        return None
    start, end = spans[0]
    folded = fold_text(whole)
    return {"before": folded[:start], "match": folded[start:end], "after": folded[end:]}


def source_line(folder: Path, key: str) -> str | None:
    """Return `path:line` of the line on which a claim begins in the sources, where they are at hand."""
    document, _, short = key.rpartition("/")
    shown = f"sources/documents/{document}.yaml" if document != "inferences" else "sources/inferences.yaml"
    try:
        lines = (folder / shown).read_text(encoding="utf-8").splitlines()
    except OSError:
        return None
    pattern = re.compile(rf"\s*-\s*\{{?\s*id:\s*{re.escape(short)}\s*(,|\}}|$|#)")
    return next((f"{shown}:{number}" for number, line in enumerate(lines, 1) if pattern.match(line)), None)
