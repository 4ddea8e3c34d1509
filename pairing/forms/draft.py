"""The draft of an agreement: aim, partners, term, the problems to put on the list."""

from django import forms
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l
from django.utils.translation import ngettext

from accounts.models import Organisation, Post
from accounts.required import NamesWhatIsMissing
from pairing.forms.fields import CleanTextField
from pairing.forms.organisations import OrganisationField

MOST_PARTNERS = 6
SELECT = {"class": "form-select"}


class DraftForm(NamesWhatIsMissing, forms.Form):
    """Aim, term and problems; the partners have a form each."""

    programme = forms.ModelChoiceField(None, label=_l("Programme"), empty_label=None, widget=forms.Select(attrs=SELECT))
    aim = CleanTextField(
        max_length=300, rows=2, label=_l("Aim of the pair"),
        help_text=_l("What shall be better at its end, in one sentence."),
    )  # fmt: skip
    term_months = forms.IntegerField(
        label=_l("Term in months"), min_value=1, max_value=24,
        widget=forms.NumberInput(attrs={"class": "form-control width-4", "inputmode": "numeric"}),
    )  # fmt: skip
    exception_reason = CleanTextField(
        max_length=1000, rows=2, required=False, label=_l("Why a longer term is needed"),
    )  # fmt: skip
    problems = forms.ModelMultipleChoiceField(
        None, label=_l("Problems to be solved"),
        widget=forms.CheckboxSelectMultiple(attrs={"class": "form-check-input"}),
        error_messages={"required": _l("Choose at least one problem.")},
    )  # fmt: skip

    def __init__(self, *args, programmes, problems, cap, **options):
        super().__init__(*args, label_suffix="", **options)
        self.fields["programme"].queryset = programmes
        if len(programmes) < 2:
            del self.fields["programme"]
        self.fields["problems"].queryset = problems
        self.fields["problems"].label_from_instance = _with_owner
        words = {"cap": cap}
        self.fields["term_months"].help_text = _("Counted from the last signature; generally at most %(cap)s.") % words
        self.fields["exception_reason"].needed = _("(needed for a longer term)")
        self.fields["exception_reason"].help_text = (
            ngettext(
                "Only for a term over %(cap)s month; the review decides.",
                "Only for a term over %(cap)s months; the review decides.",
                cap,
            )
            % words
        )


def _with_owner(problem):
    return f"{problem.number} {problem.title}（{problem.owner.short_name}）"


class PlaceForm(NamesWhatIsMissing, forms.Form):
    """The unit and, post to post, the post that a party acts for; choices follow from its branch."""

    unit = forms.ModelChoiceField(
        None,
        required=False,
        label=_l("Unit"),
        empty_label=_l("the branch as a whole"),
        widget=forms.Select(attrs=SELECT),
    )
    post = forms.ModelChoiceField(
        None, required=False, label=_l("Post"), empty_label=_l("no single post"), widget=forms.Select(attrs=SELECT)
    )

    def __init__(self, *args, body, with_posts=True, **options):
        super().__init__(*args, label_suffix="", **options)
        self.body = body
        units = units_of(body)
        self.fields["unit"].queryset = units
        self.fields["post"].queryset = posts_of(body, units)
        if not with_posts or not self.fields["post"].queryset.exists():
            del self.fields["post"]
        if not units.exists():
            del self.fields["unit"]

    def place(self):
        return {"unit": self.cleaned_data.get("unit"), "post": self.cleaned_data.get("post")}


def units_of(body):
    """Units that belong to the branch today."""
    if body is None:
        return Organisation.objects.none()
    today = timezone.localdate()
    lasting = Q(branch_links__to_on__isnull=True) | Q(branch_links__to_on__gt=today)
    return Organisation.objects.filter(lasting, branch_links__branch=body, branch_links__from_on__lte=today).in_order()


def posts_of(body, units):
    """Posts of the branch or of one of its units."""
    if body is None:
        return Post.objects.none()
    of = Q(organisation=body) | Q(organisation__in=units)
    return Post.objects.filter(of, closed_on__isnull=True).select_related("organisation")


class PartnerForm(PlaceForm):
    """One partner; an empty row is none."""

    organisation = OrganisationField(
        kind="bodies", label=_l("Partner"), required=False, help_text=_l("Type a part of its name, or its code.")
    )

    def __init__(self, *args, within, own, body=None, first=False, **options):
        self.own = own
        super().__init__(*args, body=body, **options)
        self.fields["organisation"].within = within
        self.fields["organisation"].present = body
        self.order_fields(["organisation", "unit", "post"])
        if first:
            self.fields["organisation"].needed = _("(needed before the invitation is sent)")

    def clean_organisation(self):
        partner = self.cleaned_data["organisation"]
        if partner and partner == self.own:
            raise forms.ValidationError(_("Your own branch takes part anyway; name another one."))
        return partner

    def guess(self):
        """(what was typed, the name it was read as) where only a part of the name was typed, else None."""
        typed, body = str(self.data.get(self.add_prefix("organisation"), "")).strip(), self.cleaned_data["organisation"]
        if body is None or typed in (body.name, body.short_name) or typed.casefold() == body.code.casefold():
            return None
        return typed, body.name


def partner_forms(post, *, within, own, present):
    """The rows of partners. `post`: what was typed, or None; `present`: [(Organisation, unit, post)] of the draft.

    A typed row reads its branch first, so that the units and posts offered are those of that branch.
    """
    forms_ = []
    for index in range(MOST_PARTNERS):
        prefix = f"partner-{index}"
        stored = present[index] if index < len(present) else (None, None, None)
        body = stored[0] if post is None else _typed(post.get(f"{prefix}-organisation", ""), within, stored[0])
        initial = {"organisation": stored[0], "unit": stored[1], "post": stored[2]}
        words = {"prefix": prefix, "initial": initial, "first": index == 0}
        forms_.append(PartnerForm(post, within=within, own=own, body=body, **words))
    return forms_


def _typed(text, within, stored):
    """The body that the text names, or None where it names none: the form then says so."""
    if not text.strip():
        return None
    try:
        return OrganisationField(kind="bodies", within=within, present=stored).clean(text)
    except forms.ValidationError:
        return None


def chosen_partners(rows):
    """[{organisation, unit, post}] of the rows that name one; the first of a body counts."""
    partners = {}
    for row in rows:
        if body := row.cleaned_data["organisation"]:
            partners.setdefault(body.pk, {"organisation": body, **row.place()})
    return list(partners.values())
