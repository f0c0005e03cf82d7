"""A knowledge graph of arms-trade relationships that shows its evidence.

`open_graph()` gives the built graph to Python; everything it needs is imported only then.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from kg.errors import KgError
    from kg.graph import Graph, open_graph

__all__ = ["Graph", "KgError", "open_graph"]


def __getattr__(name: str) -> Any:
    """Return a public name, importing its module only now: the command line must not pay for it."""
    if name == "KgError":
        from kg.errors import KgError

        return KgError
    if name in __all__:
        from kg import graph

        return getattr(graph, name)
    raise AttributeError(f"module 'kg' has no attribute '{name}'")
