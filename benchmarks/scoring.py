"""Scoring with reasons beside LightGBM's own predict: python -m benchmarks.scoring [--rows 100000 --share 0.02]."""

import argparse
from collections.abc import Iterator, Mapping

import numpy as np
import pandas as pd
from lightgbm import Booster

from benchmarks.demo_home import demo_home
from benchmarks.options import folder, folder_or_temporary, positive, share
from benchmarks.pages import command, machine, offer_write, show
from benchmarks.rounds import Fewest, beside, rounds
from riskscore.learning import Artefact, load
from riskscore.scoring import explain, reasons_to_json, score
from riskscore.settings import Settings
from riskscore.steps.workspace import open_workspace

PREDICT, SCORED, REASONED = "LightGBM's predict", "scores, ranks, coverage", "the same, and reasons of the riskiest"


def drawn_features(settings: Settings, artefact: Artefact, rows: int) -> pd.DataFrame:
    """Return so many rows of the demo's features, drawn with repetition where it has fewer."""
    kept = open_workspace(settings).lake.read("container_features")[list(artefact.features)]
    drawn = np.random.default_rng(1).integers(0, len(kept), rows)
    return kept.iloc[drawn].set_axis(pd.RangeIndex(rows))


def race(settings: Settings, *, rows: int, share: float, times: int) -> dict[str, Fewest]:
    """Return the seconds of each way of scoring the same rows."""
    place = settings.artefacts / "container_risk"
    artefact = load(place / max(place.glob("*.current")).read_text().strip())
    features = drawn_features(settings, artefact, rows)
    sentences = open_workspace(settings).project.feature_sets["container"].sentences
    values, booster = artefact.values(features), Booster(model_str=artefact.model_text)

    crew = open_workspace(settings).crew

    def with_reasons() -> list[str]:
        scored = score(artefact, features, crew=crew)
        riskiest = features[scored["rank"] <= np.ceil(share * rows)]
        return [
            reasons_to_json(reasons) for reasons in explain(artefact, riskiest, sentences, peers=features, crew=crew)
        ]

    ways = {
        PREDICT: lambda: booster.predict(values, raw_score=True),
        SCORED: lambda: score(artefact, features, crew=crew),
        REASONED: with_reasons,
    }
    return rounds(ways, times)


def main() -> None:
    """Print what scoring costs, beside LightGBM's predict of the same rows."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.scoring", description=__doc__)
    parser.add_argument("--rows", type=positive, default=100_000)
    parser.add_argument("--share", type=share, default=0.02, help="of the rows, how many get reasons")
    parser.add_argument("--times", type=positive, default=5)
    parser.add_argument("--folder", type=folder, help="where the demo is kept; a temporary folder by default")
    offer_write(parser, "scoring.md")
    given = parser.parse_args()
    with folder_or_temporary(given.folder) as place:
        found = race(demo_home(place), rows=given.rows, share=given.share, times=given.times)
    show("\n".join(_page(found, given.rows, given.share)), "scoring.md", called=command(parser), keep=given.write)


def _page(found: Mapping[str, Fewest], rows: int, share: float) -> Iterator[str]:
    yield "# Scoring with reasons beside LightGBM's own predict\n"
    yield f"{rows:,} rows of invented data, reasons for {share:.1%} of them; the fewest seconds of some rounds in turn."
    yield f"{machine()}.\n"
    yield beside(found, PREDICT)


if __name__ == "__main__":
    main()
