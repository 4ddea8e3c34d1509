"""Form widgets as Django's templates write them, but in Python.

A filter bar with sixty options costs through the template engine as much as a list of fifty rows (docs/bench.md).
Whatever is not listed here goes the usual way.
"""

from django.forms.renderers import DjangoTemplates
from django.utils.formats import localize
from django.utils.functional import Promise
from django.utils.html import conditional_escape

INPUTS = ("text", "hidden", "number", "email", "password", "checkbox", "date", "file")


def attributes(attrs):
    """django/forms/widgets/attrs.html"""
    return "".join(
        f" {name}" if value is True else f' {name}="{_as_string(value)}"'
        for name, value in attrs.items()
        if value is not False
    )


def input_box(widget):
    """django/forms/widgets/input.html"""
    value = "" if widget["value"] is None else f' value="{_as_string(widget["value"])}"'
    name = conditional_escape(widget["name"])
    return f'<input type="{widget["type"]}" name="{name}"{value}{attributes(widget["attrs"])}>'


def select(widget):
    """django/forms/widgets/select.html"""
    parts = [f'<select name="{conditional_escape(widget["name"])}"{attributes(widget["attrs"])}>']
    for group, options, _index in widget["optgroups"]:
        if group:
            parts.append(f'\n  <optgroup label="{_text(group)}">')
        for option in options:
            value, attrs = _as_string(option["value"]), attributes(option["attrs"])
            parts.append(f'\n  <option value="{value}"{attrs}>{_text(option["label"])}</option>\n')
        if group:
            parts.append("\n  </optgroup>")
    parts.append("\n</select>")
    return "".join(parts)


def _as_string(value):
    return conditional_escape(value if isinstance(value, str) else str(value))


def _text(value):
    return conditional_escape(value if isinstance(value, (str, Promise)) else localize(value))


QUICK = {"django/forms/widgets/select.html": select}
QUICK |= {f"django/forms/widgets/{kind}.html": input_box for kind in INPUTS}


class QuickRenderer(DjangoTemplates):
    """The FORM_RENDERER of the product."""

    def render(self, template_name, context, request=None):
        quick = QUICK.get(template_name)
        return quick(context["widget"]) if quick else super().render(template_name, context, request)
