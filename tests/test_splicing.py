"""Files are taken apart into exactly their records and put together again, or not at all."""

from __future__ import annotations

import pytest

from kg.splicing import Cut, Order, cut_gexf, cut_graphml, cut_jsonld, cut_table, cut_trig, cut_turtle, splice

TURTLE = b'@prefix e: <https://e.example/> .\ne:a e:p "x { ." ;\n\te:q e:b .\ne:b e:p "}" .\n'
TRIG = TURTLE + b'e:g {\n\te:a e:p 1 .\n\te:b e:p 2 .\n}\ne:h {\n\te:c e:p "}" .\n}\n'
JSONLD = b'{"@context": {\n "a": "b",\n "c": "d"\n},\n"@graph": [\n{"@id":"a"},\n{"@id":"b"}\n]}\n'
GEXF = b'<gexf>\n<nodes>\n<node id="a"/>\n</nodes>\n<edges>\n<edge id="b"/>\n<edge id="c"/>\n</edges>\n</graph>\n</gexf>\n'
GRAPHML = (b'<graphml>\n  <graph edgedefault="directed">\n    <node id="a">\n      <data>\n</data>\n    </node>\n'
           b'    <edge id="b">\n    </edge>\n  </graph>\n</graphml>\n')
TABLE = b"id,says\na,one\nb,two\n"


@pytest.mark.parametrize(("cut", "data", "records"), [
    (cut_turtle, TURTLE, 2), (cut_trig, TRIG, 4), (cut_trig, TURTLE, 2), (cut_jsonld, JSONLD, 2),
    (cut_gexf, GEXF, 4), (cut_graphml, GRAPHML, 3), (cut_table, TABLE, 2)])
def test_a_file_is_its_records_between_head_and_foot(cut: Cut, data: bytes, records: int) -> None:
    pieces = cut(data)
    assert len(pieces.records) == records
    assert pieces.holding(pieces.records) == data


@pytest.mark.parametrize(("cut", "data"), [(cut_turtle, TURTLE), (cut_trig, TRIG), (cut_jsonld, JSONLD), (cut_gexf, GEXF),
                                          (cut_graphml, GRAPHML), (cut_table, TABLE)])
def test_a_file_that_breaks_off_is_not_taken_apart(cut: Cut, data: bytes) -> None:
    with pytest.raises(ValueError, match="end"):
        cut(data[:-2])


def test_touched_records_are_exchanged_removed_and_added_in_their_order() -> None:
    order = Order(["a", "b", "c"], ["a", "ab", "c", "d"], {"ab", "b", "c", "d"})
    found = splice(b"id\na1\nb1\nc1\n", b"id\nab2\nc2\nd2\n", order, cut_table)
    assert found is not None
    assert (found.data, found.gone, found.came) == (b"id\na1\nab2\nc2\nd2\n", b"id\nb1\nc1\n", b"id\nab2\nc2\nd2\n")


def test_records_can_go_without_any_that_come() -> None:
    found = splice(TABLE, b"", Order(["a", "b"], ["a"], {"b"}), cut_table)
    assert found is not None
    assert (found.data, found.gone, found.came) == (b"id,says\na,one\n", b"id,says\nb,two\n", b"")


@pytest.mark.parametrize(("before", "came", "order"), [
    (TABLE, b"", Order(["a"], ["a"], set())),                               # a record more than there are names
    (TABLE, b"", Order(["a", "b", "c"], ["a", "b"], {"c"})),                # one less
    (TABLE, b"id,says\nc,x\nd,x\n", Order(["a", "b"], ["a", "b", "c"], {"c"})),  # one more came than should
    (TABLE, b"id,said\nb,x\n", Order(["a", "b"], ["a", "b"], {"b"})),      # other columns
    (TABLE, b"", Order(["a", "b"], ["a", "b", "c"], set())),                # one that is nowhere
    (b'id,says\na,"one\nline"\nb,two\n', b"", Order(["a", "b"], ["a", "b"], set())),
    (b"", b"", Order([], [], set())),
])
def test_what_does_not_fit_is_not_spliced(before: bytes, came: bytes, order: Order) -> None:
    assert splice(before, came, order, cut_table) is None
