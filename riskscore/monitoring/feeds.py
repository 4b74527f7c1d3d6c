"""Feeds: whether each still brings what its sender promised, as much as usual, and as clean."""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta

import pandas as pd

from riskscore.monitoring.finding import Finding, judged, not_judged
from riskscore.monitoring.policy import MonitorPolicy

ASK = "Ask the sender; look at `riskscore deliveries --feed {feed}`, and whether its files wait in the drop folder."


def freshness(
    promised: Mapping[str, int], newest: Mapping[str, date], day: date, policy: MonitorPolicy
) -> Iterator[Finding]:
    """Yield how old the newest fact of each feed is, over the days its contract promises.

    `promised`: days between deliveries by feed; `newest`: day from which its newest fact is known.
    """
    for feed, every in promised.items():
        if feed not in newest:
            nothing = f"nothing was ever accepted; promised every {every} day(s)"
            then = ASK.format(feed=feed)
            yield Finding("freshness", feed, nothing, None, policy.freshness.alarm, "alarm", then)
            continue
        age = (day - newest[feed]).days
        what = f"newest fact known since {newest[feed]}, {age} day(s) ago; promised every {every} day(s)"
        yield judged("freshness", feed, age / every, policy.freshness, what=what, then=ASK.format(feed=feed))


def volume(arrived: pd.DataFrame, day: date, promised: Mapping[str, int], policy: MonitorPolicy) -> Iterator[Finding]:
    """Yield how far the day's rows of each daily feed are off the median of the same weekday before.

    `arrived`: feed, known_day, deliveries, refused_deliveries and the four counts of rows, one row a feed and day.
    """
    for feed in (feed for feed, every in promised.items() if every == 1):
        mine = arrived[arrived["feed"] == feed].set_index("known_day")["received_rows"]
        weekdays = [day - timedelta(weeks=weeks) for weeks in range(1, policy.windows.weeks + 1)]
        before = [int(mine[one]) for one in weekdays if one in mine.index]
        if len(before) < policy.least.weekdays:
            yield not_judged("volume", feed, why=f"{len(before)} such weekday(s) before")
            continue
        rows, median = int(mine.get(day, 0)), float(pd.Series(before).median())
        what = f"{rows} row(s) received; the same weekday brought {median:g} (median of {len(before)})"
        off = abs(rows / median - 1) if median else float(rows > 0)
        yield judged("volume", feed, off, policy.volume, what=what, then=ASK.format(feed=feed))


def refusals(arrived: pd.DataFrame, day: date, policy: MonitorPolicy) -> Iterator[Finding]:
    """Yield the shares of rows set aside and of deliveries refused of each feed that brought any on the day."""
    for row in arrived[arrived["known_day"] == day].to_dict("records"):
        feed, received = str(row["feed"]), int(row["received_rows"])
        aside, refused = int(row["quarantined_rows"]), int(row["refused_deliveries"])
        yield judged(
            "quarantined",
            feed,
            aside / received if received else 0.0,
            policy.quarantined,
            what=f"{aside} of {received} row(s) set aside",
            then="See `riskscore findings` for the rules; tell the sender, or fix and replay.",
        )
        yield judged(
            "refused",
            feed,
            refused / int(row["deliveries"]),
            policy.refused,
            what=f"{refused} of {row['deliveries']} delivery(ies) refused",
            then=f"See why: `riskscore deliveries --feed {feed} --state refused`; ask the sender for new files.",
        )
