"""What stands around the rows of the daily list: headings that sort, fields that filter; and how a reason is said."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from riskscore.desk import DayPage, ShownReason, Tongue, View
from riskscore.web.languages import Speech, marked
from riskscore.web.words import WORDS, word

PAIR = marked("{name}: {value}")
USUALLY = marked("{said}, usually {usual}")


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
