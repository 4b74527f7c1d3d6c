"""The command line: `riskscore`, one command a step, in the words of the steps."""

import io
import sys

from riskscore.collecting import without_collecting
from riskscore.errors import RiskscoreError

INTERRUPTED = 130


def main() -> None:
    """Run the command line; leave with 0, 1 (defect), 2 (bad input), 3 (bundle rejected) or 130 (interrupted)."""
    try:
        with without_collecting():
            from riskscore.cli.app import app  # noqa: PLC0415 slow to import; an interrupt meanwhile is one too

        _show_any_character()
        app()
    except RiskscoreError as error:
        _leave(str(error), error.exit_code)
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)
    except Exception as error:  # noqa: BLE001 the last stop: what is shown must not quote data
        from riskscore.cli.faults import told  # noqa: PLC0415 only where something went wrong

        _leave(*told(error))


def _leave(message: str, exit_code: int) -> None:
    print(f"riskscore: {message}", file=sys.stderr)
    sys.exit(exit_code)


def _show_any_character() -> None:
    """Write out a character that the terminal's encoding does not have, where Python would give up."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")
