"""Which reasons of a score may go on to a partner, given who sent the facts behind them."""

from collections.abc import Collection
from typing import Any

from riskscore.exchange.rows import ORIGINATORS, marks

SHARED_FACTS = ("seizure",)
"""Words in a feature's name that say it rests on what other countries send."""


def reasons_carried(
    found: list[dict[str, Any]], row_codes: frozenset[str] | None, may_carry: Collection[str]
) -> list[dict[str, Any]]:
    """Keep the reasons whose originators all may be carried; an unmarked reason takes its row's marks.

    Where neither the reason nor the row says who stands behind it, a reason from shared facts stays behind.
    """
    allowed = frozenset(may_carry)
    return [reason for reason in found if _may_go(reason, row_codes, allowed)]


def _may_go(reason: dict[str, Any], row_codes: frozenset[str] | None, allowed: frozenset[str]) -> bool:
    own = reason.get(ORIGINATORS)
    codes = row_codes if own is None else marks(own)
    if codes is None:
        return not any(word in str(reason.get("feature", "")).lower() for word in SHARED_FACTS)
    return codes <= allowed
