"""Every model folder holds a spec that loads and a card that says what a card must."""

import re
from pathlib import Path

import pytest

from features import FEATURE_SETS
from riskscore.learning import load_spec

MODELS = Path(__file__).resolve().parents[2] / "models"
FOLDERS = sorted(found.parent for found in MODELS.glob("*/spec.yaml"))
SCORE_DAILY = {"container_risk", "voyage_risk"}
"""Models that are trained again while in use, so want a rule for who takes over."""
HEADINGS = [
    "## Purpose",
    "## Users",
    "## Data and labels",
    "## Must not be used for",
    "## Known ways to fail",
    "## How a version is promoted",
]
FIGURE = re.compile(r"\d+(\.\d+)?\s*%|\b0?\.\d+|\bAUC\b")


def test_the_models_are_found() -> None:
    assert {"container_risk", "voyage_risk"} <= {folder.name for folder in FOLDERS}


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_the_spec_loads_under_its_folders_name(folder: Path) -> None:
    spec = load_spec(folder / "spec.yaml")
    assert spec.name == folder.name
    assert spec.lightgbm.max_depth <= 7


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_the_folder_holds_a_spec_a_card_and_no_code(folder: Path) -> None:
    scores_daily = folder.name in SCORE_DAILY
    assert {found.name for found in folder.iterdir()} == {"spec.yaml", "CARD.md", *["promotion.yaml"] * scores_daily}


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_the_card_has_every_heading_and_no_figure(folder: Path) -> None:
    card = (folder / "CARD.md").read_text(encoding="utf-8")
    assert card.startswith(f"# {folder.name}\n")
    assert [line for line in card.splitlines() if line in HEADINGS] == HEADINGS
    assert not FIGURE.findall(card)


@pytest.mark.parametrize("name", ["container_risk", "voyage_risk"])
def test_the_card_warns_of_the_two_great_cautions(name: str) -> None:
    card = (MODELS / name / "CARD.md").read_text(encoding="utf-8")
    assert "**Labels are selective.**" in card
    assert "**An invented world.**" in card


@pytest.mark.parametrize("name", ["declaration_fraud", "declaration_critical"])
def test_the_card_of_a_published_data_set_says_what_leaks_and_where_the_figures_are(name: str) -> None:
    card = (MODELS / name / "CARD.md").read_text(encoding="utf-8")
    for caution in (
        "**The generator leaks.**",
        "**Parties carry almost nothing.**",
        "`riskscore bench kcs` prints them",
    ):
        assert caution in card


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_the_spec_names_a_grain_and_features_that_are_declared(folder: Path) -> None:
    spec = load_spec(folder / "spec.yaml")
    named = set(spec.monotone) | (set() if spec.features == "all" else set(spec.features))
    assert named <= set(FEATURE_SETS[spec.grain].names)
