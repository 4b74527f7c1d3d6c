"""The command line: `riskscore`, one command a step, in the words of the steps."""

import os
import sys
import traceback

from riskscore.errors import RiskscoreError

DEFECT, INTERRUPTED = 1, 130


def main() -> None:
    """Run the command line; leave with 0, 1 (defect), 2 (bad input), 3 (bundle rejected) or 130 (interrupted)."""
    from riskscore.cli.app import app  # noqa: PLC0415 imports pandas, so `riskscore` starts and stops cleanly first

    try:
        app()
    except RiskscoreError as error:
        print(f"riskscore: {error}", file=sys.stderr)
        sys.exit(error.exit_code)
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)
    except Exception as error:  # noqa: BLE001 the last stop: what is shown must not quote data
        print(_defect(error), file=sys.stderr)
        sys.exit(DEFECT)


def _defect(error: Exception) -> str:
    """Say where it went wrong without the message, which may quote a party's name."""
    if os.environ.get("RISKSCORE_DEBUG"):
        return "".join(traceback.format_exception(error))
    where = traceback.extract_tb(error.__traceback__)[-1]
    return (
        f"riskscore: {type(error).__name__} at {where.filename}:{where.lineno} in {where.name}. This is a defect: "
        "report it. Set RISKSCORE_DEBUG=1 to see everything, which may show names of parties."
    )
