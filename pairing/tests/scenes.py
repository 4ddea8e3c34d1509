"""A pair of two branches in some state, and the forms of its pages as a browser would send them."""

from dataclasses import dataclass

from django.urls import reverse

from accounts.models import Event
from accounts.tests.people import Personas, create_personas
from pairing import versions
from pairing.models import Agreement, Problem, Programme
from pairing.tests import world

PAGES = ("", "_edit", "_invitation", "_goals", "_review", "_sign", "_text", "_completion", "_acceptance")


@dataclass
class Scene:
    people: Personas
    programme: Programme
    problems: list[Problem]
    agreement: Agreement

    def url(self, page=""):
        return reverse(f"pairing:agreement{page}", args=[self.agreement.pk])

    def fresh(self):
        """The agreement as it stands now, with nothing cached."""
        return Agreement.objects.get(pk=self.agreement.pk)

    def actions(self):
        return list(Event.objects.of(self.agreement).values_list("action", flat=True))


def create_scene(state="draft", problems=1, people=None, programme=None, **parameters):
    """The filer's branch with the partner's about `problems` problems of the filer's, brought to `state`."""
    people = people or create_personas()
    programme = programme or world.create_programme(people.committee, **parameters)
    listed = [world.create_problem(programme, people.filer, f"问题之{n}") for n in range(1, problems + 1)]
    agreement = world.create_agreement(programme, people.filer, [people.partner_branch], listed)
    if state != "draft":
        world.bring_to(state, agreement, reviewer=people.reviewer)
    return Scene(people, programme, listed, agreement)


def log_in(client, seat):
    client.force_login(seat.person)
    return client


def post(client, seat, url, **data):
    """POST as the person of `seat`; a None takes a key away."""
    data = {name: value for name, value in data.items() if value is not None}
    return log_in(client, seat).post(url, data)


def grid_of(agreement, step="edit"):
    """What the browser sends when the goal grid is saved as it stands."""
    agreement = Agreement.objects.get(pk=agreement.pk)
    now = versions.present(agreement)
    data = {
        "step": step, "version": now.number, "rows": len(now.goals), "aim": agreement.aim,
        "term_months": agreement.term_months, "exception_reason": agreement.exception_reason,
    }  # fmt: skip
    for index, row in enumerate(now.goals):
        data |= row_data(agreement, index, row)
    return data


def row_data(agreement, index, row):
    data = {f"g{index}-id": row.id or "", f"g{index}-problems": list(row.problems)}
    data |= {f"g{index}-{name}": getattr(row, name) or "" for name in ("text", "measure", "criterion")}
    data[f"g{index}-date"] = f"{row.date:%Y-%m-%d}" if row.date else ""
    for party in agreement.present_parties:
        name, post_ = row.owners.get(party.pk, ("", ""))
        data |= {f"g{index}-name-{party.pk}": name, f"g{index}-post-{party.pk}": post_}
    return data


def sentences_of(response):
    """The page as text, for looking for a sentence."""
    return response.content.decode()


def said(response):
    """The messages of a page that was reached through redirects."""
    return " ".join(str(message) for message in response.context["messages"])
