"""The command line. Exit status: 0 done, 1 findings of severity Violation, 2 wrong use or no store."""

from __future__ import annotations

import logging
import sys
from typing import Any

import click

from comparanda import __version__
from comparanda.cli import entries, exports, quality, questions, stores
from comparanda.errors import ComparandaError


class _Group(click.Group):
    """Turns our errors into one line on standard error and an exit status."""

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


for command in (
    *(entries.import_, entries.validate_, entries.format_),
    *(exports.diff, exports.export),
    *(quality.check, quality.stats),
    *(questions.compare, questions.query_, questions.related, questions.search),
    *(stores.backup, stores.init, stores.reindex, stores.restore, stores.serve),
):
    main.add_command(command)
