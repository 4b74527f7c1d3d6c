"""Filling a queue: who comes first, what it costs, that row order never matters and that the draw is fair."""

from collections.abc import Callable
from datetime import date
from random import Random

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import chisquare

from riskscore.errors import QueueError
from riskscore.queues import MANDATORY, QUEUE_COLUMNS, RANDOM, SCORE, UnitPolicy, fill_queue
from riskscore.queues.queue import _drawn, _ticket, expected_value

DAY = date(2026, 4, 30)
MakePolicy = Callable[..., UnitPolicy]
MakeCandidates = Callable[..., pd.DataFrame]


def fill(candidates: pd.DataFrame, policy: UnitPolicy, seed: int = 1, unit: str = "NLRTM") -> pd.DataFrame:
    return fill_queue(candidates, policy, seed=seed, unit=unit, day=DAY)


def slow_choice(candidates: pd.DataFrame, policy: UnitPolicy) -> list[tuple[str, str]]:
    """Choose by score the obvious way, one row at a time, rules left out."""
    cost = {"22G1": 3.0, "45R1": 5.0, "22T6": 7.0}
    ranked = sorted(
        candidates.to_dict("records"),
        key=lambda row: (
            -(row["probability"] * policy.find_value_hours - cost[row["container_type"]]),
            -row["raw"],
            -row["probability"],
            row["voyage_id"],
            row["container_number"],
        ),
    )
    return [(row["voyage_id"], row["container_number"]) for row in ranked[: policy.capacity - policy.random_slots]]


def keys(queue: pd.DataFrame) -> list[tuple[str, str]]:
    return list(zip(queue["voyage_id"], queue["container_number"], strict=True))


def test_columns_and_types_are_those_promised(make_candidates: MakeCandidates, make_policy: MakePolicy) -> None:
    for candidates in (make_candidates(50), make_candidates(0), pd.DataFrame()):
        queue = fill(candidates, make_policy())
        assert {name: str(kind) for name, kind in queue.dtypes.items()} == QUEUE_COLUMNS


def test_mandatory_then_score_then_random(make_candidates: MakeCandidates, make_policy: MakePolicy) -> None:
    hit = np.zeros(50)
    hit[[10, 40]] = 1
    queue = fill(make_candidates(50, container_number_seizures_90d=hit), make_policy())
    assert queue["why"].tolist() == [MANDATORY] * 2 + [SCORE] * 6 + [RANDOM] * 2
    assert queue["position"].tolist() == list(range(1, 11))
    assert queue["selection_probability"].tolist() == [1.0] * 8 + [2 / 42] * 2
    assert not queue["over_capacity"].any()


def test_mandatory_hits_stand_in_the_order_of_the_rules(
    make_candidates: MakeCandidates, make_policy: MakePolicy
) -> None:
    seized = np.array([0, 0, 1, 0, 1], dtype=float)
    consignee = np.array([0, 1, 1, 1, 0], dtype=float)
    candidates = make_candidates(
        5,
        container_number_seizures_90d=seized,
        consignee_seizures_30d=consignee,
        probability=[0.9, 0.5, 0.1, 0.6, 0.2],
        container_type="22G1",
    )
    queue = fill(candidates, make_policy())
    assert queue["container_number"].str[-1].tolist()[:4] == ["4", "2", "3", "1"]
    assert queue["rule"].tolist()[:4] == [
        "container_seized",
        "container_seized consignee_seized",
        "consignee_seized",
        "consignee_seized",
    ]


def test_mandatory_hits_over_the_capacity_are_all_listed_and_marked(
    make_candidates: MakeCandidates, make_policy: MakePolicy
) -> None:
    queue = fill(make_candidates(13, consignee_seizures_30d=1.0), make_policy())
    assert queue["why"].tolist() == [MANDATORY] * 13
    assert queue["over_capacity"].tolist() == [False] * 10 + [True] * 3


def test_the_last_place_left_by_mandatory_hits_goes_to_the_random_share(
    make_candidates: MakeCandidates, make_policy: MakePolicy
) -> None:
    hit = np.array([1.0] * 9 + [0.0] * 41)
    queue = fill(make_candidates(50, consignee_seizures_30d=hit), make_policy())
    assert queue["why"].tolist() == [MANDATORY] * 9 + [RANDOM]
    assert queue["selection_probability"].iloc[-1] == 1 / 41


