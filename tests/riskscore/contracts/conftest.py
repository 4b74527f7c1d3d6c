"""A small contract with every kind of column and rule, a smaller one, and rows that keep them."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from riskscore.contracts import Contract, Vocabulary, load_contract

FIXTURES = Path(__file__).parent / "fixtures"

Rows = Callable[..., pd.DataFrame]


@pytest.fixture(scope="session")
def vocabulary() -> Vocabulary:
    return Vocabulary(
        code_lists={"port": frozenset({"NLRTM", "BEANR", "DEHAM"})},
        checks={"is_short": lambda texts: texts.str.len() <= 11},
    )


@pytest.fixture(scope="session")
def parcels(vocabulary: Vocabulary) -> Contract:
    return load_contract(FIXTURES / "parcels.odcs.yaml", vocabulary=vocabulary)


@pytest.fixture(scope="session")
def few(parcels: Contract) -> Contract:
    """Half the columns and no rules across them: a check costs what its rules cost."""
    kept = ("parcel_id", "line", "holder", "port", "via", "weight_kg")
    return replace(parcels, columns=tuple(column for column in parcels.columns if column.name in kept), row_rules=())


@pytest.fixture
def few_rows(few: Contract, good_rows: Rows) -> Rows:
    """Return a function that makes n rows keeping the smaller contract, with columns replaced."""
    return lambda count, **columns: good_rows(count, **columns)[list(few.column_names)]


@pytest.fixture
def good_rows() -> Rows:
    """Return a function that makes n rows keeping the contract, with columns replaced."""

    def made(count: int, **columns: object) -> pd.DataFrame:
        rows = pd.DataFrame(
            {
                "parcel_id": [f"P{number}" for number in range(count)],
                "line": "1",
                "holder": "INVENTED CO",
                "port": "NLRTM",
                "via": "",
                "terms": "collect",
                "weight_kg": "12.5",
                "is_empty": "false",
                "packed_on": "2026-01-01",
                "sent_at": "2026-01-02T10:00:00Z",
                "seen_at": "",
                "stamp": "",
            },
            index=range(count),
            dtype="str",
        )
        return rows.assign(**columns)

    return made
