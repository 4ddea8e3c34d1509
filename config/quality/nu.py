"""The Nu HTML checker over many pages in one go. It is a Java program: Debian's default-jre-headless runs it."""

import json
import subprocess
from collections import defaultdict
from pathlib import Path
from urllib.parse import unquote, urlsplit

from config.services import ROOT

PROGRAM = ROOT / "node_modules/vnu-jar/build/dist/vnu.jar"


def errors(pages: dict[str, str], folder: Path) -> list[str]:
    """What is wrong in the HTML of pages (name -> source), each thing once with the pages that have it; `folder` takes
    them for the checker."""
    for name, source in pages.items():
        (folder / f"{name}.html").write_text(source)
    words = ["java", "-jar", str(PROGRAM), "--errors-only", "--exit-zero-always", "--format", "json", str(folder)]
    done = subprocess.run(words, capture_output=True, text=True, check=True)
    found: dict[str, set[str]] = defaultdict(set)
    for message in json.loads(done.stderr)["messages"]:
        text = f"{message['message']} … {' '.join(message.get('extract', '').split())}"
        found[text].add(Path(unquote(urlsplit(message["url"]).path)).stem)
    return [f"{text}\n    on {', '.join(sorted(names))}" for text, names in found.items()]
