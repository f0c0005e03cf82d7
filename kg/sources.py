"""The folder of curated files read into a Corpus; every problem of every file is collected before anything is refused."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

from kg import model
from kg.claims import ClaimReader, check_ends, is_claim_id, read_evidence, read_locator
from kg.errors import Place, Problem
from kg.fields import Fields, did_you_mean
from kg.model import Claim, Corpus, Document, Entity, Graph, Name, Passage, SameOrigin
from kg.reader import Mapping, Scalar, read
from kg.schema import Schema
from kg.terms import RESERVED, is_id

ENTITY_FILES = ("people", "organisations", "places", "products", "posts", "events", "deals")
"""The files that hold identity and no claims; each holds one list under its own name."""

REASONS = ("picture credit", "page furniture", "title repeated", "caption repeated", "courtesy without content",
           "general remark", "repeats another paragraph", "background no kind fits")
"""Why a passage may yield no claim."""

_ADDRESS = re.compile(r"https?://[A-Za-z0-9.-]+(/[A-Za-z0-9._~-]+)*(/|#|/#)?\Z")
"""Web addresses that are IRIs as they stand: what the graph's own names begin with, and what it is licensed under."""


def source_files(folder: Path) -> list[Path]:
    """Return the curated files in the order in which they are read; only regular files that lie inside it and are not hidden."""
    root = (folder / "sources").resolve()
    found = [*sorted(root.glob("*.yaml")), *sorted((root / "documents").glob("*.yaml"))]
    return [path for path in found if path.name[0] != "." and path.is_file() and path.resolve().is_relative_to(root)]


def unread_files(folder: Path) -> Iterator[Problem]:
    """Yield a problem for each YAML file in the folder that is not read, so that nothing is left out in silence."""
    root = (folder / "sources").resolve()
    for path in sorted({*root.rglob("*.yaml"), *root.rglob("*.yml")} - {*source_files(folder)}):
        shown = path.relative_to(root)
        if not any(part.startswith(".") for part in shown.parts):
            hint = (f"name it {path.stem}.yaml" if path.suffix == ".yml" else
                    "put it into sources/ or sources/documents/" if path.is_file() and path.resolve().is_relative_to(root) else
                    "only regular files that lie inside sources/ are read")
            yield Problem(Place(f"sources/{shown.as_posix()}", 1, 1), "S12", "nothing reads this file", hint)


Reader = Callable[[bytes, str], tuple[Mapping | None, list[Problem]]]
"""Makes nodes of a file's bytes, as `kg.reader.read` does."""


def load_corpus(folder: Path, schema: Schema, reader: Reader = read) -> tuple[Corpus, list[Problem]]:
    """Return everything curated in a folder, and all problems met; with problems the corpus lacks whatever they are about."""
    problems: list[Problem] = []
    files: dict[str, Fields] = {}
    unreadable: set[str] = set()
    for path in source_files(folder):
        shown = "sources/" + path.relative_to((folder / "sources").resolve()).as_posix()
        node, found = reader(path.read_bytes(), shown)
        problems += found
        if node is None:
            unreadable.add(path.stem)
        else:
            files[shown] = Fields(node, problems)
    problems += unread_files(folder)
    return _Loader(schema, problems, unreadable).load(files), problems


