import dataclasses
import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from riskscore.reference import valid_container_numbers
from riskscore.sources import PARSERS
from riskscore.world import AnswerKey, World, write_deliveries
from riskscore.world.damage import KINDS
from riskscore.world.dirt import KEYS, spoil
from riskscore.world.raw_feeds import MANIFEST, manifest


@pytest.fixture(scope="module")
def clean(world: World, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same files without dirt in their rows."""
    spotless = dataclasses.replace(world, spec=dataclasses.replace(world.spec, dirty_share=0.0))
    drop = tmp_path_factory.mktemp("clean") / "drop"
    write_deliveries(spotless, drop)
    return drop


def is_slip(entry: dict[str, Any]) -> bool:
    """Whether papers were wrong from the start."""
    return entry["feed"] == "manifest" and entry["level"] == "warning"


def test_the_answer_key_names_exactly_the_rows_that_differ(answers: AnswerKey, drop: Path, clean: Path) -> None:
    key: dict[str, set[int]] = {}
    for entry in answers.dirt:
        if entry["level"] != "delivery" and not is_slip(entry):
            key.setdefault(entry["file"], set()).add(entry["row"])
    cut = {entry["file"] for entry in answers.dirt if entry["kind"] == "cut_off"}
    checked = 0
    for feed in ("manifest", "port_calls", "inspections", "seizures_es", "seizures_br", "seizures_us"):
        for path in sorted(clean.glob(f"*/{feed}/*_1.*"))[::3]:
            file = str(path.relative_to(clean))
            if (drop / file).read_bytes() == path.read_bytes():
                assert file not in key
            elif file not in cut:
                before, after = PARSERS[feed](path).raw_lines, PARSERS[feed](drop / file).raw_lines
                assert {i + 1 for i, (a, b) in enumerate(zip(before, after, strict=True)) if a != b} == key[file]
                checked += 1
    assert checked > 20


def test_right_and_wrong_values_are_those_of_the_files(answers: AnswerKey, drop: Path, clean: Path) -> None:
    entries = [entry for entry in answers.dirt if entry["feed"] == "manifest" and entry["kind"] == "negative_weight"]
    for entry in entries:
        before, after = (PARSERS["manifest"](folder / entry["file"]).rows for folder in (clean, drop))
        assert before["gross_weight_kg"].iloc[entry["row"] - 1] == entry["right"]["GROSS_WEIGHT_KG"]
        assert after["gross_weight_kg"].iloc[entry["row"] - 1] == entry["wrong"]["GROSS_WEIGHT_KG"]
        assert entry["columns"] == ["gross_weight_kg"]
    assert entries


def test_about_the_asked_share_of_rows_is_spoilt(world: World, answers: AnswerKey, drop: Path) -> None:
    spoilt = sum(entry["feed"] == "manifest" and entry["level"] == "row" for entry in answers.dirt)
    assert spoilt / answers.rows["manifest"] == pytest.approx(world.spec.dirty_share, rel=0.3)


def test_every_wrong_check_digit_of_a_manifest_is_told_and_stays(
    world: World, answers: AnswerKey, drop: Path, clean: Path
) -> None:
    entries = [entry for entry in answers.dirt if is_slip(entry)]
    slips = world.consignments.loc[world.consignments["container_number"] != world.consignments["painted_number"]]
    assert len(entries) == len(slips) > 20
    for entry in entries:
        assert (entry["kind"], entry["columns"]) == ("wrong_check_digit", ["container_number"])
        files = [PARSERS["manifest"](folder / entry["file"]).rows for folder in (clean, drop)]
        told = {rows["container_number"].iloc[entry["row"] - 1] for rows in files}
        assert told == set(entry["wrong"].values())
        assert not valid_container_numbers(pd.Series(list(told))).any()
        assert valid_container_numbers(pd.Series(list(entry["right"].values()))).all()


def test_no_more_than_a_fifth_of_a_file_is_spoilt(answers: AnswerKey, drop: Path) -> None:
    spoilt: dict[str, int] = {}
    for entry in answers.dirt:
        spoilt[entry["file"]] = spoilt.get(entry["file"], 0) + (entry["level"] == "row")
    for file, count in spoilt.items():
        if count:
            rows = len(PARSERS[Path(file).parts[1]](drop / file).raw_lines)
            assert count <= 0.2 * rows + 1e-9


def test_every_kind_of_manifest_damage_happens(answers: AnswerKey, drop: Path) -> None:
    kinds = {entry["kind"] for entry in answers.dirt if entry["feed"] == "manifest" and entry["level"] == "row"}
    assert kinds >= {damage.kind for damage in KINDS["manifest"]} | {"repeated_key"}


@pytest.mark.parametrize("feed", sorted(KINDS))
def test_damage_changes_every_value_it_may_hit(feed: str) -> None:
    rng = np.random.default_rng(0)
    right = {
        "PACKAGES": "12",
        "apreensao.quantidadeGramas": 1200,
        "selection_probability": 0.1,
        "GROSS_WEIGHT_KG": "12.5",
    }
    for damage in KINDS[feed]:
        for column in damage.columns:
            value = right.get(column, "QAAU0000009")
            assert damage.wrong(value, rng) != value


def test_a_repeated_key_is_that_of_the_row_before(world: World) -> None:
    feed = manifest(world.consignments)
    first = np.zeros(len(feed.day), dtype=np.int64)
    repeated = [one for one in spoil(feed, 0.05, first, np.random.default_rng(4)) if one.kind == "repeated_key"]
    assert len(repeated) > 20
    for one in repeated:
        for name in KEYS["manifest"]:
            assert feed.columns[name][one.position] == feed.columns[name][one.position - 1] == one.wrong[name]


def test_the_key_file_can_be_read_line_by_line(answers: AnswerKey, drop: Path) -> None:
    lines = (answers.folder / "dirt.jsonl").read_text(encoding="utf-8").splitlines()
    assert [json.loads(line)["kind"] for line in lines] == [entry["kind"] for entry in answers.dirt]
    raw = {name for entry in map(json.loads, lines) if entry["feed"] == "manifest" for name in entry["right"]}
    assert raw <= set(MANIFEST)
