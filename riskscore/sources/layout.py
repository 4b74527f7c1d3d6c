"""What we decided about a sender's fields, and the refusal of every other."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from riskscore.errors import UnknownFieldError, UnreadableDeliveryError
from riskscore.sources.limits import MAX_COLUMNS, MAX_NAMES_SHOWN

Conversion = Callable[[str], str]
"""One value in the sender's form -> the same value in ours, or unchanged where it is not in the sender's form."""


@dataclass(frozen=True)
class Layout:
    """What we decided about every field a sender may use: use it, ignore it for a reason; any other is refused."""

    feed: str
    used: Mapping[str, str]
    """Sender's field -> canonical column."""
    ignored: Mapping[str, str] = field(default_factory=dict)
    """Sender's field -> why it is not used."""
    conversions: Mapping[str, Conversion] = field(default_factory=dict)
    """Canonical column -> how its values change."""
    constants: Mapping[str, str] = field(default_factory=dict)
    """Canonical column -> the value that the sender leaves unsaid."""


def check_header(header: Sequence[str], layout: Layout, file: str) -> None:
    """Refuse a header that is not one, names a column twice, or has a column nobody has decided about.

    Nothing of a line is cited unless at least half of our columns stand in it: it may be cargo, with names of parties.
    """
    known = layout.used.keys() | layout.ignored.keys()
    if len(known.intersection(header)) * 2 < len(known):
        found = f"{len(known.intersection(header))} of {len(known)}"
        raise UnreadableDeliveryError(
            feed=layout.feed, file=file, why=f"the first line is not the header: it has {found} expected columns"
        )
    if len(header) > MAX_COLUMNS:
        raise UnreadableDeliveryError(
            feed=layout.feed, file=file, why=f"{len(header)} columns, at most {MAX_COLUMNS} are read"
        )
    if twice := sorted({name for name in known if header.count(name) > 1}):
        raise UnreadableDeliveryError(
            feed=layout.feed, file=file, why=f"column {', '.join(twice)} stands more than once in the header"
        )
    refuse_unknown(set(header) - known, layout, row=0)


def refuse_unknown(fields: Iterable[str], layout: Layout, row: int) -> None:
    """Raise UnknownFieldError if there are any fields; a name unlike a field's name is not cited (row 0: header)."""
    names = sorted({name if _is_field_name(name) else "(not a field name)" for name in fields})
    if len(names) > MAX_NAMES_SHOWN:
        names = [*names[:MAX_NAMES_SHOWN], f"(and {len(names) - MAX_NAMES_SHOWN} more)"]
    if names:
        raise UnknownFieldError(feed=layout.feed, fields=names, row=row)


def _is_field_name(name: str) -> bool:
    return 0 < len(name) <= 60 and name.isprintable()