class _Loader:
    """Reads in two passes: first what exists, then the claims that refer to it."""

    def __init__(self, schema: Schema, problems: list[Problem], unreadable: set[str]) -> None:
        self.schema = schema
        self.problems = problems
        self.unreadable = unreadable  # stems of files; what they declare cannot be known, so nobody complains that it is missing
        self.entities: dict[str, Entity] = {}
        self.documents: dict[str, Document] = {}
        self.claim_fields: dict[str, list[Fields]] = {}
        self.claims: dict[str, Claim] = {}
        self.claim_ids: set[str] = set()
        self.flawed: set[str] = set()  # keys of what a problem is about, or what names something that cannot be known

    def load(self, files: dict[str, Fields]) -> Corpus:
        graph = self._graph(files.pop("sources/graph.yaml", None))
        inferences = files.pop("sources/inferences.yaml", None)
        for path, fields in files.items():
            stem = path.rpartition("/")[2].removesuffix(".yaml")
            if path.startswith("sources/documents/"):
                self._document(stem, fields)
            elif stem in ENTITY_FILES:
                for inner in fields.inners(stem):
                    self._entity(inner, "")
                fields.finish()
            else:
                fields.complain(Place(path, 1, 1), "S12", f"nothing reads a file named {stem}.yaml",
                                did_you_mean(stem, (*ENTITY_FILES, "graph", "inferences")))
        same_origins = self._inferences(inferences) if inferences else ()
        self._read_claims()
        corpus = Corpus(graph, self.documents, self.entities, self.claims, same_origins)
        return self._sound(corpus) if self.problems else corpus

    def _sound(self, corpus: Corpus) -> Corpus:
        """Return what is left of a corpus without what is flawed, and without the claims that speak of that."""
        entities = {key: entity for key, entity in corpus.entities.items() if key not in self.flawed}
        known = entities.keys() | self.claim_ids
        claims = {key: claim for key, claim in corpus.claims.items() if key not in self.flawed and claim.things() <= known}
        return replace(corpus, entities=entities, claims=claims)

    def _graph(self, fields: Fields | None) -> Graph:
        if fields is None:
            if "graph" not in self.unreadable:
                self.problems.append(Problem(Place("sources/graph.yaml", 1, 1), "S02", "there is no sources/graph.yaml",
                                             "write title, publisher and licence into it"))
            return Graph("", RESERVED, "", "", 0)
        base = fields.scalar("base")
        if base and not (_ADDRESS.match(base.text) and base.text.endswith(("/", "#"))):
            fields.complain(base.place, "S08", f"the base is '{base.text}'", "write a plain http address that ends in / or #")
        licence = fields.scalar("licence", required=True)
        if licence and not _ADDRESS.match(licence.text):
            fields.complain(licence.place, "S08", f"the licence is '{licence.text}'", "write the plain http address of its text")
        graph = Graph(fields.text("title", required=True), base.text if base else RESERVED,
                      fields.text("publisher", required=True), licence.text if licence else "", fields.number("shrink") or 0)
        fields.finish()
        return graph

    def _document(self, stem: str, fields: Fields) -> None:
        if not is_id(stem) or stem == model.INFERENCES:
            fields.complain(fields.place, "S04", f"'{stem}' cannot be a document's id",
                            "name the file with small letters, digits and hyphens, and not inferences")
            return
        if stem in self.entities:  # the two would go by one name
            fields.complain(fields.place, "S05", f"the id '{stem}' is taken",
                            f"{self.entities[stem].place.path}:{self.entities[stem].place.line} has it; name the file otherwise")
        head = fields.inner("document")
        retired = fields.texts("retired")
        if head is None:
            fields.complain(fields.place, "S02", "the key 'document' is missing", "begin the file with the document's head")
        else:
            self.documents[stem] = read_head(head, stem, retired)
        for inner in fields.inners("unnamed"):
            self._entity(inner, stem, unnamed=True)
        for inner in fields.inners("matters"):
            self._entity(inner, stem)
        self.claim_fields[stem] = fields.inners("claims")
        fields.finish()

    def _entity(self, fields: Fields, document: str, *, unnamed: bool = False) -> None:
        before_it = len(self.problems)
        short = fields.identifier()
        kind = fields.scalar("kind", required=True)
        known = kind is not None and kind.text in self.schema.classes
        if kind is not None and not known:
            fields.complain(kind.place, "S06", f"unknown kind '{kind.text}'", did_you_mean(kind.text, self.schema.classes))
        is_event = kind is not None and kind.text == "event"  # an event's label is made from its claims
        entity = Entity(
            key=f"{document}/{short}" if document else short, kind=kind.text if kind and known else "", place=fields.place,
            label=fields.text("label", required=not is_event), document=document, names=self._names(fields),
            body=fields.text("body"), state=fields.text("state"), ministerial=fields.flag("ministerial"),
            single=fields.flag("single"), count=fields.number("count"), note=fields.text("note"),
            evidence=read_locator(fields, finish=False) if unnamed else None)
        fields.finish()
        if not short:
            return
        before = self.entities.get(entity.key) or self.entities.get(short)
        if before:
            fields.complain(fields.place, "S05", f"the id '{short}' is taken",
                            f"{before.place.path}:{before.place.line} has it; choose another")
            return
        self.entities[entity.key] = entity
        if len(self.problems) > before_it:
            self.flawed.add(entity.key)

    def _names(self, fields: Fields) -> tuple[Name, ...]:
        names = []
        for inner in fields.inners("names"):
            text = inner.text("name", required=True)
            name = Name(text, inner.texts("in"), inner.text("note"), inner.place)
            inner.finish()
            if text and not name.documents and not name.note:
                inner.complain(inner.place, "S13", f"'{text}' stands in no document",
                               "say where with `in: [document]`, or why it is kept with `note:`")
            names.append(name)
        return tuple(names)

    def _inferences(self, fields: Fields) -> tuple[SameOrigin, ...]:
        notes = []
        for inner in fields.inners("same_origin"):
            origins = tuple(found for node in inner.scalars("origins") if (found := self._thing(node, "")))
            notes.append(SameOrigin(origins, inner.texts("documents"), inner.text("because", required=True), inner.place))
            inner.finish()
        self.claim_fields[model.INFERENCES] = fields.inners("inferences")
        fields.finish()
        return tuple(notes)

    def _read_claims(self) -> None:
        self.claim_ids = {f"{document}/{short}" for document, several in self.claim_fields.items()
                          for fields in several if (short := fields.peek("id"))}
        for document, several in self.claim_fields.items():
            unknown: list[Scalar] = []

            def resolve(node: Scalar, what: str, document: str = document, unknown: list[Scalar] = unknown) -> str:
                found = self._claim(node, document) if what == "claim" else self._thing(node, document)
                if not found:
                    unknown.append(node)
                return found

            reader = ClaimReader(self.schema, document, resolve, self.problems)
            for fields in several:
                flaws = len(self.problems) + len(unknown)
                claim = reader.read(fields)
                if claim is None:
                    continue
                if len(self.problems) + len(unknown) > flaws:
                    self.flawed.add(claim.key)
                before = self.claims.get(claim.key) or self.entities.get(claim.key)
                if before:
                    fields.complain(fields.place, "S05", f"the id '{claim.key}' is taken",
                                    f"line {before.place.line} has it; choose another")
                    continue
                self.claims[claim.key] = claim

    def _thing(self, node: Scalar, document: str) -> str:
        text = node.text
        local = f"{document}/{text}"
        if document and local in self.entities:
            return local
        if text in self.entities and ("/" not in text or document in ("", model.INFERENCES)):
            return text
        if text in self.entities:
            self.problems.append(Problem(node.place, "S06", f"'{text}' is another document's own",
                                         "name a party of this document; that the two are one is for sources/inferences.yaml"))
            return ""
        if self.unreadable.intersection((*ENTITY_FILES, text.partition("/")[0])):
            return ""
        near = [*self.entities] if "/" in text else [
            key.removeprefix(f"{document}/") for key in self.entities if "/" not in key or key.startswith(f"{document}/")]
        self.problems.append(Problem(node.place, "S06", f"unknown id '{text}'", did_you_mean(text, near) or
                                     "declare it in an entity file, or under `unnamed:` or `matters:` here"))
        return ""

    def _claim(self, node: Scalar, document: str) -> str:
        key = node.text if "/" in node.text else f"{document}/{node.text}"
        if is_claim_id(node.text) and key in self.claim_ids:
            return key
        if key.partition("/")[0] in self.unreadable:
            return ""
        near = sorted(self.claim_ids) if "/" in node.text else [
            known.removeprefix(f"{document}/") for known in sorted(self.claim_ids) if known.startswith(f"{document}/")]
        self.problems.append(Problem(node.place, "S06", f"unknown claim '{node.text}'", did_you_mean(node.text, near)))
        return ""


