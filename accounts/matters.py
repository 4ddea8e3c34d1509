"""The matters that a seat can be given for, by the number that people know; the app that keeps them registers them."""

import re
import unicodedata

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

_NUMBER = re.compile(r"(?P<prefix>[^\W\d]*)\W*(?P<year>20\d\d)\W+(?P<sequence>[1-9]\d{0,5})\W*号?")
KINDS = {}  # "agreement", "problem" -> the model; it has `number`, `year`, `sequence`


def register(model):
    """Say that a seat can be given for one of these."""
    KINDS[model._meta.model_name] = model


def find(typed):
    """What Seat.matter keeps ("agreement 12") for a number as people write it; ValidationError where there is none."""
    found = [f"{kind} {pk}" for kind, model in KINDS.items() for pk in _numbered(model, typed)]
    if not found:
        sentence = _(
            "No agreement or problem has the number “%(typed)s”. Write it like 结对〔2026〕12号 or 问题〔2026〕7号."
        )
        raise ValidationError(sentence % {"typed": typed})
    if len(found) > 1:
        sentence = _("Several matters have the number “%(typed)s”: write one of these instead: %(found)s.")
        raise ValidationError(sentence % {"typed": typed, "found": "、".join(found)})
    return found[0]


def _numbered(model, typed):
    """Ids of those with the number; also by what Seat.matter keeps, for numbers that two programmes have given."""
    text = unicodedata.normalize("NFKC", typed).strip()
    kind, _space, pk = text.partition(" ")
    if kind == model._meta.model_name and pk.isascii() and pk.isdecimal() and len(pk) < 10:
        rows = model.objects.filter(pk=pk)
    elif number := _NUMBER.fullmatch(text):
        rows = model.objects.filter(
            year=number["year"], sequence=number["sequence"], number__startswith=number["prefix"].removesuffix("第")
        )
    else:
        return []
    return list(rows.order_by("pk").values_list("pk", flat=True)[:2])


def number_of(matter):
    """The number of what Seat.matter keeps; the text itself where nothing is known of it."""
    kind, _space, pk = matter.partition(" ")
    number = KINDS[kind].objects.filter(pk=pk).values_list("number", flat=True).first() if kind in KINDS else ""
    return number or matter
