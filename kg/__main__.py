"""Run the command: `kg`, or `python -m kg`."""

import gc
import os
import sys
import threading
from contextlib import suppress


def main() -> None:
    """Run the command, with a collector that does not go through what was just imported: that is a tenth of a short command."""
    gc.set_threshold(100_000, 20, 20)
    from kg.cli import main as run

    leave(run())


def leave(code: int) -> None:
    """End the process without taking apart what the system takes back anyway: that is another tenth."""
    if threading.active_count() > 1 or "multiprocessing" in sys.modules:
        sys.exit(code)  # there may be something to wait for
    for stream in (sys.stdout, sys.stderr):
        with suppress(AttributeError, OSError, ValueError):  # closed before we began, or by whoever read
            stream.flush()
    os._exit(code)


if __name__ == "__main__":
    main()
