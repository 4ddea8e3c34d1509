"""Versions of the rules: a draft is begun as a copy, changed, tried out, published or discarded; an Event each.

Nothing that was published ever changes: agreements keep the version they were submitted under (domain.md §8).
"""

import hashlib
import json
from datetime import timedelta

from django.core.exceptions import PermissionDenied
from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import record
from accounts.models import Event
from pairing import rules
from pairing.deadlines import add_months
from pairing.models import Programme, RuleVersion
from pairing.parameters import PARAMETERS
from pairing.words import day_words
from pairing.workflow.engine import NotNow

WORDS = ("title", "text", "starts_on", "reason", "meeting", "suggestion")
COLUMNS = (*WORDS, *PARAMETERS)
record.name_actions(
    "ruleversion",
    {
        "begin_rules": gettext_lazy("began a draft of the rules"),
        "edit_rules": gettext_lazy("changed the draft of the rules"),
        "try_rules": gettext_lazy("tried out the draft of the rules"),
        "publish_rules": gettext_lazy("published the rules"),
        "discard_rules": gettext_lazy("discarded the draft of the rules"),
    },
)


class Stale(NotNow):
    """Somebody else saved the draft meanwhile; `version` is what is stored."""

    def __init__(self, version):
        self.version = version
        super().__init__([_("Somebody else has saved this draft in the meantime. What differs is shown below.")])


def digest_of(version):
    """A fingerprint of everything a draft says: it changes with every change."""
    values = json.dumps({name: getattr(version, name) for name in COLUMNS}, cls=DjangoJSONEncoder, sort_keys=True)
    return hashlib.sha256(values.encode()).hexdigest()


def version_before(version):
    """The published version that is in force up to the start of this one, or None for the first."""
    earlier = version.programme.rule_versions.filter(published_on__isnull=False, starts_on__lt=version.starts_on)
    return earlier.exclude(pk=version.pk).order_by("-starts_on").first()


@transaction.atomic
def begin_rules(programme, *, seat, at=None):
    """A draft as a copy of the latest published version; from the first free day of a month to come."""
    programme = Programme.objects.select_for_update().select_related(None).get(pk=programme.pk)
    latest = programme.rule_versions.filter(published_on__isnull=False).order_by("-starts_on").first()
    version = RuleVersion(programme=programme)
    _let(rules.writes_rules(seat, version, {}))
    for name in COLUMNS if latest else ():
        setattr(version, name, getattr(latest, name))
    version.starts_on = _free_start(programme, timezone.localdate(at))
    version.title = _("Rules from %(day)s") % {"day": day_words(version.starts_on)}
    version.reason = version.meeting = version.suggestion = ""
    version.save()
    details = {"copy_of": str(latest)} if latest else {}
    record.write("begin_rules", seat=seat, obj=version, at=at, details=details)
    return version


def _free_start(programme, today):
    taken = set(programme.rule_versions.values_list("starts_on", flat=True))
    day = add_months(today.replace(day=1), 1)
    while day in taken:
        day += timedelta(days=1)
    return day


@transaction.atomic
def edit_rules(version, *, base, seat, at=None, **columns):
    """Change a draft that was read as `base` (its digest_of); answers it. Raises Stale, NotNow, PermissionDenied.

    Saved again as it is, nothing is written and nothing recorded.
    """
    version = _locked(version, seat, rules.writes_rules)
    stored = digest_of(version)
    old = {name: getattr(version, name) for name in columns}
    for name, value in columns.items():
        if name not in COLUMNS:
            raise TypeError(name)
        setattr(version, name, value)
    if digest_of(version) == stored:
        return version
    if base != stored:
        raise Stale(RuleVersion.objects.get(pk=version.pk))
    version.save(update_fields=[*columns])
    changed = {name: [old[name], columns[name]] for name in columns if old[name] != columns[name]}
    record.write("edit_rules", seat=seat, obj=version, at=at, details={"changed": changed})
    return version


@transaction.atomic
def record_trial(version, figures, *, seat, at=None):
    """Keep what a dry run found (JSON-serialisable) with the fingerprint of the draft it was made for."""
    version = _locked(version, seat, rules.writes_rules)
    details = {"digest": digest_of(version), "figures": figures}
    return record.write("try_rules", seat=seat, obj=version, at=at, details=details)


def last_trial(version):
    """(the Event of the last dry run, whether the draft is still what was tried), or (None, False)."""
    event = Event.objects.of(version).filter(action="try_rules").last()
    return event, bool(event) and event.details["digest"] == digest_of(version)


def against_publishing(version, today):
    """Sentences that say what must be done before the draft can be published; none where nothing stands against it."""
    event, current = last_trial(version)
    sentences = []
    if not event:
        sentences.append(_("Make a dry run of this draft first."))
    elif not current:
        sentences.append(_("The draft was changed after its dry run. Make a new one."))
    if not version.text.strip():
        sentences.append(_("The text of the rules is empty. Write it into the draft."))
    if not version.reason.strip():
        sentences.append(_("Say in the draft why the rules change."))
    if version.starts_on < today:
        sentences.append(_("The start lies in the past. Choose today or a later day."))
    latest = version.programme.rule_versions.filter(published_on__isnull=False).order_by("-starts_on").first()
    if latest and version.starts_on <= latest.starts_on:
        sentences.append(_("The start must lie after that of the version before, “%(title)s”.") % {"title": latest})
    return sentences


@transaction.atomic
def publish_rules(version, *, digest, seat):
    """Publish the draft that was shown under `digest`; answers it. Raises NotNow with every sentence."""
    version = _locked(version, seat, rules.publishes_rules)
    if digest != digest_of(version):
        raise NotNow([_("The draft was changed since you opened this page. Read it again.")])
    today = timezone.localdate()
    if sentences := against_publishing(version, today):
        raise NotNow(sentences)
    version.published_on = today
    version.save(update_fields=["published_on"])
    details = {"starts_on": version.starts_on, "digest": digest}
    record.write("publish_rules", seat=seat, obj=version, details=details)
    return version


@transaction.atomic
def discard_rules(version, *, seat):
    """Take a draft away; what it said stays in the record."""
    version = _locked(version, seat, rules.writes_rules)
    details = {name: getattr(version, name) for name in COLUMNS}
    record.write("discard_rules", seat=seat, obj=version, details=details)
    version.delete()


def _locked(version, seat, allowed):
    version = RuleVersion.objects.select_for_update(of=("self",)).select_related("programme__committee").get(
        pk=version.pk
    )  # fmt: skip
    _let(allowed(seat, version, {}))
    if version.published_on:
        raise NotNow([_("These rules are published; published rules never change. Make a new version.")])
    return version


def _let(allowed):
    if not allowed:
        raise PermissionDenied(_("Rules are written by the working group and published by its lead."))
