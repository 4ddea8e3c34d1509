"""What a page of reports is asked: programme, day and filters. The whole question stands in the address."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models.seat import ADMINISTRATORS
from pairing.models import Programme
from pairing.words import day_words
from reports.question_form import PERIOD, QuestionForm

NARROWING = ("organisation", "category", "class", "direction", "level", "side", "state")
FILTERS = (*PERIOD, *NARROWING)  # names in the address
GROUP = ("group",)


@dataclass(frozen=True, kw_only=True)
class Question:
    """One question of one person.

    `first_day` and `last_day` bound the period, None where it is open. What happens (raised, signed, written off,
    ended …) is counted within the period; how things stand is that of `day`, the end of what is asked.
    """

    programme: Programme
    as_of: date
    own_scope: bool  # figures count only what the person's own branches see
    first_day: date | None = None
    last_day: date | None = None
    group: str = ""  # how the rows of a table are grouped, a name of reports.grouping
    filters: dict[str, Any] = field(default_factory=dict)  # name → cleaned value, only those that were set
    given: dict[str, str] = field(default_factory=dict)  # the parameters as asked, for the addresses of other pages
    words: dict[str, str] = field(default_factory=dict)  # "period" or the name of a filter → the filter in words

    @property
    def day(self):
        """The last day that counts: the as-of day, or the end of a period that ended before it."""
        return min(self.as_of, self.last_day) if self.last_day else self.as_of

    @property
    def eve(self):
        """The day before the period; None where it is open to the past."""
        return self.first_day - timedelta(days=1) if self.first_day and self.first_day > date.min else None

    @property
    def is_whole(self):
        """Nothing narrows it: the whole programme up to the as-of day."""
        return not self.filters and self.first_day is None and self.last_day is None

    def within(self, name):
        """A Q: the date column `name` lies in the period, and not after the as-of day."""
        upto = Q(**{f"{name}__lte": self.day})
        return upto & Q(**{f"{name}__gte": self.first_day}) if self.first_day else upto

    def address(self, page, /, *, without=(*FILTERS, *GROUP), **more):
        """Address of a page of reports for the same programme and day; `more` are further parameters."""
        query = {name: value for name, value in self.given.items() if name not in without} | more
        return reverse(f"reports:{page}") + (f"?{urlencode(query)}" if query else "")

    def standing_words(self):
        """Which day the states are of, where that is not the as-of day itself; else ""."""
        return "" if self.day == self.as_of else _("states of %(day)s") % {"day": day_words(self.day)}


def refuse_administrators(user):
    """PermissionDenied for who has no business here: administrators and people without a seat."""
    if all(seat.role in ADMINISTRATORS for seat in user.current_seats):
        raise PermissionDenied


def ask(request, *, filters=False, groups=()):
    """(form, Question) of a request; the Question is None where the form has errors or there is no programme.

    `filters`: the page can be narrowed down; `groups`: (name, label) of its groupings, the first one the usual one.
    PermissionDenied as by refuse_administrators.
    """
    refuse_administrators(request.user)
    today = timezone.localdate()
    form = QuestionForm(request.GET, user=request.user, today=today, filters=filters, groups=groups)
    return form, question_of(form, today) if form.is_valid() else None


def question_of(form, today):
    """The Question of a valid form, in words of the active language; None where there is no programme at all."""
    found = form.cleaned_data
    as_of = found["as_of"] or today
    programme = found["programme"] or running_on(form.programmes.values(), as_of, today)
    if programme is None:
        return None
    first, last = form.period()
    filters = {name: value for name in NARROWING if (value := found.get(name)) not in (None, "")}
    group = found.get("group") or next(iter(form.groups), "")
    return Question(
        programme=programme, as_of=as_of, own_scope=form.is_own_scope(programme), first_day=first, last_day=last,
        group=group, filters=filters, given=_given(form, programme, group), words=form.words(filters),
    )  # fmt: skip


def _given(form, programme, group):
    """The parameters as asked; what goes without saying is left out."""
    found = form.cleaned_data
    given = {name: form.data[name] for name in FILTERS if found.get(name) not in (None, "")}
    if group and group != next(iter(form.groups)):
        given["group"] = group
    if found["as_of"]:
        given["as_of"] = f"{found['as_of']:%Y-%m-%d}"
    if len(form.programmes) > 1:
        given["programme"] = str(programme.pk)
    return given


def running_on(programmes, day, today):
    """The programme that runs on `day`, else the one that runs `today`, else the latest; None of none."""
    programmes = list(programmes)
    for moment in (day, today):
        for programme in programmes:
            if programme.starts_on <= moment and (programme.ends_on is None or programme.ends_on >= moment):
                return programme
    return programmes[0] if programmes else None


def chips(question, page, **more):
    """Active filters as (words, address without it)."""
    names = {"period": PERIOD}
    return [
        (words, question.address(page, without=names.get(name, (name,)), **more))
        for name, words in question.words.items()
    ]
