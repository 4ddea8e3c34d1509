"""Photographs and scans that a script draws: the same name always gives the same bytes.

Only the letters of Pillow's own font are used, so that no font of the machine changes a picture.
"""

import io
from datetime import UTC, datetime
from functools import cache
from random import Random

from PIL import Image, ImageChops, ImageDraw, ImageFilter, ImageFont

SIZE = 1200, 900
SCANNED = datetime(2020, 1, 2, tzinfo=UTC)
SOIL, CONCRETE, STEEL, PAPER = (134, 104, 74), (158, 156, 150), (108, 112, 118), (246, 244, 236)


@cache
def jpeg(name):
    """A photograph as the bytes of a JPEG file; `name` is a key of SUBJECTS."""
    return _bytes(_photograph(name), "JPEG", quality=80)


@cache
def png(name):
    """The same as a PNG file, for what is a screen and no photograph."""
    return _bytes(_draw(name), "PNG")


@cache
def pdf(name):
    """A scanned page as a PDF file."""
    page = _draw(name).convert("L")
    return _bytes(page, "PDF", resolution=100, creationDate=SCANNED.timetuple(), modDate=SCANNED.timetuple())


def _bytes(image, kind, **options):
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def _draw(name):
    draw_subject, background = SUBJECTS[name]
    image = Image.new("RGB", SIZE, background)
    draw_subject(ImageDraw.Draw(image), Random(name))  # noqa: S311  (a drawing, no secret)
    return image


