"""What a SPARQL query is answered with, in the formats of the W3C: results in JSON, XML, CSV and TSV; tables for people.

Rows come as TSV, in which every term is whole (SPARQL 1.1 Query Results CSV and TSV Formats, §4). JSON, XML and TSV keep every
value exactly; what no terminal should get is written in the escapes that those formats have. CSV is for spreadsheets: a
text that one would run as a formula gets an apostrophe before it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape, quoteattr

from kg.errors import Misuse
from kg.terms import XSD
from kg.text import as_markdown, escaped, escaped_rdf, escaped_xml, harmless, table

IRI, BLANK, LITERAL = "uri", "bnode", "literal"
"""The kinds of term, as SPARQL 1.1 Query Results JSON Format calls them."""

_NUMBERS = {XSD + name for name in ("integer", "decimal", "double", "float", "int", "long", "nonNegativeInteger", "positiveInteger")}
_ESCAPED = re.compile(r"\\(?:([tnrbf\"'\\])|u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8}))")
_PLAIN = {"t": "\t", "n": "\n", "r": "\r", "b": "\b", "f": "\f"}
_QUOTED = {"\\": "\\\\", '"': '\\"', "\t": "\\t", "\n": "\\n", "\r": "\\r"}


@dataclass(frozen=True, slots=True)
class Term:
    """A term: its kind, its value, and for a literal its datatype's IRI (empty for plain text) and its language."""

    kind: str
    value: str
    datatype: str = ""
    language: str = ""


@dataclass(frozen=True, slots=True)
class Solutions:
    """The rows of a SELECT query: names of variables, and for each row a term or nothing under each."""

    names: tuple[str, ...]
    rows: tuple[tuple[Term | None, ...], ...]

    def ordered(self, names: Sequence[str]) -> Solutions:
        """Return the same rows with the variables in another order; names that there are not are passed over."""
        order = [self.names.index(name) for name in dict.fromkeys((*names, *self.names)) if name in self.names]
        return Solutions(tuple(self.names[at] for at in order), tuple(tuple(row[at] for at in order) for row in self.rows))

    def iris(self) -> list[str]:
        """Return the IRIs in the rows, each once."""
        return list(dict.fromkeys(term.value for row in self.rows for term in row if term and term.kind == IRI))


def read_rows(tsv: str) -> Solutions:
    r"""Return the rows of a TSV text.

    >>> read_rows('?a\t?b\n<https://e.example/>\t"x"@en\n\t4\n').rows[1]
    (None, Term(kind='literal', value='4', datatype='http://www.w3.org/2001/XMLSchema#integer', language=''))
    """
    head, *lines = tsv.split("\n")[:-1]
    names = tuple(name[1:] for name in head.split("\t")) if head else ()
    return Solutions(names, tuple(tuple(map(read_term, line.split("\t"))) if names else () for line in lines))


def read_term(cell: str) -> Term | None:
    """Return the term that a cell of TSV holds, or nothing where it is empty."""
    if not cell:
        return None
    if cell[0] == "<":
        return Term(IRI, _iri(cell))
    if cell[0] == "_":
        return Term(BLANK, cell[2:])
    if cell[0] == '"':
        end = cell.rindex('"')
        rest = cell[end + 1:]
        return Term(LITERAL, _unescaped(cell[1:end]), rest[3:-1] if rest[:1] == "^" else "", rest[1:] if rest[:1] == "@" else "")
    kind = "boolean" if cell in ("true", "false") else "double" if "e" in cell.lower() else "decimal" if "." in cell else "integer"
    return Term(LITERAL, cell, XSD + kind)


def read_values(tsv: str) -> list[dict[str, str]]:
    """Return the rows of a TSV text with each term's value alone; what is unbound is left out."""
    head, *lines = tsv.split("\n")[:-1]
    names = [name[1:] for name in head.split("\t")] if head else []
    return [{name: _value(cell) for name, cell in zip(names, line.split("\t"), strict=False) if cell} for line in lines]


def _value(cell: str) -> str:
    first = cell[0]
    if first == "<":
        return _iri(cell)
    if first == '"':
        text = cell[1:cell.rindex('"')]
        return _unescaped(text) if "\\" in text else text
    return cell[2:] if first == "_" else cell


def _iri(cell: str) -> str:
    if cell[1] == "<":
        raise Misuse("a triple as a value is not SPARQL 1.1; ask for its SUBJECT(), PREDICATE() and OBJECT()")
    return cell[1:-1]


def _unescaped(text: str) -> str:
    def char(match: re.Match[str]) -> str:
        return _PLAIN.get(match[1], match[1]) if match[1] else chr(int(match[2] or match[3], 16))

    return _ESCAPED.sub(char, text) if "\\" in text else text


def results_json(solutions: Solutions) -> str:
    """Return rows in the SPARQL 1.1 Query Results JSON Format, a row a line."""
    rows = (json.dumps({name: _json_term(term) for name, term in zip(solutions.names, row, strict=True) if term}, ensure_ascii=False)
            for row in solutions.rows)
    head = json.dumps({"vars": solutions.names}, ensure_ascii=False)
    return escaped('{"head": ' + head + ', "results": {"bindings": [\n' + ",\n".join(rows) + "\n]}}\n")


