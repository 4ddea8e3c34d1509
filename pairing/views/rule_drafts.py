"""A draft of the rules: begun as a copy, changed, tried out, published by the lead, or discarded."""

from datetime import date

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from pairing.forms.rules import RuleDraftForm
from pairing.models import Programme
from pairing.parameters import changes_between, in_groups
from pairing.rule_trial import HEIGHT, WIDTH, bars_of, days_allowed, item_words, touch_of, try_out
from pairing.rules import publishes_rules
from pairing.services import rule_versions
from pairing.services.rule_versions import Stale, digest_of
from pairing.views.rule_pages import draft_opened, text_left_as
from pairing.workflow.engine import NotNow


@require_POST
def begin(request):
    """POST programme: a new draft."""
    pk = request.POST.get("programme", "")
    programmes = Programme.objects.overseen_by(request.user)
    programme = get_object_or_404(programmes, pk=pk if pk.isascii() and pk.isdecimal() and len(pk) < 19 else 0)
    version = rule_versions.begin_rules(programme, seat=request.seat)
    messages.success(request, _("A draft was made as a copy of the rules in force."))
    return redirect("pairing:rule_edit", version.pk)


def _over(request, version):
    messages.info(request, _("These rules are published; published rules never change. Make a new version."))
    return redirect("pairing:rule_version", version.pk)


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request, pk):
    version = draft_opened(request, pk)
    if version.published_on:
        return _over(request, version)
    if request.method != "POST":
        initial = RuleDraftForm.initial_of(version) | {"base": digest_of(version)}
        return _form(request, version, RuleDraftForm(initial=initial, version=version))
    form = RuleDraftForm(request.POST, version=version)
    if not form.is_valid():
        return _form(request, version, form)
    try:
        saved = rule_versions.edit_rules(
            version, base=form.cleaned_data["base"], seat=request.seat, **form.columns()
        )  # fmt: skip
    except Stale as stale:
        form.data = form.data.copy()
        form.data["base"] = digest_of(stale.version)
        return _form(request, version, form, stale.sentences, form.stored_instead(stale.version))
    except NotNow as refusal:
        return _form(request, version, form, refusal.sentences)
    messages.success(request, _("The draft is saved."))
    return redirect("pairing:rule_trial" if "try" in request.POST else "pairing:rule_version", saved.pk)


def _form(request, version, form, sentences=(), stored=()):
    before = rule_versions.version_before(version)
    words = {
        "version": version, "form": form, "sentences": sentences, "stored": stored,
        "text_as_in": text_left_as(version, before),
    }  # fmt: skip
    return render(request, "pairing/rule_edit.html", words)


@require_http_methods(["GET", "HEAD", "POST"])
def trial(request, pk):
    """Which pairs the draft touches, and its last dry run; POST days makes a new one."""
    version = draft_opened(request, pk)
    if version.published_on:
        return _over(request, version)
    today, allowed = timezone.localdate(), days_allowed(version.programme)
    if request.method == "POST":
        asked = request.POST.get("days", "")
        days = int(asked) if asked in map(str, allowed) else allowed[min(1, len(allowed) - 1)]
        rule_versions.record_trial(version, try_out(version, today, days), seat=request.seat)
        return redirect("pairing:rule_trial", version.pk)
    event, current = rule_versions.last_trial(version)
    words = {
        "version": version, "touch": touch_of(version, today), "allowed": allowed, "current": current,
        "chosen": event.details["figures"]["days"] if event else allowed[min(1, len(allowed) - 1)],
        "publishes": publishes_rules(request.seat, version, {}),
        "text_as_in": text_left_as(version, rule_versions.version_before(version)),
    }  # fmt: skip
    return render(request, "pairing/rule_trial.html", words | (_found(event) if event else {}))


def _found(event):
    """The figures of a dry run as the page shows them: days as dates, steps in words."""
    figures = event.details["figures"]
    messages = [
        {
            **message, "day": date.fromisoformat(message["day"]),
            "items": [{**item, "words": item_words(item, event.happened_at)} for item in message["items"]],
        }
        for message in figures["messages"]
    ]  # fmt: skip
    rows = [
        {"day": date.fromisoformat(day), "present": n, "present_items": items, "draft": then[1], "draft_items": then[2]}
        for (day, n, items), then in _side_by_side(figures)
    ]
    return {
        "event": event, "first": date.fromisoformat(figures["first"]), "last": date.fromisoformat(figures["last"]),
        "present": figures["present"], "draft": figures["draft"], "by_day": rows, "shown": messages,
        "bars": bars_of(figures), "width": WIDTH, "height": HEIGHT,
    }  # fmt: skip


def _side_by_side(figures):
    """The rows of both by day: [(row of the present rules, row of the draft)]; a day that one lacks counts 0."""
    present, draft = ({row[0]: row for row in figures[name]["by_day"]} for name in ("present", "draft"))
    return [
        (present.get(day, [day, 0, 0]), draft.get(day, [day, 0, 0])) for day in sorted(present.keys() | draft.keys())
    ]


@require_http_methods(["GET", "HEAD", "POST"])
def publish(request, pk):
    """The text in full, the consequence, the start; POST by the lead publishes."""
    version = draft_opened(request, pk)
    if version.published_on:
        return _over(request, version)
    if not publishes_rules(request.seat, version, {}):
        raise PermissionDenied(_("Rules are published by the lead of the working group."))
    today, sentences = timezone.localdate(), []
    if request.method == "POST":
        try:
            rule_versions.publish_rules(version, digest=request.POST.get("digest", ""), seat=request.seat)
        except NotNow as refusal:
            sentences = refusal.sentences
        else:
            messages.success(request, _("The rules are published."))
            return redirect("pairing:rule_version", version.pk)
    before = rule_versions.version_before(version)
    words = {
        "version": version, "before": before, "digest": digest_of(version), "touch": touch_of(version, today),
        "changes": changes_between(version, before) if before else [], "groups": in_groups(version, before),
        "against": rule_versions.against_publishing(version, today), "sentences": sentences,
        "text_as_in": text_left_as(version, before),
    }  # fmt: skip
    return render(request, "pairing/rule_publish.html", words)


@require_POST
def discard(request, pk):
    version = draft_opened(request, pk)
    try:
        rule_versions.discard_rules(version, seat=request.seat)
    except NotNow as refusal:
        messages.error(request, " ".join(refusal.sentences))
        return redirect("pairing:rule_version", version.pk)
    messages.success(request, _("The draft is discarded; what it said stays in the record."))
    return redirect("pairing:rule_list")
