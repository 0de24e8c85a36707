"""Files that survive a power cut: written beside, synced, renamed, and the directory synced."""

from __future__ import annotations

import os
from pathlib import Path

from comparanda.errors import StoreError


def write_durably(target: Path, content: str | bytes) -> None:
    """Make `content` the whole of `target`, or leave it as it was.

    Raises:
        StoreError: there is no room, or no permission.
    """
    temporary = target.with_name(f".{target.name}.{os.getpid()}.tmp")
    try:
        with open(temporary, "wb") as file:
            file.write(content if isinstance(content, bytes) else content.encode())
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(target)
    except OSError as error:
        temporary.unlink(missing_ok=True)
        raise StoreError(
            f"{target} cannot be written ({error.strerror}).",
            value=str(target),
            to_do="Make room on the disk and try again.",
        ) from error
    sync(target.parent)


def sync(path: Path) -> None:
    """Bring a file, or the names in a directory, to the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
