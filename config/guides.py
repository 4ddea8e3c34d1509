"""The guides: docs/guide/*.md, read in the repository and, as pages, at /help/.

They are written in Chinese only. In them 「…」 names a button, link or field exactly as the screen shows it, and
**…** a place; config/tests/test_guides.py looks every such name up in the message catalogue.
"""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import PurePosixPath
from xml.etree.ElementTree import Element

import markdown
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_safe
from markdown.extensions.toc import slugify_unicode
from markdown.treeprocessors import Treeprocessor
from PIL import Image

from accounts.models import Role
from accounts.models.seat import ADMINISTRATORS, BRANCH_ROLES, GROUP

FOLDER = settings.BASE_DIR / "docs" / "guide"
INDEX = "index"
NAMES = ("secretary", "reviewer", "supervisor", "leader", "administrators", "installation")
ROLES = {"secretary": BRANCH_ROLES, "reviewer": GROUP, "administrators": ADMINISTRATORS}
ROLES |= {"supervisor": (Role.SUPERVISOR,), "leader": (Role.LEADER,)}
OF_ROLE = {role: name for name, roles in ROLES.items() for role in roles}
EXTENSIONS = ("tables", "fenced_code", "sane_lists")


@dataclass(frozen=True)
class Guide:
    """A guide as a page: its name in the address, title, HTML without the title, and [(anchor, heading)]."""

    name: str
    title: str
    html: str
    headings: tuple[tuple[str, str], ...]

    @property
    def url(self) -> str:
        return address(self.name)


class InTheProduct(Treeprocessor):
    """What differs from the repository: addresses of guides and pictures, sizes of pictures, boxes round tables."""

    def run(self, root: Element) -> None:
        for link in root.iter("a"):
            path, _, anchor = link.get("href", "").partition("#")
            if path.endswith(".md"):
                link.set("href", address(path.removesuffix(".md")) + (f"#{anchor}" if anchor else ""))
        for picture in root.iter("img"):
            self.place(picture)
        for paragraph in root.iter("p"):
            if len(paragraph) and paragraph[0].tag == "img":
                paragraph.set("class", "guide-picture")

    def place(self, picture: Element) -> None:
        """Its static address, and its size, so that the text does not jump when it comes."""
        name = PurePosixPath(picture.get("src")).name
        with Image.open(FOLDER / "images" / name) as image:
            width, height = image.size
        picture.set("src", static(f"guide/{name}"))
        picture.set("width", str(width))
        picture.set("height", str(height))
        picture.set("loading", "lazy")


def address(name: str) -> str:
    """Where a guide is read in the product."""
    return reverse("help") if name == INDEX else reverse("guide", args=[name])


def guide(name: str) -> Guide:
    """The guide of that name; a changed file is read anew."""
    return _guide(name, (FOLDER / f"{name}.md").stat().st_mtime_ns)


@lru_cache(maxsize=2 * len(NAMES))
def _guide(name: str, _changed: int) -> Guide:
    heading, _, text = (FOLDER / f"{name}.md").read_text(encoding="utf-8").partition("\n")
    toc = markdown.extensions.toc.TocExtension(slugify=slugify_unicode)
    reader = markdown.Markdown(extensions=[*EXTENSIONS, toc], output_format="html")
    reader.treeprocessors.register(InTheProduct(reader), "in_the_product", 0)
    html = reader.convert(text)
    headings = tuple((token["id"], token["name"]) for token in reader.toc_tokens)
    return Guide(name, heading.removeprefix("# ").strip(), mark_safe(html), headings)  # noqa: S308  (our own files)


def page(request: HttpRequest, name: str) -> HttpResponse:
    own = OF_ROLE.get(request.seat.role) if request.seat else None
    names = sorted(NAMES, key=lambda other: other != own)  # the guide of the seat's role first
    context = {"guide": guide(name), "guides": [guide(other) for other in names], "own": own and guide(own)}
    return render(request, "help.html", context | {"contents": guide(INDEX)})


@require_safe
def contents(request: HttpRequest) -> HttpResponse:
    """GET /help/: who reads what; the guide of the seat's role first."""
    return page(request, INDEX)


@require_safe
def one(request: HttpRequest, name: str) -> HttpResponse:
    """GET /help/NAME/: a guide; 404 for a name that is none."""
    if name not in NAMES:
        raise Http404
    return page(request, name)
