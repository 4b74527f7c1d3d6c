"""The daily list as its page writes it: rows made of few, short strings, headings that sort, fields that filter."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import NamedTuple

from riskscore.desk import DayPage, ListRow, ShownReason, Tongue, View
from riskscore.web.drawing import BAND_SIGNS
from riskscore.web.languages import Speech, marked
from riskscore.web.words import WORDS, word

SHOWN_REASONS = 3
FULL_ROWS = 50
"""So many rows are full. Those below name the strongest reason alone, cut long goods short and leave counting their
rank to the style sheet where it is their place, so that long lists stay small on a slow line."""
GOODS_LETTERS = 24
"""So many letters of the goods stand in the rows below."""
ROUTE_SIGN = " › "
BETWEEN = " · "
PAIR = marked("{name}: {value}")
USUALLY = marked("{said}, usually {usual}")


class Row(NamedTuple):
    """One line of the list in words; `href` is seen from the list, `is_last` tells that the capacity line follows."""

    href: str
    position: str
    """Empty: counted by the style sheet."""
    container: str
    voyage: str
    vessel: str
    eta: str
    left: str
    route: str
    hs6: str
    goods: str
    probability: str
    band: str
    band_word: str
    why: str
    reasons: str
    coverage: str
    state: str
    holder: str
    is_over_capacity: bool
    is_last: bool
    is_late: bool


@dataclass(frozen=True)
class Column:
    """A heading: the sort it stands for (empty: none), its words, class of width, and whether it sorts now and how."""

    sort: str
    name: str
    width: str
    now: str = ""
    """ascending, descending, or empty."""
    query: str = ""


@dataclass(frozen=True)
class Choice:
    """One filter: the field's name, its words, and what can be chosen: value, words, chosen or not."""

    field: str
    name: str
    options: tuple[tuple[str, str, bool], ...]


COLUMNS = (
    ("position", marked("Rank"), "w1"),
    ("probability", marked("Probability"), "w7"),
    ("container", marked("Container"), "w4"),
    ("voyage", marked("Voyage, vessel"), "w3"),
    ("eta", marked("ETA, hours left"), "w5"),
    ("loading", marked("Route"), "w2"),
    ("goods", marked("Goods"), "w6"),
    ("", marked("Why, reasons"), "w8"),
    ("state", marked("State, holder"), "w9"),
)


def compact(day_page: DayPage, view: View, speech: Speech) -> list[Row]:
    """Return the rows of a list in words; what repeats in many rows is worked out once."""
    query = view.query()
    line = day_page.capacity_after
    written = _Words(speech, f"?{query}" if query else "")
    return [written.row(row, is_last=number == line, place=number) for number, row in enumerate(day_page.rows, start=1)]


def row_of(row: ListRow, speech: Speech) -> Row:
    """Return one row in words."""
    return _Words(speech, "").row(row, place=1)


def columns(view: View, speech: Speech) -> list[Column]:
    """Return the headings; each one that sorts carries the view sorted by it, the other way round where it does now."""
    found = []
    for sort, name, width in COLUMNS:
        is_now = bool(sort) and view.sort == sort
        turned = replace(view, sort=sort or view.sort, is_descending=is_now and not view.is_descending)
        now = ("descending" if view.is_descending else "ascending") if is_now else ""
        found.append(Column(sort, speech.text(name), width, now, turned.query()))
    return found


def fields(day_page: DayPage, view: View, speech: Speech) -> list[Choice]:
    """Return the filters with what each may be set to, and what it is set to."""
    offered = day_page.choices
    return [
        _choice("state", marked("State"), offered.states, view.states, WORDS["state"], speech),
        _choice("why", marked("Why"), offered.whys, view.whys, WORDS["why"], speech),
        _choice("from", marked("Port of loading"), offered.ports_of_loading, view.ports_of_loading, {}, speech),
        _choice("chapter", marked("Chapter"), offered.chapters, view.chapters, {}, speech),
        _choice("voyage", marked("Voyage"), offered.voyages, view.voyages, {}, speech),
        _choice("holder", marked("Holder"), offered.holders, (view.holder,) if view.holder else (), {}, speech),
    ]


def short(reason: ShownReason, speech: Speech) -> str:
    """Return a reason as a few words: its name, its value, and an arrow for its direction."""
    return speech.text(PAIR, name=named(reason, speech), value=spoken(reason, reason.value, speech))


