"""What every error raised on purpose is, and how it lists names."""

from collections.abc import Callable, Iterable


class RiskscoreError(Exception):
    """Something the user can understand and act on; the message says what, where, which value, what next."""

    exit_code = 2

    def __reduce__(self) -> tuple[Callable[..., "RiskscoreError"], tuple[type["RiskscoreError"], str]]:
        """Travel between processes as class and message."""
        return _rebuilt, (type(self), str(self))


def _rebuilt(kind: type[RiskscoreError], message: str) -> RiskscoreError:
    error = kind.__new__(kind)
    error.args = (message,)
    return error


def listed(names: Iterable[str]) -> str:
    """Return these names in order."""
    return ", ".join(sorted(map(str, names))) or "none"


def first_few(names: Iterable[str], shown: int = 5) -> str:
    """Return the first of these names, and how many more there are."""
    found = list(dict.fromkeys(map(str, names)))
    more = f" and {len(found) - shown} more" if len(found) > shown else ""
    return (", ".join(found[:shown]) or "none") + more
