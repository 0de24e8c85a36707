"""The command line. Exit status: 0 done, 1 findings of severity Violation, 2 wrong use or no store."""

from __future__ import annotations

import importlib
import logging
import sys
from typing import Any

import click

from comparanda import __version__
from comparanda.errors import ComparandaError

_COMMANDS = {
    "backup": ("stores", "backup"),
    "check": ("quality", "check"),
    "compare": ("questions", "compare"),
    "diff": ("exports", "diff"),
    "export": ("exports", "export"),
    "format": ("entries", "format_"),
    "import": ("entries", "import_"),
    "init": ("stores", "init"),
    "query": ("questions", "query_"),
    "reindex": ("stores", "reindex"),
    "related": ("questions", "related"),
    "restore": ("stores", "restore"),
    "search": ("questions", "search"),
    "serve": ("stores", "serve"),
    "stats": ("quality", "stats"),
    "validate": ("entries", "validate_"),
}


class _Group(click.Group):
    """Loads only the command that is run; turns our errors into one line on standard error and an exit status."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        if cmd_name not in _COMMANDS:
            return None
        module, name = _COMMANDS[cmd_name]
        command: click.Command = getattr(importlib.import_module(f"comparanda.cli.{module}"), name)
        return command

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except ComparandaError as error:
            click.echo(f"comparanda: {error}", err=True)
            ctx.exit(1 if error.status == 422 else 2)
        except BrokenPipeError:
            sys.stderr.close()  # the reader of our output left; nothing more can be said
            ctx.exit(1)


@click.group(cls=_Group, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="comparanda")
def main() -> None:
    """A multilingual knowledge graph of research methods, and its server."""
    for name in ("pyshacl", "rdflib.term"):  # what they have to say of data is in the findings
        logging.getLogger(name).setLevel(logging.CRITICAL)