def read_head(head: Fields, stem: str, retired: tuple[str, ...]) -> Document:
    """Return a document from its head."""
    year = head.inner("year")
    chain_given = "chain" in head.keys_left()
    document = Document(
        key=stem, title=head.text("title", required=True), language=head.text("language", required=True),
        chain=head.texts("chain"), place=head.place, published=head.date("published"), published_note=head.text("published_note"),
        url=head.text("url"), text=head.text("text"), sha256=head.text("sha256"), retired=retired,
        curation=head.text("curation"),
        year=year.text("is", required=True) if year else "", year_evidence=read_evidence(year) if year else None,
        repeats=dict(_repeats(head)), nothing=tuple(_passages(head)))
    if year:
        year.finish()
    if not chain_given:
        head.complain(head.place, "S02", "the key 'chain' is missing", "name the outlets: the reporter first, the host last")
    head.finish()
    return document


def _repeats(head: Fields) -> Iterator[tuple[int, tuple[int, ...]]]:
    node = head.take("repeats")
    if node is None:
        return
    if not isinstance(node, Mapping):
        head.complain(node.place, "S03", "'repeats' holds no mapping", "write {2: [3, 4]}")
        return
    inner = Fields(node, head.problems)
    for key in inner.keys_left():
        numbers = inner.texts(key)
        if key.isdecimal() and all(number.isdecimal() for number in numbers):
            yield int(key), tuple(int(number) for number in numbers)
        else:
            head.complain(node.place, "S09", f"'repeats' has '{key}: {', '.join(numbers)}'", "write paragraph numbers")


def _passages(head: Fields) -> Iterator[Passage]:
    for inner in head.inners("nothing"):
        paragraph = inner.number("paragraph", required=True)
        words = inner.scalar("words")
        if words:
            check_ends(inner, words)
        reasoned = inner.peek("because")
        passage = Passage(paragraph or 0, words.text if words else "", inner.choice("because", REASONS), inner.place)
        inner.finish()
        if not reasoned:
            inner.complain(inner.place, "S02", "the passage gives no reason", f"add `because:` with one of {', '.join(REASONS)}")
        if paragraph is not None:
            yield passage
