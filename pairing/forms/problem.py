"""The form of a problem: seven fields; the rest comes later, when a partner exists (capability A1)."""

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Kind
from accounts.required import NamesWhatIsMissing
from pairing.attachments import checked
from pairing.enums import Urgency
from pairing.forms.fields import CleanTextField
from pairing.forms.organisations import OrganisationField
from pairing.models import Category, Problem

COLUMNS = ("title", "description", "category", "urgency", "owner", "wished_partner")


class UploadField(forms.FileField):
    """A file checked by its content; cleans to a CheckedFile, or None."""

    def __init__(self, *, pictures_only=False, **options):
        self.pictures_only = pictures_only
        accept = "image/*,.heic" if pictures_only else "image/*,.heic,.pdf,.docx,.xlsx"
        options.setdefault("widget", forms.FileInput(attrs={"class": "form-control", "accept": accept}))
        super().__init__(max_length=255, allow_empty_file=True, **options)

    def clean(self, data, initial=None):
        upload = super().clean(data, initial)
        return checked(upload, pictures_only=self.pictures_only) if upload else None


class CategoryField(forms.ModelChoiceField):
    """Categories in use, the second level grouped under the first; read once, by `offer`."""

    def __init__(self, *, queryset=None, empty_label=None, **options):
        options.setdefault("widget", forms.Select(attrs={"class": "form-select"}))
        super().__init__(Category.objects.none(), empty_label=empty_label or _("Choose …"), **options)
        self.every, self.offered = [], {}

    def offer(self, present_id=None):
        """Read the categories; to be chosen are those not retired, and the one chosen before."""
        self.every, today = list(Category.objects.all()), timezone.localdate()
        found = [c for c in self.every if c.pk == present_id or c.retired_on is None or c.retired_on > today]
        children = {}
        for category in found:
            if category.parent_id:
                children.setdefault(category.parent_id, []).append((category.pk, category.name))
        self.offered = {str(category.pk): category for category in found}
        self.choices = [("", self.empty_label), *(_entry(c, children) for c in found if not c.parent_id)]

    def to_python(self, value):
        if value in self.empty_values:
            return None
        if str(value) not in self.offered:
            raise ValidationError(self.error_messages["invalid_choice"], "invalid_choice", {"value": value})
        return self.offered[str(value)]

    def with_those_below(self, category):
        """Ids of a category and of all below it, retired ones too."""
        return [found.pk for found in self.every if category.pk in (found.pk, found.parent_id)]


def _entry(category, children):
    below = children.get(category.pk)
    own = (category.pk, category.name)
    return (category.name, [own, *below]) if below else own


class ProblemForm(NamesWhatIsMissing, forms.Form):
    """Of a draft. Nothing but a clean text is asked until it is filed: `for_draft` makes every field optional."""

    title = CleanTextField(
        label=_("Title"), max_length=120, help_text=_("What goes wrong, in one line; best with a number and a place.")
    )
    description = CleanTextField(
        label=_("Description"), max_length=5000, rows=6, required=False,
        help_text=_("Since when, how often, what you have tried, what help you need."),
    )  # fmt: skip
    category = CategoryField(label=_("Category"))
    urgency = forms.ChoiceField(label=_("Urgency"), choices=Urgency, initial=Urgency.NORMAL, widget=forms.RadioSelect)
    owner = OrganisationField(
        label=_("Owner, if it is another branch"), required=False,
        help_text=_("Leave empty for your own branch. Another branch is asked to confirm that it is its problem."),
    )  # fmt: skip
    wished_partner = OrganisationField(
        kind="bodies", label=_("Wished partner"), required=False, help_text=_("Who could help? Nobody is told yet.")
    )
    photo = UploadField(
        pictures_only=True, label=_("Photo"), required=False,
        widget=forms.FileInput(attrs={"class": "form-control", "accept": "image/*,.heic", "capture": "environment"}),
    )  # fmt: skip
    key = forms.CharField(widget=forms.HiddenInput, required=False, max_length=40)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False, initial=0)

    def __init__(self, *args, problem: Problem, own, for_draft=False, **kwargs):
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)
        self.problem, self.own = problem, own
        within = problem.programme.committee.path
        self.fields["category"].offer(problem.category_id)
        self.fields["owner"].within = self.fields["wished_partner"].within = within
        self.fields["owner"].present = problem.owner if problem.owner_id else None
        self.fields["wished_partner"].present = problem.wished_partner
        self.fields["photo"].help_text = _(
            "At most %(most)s MB. It is shrunk, and the place where it was taken is removed."
        ) % {"most": settings.UPLOAD_MAX_MB}
        if for_draft:
            for field in self.fields.values():
                field.required = False

    @property
    def has_words(self):
        """Whether anything was filled in: an empty form that is refused leaves no draft behind."""
        return bool(set(self.changed_data) - {"key", "version", "urgency"})

    @classmethod
    def initial_of(cls, problem, own):
        """What the form shows of a stored draft."""
        initial = {name: getattr(problem, name) for name in COLUMNS} if problem.pk else {}
        if problem.pk and problem.owner_id == own.pk:
            initial["owner"] = None
        return initial | {"version": problem.text_version}

    def clean_owner(self):
        owner = self.cleaned_data["owner"] or self.own
        if owner.kind != Kind.PARTY_BRANCH:
            raise ValidationError(_("%(name)s is no party branch; name the branch whose problem it is."), "kind", {
                "name": owner.name
            })  # fmt: skip
        return owner

    def clean_wished_partner(self):
        partner = self.cleaned_data["wished_partner"]
        if partner and partner == (self.cleaned_data.get("owner") or self.own):
            raise ValidationError(_("The wished partner is another body than the owner."))
        return partner

    def clean_urgency(self):
        return self.cleaned_data["urgency"] or Urgency.NORMAL

    def clean_version(self):
        return self.cleaned_data["version"] or 0

    def columns(self):
        """What services.save_problem_draft takes."""
        return {name: self.cleaned_data[name] for name in COLUMNS}
