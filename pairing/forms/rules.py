"""The form of a draft of the rules: what it says, and every parameter of pairing.parameters."""

import re
import unicodedata

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts.required import NamesWhatIsMissing
from pairing.enums import Ground
from pairing.forms.fields import LONGEST_NOTE, CleanTextField, DayField
from pairing.parameters import CHOICES, GROUPS, MOST_STEPS, PARAMETERS, UNITS, value_words
from pairing.services.rule_versions import COLUMNS, WORDS

LONGEST_TEXT = 20_000


class WholeNumberField(forms.IntegerField):
    """A number between the bounds of its parameter, typed; full-width digits too. The error names both bounds."""

    default_error_messages = {"invalid": _("Give a whole number, such as 3.")}

    def __init__(self, *, least, most, **options):
        attrs = {"class": "form-control", "inputmode": "numeric", "autocomplete": "off"}
        super().__init__(widget=forms.TextInput(attrs=attrs), **options)
        self.least, self.most = least, most

    def to_python(self, value):
        return super().to_python(unicodedata.normalize("NFKC", str(value)) if value is not None else None)

    def validate(self, value):
        super().validate(value)
        if value is not None and not self.least <= value <= self.most:
            words = {"least": self.least, "most": self.most}
            raise ValidationError(_("Give a number from %(least)s to %(most)s."), "bounds", words)


class DaysField(forms.Field):
    """A ladder of days: “14, 7, 3, 0” in any order; cleans to a list of numbers, each once."""

    widget = forms.TextInput

    def __init__(self, *, least, most, falling, **options):
        super().__init__(required=False, **options)
        self.needed = ""  # an empty ladder is a ladder, so nothing is said about it
        self.least, self.most, self.falling = least, most, falling
        self.widget.attrs.update({"class": "form-control", "autocomplete": "off"})

    def prepare_value(self, value):
        return ", ".join(map(str, value)) if isinstance(value, list | tuple) else value

    def to_python(self, value):
        parts = re.split(r"[\s,、;]+", unicodedata.normalize("NFKC", str(value or "")).strip(" ,、;"))
        parts = [part.removesuffix("天") for part in parts if part]
        for part in parts:
            if not (part.isascii() and part.isdecimal() and len(part) < 5):
                raise ValidationError(_("“%(text)s” is no number of days. Write for example 7, 3, 1."), "days", {
                    "text": part[:20]
                })  # fmt: skip
        return sorted({int(part) for part in parts}, reverse=self.falling)

    def validate(self, value):
        if wrong := [day for day in value if not self.least <= day <= self.most]:
            words = {"day": wrong[0], "least": self.least, "most": self.most}
            raise ValidationError(_("%(day)s is not from %(least)s to %(most)s days."), "bounds", words)
        if len(value) > MOST_STEPS:
            raise ValidationError(_("At most %(most)s reminders; more are not read."), "many", {"most": MOST_STEPS})


def _field(parameter):
    options = {"label": parameter.label, "help_text": parameter.help}
    if parameter.unit in UNITS:
        return WholeNumberField(least=parameter.least, most=parameter.most, **options)
    if parameter.unit in CHOICES:
        choices = [*zip("10", CHOICES[parameter.unit], strict=True)]
        widget = forms.RadioSelect
        return forms.TypedChoiceField(choices=choices, coerce=lambda value: value == "1", widget=widget, **options)
    if parameter.unit == "grounds":
        return forms.MultipleChoiceField(choices=Ground.choices, widget=forms.CheckboxSelectMultiple, **options)
    if parameter.unit in ("days_before", "days_after"):
        falling = parameter.unit == "days_before"
        return DaysField(least=parameter.least, most=parameter.most, falling=falling, **options)
    return CleanTextField(max_length=20, **options)


class RuleDraftForm(NamesWhatIsMissing, forms.Form):
    """A draft may be incomplete in its text and reason; its numbers are always whole."""

    title = CleanTextField(label=_("Title"), max_length=120)
    starts_on = DayField(label=_("In force from"), ahead=True)
    text = CleanTextField(
        label=_("Text of the rules"), max_length=LONGEST_TEXT, rows=10, required=False,
        help_text=_("As it was adopted; it is shown to everybody. Needed for publishing."),
    )  # fmt: skip
    reason = CleanTextField(
        label=_("Why the rules change"), max_length=LONGEST_NOTE, rows=3, required=False,
        help_text=_("Needed for publishing."),
    )  # fmt: skip
    meeting = CleanTextField(label=_("Meeting that decided"), max_length=200, required=False)
    suggestion = CleanTextField(
        label=_("Suggestion behind it"),
        max_length=200,
        required=False,
        help_text=_("Whose suggestion it was, and what."),
    )
    base = forms.CharField(widget=forms.HiddenInput, required=False, max_length=64)

    def __init__(self, *args, version, **kwargs):
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)
        self.version = version
        for parameter in PARAMETERS.values():
            self.fields[parameter.name] = _field(parameter)

    @staticmethod
    def initial_of(version):
        """What the form shows of a stored draft."""
        return {name: _shown(getattr(version, name)) for name in COLUMNS}

    @property
    def words(self):
        """The fields beside the parameters, in order."""
        return [self[name] for name in WORDS]

    @property
    def groups(self):
        """[(title, [(BoundField, its Parameter)])]."""
        return [
            (group.title, [(self[parameter.name], parameter) for parameter in group.parameters]) for group in GROUPS
        ]

    def clean(self):
        data = super().clean()
        notice, lapse = data.get("invitation_notice"), data.get("invitation_lapse")
        if notice and lapse and notice >= lapse:
            sentence = ngettext(
                "The group is told before the invitation lapses: give less than %(lapse)s working day.",
                "The group is told before the invitation lapses: give less than %(lapse)s working days.", lapse,
            )  # fmt: skip
            self.add_error("invitation_notice", ValidationError(sentence, params={"lapse": lapse}))
        lapses = [data[name] for name in ("invitation_lapse", "drafting_lapse", "signing_lapse") if data.get(name)]
        warning = data.get("lapse_warning")
        if warning and lapses and warning >= min(lapses):
            sentence = ngettext(
                "A warning comes before the end: give less than %(shortest)s working day.",
                "A warning comes before the end: give less than %(shortest)s working days.", min(lapses),
            )  # fmt: skip
            self.add_error("lapse_warning", ValidationError(sentence, params={"shortest": min(lapses)}))
        start = data.get("starts_on")
        same = self.version.programme.rule_versions.exclude(pk=self.version.pk).filter(starts_on=start)
        if start and same.exists():
            self.add_error("starts_on", ValidationError(_("Another version starts on that day. Choose another one.")))
        return data

    def columns(self):
        """What services.rule_versions.edit_rules takes."""
        return {name: self.cleaned_data[name] for name in COLUMNS}

    def stored_instead(self, stored):
        """[(label, what is stored)] where the stored draft differs from what was typed."""
        rows = []
        for name in COLUMNS:
            value = getattr(stored, name)
            if name in self.cleaned_data and self.cleaned_data[name] != value:
                words = value_words(PARAMETERS[name], value) if name in PARAMETERS else value
                rows.append((self.fields[name].label, words))
        return rows


def _shown(value):
    return ("1" if value else "0") if isinstance(value, bool) else value
