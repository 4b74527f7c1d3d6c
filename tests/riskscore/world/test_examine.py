import numpy as np
import pytest

from riskscore.world.examine import CARGO, HONEST, METHODS, SEEN, SMUGGLING, cargo_kind, examine, finds
from riskscore.world.tables import goods

THINGS = np.arange(60_000)


def of(kind: str) -> np.ndarray:
    return np.full(len(THINGS), CARGO.index(kind))


def test_clean_containers_never_show_contraband() -> None:
    shown = examine(1, THINGS, of("light"), np.full(len(THINGS), HONEST))
    assert not shown["outcome"].eq("contraband").any()
    assert not shown["later_outcome"].eq("contraband").any()


@pytest.mark.parametrize("method", SMUGGLING)
@pytest.mark.parametrize("way", ["xray", "physical", "dog"])
def test_each_way_of_looking_finds_its_share(method: str, way: str) -> None:
    shown = examine(1, THINGS, of("reefer"), np.full(len(THINGS), SMUGGLING.index(method)))
    clear = shown[(shown["method"] == way) & (shown["outcome"] != "inconclusive")]
    expected = SEEN[list(METHODS).index(way), SMUGGLING.index(method)]
    assert (clear["outcome"] == "contraband").mean() == pytest.approx(expected, abs=0.02)


def test_finds_are_the_contraband_outcomes() -> None:
    hidden = THINGS % 5 - 1
    shown = examine(3, THINGS, of("dense"), hidden)
    assert (finds(3, THINGS, of("dense"), hidden) == shown["outcome"].eq("contraband")).all()


def test_the_company_of_other_things_changes_nothing() -> None:
    hidden = THINGS % 5 - 1
    whole = examine(3, THINGS, of("light"), hidden)
    some = examine(3, THINGS[100:50:-1], of("light")[:50], hidden[100:50:-1])
    assert some["outcome"].to_list() == whole["outcome"].iloc[100:50:-1].to_list()


def test_what_was_not_examined_has_a_reason_and_no_method() -> None:
    shown = examine(1, THINGS, of("light"), np.full(len(THINGS), HONEST))
    missed = shown["outcome"] == "not_examined"
    assert missed.mean() == pytest.approx(0.05, abs=0.01)
    assert (shown["method"].isna() == missed).all()
    assert (shown["reason_code"].notna() == missed).all()


def test_dense_goods_are_not_put_before_x_rays_first() -> None:
    steel = goods().index[goods()["hs6"] == "720449"].to_numpy()
    fruit = goods().index[goods()["hs6"] == "080390"].to_numpy()
    assert [CARGO[kind] for kind in cargo_kind(np.concatenate([steel, fruit]))] == ["dense", "reefer"]
    shown = examine(1, THINGS, of("dense"), np.full(len(THINGS), HONEST))
    assert shown["method"].value_counts(normalize=True)["physical"] > 0.5
