"""All that the page of an agreement or a problem shows, and its rules and guards ask, in one query beside the object.

What is read here is kept on the object, where `agreement.goals.all()` and the like find it. Only pages do this: the
workflow fetches its objects afresh under a lock and reads nothing beforehand.
"""

from collections import defaultdict
from functools import lru_cache

from django.db.models import OuterRef

from accounts.models import Event
from accounts.models.together import Together, keep
from pairing.enums import SIGNED
from pairing.models.agreement import Agreement, CounterProposal, Party, Signature
from pairing.models.attachment import Attachment
from pairing.models.problem import Joiner, Problem
from pairing.models.supervision import (
    DueChange,
    Extension,
    FollowUp,
    GoalOpinion,
    Interval,
    LookBackRecord,
    Opinion,
    ProgressReport,
    Review,
)
from pairing.models.work import Episode, Goal, GoalOwner

PARTIES = Party.objects.select_related("organisation", "unit", "post").order_by("order", "pk")
KEY = OuterRef("pk")  # of the agreement or problem whose page it is
KEY_FURTHER_OUT = OuterRef(KEY)


def read_agreement_life(agreement, most_events=None):
    """Keep everything on `agreement`; answers its Events, the latest first (`most_events` of them, None: all)."""
    found = _of_agreements(bool(agreement.invited_on), agreement.state in SIGNED, most_events).read(agreement)
    parties = {party.pk: party for party in found["parties"]}
    for name in ("owners", "extensions", "signatures", "counter_proposals"):
        for row in found.get(name, ()):
            row.party = parties[row.party_id]
    _keep_list(agreement, found)
    for name in (
        "parties",
        "attachments",
        "extensions",
        "due_changes",
        "progress_reports",
        "follow_ups",
        "intervals",
        "found_problems",
    ):
        keep(agreement, name, found.get(name, ()))
    keep_each(parties.values(), "signatures", found.get("signatures", ()))
    keep_each(parties.values(), "counter_proposals", found.get("counter_proposals", ()))
    keep(agreement, "reviews", found.get("reviews", ()))
    keep_each(agreement.reviews.all(), "opinions", found.get("opinions", ()))
    keep_each(found.get("opinions", ()), "goals", found.get("goal_opinions", ()))
    return found["events"]


def _keep_list(agreement, found):
    goals = {goal.pk: goal for goal in found["goals"]}
    for episode in found["episodes"]:
        episode.goal = goals.get(episode.goal_id)
    keep(agreement, "goals", found["goals"])
    keep_each(found["goals"], "owners", found["owners"])
    keep_each(found["goals"], "episodes", [e for e in found["episodes"] if e.goal_id])
    keep(agreement, "episodes", found["episodes"])
    keep_each([episode.problem for episode in found["episodes"]], "joiners", found["joiners"])


@lru_cache
def _of_agreements(invited, signed, most_events):
    listed = Episode.objects.filter(agreement=KEY)
    problems = Episode.objects.filter(agreement=KEY_FURTHER_OUT).values("problem")
    return Together(
        Agreement,
        parties=PARTIES.filter(agreement=KEY),
        goals=Goal.objects.filter(agreement=KEY),
        owners=GoalOwner.objects.filter(goal__agreement=KEY),
        episodes=listed.select_related("problem__owner", "problem__category", "helper"),
        joiners=Joiner.objects.filter(problem__in=problems).select_related("organisation"),
        attachments=Attachment.objects.filter(agreement=KEY).select_related("uploaded_by"),
        events=_events("agreement")[:most_events],
        **(_before_signing() if invited else {}),
        **(_running() if signed else {}),
    )


def _before_signing():
    """From the invitation to the signatures."""
    return {
        "counter_proposals": CounterProposal.objects.filter(party__agreement=KEY),
        "reviews": Review.objects.filter(agreement=KEY),
        "opinions": Opinion.objects.filter(review__agreement=KEY),
        "goal_opinions": GoalOpinion.objects.filter(opinion__review__agreement=KEY),
        "signatures": Signature.objects.filter(party__agreement=KEY),
    }


def _running():
    """From the signatures on."""
    return {
        "extensions": Extension.objects.filter(agreement=KEY),
        "due_changes": DueChange.objects.filter(agreement=KEY),
        "progress_reports": ProgressReport.objects.filter(agreement=KEY),
        "follow_ups": FollowUp.objects.filter(agreement=KEY).select_related("seat__person"),
        "intervals": Interval.objects.filter(agreement=KEY),
        "found_problems": Problem.objects.filter(found_in=KEY).order_by("pk"),
    }


def read_problem_life(problem, most_events=None):
    """Keep episodes with their agreements and parties, joiners and files on `problem`; answers its Events, the latest
    first (`most_events` of them, None: all)."""
    found = _of_problems(most_events).read(problem)
    for name in ("episodes", "joiners", "attachments", "intervals", "look_backs"):
        keep(problem, name, found[name])
    keep_each([episode.agreement for episode in found["episodes"]], "parties", found["parties"])
    return found["events"]


@lru_cache
def _of_problems(most_events):
    pairs = Episode.objects.filter(problem=KEY_FURTHER_OUT).values("agreement")
    return Together(
        Problem,
        episodes=Episode.objects.filter(problem=KEY).select_related("agreement", "helper", "claimed_by").order_by("pk"),
        parties=PARTIES.filter(agreement__in=pairs),
        joiners=Joiner.objects.filter(problem=KEY).select_related("organisation"),
        intervals=Interval.objects.filter(problem=KEY),
        look_backs=LookBackRecord.objects.filter(problem=KEY).order_by("looked_on", "pk"),
        attachments=Attachment.objects.filter(problem=KEY).select_related("uploaded_by"),
        events=_events("problem")[:most_events],
    )


def _events(object_type):
    return Event.objects.filter(object_type=object_type, object_id=KEY).order_by("-happened_at", "-pk")


def keep_each(objects, name, rows):
    """`keep` for several objects: each gets the rows that point to it."""
    objects = list(objects)
    if not objects:
        return
    field, of = getattr(objects[0], name).field, defaultdict(list)
    for row in rows:
        of[getattr(row, field.attname)].append(row)
    for obj in objects:
        keep(obj, name, of[obj.pk])
