import numpy as np
import pandas as pd
import pytest

from riskscore.world.ledger import Ledger
from riskscore.world.selection import DECIDED_BY, RANDOM_SHARE, Memory, choose, new_memory


@pytest.fixture
def ledger() -> Ledger:
    rng = np.random.default_rng(0)
    count = 400
    columns = {
        "shipper": rng.integers(0, 50, count),
        "consignee": rng.integers(50, 90, count),
        "place": rng.integers(0, 5, count),
        "suspicion": rng.normal(size=count),
        "pair_days": np.full(count, 400.0),
        "is_vague": np.zeros(count, dtype=bool),
    }
    return Ledger.of(pd.DataFrame(columns))


def chosen(ledger: Ledger, memory: Memory, *, capacity: int = 20, seed: int = 1, day: int = 50) -> pd.DataFrame:
    pool = np.arange(ledger.count)
    choice = choose(ledger, pool, memory, day, capacity=capacity, rng=np.random.default_rng(seed))
    return pd.DataFrame({"row": choice.rows, "by": DECIDED_BY[choice.by], "probability": choice.probability})


def test_a_unit_stops_as_many_as_it_can_each_once(ledger: Ledger) -> None:
    for seed in range(30):
        stopped = chosen(ledger, new_memory(90, 5), seed=seed)
        assert len(stopped) == 20
        assert stopped["row"].is_unique


def test_a_small_pool_is_stopped_whole() -> None:
    few = Ledger.of(
        pd.DataFrame(
            {name: [0, 0] for name in ("shipper", "consignee", "place")}
            | {"suspicion": [1.0, 2.0], "pair_days": [1.0, 1.0], "is_vague": [True, False]}
        )
    )
    assert sorted(chosen(few, new_memory(1, 1), capacity=9)["row"]) == [0, 1]


def test_random_stops_log_the_probability_they_had(ledger: Ledger) -> None:
    draws = pd.concat([chosen(ledger, new_memory(90, 5), seed=seed).assign(seed=seed) for seed in range(300)])
    random = draws[draws["by"] == "random"]
    assert (random["probability"] == random.groupby("seed")["row"].transform("size") / 400).all()
    assert draws.loc[draws["by"] != "random", "probability"].isna().all()
    assert len(random) / len(draws) == pytest.approx(RANDOM_SHARE, abs=0.02)
    assert random["row"].nunique() > 250


def test_the_most_suspicious_are_stopped(ledger: Ledger) -> None:
    stopped = chosen(ledger, new_memory(90, 5))
    by_hunch = stopped.loc[stopped["by"] == "officer", "row"]
    assert ledger["suspicion"][by_hunch].min() > np.quantile(ledger["suspicion"], 0.9)


def test_a_fresh_find_draws_attention_and_is_forgotten(ledger: Ledger) -> None:
    memory = new_memory(90, 5)
    memory.party[7] = 40
    fresh, stale = chosen(ledger, memory, day=50), chosen(ledger, memory, day=120)
    assert (ledger["shipper"][fresh["row"]] == 7).sum() > (ledger["shipper"][stale["row"]] == 7).sum()
    assert (fresh["by"] == "rule").any()
    assert not (stale["by"] == "rule").any()
