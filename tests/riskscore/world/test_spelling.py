import numpy as np
import pandas as pd
import pytest

from riskscore.entities import normalise_name
from riskscore.world.spelling import CHANGES, respell

NAME = "Zumbrel Inventada Exportación S.A."


def spellings(count: int) -> list[str]:
    rng = np.random.default_rng(1)
    return [respell(NAME, rng) for _ in range(count)]


def test_one_name_is_written_in_many_ways() -> None:
    found = set(spellings(500))
    assert len(found) > 20
    assert NAME in found


def test_most_spellings_are_one_name_once_normalised() -> None:
    known = normalise_name(pd.Series([NAME], dtype="str")).iloc[0]
    found = normalise_name(pd.Series(spellings(1000), dtype="str"))
    assert 0.5 < (found == known).mean() < 1


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.__name__)
@pytest.mark.parametrize("name", [NAME, "A b", "Ünal Hayali Gıda A.Ş."])
def test_every_change_leaves_a_name(change: object, name: str) -> None:
    rng = np.random.default_rng(2)
    assert all(change(name, rng).strip() for _ in range(50))  # type: ignore[operator]  # a function of CHANGES
