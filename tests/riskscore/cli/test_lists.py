"""The officer's lists: what is printed, what is written, and what stops them."""

import csv
from datetime import datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from sqlalchemy import update

from riskscore import steps
from riskscore.queues import LIST_COLUMNS, load_policy
from riskscore.settings import Settings
from riskscore.store.database import QueueItem
from tests.riskscore.cli.conftest import Command, Ran
from tests.riskscore.steps.small_world import DAY, NEXT_DAY, SmallWorld

UNIT = "NLRTM"
NUMBERS = {column.heading for column in LIST_COLUMNS if column.kind in {"count", "hours", "share", "odds"}}
HOSTILE = ["=1+1", "+1", "-1+1", "@SUM(A1)", " =1", "[bold]x[/bold]", "a\x1b[31mb", "c\u202ed"]
"""Goods as a sender might write them: formulas, markup, terminal commands, reversed text."""


def queue(command: Command, settings: Settings, unit: str = UNIT, day: object = DAY, *more: object) -> Ran:
    return command("queue", "--unit", unit, "--date", day, *more, settings=settings)


def written(settings: Settings) -> tuple[list[dict[str, Any]], list[dict[str, str]]]:
    """Return the rows of the workbook and of the CSV."""
    stem = settings.reports / "lists" / f"{UNIT}-{DAY}"
    (sheet,) = openpyxl.load_workbook(f"{stem}.xlsx").worksheets
    _, heading, *rows = sheet.iter_rows()
    with Path(f"{stem}.csv").open(encoding="utf-8-sig", newline="") as file:
        table = list(csv.DictReader(file))
    return [{str(name.value): cell for name, cell in zip(heading, row, strict=True)} for row in rows], table


def test_the_list_is_printed_with_reasons_and_written_twice(command: Command, lived: Settings) -> None:
    ran = queue(command, lived)
    assert (ran.code, ran.err) == (0, "")
    day_list = steps.queue_list(lived, UNIT, DAY)
    sheet, table = written(lived)
    assert len(sheet) == len(table) == len(day_list.rows) > 10
    for shown, cells, row in zip(day_list.rows.to_dict("records"), sheet, table, strict=True):
        assert shown["container_number"] == cells["Container"].value == row["Container"]
        assert shown["container_number"] in ran.out
        assert shown["reasons"][0][:40] in ran.out
        assert cells["Reasons"].value == row["Reasons"] == "; ".join(one.rstrip(". ") for one in shown["reasons"])
    for suffix in ("xlsx", "csv"):
        assert f"written: {lived.reports}/lists/{UNIT}-{DAY}.{suffix}\n" in ran.out
    assert "INVENTED DATA" in ran.out


def test_numbers_stay_numbers(command: Command, lived: Settings) -> None:
    queue(command, lived)
    sheet, table = written(lived)
    for cells, row in zip(sheet, table, strict=True):
        assert {name: cells[name].data_type for name in NUMBERS} == dict.fromkeys(NUMBERS, "n")
        assert isinstance(cells["ETA (UTC)"].value, datetime)
        assert float(row["Probability %"]) == pytest.approx(100 * cells["Probability"].value)
        assert float(row["Hours left"]) == pytest.approx(cells["Hours left"].value)


def test_nothing_a_sender_writes_becomes_a_formula_or_a_command(
    command: Command, small_world: SmallWorld, tmp_path: Path
) -> None:
    settings = small_world.copy("fill_queues", tmp_path)
    with steps.open_workspace(settings).transaction() as session:
        for position, text in enumerate(HOSTILE, start=1):
            where = (QueueItem.unit == UNIT, QueueItem.position == position)
            (item,) = session.query(QueueItem).where(*where)
            session.execute(update(QueueItem).where(*where).values(shown={**item.shown, "goods": text}))
    ran = queue(command, settings)
    assert not {"\x1b", "\u202e"} & set(ran.out)
    assert "[bold]x[/bold]" in ran.out
    sheet, table = written(settings)
    for text, cells, row in zip(HOSTILE, sheet, table, strict=False):
        assert cells["Goods"].data_type == "s"
        for cell in (cells["Goods"].value, row["Goods"]):
            assert cell.startswith("'") == (text.lstrip()[0] in "=+-@")
            assert cell.isprintable()


def test_the_list_is_written_even_where_nobody_reads_on(
    command: Command, small_world: SmallWorld, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = small_world.copy("fill_queues", tmp_path)
    monkeypatch.setattr("riskscore.cli.lists.console", lambda: 1 / 0)
    assert queue(command, settings).code == 1
    assert len(list((settings.reports / "lists").glob(f"{UNIT}-{DAY}.*"))) == 2


def test_the_list_may_be_drawn_as_a_picture(command: Command, lived: Settings, tmp_path: Path) -> None:
    ran = queue(command, lived, UNIT, DAY, "--svg", tmp_path / "list.svg")
    assert (ran.code, f"written: {tmp_path}/list.svg\n" in ran.out) == (0, True)
    assert (tmp_path / "list.svg").read_text(encoding="utf-8").startswith("<svg")
    ran = queue(command, lived, UNIT, DAY, "--svg", tmp_path / "nowhere" / "list.svg")
    assert (ran.code, ran.out) == (2, "")
    assert f"{tmp_path}/nowhere/list.svg: No such file" in ran.err


def test_the_voyages_are_printed_riskiest_first(command: Command, lived: Settings) -> None:
    ran = command("voyages", "--unit", UNIT.lower(), "--date", DAY, settings=lived)
    assert (ran.code, ran.err) == (0, "")
    voyages = [row[1] for row in steps.voyage_list(lived, UNIT, DAY)]
    places = [ran.out.index(voyage) for voyage in voyages]
    assert len(voyages) > 1
    assert places == sorted(places)
    assert "(invented data)" in ran.out


@pytest.mark.parametrize("which", ["queue", "voyages"])
@pytest.mark.parametrize("unit", ["XXXXX", "NL", "", "../.."])
def test_a_unit_there_is_none_of_is_refused_with_those_there_are(
    command: Command, lived: Settings, which: str, unit: str
) -> None:
    ran = command(which, "--unit", unit, "--date", DAY, settings=lived)
    assert (ran.code, ran.out) == (2, "")
    assert "no such unit" in ran.err
    assert ", ".join(sorted(load_policy().units)) in ran.err


@pytest.mark.parametrize("which", ["queue", "voyages"])
def test_a_day_without_scores_names_the_next_move(command: Command, lived: Settings, which: str) -> None:
    ran = command(which, "--unit", UNIT, "--date", NEXT_DAY, settings=lived)
    assert (ran.code, ran.out) == (2, "")
    assert f"Run `riskscore run --day {NEXT_DAY}`" in ran.err


@pytest.mark.parametrize("which", ["queue", "voyages"])
@pytest.mark.parametrize("given", [("--unit", UNIT), ("--date", str(DAY)), ()])
def test_unit_and_day_must_be_given(command: Command, which: str, given: tuple[str, ...]) -> None:
    ran = command(which, *given)
    assert (ran.code, ran.out) == (2, "")
    assert "Missing option" in ran.err
