"""Tables hold text and nothing else, whoever wrote it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from riskscore.cli.tables import legible, print_table


@given(text=st.text(alphabet=st.characters(exclude_categories=())))
def test_text_becomes_visible_and_what_was_visible_stays(text: str) -> None:
    shown = legible(text)
    assert shown.isprintable()
    assert (shown == text) == text.isprintable()


def test_no_cell_or_title_styles_or_breaks_the_table(capsys: pytest.CaptureFixture[str]) -> None:
    print_table(["a", "b"], [["[red]x[/red]", "1\n2"], ["\x1b[2J", None]], title="[bold]T[/]", width=60)
    shown = capsys.readouterr().out
    for text in ("[red]x[/red]", "1\\n2", "\\x1b[2J", "None", "[bold]T[/]"):
        assert text in shown
    assert "\x1b" not in shown


def test_a_table_without_rows_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    print_table(["a"], [], title="Deliveries")
    assert capsys.readouterr().out == "Deliveries: none\n"
