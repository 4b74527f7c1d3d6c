"""Errors of agreements, keys and bundles."""

from collections.abc import Iterable

from riskscore.errors.told import RiskscoreError


class ExchangeError(RiskscoreError):
    """An agreement or a bundle is wrong."""


class AgreementError(ExchangeError):
    """An agreement file cannot be followed."""

    def __init__(self, *, file: str, problems: Iterable[str]) -> None:
        super().__init__(
            f"Agreement {file}: {'; '.join(problems)}. Nothing leaves under it until the file is corrected "
            f"(data_contracts/agreements/README.md lists every key)."
        )


class AgreementNotInForceError(ExchangeError):
    """An agreement covers nothing on that day."""

    def __init__(self, *, agreement: str, partner: str, why: str) -> None:
        super().__init__(
            f"Nothing is exported to {partner}: agreement {agreement} {why}. "
            f"If it was renewed, put the new one into data_contracts/agreements/{partner}.yaml."
        )


class ExportRefusedError(ExchangeError):
    """A table is not what its outbound contract promises; values are not shown, they might name a party."""

    def __init__(self, *, table: str, field: str, why: str, row: int | None = None) -> None:
        where = f"{table}, field {field}" + ("" if row is None else f", row {row}")
        super().__init__(
            f"{where}: {why}. No bundle was written; correct the table or "
            f"data_contracts/outbound/{table}.odcs.yaml and export again."
        )


class KeyFileError(ExchangeError):
    """A key file cannot be made or used; its content is never shown."""

    def __init__(self, *, file: str, why: str, then: str) -> None:
        super().__init__(f"Key file {file}: {why}. {then}")


class BundleRejectedError(ExchangeError):
    """A received bundle fails verification."""

    exit_code = 3

    def __init__(self, *, bundle: str, why: str) -> None:
        super().__init__(f"Bundle {bundle} is rejected: {why}. Use nothing of it; ask the sender for a new one.")
