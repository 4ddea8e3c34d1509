"""The burden meter, for the working group alone: what the system asks of a branch per month, and what changed it."""

from django.shortcuts import render
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext
from django.views.decorators.http import require_safe

from accounts import record
from pairing.asking import fields_asked
from pairing.words import day_words
from reports import burden, tables
from reports.charts import Chart, Series
from reports.selectors import read_only
from reports.trends import month_on_axis
from reports.views.answers import context_of, without_answer
from reports.views.group import OF_THE_GROUP, ask_group

NAMES = {
    "fields": gettext_lazy("Fields to fill in"),
    "messages": gettext_lazy("Messages received"),
    "follow_ups": gettext_lazy("Follow-ups planned"),
}
SAID = {
    "fields": gettext_lazy("fields to fill in: %(n)s"),
    "messages": gettext_lazy("messages: %(n)s"),
    "follow_ups": gettext_lazy("follow-ups: %(n)s"),
}
NOTHING = {
    "fields": gettext_lazy("No step of a branch asked for fields in these months."),
    "messages": gettext_lazy("No message went out to branches in these months."),
    "follow_ups": gettext_lazy("No follow-up of a branch was planned in these months."),
}
TONES = {"fields": "point", "messages": "context", "follow_ups": "second"}
LEAST = 0.05  # less than this rounds to nothing
FEW = 6  # steps that are shown one by one; the rest asks for little
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
        "Per branch: all of the month divided by the party branches that exist on its last day, as it stands below "
        "each number. The most: of the branch that was asked most, unnamed. The running month is not complete."
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
            "compared": bool(changes), "chart": _chart(months), "nothing": _nothing(months),
            "rules": (*RULES, _read_at(months[-1])),
            "steps": _steps(burden.by_step(months)),
            "second_line": tables.second_line(question.as_of, "", question.programme.name, _("the last twelve months")),
            "group_url": question.address("group"),
        }  # fmt: skip
        return render(request, "reports/burden.html", context)


def decimal(number):
    """One place after the point; "—" where there is no denominator."""
    return tables.NOTHING if number is None else f"{number:.1f}"


def month_words(first):
    return date_format(first, pgettext("month format", "F Y"))


def _asked(months):
    """The measures of which anything was asked in these months."""
    return [measure for measure in burden.MEASURES if any(month.total(measure) for month in months)]


def _nothing(months):
    """A sentence for each measure of which nothing was asked: a row of noughts would only ask what it means."""
    return [NOTHING[measure] for measure in burden.MEASURES if measure not in _asked(months)]


def _begun(months):
    """The months from the first one on in which anything was asked; the last one at least."""
    first = next((n for n, month in enumerate(months) if any(map(month.total, burden.MEASURES))), len(months) - 1)
    return months[first:]


def _now(month, measures):
    running = burden.next_month(month.first) > timezone.localdate()
    words = {
        "month": month_words(month.first), "branches": month.branches,
        "asked": _(", ").join(SAID[measure] % {"n": decimal(month.mean(measure))} for measure in measures),
        "most": _(", ").join(SAID[measure] % {"n": month.most(measure)} for measure in measures),
    }  # fmt: skip
    if not measures:
        return _("Nothing has been asked of branches yet.")
    if running:
        return _("In %(month)s so far, per branch – %(asked)s. Of the branch asked most – %(most)s.") % words
    return _("In %(month)s, per branch – %(asked)s. Of the branch asked most – %(most)s.") % words


def _words_of(change):
    return {
        "day": day_words(change.rules.starts_on), "title": change.rules.title, "what": NAMES[change.measure],
        "n": decimal(abs(change.more)), "before": decimal(change.before), "after": decimal(change.after),
        "months_before": change.months[0], "months_after": change.months[1],
    }  # fmt: skip


def _alarm(change):
    return _(
        "“%(title)s” of %(day)s: %(what)s per branch and month up by %(n)s, from %(before)s to %(after)s (whole months "
        "compared: %(months_before)s before, %(months_after)s after)."
    ) % _words_of(change)


def _relief(change):
    return _(
        "“%(title)s” of %(day)s: %(what)s per branch and month down by %(n)s, from %(before)s to %(after)s (whole "
        "months compared: %(months_before)s before, %(months_after)s after)."
    ) % _words_of(change)


def _steps(found):
    """{"rows": [(step in words, fields asked each time, times, fields in all)], "rest": the same of all others,
    "times", "fields": of all}."""
    others = found[FEW:] if len(found) > FEW + 1 else []
    rest = None
    if others:
        words = ngettext("%(n)s other step", "%(n)s other steps", len(others)) % {"n": len(others)}
        rest = (words, "", sum(row[2] for row in others), sum(row[3] for row in others))
    return {
        "rows": [_step(*row) for row in (found[:FEW] if others else found)], "rest": rest,
        "times": sum(row[2] for row in found), "fields": sum(row[3] for row in found),
    }  # fmt: skip


def _step(kind, action, times, fields):
    """(step in words, fields asked each time, times, fields in all)."""
    asked = fields_asked()[kind, action]
    each = [str(asked.fields)] if asked.fields or not (asked.per_goal or asked.per_problem) else []
    each += [_("%(n)s per goal") % {"n": asked.per_goal}] if asked.per_goal else []
    each += [_("%(n)s per problem") % {"n": asked.per_problem}] if asked.per_problem else []
    return record.name_of(action, kind), " + ".join(each), times, fields


def _read_at(month):
    words = {"month": month_words(month.first), "time": f"{timezone.localtime(month.read_at):%H:%M}"}
    return _("%(month)s is counted anew every ten minutes; here as of %(time)s.") % words


def _chart(months):
    """The means month by month, with what they are made of and the most that one branch was asked."""
    measures, shown = _asked(months), _begun(months)
    return Chart(
        name="burden", kind="bar", title=_("What is asked of a branch per month"), sentence=_now(months[-1], measures),
        unit=_("per branch"), corner=_("Month"), labels=tuple(month_words(month.first) for month in shown),
        axis=tuple(month_on_axis(month.first) for month in shown), opened=bool(measures),
        series=tuple(series for measure in measures for series in _series(measure, shown)),
    )  # fmt: skip


def _series(measure, months):
    yield Series(
        name=str(NAMES[measure]), tone=TONES[measure],
        values=tuple(None if month.mean(measure) is None else round(month.mean(measure), 1) or 0 for month in months),
        notes=tuple(f"{month.total(measure)} ÷ {month.branches}" for month in months),
    )  # fmt: skip
    most = tuple(month.most(measure) for month in months)
    yield Series(name=pgettext("burden", "Most"), unit=_("one branch"), drawn=False, values=most)
