"""What the API answers with, made from what the desk shows: the same names, every field described by its type."""

import base64
import binascii
import types
from collections.abc import Sequence
from dataclasses import is_dataclass
from functools import cache
from typing import Any, Generic, TypeVar, Union, get_args, get_origin, get_type_hints

from pydantic import BaseModel, ConfigDict, create_model

from riskscore.errors import BadInputError

Shown = TypeVar("Shown")


class Page(BaseModel, Generic[Shown]):
    """A part of a longer list; `next_cursor` leads to the part after it and is null at the end."""

    items: list[Shown]
    next_cursor: str | None = None


@cache
def shape(kind: type) -> type[BaseModel]:
    """Return the model that writes a dataclass or named tuple of the desk as JSON, and describes it in OpenAPI."""
    hints = get_type_hints(kind)
    fields: dict[str, Any] = {name: (_translated(hint), ...) for name, hint in hints.items()}
    return create_model(
        kind.__name__,
        __config__=ConfigDict(from_attributes=True),
        __doc__=(kind.__doc__ or "").partition("\n")[0],
        **fields,
    )


def written(kind: type, value: object) -> Any:
    """Return a dataclass of the desk as its shape."""
    return shape(kind).model_validate(value)


def page_of(kind: type, rows: Sequence[object], *, cursor: str, limit: int) -> dict[str, Any]:
    """Return `limit` rows after the cursor, which says how many were read before; raise BadInputError for no cursor."""
    start = place_of(cursor)
    part = rows[start : start + limit]
    following = cursor_at(start + limit) if start + limit < len(rows) else None
    return {"items": [written(kind, row) for row in part], "next_cursor": following}


def cursor_at(place: int) -> str:
    """Return a place as a cursor."""
    return base64.urlsafe_b64encode(f"after:{place}".encode()).decode().rstrip("=")


def place_of(cursor: str) -> int:
    """Return the place of a cursor; raise BadInputError for anything we did not give."""
    if not cursor:
        return 0
    try:
        text = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode()
    except (binascii.Error, ValueError):
        text = ""
    place = text.removeprefix("after:")
    if not text.startswith("after:") or not (place.isascii() and place.isdecimal()) or len(place) > 9:
        raise BadInputError("This cursor is none of ours. Begin again without one.")
    return int(place)


def _translated(hint: Any) -> Any:
    """Return a type of the desk as a type of JSON: tuples of many become lists, dataclasses their shapes."""
    origin, inside = get_origin(hint), get_args(hint)
    if origin is tuple:
        return list[_translated(inside[0])] if inside[-1] is Ellipsis else tuple[tuple(map(_translated, inside))]  # type: ignore[misc]  # made at run time
    if origin in {Union, types.UnionType}:
        return Union[tuple(map(_translated, inside))]  # noqa: UP007 made at run time
    if origin is dict:
        return dict[inside[0], _translated(inside[1])]  # type: ignore[misc, valid-type]  # made at run time
    if isinstance(hint, type) and (is_dataclass(hint) or hasattr(hint, "_fields")):
        return shape(hint)
    return hint
