"""What text may stand in a list: safe to open in a spreadsheet, to print and to show in a terminal."""

import re
import unicodedata

EXCEL_LIMIT = 32_767
"""Characters an Excel cell holds, counted in UTF-16 units."""

BLANKS = re.compile(r"[\t\n\v\f\r\x85\u2028\u2029]+")
UNSHOWABLE = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u202a-\u202e\u2066-\u2069\ufdd0-\ufdef\ufffe\uffff\ud800-\udfff]"
)
"""Controls, bidirectional overrides (they disguise what is read), noncharacters and halves of characters."""

SKIPPED = frozenset("CMZ")
"""Unicode's classes of controls and zero-width characters, marks and blanks: a spreadsheet may drop them in front."""

FORMULA_SIGNS = frozenset("=+-@\N{MINUS SIGN}")


def plain(text: object) -> str:
    """Return `text` on one line without characters that cannot be shown; missing is empty."""
    if not isinstance(text, str):
        return ""
    return UNSHOWABLE.sub("", BLANKS.sub(" ", text))


def cell(text: object) -> str:
    """Return `text` as a spreadsheet cell that no program takes for a formula, within Excel's length."""
    shown = plain(text)
    starts_with_break = isinstance(text, str) and text[:1] in {"\t", "\r", "\n"}
    return _capped("'" + shown if starts_with_break or _is_formula(shown) else shown)


def csv_cell(text: object) -> str:
    """Return `text` as `cell` does, also safe where a spreadsheet splits at semicolons inside it."""
    first, *rest = cell(text).split(";")
    return _capped(";".join([first, *("'" + part if _is_formula(part) else part for part in rest)]))


def _is_formula(text: str) -> bool:
    """Tell whether the first visible character starts a formula, full-width and small forms included."""
    first = next((sign for sign in text if unicodedata.category(sign)[0] not in SKIPPED), "")
    return bool(first) and unicodedata.normalize("NFKC", first)[0] in FORMULA_SIGNS


def _capped(text: str) -> str:
    """Cut `text` to Excel's limit, never through a character; an ellipsis marks the cut."""
    units = text.encode("utf-16-le")
    if len(units) <= 2 * EXCEL_LIMIT:
        return text
    return units[: 2 * (EXCEL_LIMIT - 1)].decode("utf-16-le", errors="ignore") + "…"