def test_expected_value_is_worth_less_cost_by_type_group(
    make_candidates: MakeCandidates, make_policy: MakePolicy
) -> None:
    types = ["22G1", "45R1", "22T6", None, "????"]
    candidates = make_candidates(5, probability=0.25, container_type=types)
    assert expected_value(candidates, make_policy()).tolist() == [22.0, 20.0, 18.0, 22.0, 22.0]


def test_the_score_share_equals_the_obvious_choice(make_candidates: MakeCandidates, make_policy: MakePolicy) -> None:
    candidates = make_candidates(200, probability=np.random.default_rng(3).integers(0, 4, 200) / 20, raw=0.0)
    queue = fill(candidates, make_policy(capacity=60))
    assert keys(queue[queue["why"] == SCORE]) == slow_choice(candidates, make_policy(capacity=60))


def test_ties_fall_to_raw_then_probability_then_voyage_then_container(make_policy: MakePolicy) -> None:
    rows = [
        ("V2", "B", 0.10, 1.0, "22G1"),
        ("V1", "C", 0.10, 1.0, "22G1"),
        ("V1", "A", 0.10, 1.0, "22G1"),
        ("V9", "Z", 0.10, 2.0, "22G1"),
        ("V9", "Y", 0.15, 1.0, "45R1"),
        ("V9", "X", 0.12, 0.0, "22G1"),
    ]
    columns = ["voyage_id", "container_number", "probability", "raw", "container_type"]
    policy = make_policy(capacity=20, rules=[], find_value_hours=40)  # 0.15 x 40 - 5 = 0.10 x 40 - 3
    queue = fill(pd.DataFrame(rows, columns=columns), policy)
    assert queue["container_number"].tolist() == ["X", "Z", "Y", "A", "C", "B"]


@pytest.mark.parametrize("count", [1, 7, 9, 10, 11])
def test_a_day_with_few_candidates_lists_what_there_is(
    make_candidates: MakeCandidates, make_policy: MakePolicy, count: int
) -> None:
    queue = fill(make_candidates(count), make_policy())
    assert len(queue) == min(count, 10)
    drawn = queue[queue["why"] == RANDOM]
    assert len(drawn) == min(max(count - 8, 0), 2)
    assert (drawn["selection_probability"] == len(drawn) / max(count - 8, 1)).all()


def test_capacity_nought_lists_mandatory_hits_alone(make_candidates: MakeCandidates, make_policy: MakePolicy) -> None:
    hit = np.array([0.0, 1.0, 0.0])
    queue = fill(make_candidates(3, consignee_seizures_30d=hit), make_policy(capacity=0))
    assert queue[["why", "over_capacity"]].to_numpy().tolist() == [[MANDATORY, True]]


@settings(max_examples=30, deadline=None)
@given(
    count=st.integers(0, 30),
    capacity=st.integers(0, 35),
    share=st.floats(0.01, 0.99),
    hits=st.integers(0, 12),
    order=st.randoms(use_true_random=False),
    data_seed=st.integers(0, 2**32 - 1),
)
def test_row_order_never_matters_and_capacity_holds(
    make_candidates: MakeCandidates,
    make_policy: MakePolicy,
    count: int,
    capacity: int,
    share: float,
    hits: int,
    order: Random,
    data_seed: int,
) -> None:
    candidates = make_candidates(count, seed=data_seed, consignee_seizures_30d=(np.arange(count) < hits).astype(float))
    candidates["probability"] = candidates["probability"].round(2)
    policy = make_policy(capacity=capacity, random_share=share)
    queue = fill(candidates, policy)
    shuffled = list(range(count))
    order.shuffle(shuffled)
    pd.testing.assert_frame_equal(fill(candidates.iloc[shuffled], policy), queue)
    chosen = queue[queue["why"] != MANDATORY]
    mandatory = min(hits, count)
    assert len(queue) == min(count, max(capacity, mandatory))
    assert len(chosen) <= max(capacity - mandatory, 0)
    assert not queue.duplicated(["voyage_id", "container_number"]).any()
    assert queue["selection_probability"].between(0, 1, inclusive="right").all()


def test_the_input_is_left_alone(make_candidates: MakeCandidates, make_policy: MakePolicy) -> None:
    candidates = make_candidates(20)
    before = candidates.copy(deep=True)
    fill(candidates, make_policy())
    pd.testing.assert_frame_equal(candidates, before)


