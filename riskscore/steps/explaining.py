"""Explaining: a past score rebuilt from the facts, the model and the code of its day, with all that it is made of."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np

from riskscore.errors import NotReadyError, ScoreNotFoundError
from riskscore.scoring import phrase, reasons_from_json
from riskscore.settings import Settings
from riskscore.steps.evidence import Fact, evidence, parties_of
from riskscore.steps.past import CodeThen, past_of
from riskscore.steps.rebuilding import AT_VERSIONS, KEY, rebuilt, row_of
from riskscore.steps.scoring import Scored
from riskscore.steps.workspace import Workspace, open_workspace

NEAR_DAYS = 30
"""Days before and after in which other scores of a container are looked for, to be named."""


@dataclass(frozen=True)
class FeatureSeen:
    """One feature of the row: its value, what is usual (the median of the day's rows), its push on the score."""

    name: str
    meaning: str
    value: float | None
    usual: float | None
    push: float


@dataclass(frozen=True)
class Why:
    """A rebuilt score with all it is made of."""

    container_number: str
    voyage_id: str
    unit: str
    day: date
    probability: float
    raw: float
    rank: int
    coverage: float
    reasons: list[str]
    features: list[FeatureSeen]
    """Strongest push first."""
    facts: list[Fact]
    parties: dict[str, str]
    """Role -> name, where they were asked for."""
    model: str
    """Name and whole id of the artefact."""
    code: CodeThen
    basis: str
    """AT_VERSIONS or AS_KNOWN."""
    versions: dict[str, int]
    """Table -> version that was read, where that is the basis."""
    differences: list[str]
    """What of the kept score and features is not what was rebuilt; empty where all of it is equal to the bit."""
    same_rows: int
    """Containers of the day whose kept score equals the rebuilt one to the bit."""
    all_rows: int

    @property
    def is_equal(self) -> bool:
        """Tell whether the rebuilt score and features of this container are the kept ones, bit for bit."""
        return not self.differences


def why(settings: Settings, container: str, day: date, *, unit: str = "", voyage: str = "", names: bool = False) -> Why:
    """Rebuild the score that `container` had on `day` and say whether it is the one that was kept.

    All features of the day are computed anew, from facts and never from states. `names` also tells the parties of its
    own consignments. Raises NotReadyError where the day has no scores, ScoreNotFoundError where the container has none
    or several, ArtefactError where its model is gone.
    """
    work = open_workspace(settings)
    kept = _found(work, container.strip().upper(), day, unit=unit.upper(), voyage=voyage.strip())
    past = past_of(work, day, str(kept["model"]))
    again = rebuilt(work, past, day)
    key = (str(kept["voyage_id"]), str(kept["container_number"]))
    row = row_of(again.scores, key)
    told = reasons_from_json(again.scored.reasons([key])[key])
    return Why(
        container_number=key[1],
        voyage_id=key[0],
        unit=str(row["unit"]),
        day=day,
        **{name: float(row[name]) for name in ("probability", "raw", "coverage")},
        rank=int(row["rank"]),
        reasons=list(map(phrase, told)),
        features=_features_seen(again.scored, key),
        facts=evidence(again.lake, key, day),
        parties=parties_of(again.lake, key, day) if names else {},
        model=f"{past.artefact.name}@{past.artefact.artefact_id}",
        code=past.code,
        basis=again.basis,
        versions=dict(past.versions) if again.basis == AT_VERSIONS else {},
        differences=again.differences(key),
        same_rows=again.same_rows,
        all_rows=len(again.kept_scores),
    )


def _found(work: Workspace, container: str, day: date, *, unit: str, voyage: str) -> Mapping[str, Any]:
    """Return the kept score of a container; raise where there is none, or more than one."""
    scores = work.lake.read("container_score", since=day, until=day)
    if scores.empty:
        raise NotReadyError(step="A score", needs="table container_score", day=str(day))
    mine = scores[scores["container_number"] == container]
    mine = mine[mine["unit"] == unit] if unit else mine
    mine = mine[mine["voyage_id"] == voyage] if voyage else mine
    if len(mine) == 1:
        return {str(name): value for name, value in mine.to_dict("records")[0].items()}
    asked = " ".join([container, *(f"for {unit}" for _ in unit[:1]), *(f"on voyage {voyage}" for _ in voyage[:1])])
    if len(mine):
        where = ", ".join(f"{one['voyage_id']} for {one['unit']}" for one in mine.to_dict("records"))
        raise ScoreNotFoundError(
            asked, str(day), why=f"has {len(mine)} scores: {where}", then="Add --voyage or --unit."
        )
    near = work.lake.read(
        "container_score",
        since=day - timedelta(days=NEAR_DAYS),
        until=day + timedelta(days=NEAR_DAYS),
        columns=["score_day", *KEY, "unit"],
        among={"container_number": [container]},
    )
    others = ", ".join(f"{one['score_day']} ({one['voyage_id']}, {one['unit']})" for one in near.to_dict("records"))
    raise ScoreNotFoundError(
        asked,
        str(day),
        why="has no score of that day",
        then=f"It has some of {others}." if others else f"Nor has it any within {NEAR_DAYS} days; check the number.",
    )


def _features_seen(scored: Scored, key: tuple[str, str]) -> list[FeatureSeen]:
    values = scored.artefact.values(scored.features.loc[[key]])
    usual = scored.features.median().to_numpy(dtype=np.float64)
    pushes = scored.artefact.contributions(values)[0, :-1]
    seen = [
        FeatureSeen(name, scored.declared.sentences[name], _known(value), _known(often), float(push))
        for name, value, often, push in zip(scored.artefact.features, values[0], usual, pushes, strict=True)
    ]
    return sorted(seen, key=lambda one: (-abs(one.push), one.name))


def _known(value: float) -> float | None:
    return None if np.isnan(value) else float(value)
