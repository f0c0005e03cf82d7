"""Run the command: `kg`, or `python -m kg`."""

import gc


def main() -> None:
    """Run the command, with a collector that does not go through what was just imported: that is a tenth of a short command."""
    gc.set_threshold(100_000, 20, 20)
    from kg.cli import main as run

    run()


if __name__ == "__main__":
    main()