def _json_term(term: Term) -> dict[str, str]:
    found = {"type": term.kind, "value": term.value}
    if term.language:
        found["xml:lang"] = term.language
    elif term.datatype:
        found["datatype"] = term.datatype
    return found


def results_xml(solutions: Solutions) -> str:
    """Return rows in the SPARQL Query Results XML Format; a character that XML cannot hold is shown as an escape."""
    head = "".join(f"<variable name={_attribute(name)}/>" for name in solutions.names)
    rows = []
    for row in solutions.rows:
        cells = (f"<binding name={_attribute(name)}>{_xml_term(term)}</binding>"
                 for name, term in zip(solutions.names, row, strict=True) if term)
        rows.append(f"<result>{''.join(cells)}</result>\n")
    return _sparql_xml(f"<head>{head}</head>\n<results>\n{''.join(rows)}</results>")


def _xml_term(term: Term) -> str:
    more = f" xml:lang={_attribute(term.language)}" if term.language else f" datatype={_attribute(term.datatype)}" if term.datatype else ""
    return f"<{term.kind}{more}>{escaped_xml(escape(term.value))}</{term.kind}>"


def _attribute(text: str) -> str:
    return escaped_xml(quoteattr(text))


def _sparql_xml(inner: str) -> str:
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<sparql xmlns="http://www.w3.org/2005/sparql-results#">\n{inner}\n</sparql>\n'


def results_csv(solutions: Solutions) -> str:
    """Return rows in the SPARQL 1.1 Query Results CSV Format: values alone, an apostrophe before what looks like a formula."""
    import csv
    import io

    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(solutions.names)
    for row in solutions.rows:
        writer.writerow([_csv_cell(term) if term else "" for term in row])
    return out.getvalue()


def _csv_cell(term: Term) -> str:
    return term.value if term.datatype in _NUMBERS else harmless(("_:" if term.kind == BLANK else "") + term.value)


def results_tsv(solutions: Solutions) -> str:
    """Return rows in the SPARQL 1.1 Query Results TSV Format, numbers and truth values in full like all other terms."""
    lines = ["\t".join(f"?{name}" for name in solutions.names)]
    lines += ["\t".join(_tsv_cell(term) if term else "" for term in row) for row in solutions.rows]
    return escaped_rdf("\n".join(lines) + "\n")


def _tsv_cell(term: Term) -> str:
    if term.kind == IRI:
        return f"<{term.value}>"
    if term.kind == BLANK:
        return f"_:{term.value}"
    text = re.sub(r'[\\"\t\n\r]', lambda match: _QUOTED[match[0]], term.value)
    return f'"{text}"' + (f"@{term.language}" if term.language else f"^^<{term.datatype}>" if term.datatype else "")


def as_text(solutions: Solutions, form: str, prefixes: Mapping[str, str], labels: Mapping[str, str], width: int = 0) -> str:
    """Return rows as a table or in Markdown: IRIs by their prefixes with their labels beside them."""
    rows = [[_shown(term, prefixes, labels) if term else "" for term in row] for row in solutions.rows]
    if form == "markdown":
        return as_markdown([solutions.names, *rows])
    return table(solutions.names, rows, width)


def _shown(term: Term, prefixes: Mapping[str, str], labels: Mapping[str, str]) -> str:
    if term.kind == BLANK:
        return f"_:{term.value}"
    if term.kind == LITERAL:
        return term.value
    label = labels.get(term.value, "")
    return shortened(term.value, prefixes) + (f" ({label})" if label else "")


def shortened(iri: str, prefixes: Mapping[str, str]) -> str:
    """Return an IRI by the longest prefix that begins it; whole where none does, or the rest is no name.

    >>> shortened("https://e.example/id/ana", {"id": "https://e.example/id/"}), shortened("urn:x", {})
    ('id:ana', '<urn:x>')
    """
    fitting = [(len(space), name) for name, space in prefixes.items() if iri.startswith(space)]
    if fitting:
        length, name = max(fitting)
        if re.fullmatch(r"[\w/-]+", iri[length:]):
            return f"{name}:{iri[length:]}"
    return f"<{iri}>"


def boolean(truth: bool, form: str) -> str:
    """Return the answer to an ASK query in a format; what is neither JSON nor XML gets the word alone."""
    match form:
        case "json":
            return json.dumps({"head": {}, "boolean": truth}) + "\n"
        case "xml":
            return _sparql_xml(f"<head/>\n<boolean>{str(truth).lower()}</boolean>")
        case "csv" | "tsv":
            return f"{str(truth).lower()}\n"
    return "yes\n" if truth else "no\n"


WRITERS: dict[str, Callable[[Solutions], str]] = {"json": results_json, "xml": results_xml, "csv": results_csv, "tsv": results_tsv}
