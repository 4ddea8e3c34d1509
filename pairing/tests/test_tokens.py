"""The contrast of every pair of colours that meet on a page, computed from the tokens (WCAG 2.2, 1.4.3, 1.4.11)."""

import re
from pathlib import Path

import pytest
from django.conf import settings

TOKENS = Path(settings.BASE_DIR) / "static" / "css" / "tokens.css"
LEVELS = ("blue", "amber", "red", "green", "grey")
TEXT = [
    *[(ink, paper) for ink in ("ink", "ink-2", "link", "brand-text") for paper in ("paper", "surface", "surface-2")],
    *[(level, f"{level}-soft") for level in LEVELS],
    *[(level, paper) for level in LEVELS for paper in ("paper", "surface", "surface-2")],
    *[("ink", soft) for soft in ("blue-soft", "amber-soft")],
    ("link", "blue-soft"),
    ("on-brand", "brand"),
    ("on-brand", "brand-hover"),
    ("surface", "ink"),
]
MARKS = [("line-strong", paper) for paper in ("paper", "surface")] + [("link", "surface"), ("brand", "surface")]


def themes():
    """{"light": {name: hex}, "dark": …}; the dark block changes the light one."""
    light, dark, *_rest = re.findall(r":root \{(.*?)\}", TOKENS.read_text("utf-8"), re.DOTALL)
    colours = [dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", block)) for block in (light, dark)]
    return {"light": colours[0], "dark": colours[0] | colours[1]}


def luminance(colour):
    """Relative luminance of "#rrggbb" (WCAG 2.2)."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one, other):
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_contrast_of_black_on_white_is_21():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(("front", "back"), TEXT)
def test_text_has_a_contrast_of_at_least_4_5(theme, front, back):
    colours = themes()[theme]
    assert contrast(colours[front], colours[back]) >= 4.5


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(("front", "back"), MARKS)
def test_marks_and_borders_have_a_contrast_of_at_least_3(theme, front, back):
    colours = themes()[theme]
    assert contrast(colours[front], colours[back]) >= 3


def test_colours_are_written_down_in_one_place_only():
    """Other sheets use the tokens; paper is black on white, and a data: picture cannot read a token."""
    for sheet in TOKENS.parent.glob("*.css"):
        on_screen = sheet.read_text("utf-8").partition("@media print")[0]
        text = re.sub(r'url\("data:[^)]*\)', "", on_screen)
        if sheet.name not in ("tokens.css", "print.css"):
            assert not re.findall(r"#[0-9a-fA-F]{3,8}\b|rgb\(", text), sheet.name
