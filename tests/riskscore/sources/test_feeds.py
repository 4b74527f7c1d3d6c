"""Every feed's parser on a small delivery: golden/<feed>.<format> becomes golden/<feed>.expected.yaml."""

from pathlib import Path

import pandas as pd
import pytest
import yaml
from openpyxl import Workbook

from riskscore.sources import PARSERS

GOLDEN = Path(__file__).parent / "golden"


def delivery(feed: str, folder: Path) -> Path:
    """Return the feed's golden file; a workbook is written from the cells in its YAML file."""
    found = [path for path in GOLDEN.glob(f"{feed}.*") if path.suffix in {".csv", ".jsonl"}]
    if found:
        return found[0]
    workbook = Workbook()
    sheet = workbook.active
    sheet.title = "Seizures"
    for row in yaml.safe_load((GOLDEN / f"{feed}.yaml").read_text()):
        sheet.append(row)
    sheet.merge_cells("A1:Q1")
    workbook.save(folder / f"{feed}.xlsx")
    return folder / f"{feed}.xlsx"


@pytest.mark.parametrize("feed", PARSERS)
def test_a_delivery_becomes_text_columns_under_our_names(feed: str, tmp_path: Path) -> None:
    expected = pd.DataFrame(yaml.load((GOLDEN / f"{feed}.expected.yaml").read_text(), Loader=yaml.BaseLoader))
    parsed = PARSERS[feed](delivery(feed, tmp_path))
    pd.testing.assert_frame_equal(parsed.rows, expected.astype("str"), check_like=True)
    assert parsed.faults == {}
    assert len(parsed.raw_lines) == len(expected)


def test_a_raw_line_is_what_was_sent_down_to_quotes_and_line_breaks(tmp_path: Path) -> None:
    sent = (GOLDEN / "manifest.csv").read_text()
    _header, _, body = sent.partition("\n")
    raw_lines = PARSERS["manifest"](delivery("manifest", tmp_path)).raw_lines
    assert "\n".join(raw_lines) + "\n" == body
    assert raw_lines[0].endswith(
        'IN ""CARTONS""",080390,1080,CT,20520.5,18000,PREPAID,QA100 QA101,N,2026-01-05T14:03:00Z,2026-01-09T02:00:00Z'
    )


def test_a_workbooks_raw_line_lists_its_cells(tmp_path: Path) -> None:
    last = PARSERS["seizures_us"](delivery("seizures_us", tmp_path)).raw_lines[-1]
    assert last == (
        '["US-2026-000005", "11 January 2026", "USNYC", "Hash", "10 lb", "Hidden", "803.9", "", "", "", "", "", "", "",'
        ' "", "B2", "Secret"]'
    )
