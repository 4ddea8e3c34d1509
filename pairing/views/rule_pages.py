"""The rules as everybody reads them: the versions of a programme, and one of them with what it changed."""

from itertools import groupby

from django.db.models import OuterRef, Q
from django.http import Http404
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from pairing.deadlines import ONE_DAY, missing_years
from pairing.enums import RUNNING
from pairing.models import Agreement, Counted, Programme, RuleVersion, working_days
from pairing.parameters import changes_between, in_groups
from pairing.rules import publishes_rules, writes_rules
from pairing.services.rule_versions import last_trial, version_before


def readable(request):
    """Versions that the person may read: the published ones of the own programmes, and drafts of those overseen."""
    programmes = Programme.objects.for_user(request.user)
    own = Programme.objects.overseen_by(request.user)
    drafts = Q(published_on__isnull=True, programme__in=own)
    found = RuleVersion.objects.filter(Q(published_on__isnull=False, programme__in=programmes) | drafts)
    return found.select_related("programme__committee")


def opened(request, pk):
    return get_object_or_404(readable(request), pk=pk)


def draft_opened(request, pk):
    """A version that `request.seat` may write; 404 where it may not even read it."""
    version = opened(request, pk)
    if version.published_on is None and not writes_rules(request.seat, version, {}):
        raise Http404
    return version


def text_left_as(version, before):
    """The version before (`before`, or None), where a draft has other parameters than it but the very same text."""
    same = before is not None and version.text.split() == before.text.split() != []
    return before if same and changes_between(version, before) else None


@require_safe
def rule_list(request):
    """The versions of each programme of the person, the newest first; drafts on top, for the working group."""
    today = timezone.localdate()
    seen = Agreement.objects.visible_to(request.user).filter(rule_version=OuterRef("pk"))
    rows = readable(request).annotate(pairs=Counted(seen), running=Counted(seen.filter(state__in=RUNNING)))
    rows = list(rows.order_by("programme__committee__path", "-programme__starts_on", "programme", "-starts_on"))
    programmes = [
        {"programme": programme, "versions": _standing(list(versions), today)}
        for programme, versions in groupby(rows, key=lambda version: version.programme)
    ]
    for found in programmes:
        found["begins"] = _runs(found["programme"], today) and writes_rules(request.seat, found["versions"][0], {})
    words = {
        "programmes": programmes,
        "missing": missing_years(today, working_days()) if _oversees(request) else [],
    }
    return render(request, "pairing/rule_list.html", words)


def _runs(programme, today):
    return programme.ends_on is None or programme.ends_on >= today


def _oversees(request):
    return request.seat is not None and request.seat.oversees


def _standing(versions, today):
    """Say of each version how it stands: "draft", "ahead", "now" or "past", and until which day it held."""
    published = [version for version in versions if version.published_on]
    now = next((version for version in published if version.starts_on <= today), None)
    for version in versions:
        later = [other for other in published if other.starts_on > version.starts_on]
        version.until = later[-1].starts_on - ONE_DAY if later and version.published_on else None
        version.standing = "past"
        if version.published_on is None:
            version.standing = "draft"
        elif version.starts_on > today:
            version.standing = "ahead"
        elif version == now:
            version.standing = "now"
    return versions


@require_safe
def rule_version(request, pk):
    """One version: its text, its parameters in words, who pairs under it, what it changed."""
    version = opened(request, pk)
    others = list(version.programme.rule_versions.filter(published_on__isnull=False).order_by("-starts_on"))
    if version.published_on is None:
        others.append(version)
    (version,) = [other for other in _standing(others, timezone.localdate()) if other.pk == version.pk]
    before = version_before(version)
    seen = Agreement.objects.visible_to(request.user).filter(rule_version=version)
    trial, current = last_trial(version) if version.standing == "draft" else (None, False)
    words = {
        "version": version,
        "before": before,
        "groups": in_groups(version, before),
        "changes": changes_between(version, before) if before else [],
        "pairs": seen.count(),
        "running": seen.filter(state__in=RUNNING).count(),
        "writes": version.standing == "draft" and writes_rules(request.seat, version, {}),
        "publishes": version.standing == "draft" and publishes_rules(request.seat, version, {}),
        "trial": trial,
        "trial_current": current,
    }
    return render(request, "pairing/rule_version.html", words)
