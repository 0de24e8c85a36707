"""`python -m comparanda` is the command `comparanda`."""

from comparanda.cli import main

main(prog_name="comparanda")
