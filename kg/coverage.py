"""Which sentence of a text is behind which claim, which yields none and why, and which is neither.

Works on the texts where they are; nothing of them is written anywhere but into a local page that was asked for.
"""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kg.model import Corpus, Document
from kg.readings import read_together
from kg.schema import Schema
from kg.sentences import Speaker
from kg.texts import Text, fold_text, locators, occurrences

_ABBREVIATIONS = ("Jan", "Feb", "Aug", "Sept", "Oct", "Nov", "Dec", "Mr", "Ms", "Dr", "Gen", "Col", "St", "No", "vs", "etc")
_END = re.compile(r"[.!?…][\"'”’)\]]*(?=\s+[\"'“‘(\[]?[A-ZÀ-ÞĀ-Ž0-9А-Я])")


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of a text, in the folded paragraph from start to end; the claims it is behind, or why it yields none."""

    paragraph: int
    start: int
    end: int
    words: str
    claims: tuple[str, ...]
    because: str

    @property
    def accounted(self) -> bool:
        """Whether it is behind a claim or listed as yielding none."""
        return bool(self.claims or self.because)


@dataclass(frozen=True, slots=True)
class Coverage:
    """All sentences of one document's text, in reading order."""

    document: str
    sentences: tuple[Sentence, ...]

    def reasons(self) -> dict[str, int]:
        """Return how many sentences yield nothing, by reason."""
        found: dict[str, int] = {}
        for sentence in self.sentences:
            if sentence.because and not sentence.claims:
                found[sentence.because] = found.get(sentence.because, 0) + 1
        return dict(sorted(found.items()))


def split_sentences(paragraph: str) -> list[tuple[int, int]]:
    """Return where the sentences of a folded paragraph begin and end.

    >>> split_sentences('He met her on Jan. 20. "They talked," said A.Lee. It rained.')
    [(0, 22), (23, 49), (50, 60)]
    """
    spans, start = [], 0
    for match in _END.finditer(paragraph):
        word = re.split(r"[\s(]", paragraph[start:match.start()])[-1]
        if word in _ABBREVIATIONS or re.fullmatch(r"[A-Z]", word):
            continue
        spans.append((start, match.end()))
        start = match.end() + 1
    if start < len(paragraph):
        spans.append((start, len(paragraph)))
    return spans


def cover(corpus: Corpus, document: Document, text: Text) -> Coverage:
    """Return how the sentences of a document's text are accounted for."""
    marks: dict[int, list[tuple[int, int, str]]] = {}
    for owner_document, owner, evidence in locators(corpus):
        if owner_document == document.key and 1 <= evidence.paragraph <= len(text.paragraphs) and owner in corpus.claims:
            for start, end in occurrences(text.paragraphs[evidence.paragraph - 1], evidence.words):
                marks.setdefault(evidence.paragraph, []).append((start, end, owner))
    sentences = []
    for number, paragraph in enumerate(text.paragraphs, 1):
        folded = fold_text(paragraph)
        for start, end in split_sentences(folded):
            claims = tuple(dict.fromkeys(owner for first, last, owner in marks.get(number, ()) if first < end and last > start))
            sentences.append(Sentence(number, start, end, folded[start:end], claims, _reason(document, number, folded, start, end)))
    return Coverage(document.key, tuple(sentences))


def _reason(document: Document, paragraph: int, folded: str, start: int, end: int) -> str:
    if paragraph in document.repeats:
        return "repeats another paragraph"
    for passage in document.nothing:
        if passage.paragraph != paragraph:
            continue
        if not passage.words or any(first < end and last > start for first, last in occurrences(folded, passage.words)):
            return passage.because
    return ""


def coverage_rows(corpus: Corpus, found: list[Coverage]) -> list[dict[str, Any]]:
    """Return a row for each text: how many sentences are claimed, yield nothing, or are neither, and how it was curated."""
    return [{"document": each.document, "sentences": len(each.sentences),
             "claimed": sum(1 for sentence in each.sentences if sentence.claims),
             "nothing": sum(1 for sentence in each.sentences if sentence.because and not sentence.claims),
             "open": sum(1 for sentence in each.sentences if not sentence.accounted), "reasons": each.reasons(),
             "curation": corpus.documents[each.document].curation,
             "unaccounted": [{"paragraph": sentence.paragraph, "start": sentence.start, "end": sentence.end}
                             for sentence in each.sentences if not sentence.accounted]}
            for each in found]


def write_annotated(corpus: Corpus, schema: Schema, text: Text, coverage: Coverage, path: Path) -> None:
    """Write the annotated page of one text, whole or not at all."""
    readings = read_together(corpus, schema)
    speaker = Speaker(corpus, schema, readings)
    says = {key: speaker.says(reading) for key, reading in readings.claims.items()}
    staging = path.with_name(path.name + ".part")
    try:
        staging.write_text(annotated_page(corpus, text, coverage, says), encoding="utf-8")
        staging.replace(path)
    finally:
        staging.unlink(missing_ok=True)


def annotated_page(corpus: Corpus, text: Text, coverage: Coverage, says: dict[str, str]) -> str:
    """Return a local HTML page of a text with the claims beside their sentences; it contacts nobody and runs nothing."""
    rows = []
    for sentence in coverage.sentences:
        claims = "".join(f"<li><code>{html.escape(key)}</code> {html.escape(says[key])}</li>" for key in sentence.claims)
        kind = "claimed" if sentence.claims else "none" if sentence.because else "open"
        note = f"<ul>{claims}</ul>" if claims else f"<p>{html.escape(sentence.because or 'neither claimed nor listed')}</p>"
        words = html.escape(sentence.words)
        rows.append(f'<tr class="{kind}"><th scope="row">{sentence.paragraph}</th><td>{words}</td><td>{note}</td></tr>')
    title = html.escape(corpus.documents[coverage.document].title)
    style = ("body{font:16px/1.5 Georgia,serif;margin:2rem auto;max-width:70rem;padding:0 1rem;color:#222;background:#fff}"
             "table{border-collapse:collapse;width:100%}td,th{vertical-align:top;padding:.5rem;border-top:1px solid #ccc;text-align:left}"
             "td{width:48%}ul{margin:0;padding-left:1.2rem}code{font-size:.8em;color:#555}.open{background:#fde2e2}.none{color:#666}"
             "@media(prefers-color-scheme:dark){body{color:#ddd;background:#181818}.open{background:#4a1f1f}.none,code{color:#999}}")
    policy = "default-src 'none'; style-src 'unsafe-inline'"
    return ('<!doctype html>\n<html lang="en"><meta charset="utf-8">'
            f'<meta http-equiv="Content-Security-Policy" content="{policy}"><title>{title}: claims beside the text</title>'
            f"<style>{style}</style><h1>{title}</h1><p>For local use: the text, {html.escape(text.name)}, is other people's writing.</p>"
            "<table><thead><tr><th>¶</th><th>text</th><th>claims</th></tr></thead><tbody>"
            + "".join(rows) + "</tbody></table></html>\n")
