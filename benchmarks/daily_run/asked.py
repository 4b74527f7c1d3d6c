"""The entities that a day asks about, by number: each string of the history is looked up once, all else is numbers."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pandas as pd

Numbers = npt.NDArray[np.int64]
"""Of each row its entity, a number from 0 on; -1 where nobody asks about it."""

PORT, PORTS = "transhipment_port", "transhipment_ports"
PAIRS: Mapping[str, tuple[str, str]] = {
    "pair_id": ("shipper_id", "consignee_id"),
    "lane_id": ("hs6", "port_of_loading"),
    "shipper_route_id": ("shipper_id", PORT),
}
"""Entities that are two others together."""


def last_port(ports: pd.Series) -> pd.Series:
    """Return the transhipment port passed last."""
    return ports.str.replace(r"^.* ", "", regex=True)


def made_of(by: str | None) -> set[str]:
    """Return the columns of the papers that an entity is made of."""
    return {PORTS if part == PORT else part for part in PAIRS.get(str(by), (by,)) if part}


@dataclass
class Asked:
    """Every entity that the rows of a day ask about, of any kind."""

    rows: pd.DataFrame
    _known: dict[str, pd.Index] = field(default_factory=dict, init=False)
    _numbered: "Numbered" = field(init=False)

    def __post_init__(self) -> None:
        self._numbered = Numbered(self, self.rows)

    def of_rows(self, by: str | None) -> Numbers:
        """Return the entity of each row that asks."""
        return self._numbered.by(by)

    def count(self, by: str | None) -> int:
        """Return how many entities of a kind there are; the stream as a whole is one."""
        return 1 if by is None else len(self.known(by))

    def known(self, by: str) -> pd.Index:
        """Return the entities of a kind in the order of their numbers."""
        if by not in self._known:
            made = self._numbered.pairs(by) if by in PAIRS else self.rows[by].dropna()
            self._known[by] = pd.Index(made).unique()
        return self._known[by]


@dataclass
class Numbered:
    """Events whose entities are looked up when they are first asked for."""

    asked: Asked
    events: pd.DataFrame
    _found: dict[str, Numbers] = field(default_factory=dict, init=False)

    def by(self, by: str | None) -> Numbers:
        """Return the entity of each event."""
        if by is None:
            return np.zeros(len(self.events), dtype=np.int64)
        if by not in self._found:
            self._found[by] = self._of_pairs(by) if by in PAIRS else self._of_column(by)
        return self._found[by]

    def pairs(self, by: str) -> Numbers:
        """Return the pair of entities of each event that has one of which both are asked about, as one number."""
        first, second = (self.by(part) for part in PAIRS[by])
        return (first * self.asked.count(PAIRS[by][1]) + second)[(first >= 0) & (second >= 0)]

    def _of_column(self, by: str) -> Numbers:
        where, values = pd.factorize(self.events[PORTS if by == PORT else by])
        found = pd.Series(values)
        numbers = self.asked.known(by).get_indexer(pd.Index(last_port(found) if by == PORT else found))
        return np.append(numbers, -1)[where]

    def _of_pairs(self, by: str) -> Numbers:
        first, second = (self.by(part) for part in PAIRS[by])
        numbers = np.full(len(self.events), -1)
        numbers[(first >= 0) & (second >= 0)] = self.asked.known(by).get_indexer(pd.Index(self.pairs(by)))
        return numbers
