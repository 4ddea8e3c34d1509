"""The Nu HTML checker over many pages in one go. It is a Java program: Debian's default-jre-headless runs it."""

import json
import subprocess
from pathlib import Path
from urllib.parse import unquote, urlsplit

from config.services import ROOT

PROGRAM = ROOT / "node_modules/vnu-jar/build/dist/vnu.jar"


def errors(pages: dict[str, str], folder: Path) -> list[str]:
    """What is wrong in the HTML of pages (name -> source), one line each; `folder` takes them for the checker."""
    for name, source in pages.items():
        (folder / f"{name}.html").write_text(source)
    words = ["java", "-jar", str(PROGRAM), "--errors-only", "--exit-zero-always", "--format", "json", str(folder)]
    done = subprocess.run(words, capture_output=True, text=True, check=True)
    return [
        f"{Path(unquote(urlsplit(found['url']).path)).stem}: {found['message']} … {found.get('extract', '')}"
        for found in json.loads(done.stderr)["messages"]
    ]
