"""The rows of the daily list, written as HTML: two thousand of them are most of a page.

As a template each row was some forty pieces handed up through five nested templates, half of the page's time. Here a
row is one string. Every text that is no number goes through `_Escaped`, `escape` or, in an address, `quote`.
"""

from datetime import datetime
from html import escape
from urllib.parse import quote

from markupsafe import Markup

from riskscore.desk import DayPage, ItemKey, ListRow, ShownReason, View
from riskscore.web.drawing import band_sign
from riskscore.web.languages import Speech, marked
from riskscore.web.listing import named, short
from riskscore.web.words import WORDS

SHOWN_REASONS = 3
FULL_ROWS = 50
"""So many rows are full. Those below name the strongest reason alone, cut long goods short and leave counting their
rank to the style sheet where it is their place, so that long lists stay small on a slow line."""
GOODS_LETTERS = 24
"""So many letters of the goods stand in the rows below."""
ROUTE_SIGN = " › "
BETWEEN = " · "
CAPACITY_LINE = marked("Capacity of the day: {number} containers. What stands below goes beyond it.")


def rows_of(day_page: DayPage, view: View, speech: Speech, *, is_plain: bool = False) -> Markup:
    """Return the table rows of a list, with the capacity line where it falls; `is_plain` writes no links."""
    writer = _Writer(speech, view.query(), is_plain=is_plain)
    written = [writer.row(row, place) for place, row in enumerate(day_page.rows, start=1)]
    if day_page.capacity_after:
        said = escape(speech.text(CAPACITY_LINE, number=speech.number(day_page.capacity)))
        written.insert(day_page.capacity_after, f"<tr class=line><td colspan=9>{said}\n")
    return Markup("".join(written))  # noqa: S704 - each text in it was escaped on the way


class _Escaped(dict[str, str]):
    """Texts as HTML writes them; what many rows share is escaped once."""

    def __missing__(self, text: str) -> str:
        self[text] = written = escape(text)
        return written


class _Writer:
    """Writes rows in one language; each word is looked up once, however many rows share it."""

    def __init__(self, speech: Speech, query: str, *, is_plain: bool) -> None:
        self.speech, self.is_plain, self.safe = speech, is_plain, _Escaped()
        self.query = f"?{escape(query)}" if query else ""
        self.mark = '"' if query else ""
        self.states = {code: escape(speech.text(name)) for code, name in WORDS["state"].items()}
        self.whys = {code: escape(speech.text(name)) for code, name in WORDS["why"].items()}
        self.bands = {
            code: f"<i class={code[0]}>{band_sign(code)} {escape(speech.text(name))}</i>"
            for code, name in WORDS["band"].items()
        }
        self.voyages: dict[tuple[str, str, datetime], tuple[str, str]] = {}
        self.reasons: dict[tuple[str, float | None, bool, bool], str] = {}
        self.late = f"<i class=bad>⚠ {escape(speech.text(marked('arrived unworked')))}</i>"

    def row(self, row: ListRow, place: int) -> str:
        """Return one row; `place` counts from 1."""
        safe, is_full = self.safe, place <= FULL_ROWS
        voyage, due = self.voyage(row)
        return (
            f"<tr><td>{row.position if is_full or row.position != place else ''}"
            f"<td>{self.speech.percent(row.probability)}{self.bands[row.band]}"
            f"<td>{self.container(row.key)}"
            f"<td>{voyage}<td>{due}"
            f"<td>{safe[ROUTE_SIGN.join(row.route)]}"
            f"<td>{safe[row.hs6]}<i>{safe[row.goods if is_full else _cut(row.goods)]}</i>"
            f"<td>{self.why(row, is_full=is_full)}<td>{self.work(row)}\n"
        )

    def container(self, key: ItemKey) -> str:
        """Return the number, which leads to the container's page; the address is seen from the list."""
        number = escape(key.container_number)
        if self.is_plain:
            return number
        href = f"{key.day}/{quote(key.voyage_id, safe='')}/{quote(key.container_number, safe='')}{self.query}"
        return f"<a href={self.mark}{href}{self.mark}>{number}</a>"

    def voyage(self, row: ListRow) -> tuple[str, str]:
        """Return two cells that a voyage's rows share: itself with its vessel, the ETA with the hours left."""
        key, speech, safe = (row.key.voyage_id, row.vessel_name, row.eta), self.speech, self.safe
        if key not in self.voyages:
            self.voyages[key] = (
                f"{safe[row.key.voyage_id]}<i>{safe[row.vessel_name]}</i>",
                f"{speech.moment(row.eta)}<i>{speech.number(round(row.hours_left))} h</i>",
            )
        return self.voyages[key]

    def why(self, row: ListRow, *, is_full: bool) -> str:
        """Return by what a container was chosen, its rules and strongest reasons, and what was not known."""
        said = [self.safe[self.speech.text(sentence)] for sentence in row.rule_sentences]
        said += [self.reason(reason, is_full) for reason in row.reasons[: SHOWN_REASONS if is_full else 1]]
        written = f"<b>{self.whys.get(row.why) or self.safe[row.why]}</b><i>{BETWEEN.join(said)}</i>"
        if not row.has_low_coverage:
            return written
        share = self.speech.text(marked("{share} of inputs known"), share=self.speech.percent(row.coverage, 0))
        return f"{written}<i class=bad>⚠ {self.safe[share]}</i>"

    def reason(self, reason: ShownReason, is_full: bool) -> str:
        """Return a reason, with its value in a full row."""
        asked = (reason.feature, reason.value if is_full else None, reason.raises, is_full)
        if asked not in self.reasons:
            self.reasons[asked] = escape(short(reason, self.speech) if is_full else named(reason, self.speech))
        return self.reasons[asked]

    def work(self, row: ListRow) -> str:
        """Return the state, who holds it, and whether it arrived before anybody took it up."""
        state = self.states.get(row.state) or self.safe[row.state]
        holder = f"<i>{self.safe[row.holder]}</i>" if row.holder else ""
        return f"{state}{holder}{self.late if row.has_arrived_unworked else ''}"


def _cut(goods: str) -> str:
    return goods if len(goods) <= GOODS_LETTERS else f"{goods[: GOODS_LETTERS - 1].rstrip()}…"
