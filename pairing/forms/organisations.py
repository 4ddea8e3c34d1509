"""Choosing an organisation by typing: a select of 100,000 would kill the page."""

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.urls import reverse_lazy
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation
from pairing.forms.fields import CleanTextField

KINDS = {"branches": "branches", "bodies": "bodies", "all": "all"}  # of the field: method of the QuerySet
MOST_NAMED = 5


class OrganisationInput(forms.TextInput):
    """A text field with a list of suggestions, fetched while typing; without JavaScript it is a plain text field."""

    def __init__(self, kind="branches", attrs=None):
        self.kind = kind
        super().__init__({"class": "form-control", "autocomplete": "off", "maxlength": 160} | (attrs or {}))

    def render(self, name, value, attrs=None, renderer=None):
        attrs = attrs or {}
        options = f"{attrs.get('id') or name}_options"
        address = f"{reverse_lazy('pairing:organisation_options')}?kind={self.kind}&field={name}"
        attrs |= {
            "list": options, "data-hx-get": address, "data-hx-trigger": "input changed delay:200ms, focus once",
            "data-hx-target": f"#{options}", "data-hx-sync": "this:replace",
        }  # fmt: skip
        box = super().render(name, value, attrs, renderer)
        return format_html('{}<datalist id="{}"></datalist>', box, options)


class OrganisationField(CleanTextField):
    """An Organisation named by its name, short name or code; None when left empty.

    `kind`: branches, bodies (branches and discipline committees) or all. `within`: an organisation path below which it
    must lie; `present`: the one chosen before, which needs no search. Both may be set by the form.
    """

    default_error_messages = {
        "none": _("No organisation is called “%(text)s”. Choose one of the suggestions or type its full name."),
        "many": _("“%(text)s” can be several: %(names)s. Choose one."),
        "outside": _("%(text)s does not belong to this programme."),
    }

    def __init__(self, *, kind="branches", within="", present=None, **options):
        self.kind, self.within, self.present = kind, within, present
        options.setdefault("widget", OrganisationInput(kind))
        super().__init__(max_length=160, **options)

    def prepare_value(self, value):
        return value.name if isinstance(value, Organisation) else value

    def clean(self, value):
        if isinstance(value, Organisation):
            return value
        text = super().clean(value)
        if not text:
            return None
        if self.present and text == self.present.name:
            return self.present
        return self._inside(self._find(text), text)

    def _find(self, text):
        named = existing(self.kind).named(text).in_order()  # by index; the exact ones are among them
        exact = list(named.filter(Q(name=text) | Q(short_name=text) | Q(code__iexact=text))[:MOST_NAMED])
        found = exact or list(named[:MOST_NAMED])
        if not found:
            raise ValidationError(self.error_messages["none"], "none", {"text": text})
        if len(found) > 1:
            names = "、".join(f"{o.name}（{o.code}）" for o in found)
            raise ValidationError(self.error_messages["many"], "many", {"text": text, "names": names})
        return found[0]

    def _inside(self, organisation, text):
        if not organisation.path.startswith(self.within):
            raise ValidationError(self.error_messages["outside"], "outside", {"text": text})
        return organisation


def existing(kind):
    """Organisations of today, of a kind that a field offers."""
    today = Organisation.objects.existing_on(timezone.localdate())
    return getattr(today, KINDS.get(kind, "branches"))()
