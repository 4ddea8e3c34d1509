"""Files as an office program sees them: LibreOffice opens them, its PDF and its own format are read."""

import subprocess
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from xml.etree import ElementTree

from pypdf import PdfReader

SECONDS = 120  # for one start of the program
TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"


def converted(files, suffix, folder: Path) -> dict[str, Path]:
    """{name without suffix: the file as `suffix`}; one start of LibreOffice with a profile of its own."""
    profile, out = folder / "profile", folder / suffix
    subprocess.run(
        ["soffice", f"-env:UserInstallation={profile.as_uri()}", "--headless", "--convert-to", suffix,
         "--outdir", out, *files],
        check=True, capture_output=True, timeout=SECONDS,
    )  # fmt: skip
    return {Path(file).stem: out / f"{Path(file).stem}.{suffix}" for file in files}


@dataclass(frozen=True)
class Cell:
    """A cell as LibreOffice understood it: its value of its own kind, and how far it reaches."""

    value: str | float | date | None
    columns: int
    lines: int
    formula: bool


def cells_of(path: Path) -> list[list[Cell]]:
    """The cells of the first sheet of a .fods file, line by line, without what lies under merged ones."""
    sheet = next(ElementTree.parse(path).iter(f"{TABLE}table"))  # noqa: S314 - our own file
    return [[_cell(cell) for cell in line.iter(f"{TABLE}table-cell")] for line in sheet.iter(f"{TABLE}table-row")]


def _cell(cell):
    kind = cell.get(f"{OFFICE}value-type")
    value = None
    if kind == "date":
        value = date.fromisoformat(cell.get(f"{OFFICE}date-value")[:10])
    elif kind == "float":
        value = float(cell.get(f"{OFFICE}value"))
    elif kind:
        value = "\n".join("".join(line.itertext()) for line in cell.iter(f"{TEXT}p"))
    spans = (int(cell.get(f"{TABLE}number-{what}-spanned", 1)) for what in ("columns", "rows"))
    return Cell(value, *spans, formula=cell.get(f"{TABLE}formula") is not None)


@dataclass(frozen=True)
class Printed:
    """A PDF: of each page the size in millimetres and the words without white space."""

    sizes: list[tuple[int, int]]
    texts: list[str]

    @property
    def text(self):
        return "".join(self.texts)


def printed(path: Path) -> Printed:
    pages = PdfReader(path).pages
    boxes = [(round(float(page.mediabox.width) / 72 * 25.4), round(float(page.mediabox.height) / 72 * 25.4))
             for page in pages]  # fmt: skip
    return Printed(boxes, ["".join(page.extract_text().split()) for page in pages])