def told(reason: ShownReason, speech: Speech) -> str:
    """Return a reason in full, as it stands in a file: its sentence, value, what is usual, and its direction."""
    value = spoken(reason, reason.value, speech)
    said = speech.text(PAIR, name=speech.text(reason.meaning).rstrip("."), value=value)
    if reason.usual is not None:
        said = speech.text(USUALLY, said=said, usual=spoken(reason, reason.usual, speech))
    return f"{said} ({speech.text('raises' if reason.raises else 'lowers')})"


def tongue_of(speech: Speech) -> Tongue:
    """Return how a file speaks that is taken along in this language."""
    return Tongue(speech.text, lambda kind, code: speech.text(word(kind, code)), lambda reason: told(reason, speech))


def named(reason: ShownReason, speech: Speech) -> str:
    """Return a reason's name with its arrow; one without a short name is called by its sentence."""
    name = speech.text(reason.feature)
    name = speech.text(reason.meaning).rstrip(".") if name == reason.feature else name
    return f"{'↑' if reason.raises else '↓'} {name}"


def spoken(reason: ShownReason, value: float | None, speech: Speech) -> str:
    """Return a reason's value, or what is usual, with its unit."""
    if value is None:
        return speech.text(marked("not known"))
    if reason.kind == "yes_no":
        answer = "yes" if value >= 0.5 else "no"
        return speech.text(word("yes_no", answer))
    if reason.kind == "percent":
        return speech.significant(value, is_share=True)
    unit = f" {speech.text(word('unit', reason.unit))}" if reason.unit else ""
    return speech.significant(value) + unit


class _Words:
    """Words of rows in one language; each is looked up once, however many rows share it."""

    def __init__(self, speech: Speech, query: str) -> None:
        self.speech, self.query = speech, query
        self.states = {code: speech.text(name) for code, name in WORDS["state"].items()}
        self.whys = {code: speech.text(name) for code, name in WORDS["why"].items()}
        self.bands = {code: speech.text(name) for code, name in WORDS["band"].items()}
        self.shorts: dict[tuple[str, float | None, bool], str] = {}

    def row(self, row: ListRow, *, place: int, is_last: bool = False) -> Row:
        key, speech, is_full = row.key, self.speech, place <= FULL_ROWS
        return Row(
            href=f"{key.day}/{key.voyage_id}/{key.container_number}{self.query}",
            position=str(row.position) if is_full or row.position != place else "",
            container=key.container_number,
            voyage=key.voyage_id,
            vessel=row.vessel_name,
            eta=speech.moment(row.eta),
            left=f"{speech.number(row.hours_left)} h",
            route=ROUTE_SIGN.join(row.route),
            hs6=row.hs6,
            goods=row.goods if is_full else _cut(row.goods),
            probability=speech.percent(row.probability),
            band=row.band,
            band_word=f"{BAND_SIGNS.get(row.band, '●')} {self.bands.get(row.band, row.band)}",
            why=self.whys.get(row.why, row.why),
            reasons=BETWEEN.join((*map(speech.text, row.rule_sentences), *self.reasons(row, is_full=is_full))),
            coverage=speech.percent(row.coverage, 0) if row.has_low_coverage else "",
            state=self.states.get(row.state, row.state),
            holder=row.holder,
            is_over_capacity=row.is_over_capacity,
            is_last=is_last,
            is_late=row.has_arrived_unworked,
        )

    def reasons(self, row: ListRow, *, is_full: bool) -> list[str]:
        if is_full:
            return [self.short(reason) for reason in row.reasons[:SHOWN_REASONS]]
        return [named(reason, self.speech) for reason in row.reasons[:1]]

    def short(self, reason: ShownReason) -> str:
        asked = (reason.feature, reason.value, reason.raises)
        if asked not in self.shorts:
            self.shorts[asked] = short(reason, self.speech)
        return self.shorts[asked]


def _cut(goods: str) -> str:
    return goods if len(goods) <= GOODS_LETTERS else f"{goods[: GOODS_LETTERS - 1].rstrip()}…"


def _choice(
    field: str,
    name: str,
    offered: Iterable[tuple[str, int]],
    chosen: Iterable[str],
    words: Mapping[str, str],
    speech: Speech,
) -> Choice:
    counted = dict(offered)
    known = [*counted, *(value for value in chosen if value not in counted)]
    options = tuple(
        (value, f"{speech.text(words.get(value, value))} ({counted.get(value, 0)})", value in set(chosen))
        for value in known
    )
    return Choice(field, speech.text(name), options)
