"""The code lists and checks that a contract may name."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache

import pandas as pd

from riskscore import reference

Check = Callable[[pd.Series], pd.Series]
"""Texts -> whether each passes; vectorised, null is False."""

CHECKS: Mapping[str, Check] = {
    "container_number": reference.valid_container_numbers,
    "container_type": reference.valid_container_types,
    "imo_number": reference.valid_imo_numbers,
}
"""Checks of the reference data. To add one: write the function there, add a line here and in README.md."""

CODE_LISTS = ("container_type", "country", "hs6", "locode", "seaport")
"""Code lists of the reference data."""


class ReferenceLists(Mapping[str, frozenset[str]]):
    """The shipped code lists by name, each read when first asked for."""

    def __getitem__(self, name: str) -> frozenset[str]:
        if name not in CODE_LISTS:
            raise KeyError(name)
        return reference.code_list(name)

    def __iter__(self) -> Iterator[str]:
        return iter(CODE_LISTS)

    def __len__(self) -> int:
        return len(CODE_LISTS)


@dataclass(frozen=True)
class Vocabulary:
    """What the names in `codeList` and `check` stand for."""

    code_lists: Mapping[str, frozenset[str]]
    checks: Mapping[str, Check]


@cache
def shipped() -> Vocabulary:
    """Return the vocabulary of the shipped reference data."""
    return Vocabulary(ReferenceLists(), CHECKS)
