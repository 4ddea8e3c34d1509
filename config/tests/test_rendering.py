"""Widgets written in Python are the same to the letter as those of Django's templates."""

import pytest
from django import forms
from django.forms.renderers import DjangoTemplates
from django.utils.safestring import mark_safe
from django.utils.translation import gettext_lazy as _

from config.rendering import QUICK, QuickRenderer

ATTRS = {"class": 'a "b" <c>', "required": True, "disabled": False, "maxlength": 1200, "data-x": _("State")}
CHOICES = [
    ("", "—"), ("a&b", "<b>"), ("lazy", _("Problems")), (3, 4000), ("safe", mark_safe("<i>i</i>")),
    ("Group & co", [("x", "X"), ("y", "Y")]),
]  # fmt: skip
WIDGETS = [
    forms.TextInput(ATTRS), forms.HiddenInput(), forms.NumberInput(), forms.EmailInput(), forms.DateInput(),
    forms.PasswordInput(render_value=True), forms.CheckboxInput(), forms.Select(ATTRS, CHOICES),
]  # fmt: skip


@pytest.mark.parametrize("widget", WIDGETS, ids=lambda widget: type(widget).__name__)
@pytest.mark.parametrize("value", [None, "", "x", "a&b", '"<>', 3, True])
def test_same_as_the_templates(widget, value):
    assert widget.template_name in QUICK
    quick, plain = (widget.render("na<me", value, {"id": "i"}, r) for r in (QuickRenderer(), DjangoTemplates()))
    assert quick == plain


def test_other_widgets_go_the_usual_way(settings):
    assert settings.FORM_RENDERER == "config.rendering.QuickRenderer"
    radio = forms.RadioSelect(choices=CHOICES[:2])
    assert radio.render("r", "", renderer=QuickRenderer()) == radio.render("r", "", renderer=DjangoTemplates())
