"""What a reader or the SHACL gate has to say about data, in one form."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from enum import StrEnum


class Severity(StrEnum):
    """The three severities of SHACL (SHACL §2.1.4)."""

    INFO = "Info"
    WARNING = "Warning"
    VIOLATION = "Violation"


@dataclass(frozen=True, slots=True)
class Finding:
    """One remark on one place.

    `code` names the kind of finding for programs; `source` is a file name or address, `line` counts
    from 1; `focus`, `path` and `value` are those of a SHACL validation result.
    """

    severity: Severity
    code: str
    message: str
    source: str | None = None
    line: int | None = None
    focus: str | None = None
    path: str | None = None
    value: str | None = None

    def __str__(self) -> str:
        place = ":".join(str(part) for part in (self.source, self.line) if part is not None)
        about = " ".join(part for part in (self.focus, self.path, self.value) if part)
        return " ".join(
            part
            for part in (f"{place}:" if place else "", f"{self.severity}:", self.message, f"[{about}]" if about else "")
            if part
        )

    def as_dict(self) -> dict[str, object]:
        return {key: value for key, value in asdict(self).items() if value is not None}


def has_violations(findings: Iterable[Finding]) -> bool:
    return any(finding.severity is Severity.VIOLATION for finding in findings)
