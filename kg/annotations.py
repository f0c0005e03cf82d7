"""The evidence as Web Annotations (W3C), so that tools which mark texts can show each claim where its words stand.

An annotation's target is the text at its address, or by its SHA-256 where it has none; the selector quotes the locator and no more,
because the texts are other people's writing. Its body is the claim: its address, and its sentence with whoever says it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from kg.terms import ARMS, claim_iri, thing_iri

CONTEXT = "http://www.w3.org/ns/anno.jsonld"


def annotation_page(claims: list[dict[str, Any]], documents: list[dict[str, Any]], base: str, licence: str) -> bytes:
    """Return one page of annotations for the claims that have evidence, from rows as the lists have them, one a line."""
    by_id = {row["id"]: row for row in documents}
    items = [_annotation(row, by_id[row["document"]], base) for row in claims if row["words"]]
    head = {"@context": [CONTEXT, {"paragraph": ARMS + "paragraph", "status": ARMS + "status"}], "id": f"{base}annotations",
            "type": "AnnotationPage", "startIndex": 0} | ({"rights": licence} if licence else {})
    lines = ",\n".join(json.dumps(item, ensure_ascii=False) for item in items)
    return f'{json.dumps(head, ensure_ascii=False)[:-1]}, "items": [\n{lines}\n]}}\n'.encode()


def _annotation(row: dict[str, Any], document: dict[str, Any], base: str) -> dict[str, Any]:
    claim = claim_iri(base, row["id"])
    address = document["url"] or (f"urn:sha256:{document['sha256']}" if document["sha256"] else thing_iri(base, document["id"]))
    return {"id": f"{claim}/annotation", "type": "Annotation", "motivation": ["linking", "describing"],
            "body": [{"type": "SpecificResource", "source": claim, "purpose": "linking", "status": row["status"]},
                     {"type": "TextualBody", "value": row["says"], "format": "text/plain", "language": "en", "purpose": "describing"}],
            "target": {"type": "SpecificResource", "source": address, "paragraph": row["paragraph"], "selector": _selector(row["words"])}}


def _selector(words: str) -> dict[str, Any]:
    """Return a selector for a locator: its words, or the stretch from its first words to its last."""
    first, last = map(str.strip, words.partition("…")[::2])
    quotes = [{"type": "TextQuoteSelector", "exact": end} for end in (first, last) if end]
    return quotes[0] if len(quotes) == 1 else {"type": "RangeSelector", "startSelector": quotes[0], "endSelector": quotes[1]}


def annotated(data: bytes) -> Iterator[str]:
    """Yield the claims that annotations on a page are about."""
    for item in json.loads(data)["items"]:
        yield item["body"][0]["source"]