def _photograph(name):
    """A little blurred, grainy and lit from above: as a telephone takes it."""
    image = _draw(name).filter(ImageFilter.GaussianBlur(1.2))
    dice = Random(f"{name} grain")  # noqa: S311
    grain = Image.frombytes("L", (SIZE[0] // 2, SIZE[1] // 2), dice.randbytes(SIZE[0] * SIZE[1] // 4))
    grain = grain.resize(SIZE).point(lambda value: 236 + value // 13).convert("RGB")
    light = Image.linear_gradient("L").resize(SIZE).point(lambda value: 255 - value // 4).convert("RGB")
    return ImageChops.multiply(ImageChops.multiply(image, grain), light)


def _write(pen, at, text, size=36, fill=(30, 30, 30)):
    pen.text(at, text, fill=fill, font=ImageFont.load_default(size))


def _speckle(pen, dice, colour, count, box=(0, 0, *SIZE)):
    """Stones, dirt, rust: small blots around a colour."""
    for _ in range(count):
        x, y, r = dice.randint(box[0], box[2]), dice.randint(box[1], box[3]), dice.randint(2, 9)
        shade = dice.randint(-26, 26)
        pen.ellipse((x - r, y - r, x + r, y + r), fill=tuple(max(0, min(255, part + shade)) for part in colour))


def _label(pen, at, *lines):
    """A label stuck on: white, with a black frame."""
    x, y = at
    width = max(len(line) for line in lines) * 22 + 40
    pen.rectangle((x, y, x + width, y + 52 * len(lines) + 24), fill=PAPER, outline=(40, 40, 40), width=4)
    for number, line in enumerate(lines):
        _write(pen, (x + 20, y + 14 + number * 52), line)


# Subjects
def _trench(pen, dice):
    """An open trench with cables that lie crosswise, and a measuring staff."""
    _speckle(pen, dice, SOIL, 900)
    pen.polygon([(420, 0), (780, 0), (1010, 900), (190, 900)], fill=(74, 56, 40))
    _speckle(pen, dice, (74, 56, 40), 500, (330, 0, 870, 900))
    for number, colour in enumerate([(22, 22, 24), (30, 30, 34), (176, 88, 30), (20, 60, 120), (24, 24, 26)]):
        top, bottom = 480 + number * 55, 330 + (number * 260 + dice.randint(-40, 40)) % 520
        pen.line([(top, 0), ((top + bottom) // 2 + dice.randint(-60, 60), 430), (bottom, 900)], colour, 26, "curve")
    pen.rectangle((880, 120, 912, 840), fill=(236, 232, 220))
    for mark in range(12):
        pen.rectangle((880, 120 + mark * 60, 912, 150 + mark * 60), fill=(196, 40, 36))
    _label(pen, (40, 40), "K38+420", "h=0.85 m")


def _weld(pen, dice):
    """A girth weld on a pipe, with pores marked in chalk."""
    for y in range(900):
        shade = 70 + int(110 * (1 - abs(y - 330) / 620))
        pen.line([(0, y), (1200, y)], (shade, shade + 3, shade + 8))
    _speckle(pen, dice, (120, 92, 70), 260)
    pen.rectangle((540, 0, 660, 900), fill=(92, 84, 80))
    for y in range(-20, 900, 16):
        pen.arc((530, y, 670, y + 60), 200, 340, fill=(150, 140, 132), width=6)
    for x, y in ((585, 300), (612, 322), (600, 352), (622, 610)):
        pen.ellipse((x, y, x + 13, y + 11), fill=(18, 16, 16))
    pen.ellipse((520, 260, 690, 400), outline=(244, 240, 225), width=7)
    pen.ellipse((560, 570, 690, 660), outline=(244, 240, 225), width=7)
    _write(pen, (730, 290), "W-117  L=14", 54, (244, 240, 225))
    _write(pen, (730, 590), "W-117  L=6", 54, (244, 240, 225))


def _drums(pen, dice):
    """Cable drums in the open."""
    pen.rectangle((0, 0, 1200, 330), fill=(176, 196, 212))
    pen.rectangle((0, 330, 1200, 900), fill=(150, 138, 112))
    _speckle(pen, dice, (150, 138, 112), 700, (0, 340, 1200, 900))
    for row, (y, r) in enumerate(((360, 110), (480, 150), (640, 200))):
        for x in range(120 + row * 60, 1200, int(r * 2.15)):
            wood = (150 + dice.randint(-18, 12), 112 + dice.randint(-14, 10), 70)
            pen.ellipse((x - r, y - r, x + r, y + r), fill=wood, outline=(70, 50, 32), width=6)
            for part in (0.72, 0.4):
                pen.ellipse((x - r * part, y - r * part, x + r * part, y + r * part), outline=(84, 60, 38), width=4)
            pen.ellipse((x - r // 7, y - r // 7, x + r // 7, y + r // 7), fill=(30, 24, 20))
    _label(pen, (40, 40), "86 / 86")


def _cabinet(pen, dice):
    """Terminal rows of a cabinet with tags, some of them missing."""
    pen.rectangle((60, 30, 1140, 870), fill=(206, 206, 198), outline=(90, 90, 88), width=10)
    for y in (180, 420, 660):
        pen.rectangle((110, y, 1090, y + 60), fill=(120, 126, 120))
        for number, x in enumerate(range(120, 1080, 32)):
            pen.rectangle((x, y - 14, x + 24, y + 74), fill=(222, 222, 214), outline=(110, 110, 106))
            colour = dice.choice([(190, 30, 30), (30, 60, 150), (226, 190, 40), (30, 110, 60), (24, 24, 24)])
            pen.line([(x + 12, y + 70), (x + dice.randint(-14, 34), y + 150), (x + 12, y + 190)], colour, 7, "curve")
            if dice.random() > 0.2:
                pen.rectangle((x + 3, y + 78, x + 21, y + 112), fill=PAPER)
                _write(pen, (x + 4, y + 84), f"{number + 1}", 15)
    _label(pen, (780, 60), "TB-04  11 / 96")


def _reflectometer(pen, dice):
    """The screen of a reflectometer: loss along a fibre."""
    for x in range(120, 1141, 102):
        pen.line([(x, 100), (x, 760)], (46, 62, 74), 2)
    for y in range(100, 761, 66):
        pen.line([(120, y), (1140, y)], (46, 62, 74), 2)
    points, level = [], 150
    for x in range(120, 1080, 3):
        level += 0.95 + (34 if x in (420, 732) else 0)
        points.append((x, level + dice.uniform(-4, 4)))
    pen.line([*points, (1080, 120), (1086, 740)], (90, 230, 140), 4)
    _write(pen, (130, 30), "OTDR  1550 nm   L = 12.438 km", 42, (220, 232, 240))
    _write(pen, (130, 800), "0.203 dB/km   A: 0.05 dB   B: 0.11 dB", 42, (244, 200, 90))


def _shelf(pen, dice):
    """Archive boxes on a shelf, of which some stand without a back label."""
    for y in (30, 320, 610):
        x = 30
        while x < 1130:
            width = dice.randint(44, 92)
            colour = dice.choice([(40, 74, 120), (120, 40, 44), (60, 60, 64), (170, 150, 110)])
            pen.rectangle((x, y + dice.randint(0, 26), x + width, y + 240), fill=colour, outline=(24, 24, 24), width=3)
            if dice.random() > 0.35:
                pen.rectangle((x + 8, y + 70, x + width - 8, y + 170), fill=PAPER)
                _write(pen, (x + 12, y + 100), f"{dice.randint(1, 99):02}", 26)
            x += width + 4
        pen.rectangle((0, y + 240, 1200, y + 276), fill=STEEL)


def _form(pen, dice):
    """A filled-in form, scanned a little askew."""
    pen.rectangle((150, 40, 1050, 870), fill=PAPER, outline=(190, 188, 180), width=3)
    _write(pen, (400, 70), "CHECK LIST  QC-07", 44)
    for number, y in enumerate(range(160, 760, 60)):
        pen.line([(200, y), (1000, y + 3)], (60, 60, 60), 3)
        _write(pen, (215, y + 14), f"{number + 1}", 30)
        _write(pen, (300, y + 12), f"{dice.randint(2, 98) / 10:.1f}", 34, (36, 58, 130))
        _write(pen, (520, y + 12), dice.choice(["OK", "OK", "OK", "NG"]), 34, (36, 58, 130))
    for x in (200, 280, 480, 720, 1000):
        pen.line([(x, 160), (x + 2, 760)], (60, 60, 60), 3)
    pen.ellipse((760, 660, 930, 830), outline=(196, 52, 48), width=9)
    _write(pen, (806, 722), "QC", 56, (196, 52, 48))


def _yard(pen, dice):
    """The loading yard: a fork lift between racks, no line on the ground."""
    pen.rectangle((0, 0, 1200, 380), fill=(190, 190, 186))
    _speckle(pen, dice, CONCRETE, 400, (0, 380, 1200, 900))
    for x in (40, 250, 830, 1040):
        pen.rectangle((x, 60, x + 140, 520), outline=(40, 70, 140), width=14)
        for y in (90, 240, 380):
            pen.rectangle((x + 16, y, x + 124, y + 110), fill=(172, 138, 92), outline=(100, 76, 46), width=4)
    pen.polygon([(470, 420), (720, 420), (780, 560), (780, 690), (450, 690), (450, 520)], fill=(226, 158, 30))
    pen.rectangle((490, 260, 700, 430), outline=(40, 40, 40), width=14)
    for x in (500, 720):
        pen.ellipse((x - 62, 640, x + 62, 764), fill=(26, 26, 28))
    pen.rectangle((800, 240, 822, 720), fill=(60, 60, 62))
    pen.polygon([(822, 690), (1010, 700), (1010, 716), (822, 716)], fill=(60, 60, 62))


SUBJECTS = {
    "trench": (_trench, SOIL),
    "weld": (_weld, STEEL),
    "drums": (_drums, (176, 196, 212)),
    "cabinet": (_cabinet, (120, 122, 124)),
    "reflectometer": (_reflectometer, (18, 28, 36)),
    "shelf": (_shelf, (90, 84, 76)),
    "form": (_form, (206, 204, 198)),
    "yard": (_yard, CONCRETE),
}
