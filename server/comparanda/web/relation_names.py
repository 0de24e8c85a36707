"""How the kinds of relation are called in the interface, and how when they are read from the other end."""

from __future__ import annotations

from typing import Final

from comparanda.languages import gettext_noop

RELATION_NAMES: Final = {
    "extends": gettext_noop("extends"),
    "specialCaseOf": gettext_noop("special case of"),
    "generalises": gettext_noop("generalises"),
    "alternativeTo": gettext_noop("alternative to"),
    "usedWith": gettext_noop("used with"),
    "componentOf": gettext_noop("component of"),
    "hasComponent": gettext_noop("has component"),
}
INVERSE_NAMES: Final = {
    "extends": gettext_noop("extended by"),
    "specialCaseOf": gettext_noop("has the special case"),
    "generalises": gettext_noop("generalised by"),
    "alternativeTo": gettext_noop("alternative to"),
    "usedWith": gettext_noop("used with"),
    "componentOf": gettext_noop("has component"),
    "hasComponent": gettext_noop("component of"),
}
