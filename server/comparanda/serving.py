"""Serving on granian, with any number of worker processes, each with its own read-only snapshot."""

from __future__ import annotations

import os

from granian import Granian
from granian.constants import Interfaces

from comparanda.app import create_app
from comparanda.settings import Settings
from comparanda.web.i18n import language_name, languages


def application() -> object:
    """The WSGI application of a worker process."""
    return create_app(Settings.from_environment())


def load_languages() -> None:
    """Load what is known of all languages: every page names them, and workers that are forked share it."""
    for language in languages():
        language_name(language)


def serve_forever(settings: Settings, host: str, port: int, workers: int) -> None:
    """Serve until a signal ends it. Workers find the settings in the environment."""
    os.environ.update(settings.as_environment())
    server = Granian(
        "comparanda.serving:application",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=workers,
        factory=True,
        log_access=False,
        websockets=False,
        blocking_threads=16,
        backpressure=256,
    )
    server.serve()
