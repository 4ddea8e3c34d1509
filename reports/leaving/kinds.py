"""What a departure holds: each kind of thing as columns over a QuerySet; unsent drafts stay with their branch."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _l
from django.utils.translation import pgettext_lazy

from accounts import record
from accounts.exports import Column
from accounts.models import Event, Organisation, Seat
from pairing.models import (
    Agreement,
    Attachment,
    Episode,
    Extension,
    FollowUp,
    Goal,
    GoalOwner,
    LookBackRecord,
    Meeting,
    Opinion,
    Party,
    Problem,
    ProgressReport,
    Review,
    RuleVersion,
    Signature,
)

CHUNK = 2_000  # rows fetched at once
NAMES = ("name", "title", "text", "description", "effect", "note", "progress", "reason", "comment", "details")


@dataclass(frozen=True)
class Kind:
    """`title`: of the spreadsheet and its file; `fields`: (label, path of the value) in order."""

    title: str | Promise
    rows: Callable[[object], QuerySet]
    fields: tuple

    def columns(self, model):
        return tuple(
            Column(
                name=path, label=label, value=_value(index, _choices(model, path)),
                width=40 if path.rpartition("__")[2] in NAMES else 16,
            )
            for index, (label, path) in enumerate(self.fields)
        )  # fmt: skip

    def values(self, rows):
        """Tuples in the order of the fields, through a cursor of the server."""
        return rows.values_list(*(path for _label, path in self.fields)).iterator(chunk_size=CHUNK)


def _choices(model, path):
    """{value: words} of the field at the end of `path`."""
    *relations, name = path.split("__")
    for relation in relations:
        model = model._meta.get_field(relation).related_model
    return {value: str(label) for value, label in model._meta.get_field(name).flatchoices}


def _value(index, labels):
    def value(row):
        found = row[index]
        if found is None or found == "":
            return None
        if isinstance(found, bool):
            return "✓" if found else None
        if isinstance(found, datetime):
            return f"{timezone.localtime(found):%Y-%m-%d %H:%M:%S}"
        if isinstance(found, dict | list):
            return json.dumps(found, ensure_ascii=False, default=str)
        return labels.get(found, found) if labels else found

    return value


def problems_of(programme):
    return Problem.objects.filter(programme=programme).exclude(state__in=Problem.PRIVATE)


def agreements_of(programme):
    return Agreement.objects.filter(programme=programme).exclude(state__in=Agreement.PRIVATE)


def attachments_of(programme):
    """Files that are shown, of the matters that are exported."""
    mine = Q(problem__in=problems_of(programme)) | Q(agreement__in=agreements_of(programme))
    return Attachment.objects.filter(mine, removed_at__isnull=True).order_by("pk")


def _below(model, path="agreement"):
    """Rows of a model that belong to an agreement, in its order."""

    def rows(programme):
        mine = {f"{path}__in": agreements_of(programme)}
        return model.objects.filter(**mine).order_by(f"{path}__year", f"{path}__sequence", path, "pk")

    return rows


def _in_order(rows):
    return lambda programme: rows(programme).order_by("year", "sequence", "pk")


def _organisations(programme):
    return Organisation.objects.below(programme.committee).order_by("path", "order")


def _seats(programme):
    bodies = Organisation.objects.below(programme.committee)
    return Seat.objects.filter(organisation__in=bodies).order_by("organisation__path", "from_on", "pk")


def _events(programme):
    """The record of the exported problems and agreements, and of the programme itself."""
    key = OuterRef("object_id")
    mine = (
        Q(Exists(problems_of(programme).filter(pk=key)), object_type="problem")
        | Q(Exists(agreements_of(programme).filter(pk=key)), object_type="agreement")
        | Q(object_type="programme", object_id=programme.pk)
    )
    return Event.objects.filter(mine).order_by("pk")


NUMBER, PAIR = (_l("Number"), "number"), (_l("Pair"), "agreement__number")
STATE = (_l("State"), "state")
KINDS = (
    Kind(_l("Organisations"), _organisations, (
        (_l("Code"), "code"), (_l("Name"), "name"), (_l("Short name"), "short_name"), (_l("Kind"), "kind"),
        (_l("Side"), "side"), (_l("Above"), "parent__name"), (_l("Opened on"), "opened_on"),
        (_l("Closed on"), "closed_on"), (_l("Successor"), "successor__name"),
    )),
    Kind(_l("Seats"), _seats, (
        (_l("Organisation"), "organisation__name"), (_l("Person"), "person__name"), (_l("Role"), "role"),
        (_l("From"), "from_on"), (_l("To"), "to_on"), (_l("Deputy of"), "deputy_of__person__name"),
    )),
    Kind(_l("Rules"), lambda programme: RuleVersion.objects.filter(programme=programme).order_by("pk"), (
        (_l("Title"), "title"), (_l("In force from"), "starts_on"), (_l("Published on"), "published_on"),
    )),
    Kind(_l("Problems"), _in_order(problems_of), (
        NUMBER, (_l("Problem"), "title"), (_l("Description"), "description"), (_l("Category"), "category__name"),
        (_l("Urgency"), "urgency"), (_l("Owner"), "owner__name"), (_l("Unit"), "unit__name"),
        (_l("Filed by"), "filer__name"), STATE, (_l("Raised on"), "raised_on"), (_l("Ground"), "ground"),
        (_l("Found while solving"), "origin__number"),
    )),
    Kind(_l("Agreements"), _in_order(agreements_of), (
        NUMBER, (_l("Aim"), "aim"), (_l("Level"), "level"), (_l("Direction"), "direction"), STATE,
        (_l("Term in months"), "term_months"), (_l("Invited on"), "invited_on"),
        (_l("Submitted on"), "submitted_on"), (_l("Approved on"), "approved_on"), (_l("Signed on"), "signed_on"),
        (_l("Due on"), "due_on"), (_l("First due date"), "original_due_on"),
        (_l("Reported as done on"), "completed_on"),
        (_l("Ended on"), "ended_on"), (_l("Days late"), "days_late"), (_l("Ended by"), "end_code"),
        (_l("Note"), "end_note"), (_l("Pair before"), "predecessor__number"), (_l("Witness"), "witness"),
    )),
    Kind(_l("Parties"), _below(Party), (
        PAIR, (_l("Role"), "role"), (_l("Organisation"), "organisation__name"), (_l("Name then"), "name_then"),
        (_l("Unit then"), "unit_then"), (_l("Post then"), "post_then"), (_l("Answer"), "answer"),
        (_l("Left on"), "left_on"),
    )),
    Kind(_l("Goals"), _below(Goal), (
        PAIR, (_l("No."), "order"), (_l("Goal"), "text"), (_l("Measure"), "measure"), (_l("Criterion"), "criterion"),
        (_l("Date"), "date"), (_l("Result"), "result"),
    )),
    Kind(_l("Owners of goals"), _below(GoalOwner, "goal__agreement"), (
        (_l("Pair"), "goal__agreement__number"), (_l("Goal"), "goal__text"),
        (_l("Organisation"), "party__organisation__name"), (_l("Name"), "name"), (_l("Post"), "post"),
    )),
    Kind(_l("Problems in pairs"), _below(Episode), (
        PAIR, (_l("Problem number"), "problem__number"), (_l("Problem"), "problem__title"), (_l("Goal"), "goal__text"),
        (_l("Branch that helped"), "helper__name"), (_l("Taken on"), "taken_on"), (_l("Claimed on"), "claimed_on"),
        (_l("Confirmed on"), "confirmed_on"), (_l("Written off on"), "written_off_on"),
        (_l("Released on"), "released_on"), (_l("Relapsed on"), "relapsed_on"), (_l("Result"), "result"),
        (_l("Effect"), "effect"),
    )),
    Kind(_l("Signatures"), _below(Signature, "party__agreement"), (
        (_l("Pair"), "party__agreement__number"), (_l("Party"), "party__name_then"), (_l("Name"), "person_name"),
        (_l("Seat"), "seat_title"), (_l("On behalf of"), "on_behalf_of"), (_l("Signed at"), "signed_at"),
        (_l("Digest"), "digest"), (_l("Void since"), "voided_at"), (_l("Reason"), "void_reason"),
    )),
    Kind(_l("Reviews"), _below(Review), (
        PAIR, (_l("Round"), "round"), (_l("Rules"), "rule_version__title"), (_l("Submitted at"), "submitted_at"),
        (_l("Decided at"), "decided_at"), (_l("Outcome"), "outcome"), (_l("Ground"), "ground"),
        (_l("Comment"), "comment"),
    )),
    Kind(_l("Opinions"), _below(Opinion, "review__agreement"), (
        (_l("Pair"), "review__agreement__number"), (_l("Round"), "review__round"), (_l("Name"), "person_name"),
        (_l("Seat"), "seat_title"), (_l("Given at"), "given_at"), (_l("Comment"), "comment"),
    )),
    Kind(_l("Extensions"), _below(Extension), (
        PAIR, (_l("Party"), "party__organisation__name"), (_l("Asked on"), "asked_on"), (_l("In time"), "timely"),
        (_l("Reason"), "reason"), (_l("Progress"), "progress"), (_l("Old due date"), "old_due_on"),
        (_l("New due date"), "new_due_on"), (_l("Decided on"), "decided_on"), (_l("Decision"), "decision"),
        (_l("Decided by"), "decided_by"), (_l("Note"), "decision_note"),
    )),
    Kind(_l("Progress reports"), _below(ProgressReport), (
        PAIR, (_l("Party"), "party__organisation__name"), (_l("Percent"), "percent"), (_l("What was done"), "text"),
        (_l("Reported at"), "reported_at"), (_l("Person"), "seat__person__name"),
    )),
    Kind(_l("Follow-ups"), _below(FollowUp), (
        PAIR, (_l("Planned for"), "planned_on"), (_l("Done on"), "done_on"), (_l("Kind"), "kind"),
        (_l("Progress"), "progress"), (_l("Obstacle"), "obstacle"), (_l("Next date"), "next_on"),
        (_l("Skipped on"), "skipped_on"), (_l("Reason"), "skip_reason"), (_l("Person"), "seat__person__name"),
    )),
    Kind(_l("Look-backs"), lambda programme: LookBackRecord.objects.filter(
        problem__in=problems_of(programme)).order_by("looked_on", "pk"), (
        (_l("Problem number"), "problem__number"), (_l("Looked at on"), "looked_on"), (_l("Verdict"), "verdict"),
        (_l("Note"), "note"),
    )),
    Kind(_l("Meetings"), lambda programme: Meeting.objects.filter(programme=programme), (
        (_l("Subject"), "subject"), (_l("Begins at"), "starts_at"), (_l("Minutes"), "minutes"), (_l("Place"), "place"),
        (_l("Secretaries invited"), "branches_invited"), (_l("Cancelled at"), "cancelled_at"),
    )),
    Kind(pgettext_lazy("sheet", "The record"), _events, (
        (_l("Happened at"), "happened_at"), (_l("Recorded at"), "recorded_at"), (_l("Name"), "person_name"),
        (_l("Seat"), "seat_title"), (_l("On behalf of"), "on_behalf_of"), (_l("Action"), "action"),
        (_l("Kind of object"), "object_type"), (_l("Object"), "object_label"), (_l("From state"), "source"),
        (_l("To state"), "target"), (_l("Note"), "note"), (_l("Details"), "details"),
    )),
)  # fmt: skip
record.name_actions("programme", {
    "ask_departure": _l("Ask for the whole programme as a file"),
    "take_departure": _l("Take the whole programme along"),
})  # fmt: skip
