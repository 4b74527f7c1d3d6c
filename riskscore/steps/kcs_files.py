"""The published KCS files: read them strictly, and cut them into the deliveries an administration would send."""

import warnings
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pandas as pd

from riskscore.errors import BenchmarkDataError
from riskscore.sources.kcs_declarations import LAYOUT

LABELS_UNTIL = date(2020, 12, 31)
"""Last day whose results anything may learn from."""
RESULTS = {"Fraud": {0, 1}, "Critical Fraud": {0, 1, 2}}
"""What checks found: column and the values it may have."""
COLUMNS = [*LAYOUT.used, *RESULTS]


def read_declarations(folder: Path) -> pd.DataFrame:
    """Return the rows of every CSV in `folder` as text, and `day` (date); `NA` is a country, not a gap.

    Raises BenchmarkDataError for a folder without CSV files, a file in another format, a date or label that is none,
    and a declaration that is there twice.
    """
    paths = sorted(folder.glob("*.csv"))
    if not paths:
        raise BenchmarkDataError(
            place=str(folder), why="no CSV file lies there", then="Put df_syn_train_eng.csv and the later splits there."
        )
    declared = pd.concat([_read(path) for path in paths], ignore_index=True)
    _refuse_doubled(declared)
    return declared.drop(columns="file")


def deliver(declared: pd.DataFrame, drop: Path) -> None:
    """Write the daily deliveries: each day's declarations, and the day after what checks of them found.

    Results of declarations later than LABELS_UNTIL are never delivered, so no feature can hold one.
    """
    for group, rows in declared.groupby("day", sort=True):
        day = date.fromisoformat(str(group))
        _write(rows[list(LAYOUT.used)], drop / str(day) / "kcs_declarations" / "declarations.csv")
        if day <= LABELS_UNTIL:
            results = rows[["Declaration ID", "Date", *RESULTS]]
            _write(results, drop / str(day + timedelta(days=1)) / "kcs_outcomes" / "outcomes.csv")


def _read(path: Path) -> pd.DataFrame:
    rows = _text_of(path)
    missing, unknown = set(COLUMNS) - set(rows.columns), set(rows.columns) - set(COLUMNS)
    if missing or unknown:
        raise BenchmarkDataError(
            place=path.name,
            why=f"column(s) missing: {_listed(missing)}; not known: {_listed(unknown)}",
            then="Give the published file with its English column names.",
        )
    days = pd.to_datetime(rows["Date"], format="%Y-%m-%d", errors="coerce")
    _refuse(days.isna(), rows, "Date", path)
    levels = {name: pd.to_numeric(rows[name], errors="coerce") for name in RESULTS}
    for name, allowed in RESULTS.items():
        _refuse(~levels[name].isin(allowed), rows, name, path)
    results = {name: level.astype("int64").astype("str") for name, level in levels.items()}
    return rows.assign(**results, day=days.dt.date, file=path.name)


def _text_of(path: Path) -> pd.DataFrame:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", pd.errors.ParserWarning)  # a line with more values than the header has names
            return pd.read_csv(path, dtype="str", keep_default_na=False, index_col=False)
    except (OSError, ValueError, pd.errors.ParserWarning) as error:
        why = f"it is no CSV in UTF-8 with a header ({type(error).__name__})"
        raise BenchmarkDataError(place=path.name, why=why, then="Fetch the file again.") from None


def _refuse(is_wrong: pd.Series, rows: pd.DataFrame, column: str, path: Path) -> None:
    """Raise BenchmarkDataError that shows the first wrong value of a column, if there is one."""
    if is_wrong.any():
        row = int(np.flatnonzero(is_wrong)[0])
        raise BenchmarkDataError(
            place=f"{path.name}, row {row + 1}",
            why=f"{column} is {str(rows[column].iloc[row])[:40]!r} ({int(is_wrong.sum())} such row(s))",
            then="Dates are YYYY-MM-DD, Fraud is 0 or 1, Critical Fraud 0, 1 or 2.",
        )


def _refuse_doubled(declared: pd.DataFrame) -> None:
    """Raise BenchmarkDataError if a declaration is there twice: it would be learned from and judged."""
    is_doubled = declared["Declaration ID"].duplicated(keep=False)
    if is_doubled.any():
        files = sorted(set(declared.loc[is_doubled, "file"]))
        count = declared.loc[is_doubled, "Declaration ID"].nunique()
        raise BenchmarkDataError(
            place=" and ".join(files),
            why=f"{count} declaration(s) are there more than once",
            then="Leave each split there once.",
        )


def _write(rows: pd.DataFrame, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_suffix(".part")
    rows.to_csv(unfinished, index=False, lineterminator="\n")
    unfinished.replace(path)


def _listed(names: set[str]) -> str:
    return ", ".join(sorted(names)) or "none"
