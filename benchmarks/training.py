"""Training beside LightGBM alone: python -m benchmarks.training [--rows 200000]."""

import argparse
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import lightgbm
import numpy as np

from benchmarks.demo_home import demo_home
from benchmarks.options import folder, folder_or_temporary, positive, whole_from
from benchmarks.pages import command, machine, offer_write, show
from benchmarks.rounds import Fewest, beside, rounds
from riskscore.errors import TrainingDataError
from riskscore.learning import ModelSpec, TrainingSet, load_spec, train
from riskscore.learning.grow import Lesson
from riskscore.learning.missing import send_missing_with_most_rows
from riskscore.learning.split import plan_days, split_rows
from riskscore.settings import Settings
from riskscore.steps.training import training_rows
from riskscore.steps.workspace import open_workspace

ALONE, WHOLE = "LightGBM alone", "split, trees, calibration, figures, golden rows, record"
LEAST_ROWS = 1_000
"""Of fewer rows a part of the split may hold no find at all."""


def drawn_rows(settings: Settings, rows: int) -> tuple[ModelSpec, TrainingSet]:
    """Return the container model's spec and so many of the demo's labelled rows, repeated where it has fewer."""
    work = open_workspace(settings)
    spec = load_spec(work.project.model("container_risk") / "spec.yaml")
    known = training_rows(work, spec, max(work.lake.row_counts("container_features")))
    places = np.sort(np.random.default_rng(1).integers(0, len(known.labels), rows))
    features = known.features.iloc[places].reset_index(drop=True)
    labels, days = (part.iloc[places].reset_index(drop=True) for part in (known.labels, known.days))
    return spec, TrainingSet(features, labels, days, known_until=known.known_until)


def lesson_of(spec: ModelSpec, rows: TrainingSet) -> Lesson:
    """Return what trees are grown on, as training makes it; raise TrainingDataError where rows do not suffice."""
    ordered = rows.for_spec(spec)
    return Lesson.of(spec, ordered, split_rows(plan_days(spec.split, ordered.days), ordered.days, ordered.labels))


def alone(lesson: Lesson) -> lightgbm.Booster:
    """Grow the same trees on the same rows with LightGBM, and stop where it would."""
    grown_on, watched = lightgbm.Dataset(lesson.grown_on.values, lesson.grown_on.labels), []
    callbacks: list[Callable[..., Any]] = []
    if lesson.patience is not None:
        watched = [lightgbm.Dataset(lesson.watched.values, lesson.watched.labels, reference=grown_on)]
        callbacks = [lightgbm.early_stopping(lesson.patience, verbose=False)]
    return lightgbm.train(dict(lesson.settings), grown_on, lesson.rounds, valid_sets=watched, callbacks=callbacks)


def race(spec: ModelSpec, rows: TrainingSet, times: int) -> dict[str, Fewest]:
    """Return the seconds of both ways; raise AssertionError where they grew other trees."""
    lesson = lesson_of(spec, rows)
    boosters, artefacts = [], []
    ways = {
        ALONE: lambda: boosters.append(alone(lesson)),
        WHOLE: lambda: artefacts.append(train(spec, rows)),
    }
    found = rounds(ways, times)
    assert_same_trees(boosters[-1], artefacts[-1].model_text)
    return found


def assert_same_trees(booster: lightgbm.Booster, model_text: str) -> None:
    """Raise AssertionError unless the trees are those of a model's text, in which missing values have their way."""
    grown = booster.model_to_string(num_iteration=booster.best_iteration)
    expected, found = trees_of(send_missing_with_most_rows(grown)), trees_of(model_text)
    if len(expected) != len(found):
        raise AssertionError(f"{len(found)} trees were grown, by {ALONE} {len(expected)}: the times cannot be compared")
    for number, (tree, other) in enumerate(zip(expected, found, strict=True)):
        if tree != other:
            raise AssertionError(f"Tree {number} is not the one of {ALONE}: the times cannot be compared")


def trees_of(model_text: str) -> list[str]:
    """Return the part of each tree in LightGBM's text."""
    trees, _, _ = model_text.partition("end of trees")
    return re.split(r"(?m)^Tree=", trees)[1:]


def main() -> None:
    """Print what training costs, beside growing the trees alone."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.training", description=__doc__)
    parser.add_argument("--rows", type=whole_from(LEAST_ROWS), default=200_000)
    parser.add_argument("--times", type=positive, default=3)
    parser.add_argument("--folder", type=folder, help="where the demo is kept; a temporary folder by default")
    offer_write(parser, "training.md")
    given = parser.parse_args()
    with folder_or_temporary(given.folder) as place:
        spec, rows = drawn_rows(demo_home(place), given.rows)
    try:
        found = race(spec, rows, given.times)
    except TrainingDataError as error:
        parser.error(f"argument --rows: {given.rows:,} will not do; give more. {error}")
    show("\n".join(_page(found, *rows.features.shape)), "training.md", called=command(parser), keep=given.write)


def _page(found: Mapping[str, Fewest], rows: int, features: int) -> Iterator[str]:
    yield "# Training beside LightGBM growing the trees alone\n"
    yield f"{rows:,} rows x {features} features of invented data, the trees of both asserted equal. {ALONE} is given"
    yield "the arrays that training makes of them; the fewest seconds of some rounds in turn."
    yield f"{machine()}.\n"
    yield beside(found, ALONE)


if __name__ == "__main__":
    main()
