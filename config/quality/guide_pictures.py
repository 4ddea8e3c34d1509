"""The pictures of docs/guide, taken by `make screenshots ARGS=--guide`; the table says which page each one shows."""

import io
from dataclasses import dataclass

from PIL import Image

from config.quality.windows import Windows
from config.services import ROOT

FOLDER = ROOT / "docs/guide/images"
COLOURS = 24  # enough for text and the level colours; the longest guide with its pictures stays below 300 kB
SHORT, DESK, TALL, SHEET, PHONE = (1280, 640), (1280, 780), (1280, 940), (1440, 820), (390, 844)


@dataclass(frozen=True)
class Picture:
    """`name`.png shows the page type `page` of config.quality.catalogue as `role` meets it; `crop`: that part only."""

    name: str
    page: str
    role: str
    size: tuple[int, int] = DESK
    crop: str = ""


PICTURES = (
    Picture("home-secretary", "home", "secretary"),
    Picture("problem-new", "problem-new", "secretary", TALL),
    Picture("invitation", "invitation", "partner", TALL),
    Picture("goals", "goals", "secretary", SHEET),
    Picture("sign", "sign", "secretary"),
    Picture("extension", "step-agreement-ask_extension", "secretary", TALL),
    Picture("agreement", "agreement-own", "secretary", TALL),
    Picture("home-reviewer", "home", "reviewer"),
    Picture("review", "review", "reviewer", TALL),
    Picture("acceptance", "acceptance", "reviewer", TALL),
    Picture("home-supervisor", "home", "supervisor"),
    Picture("follow-up-phone", "follow-up", "supervisor", PHONE),
    Picture("home-leader", "home", "leader"),
    Picture("network", "home", "leader", crop=".network:has(.network-still)"),  # fetched when the page stands
    Picture("solved", "solved", "leader"),
    Picture("home-secadmin", "home", "secadmin", SHORT),
    Picture("admin", "admin", "sysadmin", SHORT),
    Picture("seats", "admin-seats", "secadmin"),
)


def take(windows: Windows) -> None:
    """All pictures anew, in Chinese; what is no longer in the table goes."""
    FOLDER.mkdir(exist_ok=True)
    for old in FOLDER.glob("*.png"):
        old.unlink()
    for picture in sorted(PICTURES, key=lambda picture: picture.role):
        page = windows.visit(windows.site.place(picture.page, picture.role), size=picture.size).page
        shown = page.locator(picture.crop).first if picture.crop else page
        image = Image.open(io.BytesIO(shown.screenshot(animations="disabled")))
        image = image.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE)
        image.save(FOLDER / f"{picture.name}.png", optimize=True)
