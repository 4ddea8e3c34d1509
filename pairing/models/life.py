"""All that the page of an agreement or a problem shows, and its rules and guards ask, in one query beside the object.

What is read here is kept on the object, where `agreement.goals.all()` and the like find it. Only pages do this: the
workflow fetches its objects afresh under a lock and reads nothing beforehand.
"""

from collections import defaultdict

from accounts.models import Event
from pairing.enums import SIGNED
from pairing.models.agreement import CounterProposal, Party, Signature
from pairing.models.problem import Joiner
from pairing.models.supervision import GoalOpinion, Opinion
from pairing.models.together import keep, read_together
from pairing.models.work import Episode, GoalOwner

PARTIES = Party.objects.select_related("organisation", "unit", "post").order_by("order", "pk")


def read_agreement_life(agreement, events=None):
    """Keep everything on `agreement`; answers the Events of the QuerySet `events` (default: all, the latest first)."""
    listed = agreement.episodes.all()
    found = read_together(
        agreement,
        parties=PARTIES.filter(agreement=agreement),
        goals=agreement.goals.all(),
        owners=GoalOwner.objects.filter(goal__agreement=agreement),
        episodes=listed.select_related("problem__owner", "problem__category", "helper"),
        joiners=Joiner.objects.filter(problem__in=listed.values("problem")).select_related("organisation"),
        attachments=agreement.attachments.select_related("uploaded_by"),
        events=_events(agreement) if events is None else events,
        **(_before_signing(agreement) if agreement.invited_on else {}),
        **(_running(agreement) if agreement.state in SIGNED else {}),
    )
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


def _before_signing(agreement):
    """From the invitation to the signatures."""
    return {
        "counter_proposals": CounterProposal.objects.filter(party__agreement=agreement),
        "reviews": agreement.reviews.all(),
        "opinions": Opinion.objects.filter(review__agreement=agreement),
        "goal_opinions": GoalOpinion.objects.filter(opinion__review__agreement=agreement),
        "signatures": Signature.objects.filter(party__agreement=agreement),
    }


def _running(agreement):
    """From the signatures on."""
    return {
        "extensions": agreement.extensions.all(),
        "due_changes": agreement.due_changes.all(),
        "progress_reports": agreement.progress_reports.all(),
        "follow_ups": agreement.follow_ups.select_related("seat__person"),
        "intervals": agreement.intervals.all(),
        "found_problems": agreement.found_problems.order_by("pk"),
    }


def read_problem_life(problem, events=None):
    """Keep episodes with their agreements and parties, joiners and files on `problem`; answers its Events."""
    episodes = Episode.objects.filter(problem=problem)
    found = read_together(
        problem,
        episodes=episodes.select_related("agreement", "helper", "claimed_by").order_by("pk"),
        parties=PARTIES.filter(agreement__in=episodes.values("agreement")),
        joiners=problem.joiners.select_related("organisation"),
        intervals=problem.intervals.all(),
        look_backs=problem.look_backs.order_by("looked_on", "pk"),
        attachments=problem.attachments.select_related("uploaded_by"),
        events=_events(problem) if events is None else events,
    )
    for name in ("episodes", "joiners", "attachments", "intervals", "look_backs"):
        keep(problem, name, found[name])
    keep_each([episode.agreement for episode in found["episodes"]], "parties", found["parties"])
    return found["events"]


def _events(obj):
    return Event.objects.of(obj).order_by("-happened_at", "-pk")


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