def drawn(candidates: pd.DataFrame, policy: UnitPolicy, seed: int = 1, unit: str = "NLRTM") -> set[tuple[str, str]]:
    queue = fill(candidates, policy, seed, unit)
    return set(keys(queue[queue["why"] == RANDOM]))


def test_another_seed_unit_or_day_draws_others(make_candidates: MakeCandidates, make_policy: MakePolicy) -> None:
    candidates, policy = make_candidates(500), make_policy(capacity=20, random_share=0.5)
    usual = drawn(candidates, policy)
    other_day = fill_queue(candidates, policy, seed=1, unit="NLRTM", day=date(2026, 5, 1))
    assert usual != drawn(candidates, policy, seed=2)
    assert usual != drawn(candidates, policy, unit="BEANR")
    assert usual != set(keys(other_day[other_day["why"] == RANDOM]))


def test_another_process_draws_the_same() -> None:
    assert _ticket(b"key", "V1", "ABCU0000001").hex() == "090dd64d837089461dff48d49f50e18c"


def test_the_length_keeps_voyage_and_container_apart() -> None:
    assert _ticket(b"key", "V1", "2ABCU") != _ticket(b"key", "V12", "ABCU")


def test_every_candidate_is_drawn_equally_often(make_candidates: MakeCandidates) -> None:
    """500 draws of 5 out of 25, as independent as true ones: chi-square of the counts and of how often pairs meet."""
    candidates = make_candidates(25)
    draws = pd.concat(_drawn(candidates, 5, f"{seed}/NLRTM/2026-04-30").assign(seed=seed) for seed in range(500))
    assert (draws["selection_probability"] == 5 / 25).all()
    is_drawn = pd.crosstab(draws["container_number"], draws["seed"]).to_numpy()
    assert (is_drawn.sum(axis=0) == 5).all()
    # Without replacement the counts vary less than multinomial ones, by (n - k) / (n - 1): scale the statistic.
    statistic = chisquare(is_drawn.sum(axis=1)).statistic * 24 / 20
    assert 8.1 < statistic < 51.2  # the middle 99.8 % at 24 degrees of freedom
    pairs = (is_drawn @ is_drawn.T)[np.triu_indices(25, k=1)]
    assert len(is_drawn) == 25
    assert abs(pairs.mean() - 500 * 5 / 25 * 4 / 24) < 1e-9
    assert 0.8 < pairs.var() / pairs.mean() < 1.2  # near Poisson: no two are drawn together more often than chance


@pytest.mark.parametrize(
    ("column", "values", "why"),
    [
        ("probability", [0.1, np.nan, 0.2], r"no number from 0 to 1 of: V1/ABCU0000001\. Score the day again"),
        ("probability", [0.1, 1.2, -0.2], "no number from 0 to 1 of: V1/ABCU0000001, V2/ABCU0000002"),
        ("raw", [0.1, np.inf, 0.2], "no finite number of: V1/ABCU0000001"),
        ("raw", [np.nan, 0.1, 0.2], "no finite number of: V0/ABCU0000000"),
        ("voyage_id", ["V0", None, "V2"], "without voyage or container: nan/ABCU0000001"),
    ],
)
def test_unusable_candidates_are_refused_by_id(
    make_candidates: MakeCandidates, make_policy: MakePolicy, column: str, values: list[object], why: str
) -> None:
    with pytest.raises(QueueError, match="Queue of NLRTM on 2026-04-30: .*" + why):
        fill(make_candidates(3, **{column: values}), make_policy())


def test_a_key_that_stands_twice_is_refused(make_candidates: MakeCandidates, make_policy: MakePolicy) -> None:
    with pytest.raises(QueueError, match="stand there twice: V1/A"):
        fill(make_candidates(3, voyage_id=["V1", "V1", "V2"], container_number="A"), make_policy())


def test_many_bad_rows_are_counted_not_all_named(make_candidates: MakeCandidates, make_policy: MakePolicy) -> None:
    with pytest.raises(QueueError, match="ABCU0000020 and 45 more"):
        fill(make_candidates(50, probability=np.nan), make_policy())


def test_missing_columns_are_named(make_candidates: MakeCandidates, make_policy: MakePolicy) -> None:
    with pytest.raises(QueueError, match="lack column\\(s\\): raw, container_type"):
        fill(make_candidates(3).drop(columns=["raw", "container_type"]), make_policy())
