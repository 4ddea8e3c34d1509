"""The burden meter, for the working group alone: what the system asks of a branch per month, and what changed it."""

from django.shortcuts import render
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext
from django.views.decorators.http import require_safe

from accounts import record
from pairing.asking import fields_asked
from pairing.words import day_words
from reports import burden, tables
from reports.charts import Chart, Series
from reports.selectors import read_only
from reports.views.answers import context_of, without_answer
from reports.views.group import OF_THE_GROUP, ask_group

NAMES = {
    "fields": gettext_lazy("Fields to fill in"),
    "messages": gettext_lazy("Messages received"),
    "follow_ups": gettext_lazy("Follow-ups planned"),
}
TONES = {"fields": "point", "messages": "context", "follow_ups": "second"}
LEAST = 0.05  # less than this rounds to nothing
RULES = (
    gettext_lazy("Counted is what the system asks of party branches; nobody's time online, and no single person."),
    gettext_lazy(
        "Fields: each recorded step of a branch times the fields of its form that may not stay empty; the goals of a "
        "pair once, when they are first written. Presses of a button ask nothing."
    ),
    gettext_lazy(
        "Messages: the daily messages sent to those who sat at the branch on that day; who sits at two branches counts "
        "at both."
    ),
    gettext_lazy("Follow-ups: those planned in the month, for each branch of the pair, also when skipped later."),
    gettext_lazy(
        "Mean: all of the month divided by the party branches that exist on its last day; most: the branch that was "
        "asked most, unnamed. The running month is not complete."
    ),
    gettext_lazy(
        "A rule is compared by up to three whole months before and after its first day; what else changed then is in "
        "the difference too."
    ),
)


@require_safe
def meter(request):
    with read_only():
        form, question = ask_group(request, OF_THE_GROUP)
        if question is None:
            return without_answer(request, form)
        months = burden.months_of(question.programme, question.as_of)
        versions = question.programme.rule_versions.filter(
            published_on__isnull=False, starts_on__gt=months[0].first, starts_on__lte=months[-1].last
        ).order_by("starts_on")
        changes = burden.changes(versions, months, timezone.localdate())
        context = context_of(form, question) | {
            "alarms": [_alarm(change) for change in changes if change.more >= LEAST],
            "reliefs": [_relief(change) for change in changes if change.more <= -LEAST],
            "compared": bool(changes), "sentence": _now(months[-1]), "chart": _chart(months), "names": NAMES,
            "rows": [_row(month) for month in reversed(months)], "rules": RULES,
            "steps": [_step(*row) for row in burden.by_step(months)],
            "second_line": tables.second_line(question.as_of, "", question.programme.name, _("the last twelve months")),
            "group_url": question.address("group"),
        }  # fmt: skip
        return render(request, "reports/burden.html", context)


def decimal(number):
    """One place after the point; "—" where there is no denominator."""
    return tables.NOTHING if number is None else f"{number:.1f}"


def month_words(first):
    return date_format(first, pgettext("month format", "F Y"))


def _now(month):
    words = {"month": month_words(month.first), "branches": month.branches}
    words |= {measure: decimal(month.mean(measure)) for measure in burden.MEASURES}
    text = _(
        "In %(month)s the system asks of a party branch, on average of %(branches)s: %(fields)s fields, "
        "%(messages)s messages, %(follow_ups)s follow-ups."
    )
    return text % words


def _words_of(change):
    return {
        "day": day_words(change.rules.starts_on), "title": change.rules.title, "what": NAMES[change.measure],
        "n": decimal(abs(change.more)), "before": decimal(change.before), "after": decimal(change.after),
        "months_before": change.months[0], "months_after": change.months[1],
    }  # fmt: skip


def _alarm(change):
    return _(
        "Since “%(title)s” of %(day)s: %(what)s +%(n)s per branch and month (%(before)s before, %(after)s after; "
        "%(months_before)s and %(months_after)s months compared)."
    ) % _words_of(change)


def _relief(change):
    return _(
        "Since “%(title)s” of %(day)s: %(what)s −%(n)s per branch and month (%(before)s before, %(after)s after; "
        "%(months_before)s and %(months_after)s months compared)."
    ) % _words_of(change)


def _row(month):
    """(month in words, branches, [(label, mean, of all, most)])."""
    cells = [
        (NAMES[measure], decimal(month.mean(measure)), month.total(measure), month.most(measure))
        for measure in burden.MEASURES
    ]
    return month_words(month.first), month.branches, cells


def _step(kind, action, times, fields):
    """(step in words, fields asked each time, times, fields in all)."""
    asked = fields_asked()[kind, action]
    each = [str(asked.fields)] if asked.fields or not (asked.per_goal or asked.per_problem) else []
    each += [_("%(n)s per goal") % {"n": asked.per_goal}] if asked.per_goal else []
    each += [_("%(n)s per problem") % {"n": asked.per_problem}] if asked.per_problem else []
    return record.name_of(action, kind), " + ".join(each), times, fields


def _chart(months):
    return Chart(
        name="burden", kind="bar", title=_("What is asked per branch and month"), sentence=_now(months[-1]),
        unit=_("per branch"), corner=_("Month"), labels=tuple(month_words(month.first) for month in months),
        axis=tuple(f"{month.first:%m}" for month in months),
        series=tuple(
            Series(
                name=str(NAMES[measure]), tone=TONES[measure],
                values=tuple(round(month.mean(measure) or 0, 1) for month in months),
            )
            for measure in burden.MEASURES
        ),
    )  # fmt: skip
