"""How far each language goes: names of methods, labels of rows, areas and families, strings of the interface."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict, dataclass
from pathlib import Path

from babel.messages.pofile import read_po
from pyoxigraph import Literal

from comparanda.answers import Answers
from comparanda.queries import queries
from comparanda.stores import Reader

NO_LANGUAGE = "und"  # BCP 47: undetermined
_TRANSLATIONS = Path(__file__).resolve().parent / "translations"


@dataclass(frozen=True, slots=True)
class Coverage:
    """How many methods have a name in a language, and how many rows, areas, families and strings are translated."""

    names: int
    rows: int
    areas: int
    families: int
    interface: int

    def as_dict(self) -> dict[str, int]:
        return asdict(self)


def label_coverage(reader: Reader, answers: Answers) -> tuple[Coverage, dict[str, Coverage]]:
    """How much there is to be named or translated, and how much of it is, by language (CQ-02, CQ-11)."""
    rows = Counter(tag for row in answers.shapes.rows for tag in row.labels)
    names = Counter({tag or NO_LANGUAGE: count for tag, count in answers.name_counts(reader).items()})
    area_count, areas = _concept_labels(reader, answers, "area")
    family_count, families = _concept_labels(reader, answers, "family")
    strings = _interface_strings()
    whole = Coverage(answers.method_count(reader), len(answers.shapes.rows), area_count, family_count, strings["en"])
    return whole, {
        tag: Coverage(names[tag], rows[tag], areas[tag], families[tag], strings[tag])
        for tag in sorted({*names, *rows, *areas, *families, *strings})
    }


def _concept_labels(reader: Reader, answers: Answers, scheme: str) -> tuple[int, Counter[str]]:
    """How many concepts a scheme has, and how many of them have a label in each language."""
    labels = reader.select(queries()["concept_labels"].bind(scheme=answers.base.scheme(scheme)))
    said = {
        (row["concept"], row["label"].language or NO_LANGUAGE) for row in labels if isinstance(row["label"], Literal)
    }
    return len({concept for concept, _ in said}), Counter(tag for _, tag in said)


def _interface_strings() -> Counter[str]:
    """How many strings of the interface each language has; they are written in English."""
    counts: Counter[str] = Counter()
    known: set[str] = set()
    for path in sorted(_TRANSLATIONS.glob("*.po")):
        with path.open("rb") as file:
            strings = {
                str(message.id): all(message.string) if isinstance(message.string, tuple) else bool(message.string)
                for message in read_po(file)
                if message.id
            }
        known |= strings.keys()
        counts[path.stem] = sum(strings.values())
    counts["en"] = len(known)
    return counts
