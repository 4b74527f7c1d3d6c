"""Pages of what checks found, rendered from kept results: one file each, nothing loaded from anywhere."""

from collections.abc import Iterable, Mapping, Sequence
from html import escape
from typing import Any

STYLE = """
body { font: 15px/1.45 system-ui, sans-serif; color: #1a1a1a; max-width: 72rem; margin: 2rem auto; padding: 0 1rem }
table { border-collapse: collapse; width: 100%; margin: .5rem 0 2rem }
th, td { text-align: left; padding: .3rem .6rem; border-bottom: 1px solid #ccc; vertical-align: top }
td.number, th.number { text-align: right; font-variant-numeric: tabular-nums }
.error { color: #a00000; font-weight: 600 } .warning { color: #7a5200; font-weight: 600 } .kept { color: #00621f }
code { background: #f2f2f2; padding: 0 .2rem } a { color: #003f8a } h1 { font-size: 1.4rem } h2 { font-size: 1.1rem }
@media print { body { margin: 0; max-width: none } a { color: inherit } }
"""

COUNTS = ("received", "accepted", "quarantined", "refused")
SUMMARY = ("Day", "Feed", "Deliveries", "Received", "Accepted", "Quarantined", "Refused", "Rules broken")
OF_DELIVERY = ("Delivery", "Received", "Accepted", "Quarantined", "Refused", "Why refused")
OF_RULE = ("What must hold", "Rows that break it", "Share of rows", "Severity", "Samples")


def index_page(results: Mapping[str, Mapping[str, Any]]) -> str:
    """Return the list of kept results; `results` maps the address of each page to its result."""
    rows = [
        [
            _link(address, result["day"]),
            escape(result["feed"]),
            len(result["deliveries"]),
            *(sum(delivery[count] for delivery in result["deliveries"]) for count in COUNTS),
            sum(not one["success"] for validation in result["validations"] for one in validation["results"]),
        ]
        for address, result in results.items()
    ]
    return _page("Deliveries held to their contracts", _table(SUMMARY, rows))


def result_page(result: Mapping[str, Any]) -> str:
    """Return the page of one kept result: its deliveries, the rules they broke, and the rules they kept."""
    judged = [(one, validation["suite_name"]) for validation in result["validations"] for one in validation["results"]]
    broken = [_rule_row(one) for one, _ in judged if not one["success"]]
    kept = [_rule_row(one) for one, _ in judged if one["success"]]
    deliveries = [
        [
            f"<code>{escape(one['delivery_id'])}</code>",
            *(one[count] for count in COUNTS),
            escape(one["reason"]) or "not refused",
        ]
        for one in result["deliveries"]
    ]
    return _page(
        f"{result['feed']}, {result['day']}",
        f"<p>Contract {escape(result['feed'])} version {escape(result['contract_version'])}. Judged by Great "
        f"Expectations. Values of personal columns and whatever reads like words are not shown; the quarantine has "
        f"them.</p><p>{_link('../index.html', 'All results')}</p>",
        f"<h2>Deliveries ({len(deliveries)})</h2>",
        _table(OF_DELIVERY, deliveries),
        f"<h2>Rules broken ({len(broken)})</h2>",
        _table(OF_RULE, broken),
        f"<h2>Rules kept ({len(kept)})</h2>",
        _table(OF_RULE, kept),
    )


def _rule_row(judged: Mapping[str, Any]) -> list[str | int]:
    config, found = judged["expectation_config"], judged["result"]
    severity = config["meta"]["severity"]
    samples = dict.fromkeys(str(value) for value in found.get("partial_unexpected_list", []))
    return [
        escape(config.get("description") or f"{config['kwargs']['column']}: limit of a delivery"),
        int(found["unexpected_count"]),
        f"{found['unexpected_percent'] or 0:.2f} %",
        f'<span class="{"kept" if judged["success"] else severity}">{escape(severity)}</span>',
        ", ".join(f"<code>{escape(sample)}</code>" for sample in samples if sample),
    ]


def _table(heads: Sequence[str], rows: Iterable[Sequence[str | int]]) -> str:
    lines = ["".join(_cell(value) for value in row) for row in rows]
    if not lines:
        return "<p>None.</p>"
    head = "".join(f"<th>{escape(name)}</th>" for name in heads)
    return f"<table><tr>{head}</tr>{''.join(f'<tr>{line}</tr>' for line in lines)}</table>"


def _cell(value: str | int) -> str:
    return f'<td class="number">{value:,}</td>' if isinstance(value, int) else f"<td>{value}</td>"


def _link(address: str, text: str) -> str:
    return f'<a href="{escape(address)}">{escape(text)}</a>'


def _page(title: str, *parts: str) -> str:
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{escape(title)}</title>'
        f"<style>{STYLE}</style></head><body><h1>{escape(title)}</h1>{''.join(parts)}</body></html>\n"
    )
