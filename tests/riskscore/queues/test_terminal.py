"""The list in the terminal and as a picture: reasons below each row, bands, capacity, nothing executed or loaded."""

import io
from collections.abc import Callable
from xml.etree import ElementTree as ET

import pytest
from rich.console import Console

from riskscore.queues import DayList, list_svg, list_table
from riskscore.queues.terminal import _band, capacity_line

MakeList = Callable[..., DayList]


def shown(day_list: DayList, width: int = 140, *, colours: bool = False) -> str:
    file = io.StringIO()
    Console(file=file, width=width, force_terminal=colours, _environ={}).print(list_table(day_list))
    return file.getvalue()


def test_each_container_has_its_reasons_below_it(make_list: MakeList) -> None:
    lines = shown(make_list()).splitlines()
    row = next(number for number, line in enumerate(lines) if "MSKU1234565" in line)
    assert "31.2%" in lines[row]
    assert "Northern Example" in lines[row]
    assert "BRSSZ > ESALG > NLRTM  FROZEN ORANGE JUICE" in lines[row]
    assert "score" in lines[row + 1]
    assert "Rare lane; New consignee" in lines[row + 1]


def test_no_line_is_wider_than_the_terminal(make_list: MakeList) -> None:
    long = make_list(goods="X" * 500, reasons="Y" * 500, vessel_name="Z" * 80)
    for width in (80, 120, 160):
        assert max(map(len, shown(long, width).splitlines())) <= width
    assert "…" in shown(long)


def test_the_capacity_line_counts_by_reason(make_list: MakeList) -> None:
    assert capacity_line(make_list()).plain == "2 of 24 places: 1 score, 1 random (1 in 500)"
    assert capacity_line(make_list(capacity=1)).plain.endswith("; 1 over capacity")
    empty = DayList("NLRTM", make_list().day, 24, make_list().rows.head(0))
    assert capacity_line(empty).plain == "0 of 24 places: nothing to open"
    assert "nothing to open" in shown(empty)


def test_invented_data_says_so(make_list: MakeList) -> None:
    assert "INVENTED DATA" in shown(make_list(is_invented=True))
    assert "INVENTED DATA" not in shown(make_list())


@pytest.mark.parametrize(
    ("probability", "band"), [(0.9, "bold red"), (0.2, "bold red"), (0.05, "yellow"), (0.0499, "green"), (0, "green")]
)
def test_bands_start_at_their_threshold(probability: float, band: str) -> None:
    assert _band(probability) == band


def test_markup_and_escape_sequences_are_shown_not_obeyed(make_list: MakeList) -> None:
    hostile = shown(make_list(goods="[bold]x[/bold] \x1b[31mred\x1b]0;title\x07"), colours=True)
    assert "[bold]x[/bold]" in hostile
    assert "\x1b]0;" not in hostile
    assert "\x07" not in hostile


def test_missing_values_are_question_marks(make_list: MakeList) -> None:
    assert "?" in shown(make_list(probability=None, coverage=None, hours_left=None, eta=None, reasons=None))


def test_the_picture_is_the_same_every_time_and_well_formed(
    make_list: MakeList, monkeypatch: pytest.MonkeyPatch
) -> None:
    picture = list_svg(make_list(is_invented=True))
    monkeypatch.setenv("COLUMNS", "40")
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setenv("TERM", "dumb")
    assert list_svg(make_list(is_invented=True)) == picture
    text = "".join(ET.fromstring(picture).itertext()).replace("\xa0", " ")
    assert "Rare lane; New consignee" in text
    assert "riskscore queue --unit NLRTM --date 2026-04-30" in text


def test_the_picture_loads_nothing(make_list: MakeList) -> None:
    picture = list_svg(make_list())
    assert "@font-face" not in picture
    assert "url(http" not in picture.replace('"', "")
