"""A past day's scores, made again from facts, model and declarations, beside what was kept of them."""

from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
from deltalake.exceptions import DeltaError

from riskscore.errors import LakeAccessError
from riskscore.featureset import FeatureSet
from riskscore.steps.building import chunks
from riskscore.steps.past import Past
from riskscore.steps.scoring import CONTAINER_CONTEXT, Basis, Scored, by_key
from riskscore.steps.workspace import Workspace
from riskscore.store import History, Lake

KEY = ["voyage_id", "container_number"]
AT_VERSIONS = "the versions of the tables that the run of that day read"
AS_KNOWN = "today's tables, as far as they were known at the cut-off of that day"


@dataclass(frozen=True)
class Rebuilt:
    """The whole day, made again, beside what was kept of it."""

    work: Workspace
    lake: Lake
    scored: Scored
    day: date
    basis: str

    @cached_property
    def scores(self) -> pd.DataFrame:
        """The day's scores, made again."""
        return self.scored.table(CONTAINER_CONTEXT)

    @cached_property
    def kept_scores(self) -> pd.DataFrame:
        """The day's scores as they were kept."""
        return self.work.lake.read("container_score", since=self.day, until=self.day)

    @cached_property
    def kept_features(self) -> pd.DataFrame:
        """The day's features as they were kept."""
        return self.work.lake.read("container_features", since=self.day, until=self.day)

    @property
    def same_rows(self) -> int:
        """How many rows of the day have the same score in every column."""
        made, kept = (frame.set_index(KEY).sort_index() for frame in (self.scores, self.kept_scores))
        both = made.index.intersection(kept.index)
        made, kept = made.loc[both], kept.loc[both]
        same = np.ones(len(both), dtype=bool)
        for name in kept.columns.intersection(made.columns):
            same &= (made[name].eq(kept[name]) | (made[name].isna() & kept[name].isna())).to_numpy(dtype=bool)
        return int(same.sum())

    def differences(self, key: tuple[str, str]) -> list[str]:
        """Say what of this row differs from what was kept."""
        made = {**row_of(self.scores, key), **row_of(self.scored.kept.reset_index(), key)}
        kept = {**row_of(self.kept_scores, key), **row_of(self.kept_features, key)}
        named = [name for name in sorted({*made, *kept} - {"score_day"}) if not _same(made.get(name), kept.get(name))]
        return [f"{name}: kept {kept.get(name, 'nothing')}, rebuilt {made.get(name, 'nothing')}" for name in named]


def rebuilt(work: Workspace, past: Past, day: date) -> Rebuilt:
    """Make the day again from the versions of its tables; from what was known by then where those are gone."""
    if past.versions:
        try:
            return _made_again(work, work.lake.at(past.versions), past, day, AT_VERSIONS)
        except (DeltaError, OSError, LakeAccessError):
            pass  # housekeeping removes old versions; an object store that does not answer fails below too
    return _made_again(work, work.lake, past, day, AS_KNOWN)


def _made_again(work: Workspace, lake: Lake, past: Past, day: date, basis: str) -> Rebuilt:
    declared: FeatureSet = work.project.feature_sets["container"]
    history = History(lake, day, work.settings.cutoff_hour)
    kept = by_key(_features(work, lake, declared, day), declared)
    scored = Scored(
        work,
        "container",
        day,
        explained_share=past.explained_share,
        basis=Basis(history, past.artefact, kept),
    )
    made = Rebuilt(work, lake, scored, day, basis)
    _ = made.scores  # read while a missing file still leads to the other basis
    return made


def _features(work: Workspace, lake: Lake, declared: FeatureSet, day: date) -> pd.DataFrame:
    """Compute every feature of a day from facts alone, a long past in legs that fit in memory."""

    def until(last: date) -> History:
        return History(lake, last, work.settings.cutoff_hour)

    arrived = until(day).rows_by_day(declared.tables)
    state = None
    for leg in chunks(sorted(known for known in arrived if known < day), arrived)[:-1]:
        state = declared.carry(until(leg[-1]), leg[-1], state, crew=work.crew)
    return declared.advance(until(day), [day], state, crew=work.crew)[0]


def row_of(frame: pd.DataFrame, key: tuple[str, str]) -> dict[str, Any]:
    """Return the cells of one container's row, by column; empty where there is none."""
    found = frame[(frame["voyage_id"] == key[0]) & (frame["container_number"] == key[1])]
    return {str(name): value for one in found.to_dict("records") for name, value in one.items()}


def _same(one: Any, other: Any) -> bool:
    return bool(one == other) or bool(pd.isna(one) and pd.isna(other))
