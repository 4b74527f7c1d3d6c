"""A place in a contract file: where a clause stands, and how it is refused."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel

from riskscore.errors import ContractClauseError


@dataclass(frozen=True)
class Place:
    """A clause of a contract file, by the path that leads to it."""

    file: str
    path: str = "top level"

    def at(self, path: str) -> "Place":
        """Return the place one step further in."""
        return Place(self.file, path if self.path == "top level" else f"{self.path}, {path}")

    def refused(self, value: object, problem: str, remedy: str) -> ContractClauseError:
        """Return the error that says what is wrong here and what to do."""
        return ContractClauseError(file=self.file, where=self.path, value=value, problem=problem, remedy=remedy)

    def only(self, element: BaseModel, allowed: Collection[str]) -> None:
        """Refuse an element with a key that this dialect does not read."""
        self.only_keys(element.model_fields_set, allowed)

    def only_keys(self, found: Collection[str], allowed: Collection[str]) -> None:
        """Refuse keys that this dialect does not read."""
        if unread := sorted(set(map(str, found)) - set(allowed)):
            raise self.refused(
                ", ".join(unread),
                "nothing here reads this key, so what it says would not be checked",
                f"Remove it or use one of {', '.join(sorted(allowed))} (riskscore/contracts/README.md).",
            )

    def text(self, value: Any, what: str) -> str:
        """Return a non-empty text, or refuse what is not one."""
        if not isinstance(value, str) or not value.strip():
            raise self.refused(value, f"{what} must be a text", "Write one; quote what YAML reads as something else.")
        return value

    def one_of(self, value: Any, allowed: Collection[str], what: str) -> str:
        """Return a value that is one of the allowed ones, or refuse it."""
        if not isinstance(value, str) or value not in allowed:
            raise self.refused(value, f"{what} is unknown", f"Use one of {', '.join(sorted(allowed))}.")
        return value
