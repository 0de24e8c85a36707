"""Where the package finds its own data files: `ontology/`, `data/` and `queries/`."""

from __future__ import annotations

from pathlib import Path

from comparanda.errors import BrokenInstallation

_PACKAGE = Path(__file__).resolve().parent


def folder(name: str) -> Path:
    """The folder `name`, from the wheel or, in a checkout, from the top of the repository.

    Raises:
        BrokenInstallation: neither holds it.
    """
    for candidate in (_PACKAGE / name, _PACKAGE.parent.parent / name):
        if candidate.is_dir():
            return candidate
    raise BrokenInstallation(
        f"The folder {name}/ of Comparanda is missing.", value=name, to_do="Install the package again."
    )
