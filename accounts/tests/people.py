"""People, organisations and seats for tests: plain functions, no surprises.

Dates default to long ago (2020-01-01, open-ended), so that a replay of the article's programme works too.
"""

from dataclasses import dataclass
from datetime import date
from itertools import count

from accounts.models import Kind, Organisation, Role, Seat, Side, UnitLink, User

PASSWORD = "Jiedui-test-2026"
LONG_AGO = date(2020, 1, 1)
_numbers = count(1)


def create_user(username="", *, name="", password=PASSWORD, **fields):
    """A person with an account; user name and name are made up when not given."""
    username = username or f"user{next(_numbers)}"
    return User.objects.create_user(username, name or f"{username}同志", password, **fields)


def create_organisation(name, kind, *, parent=None, code="", short_name="", order=None, opened_on=LONG_AGO, **fields):
    """An organisation of any kind, below `parent`; `order` defaults to the order of creation."""
    number = next(_numbers)
    return Organisation.objects.create(
        code=code or f"Z{number:05}",
        name=name,
        short_name=short_name or name,
        kind=kind,
        parent=parent,
        order=number if order is None else order,
        opened_on=opened_on,
        **fields,
    )


def the_committee():
    """The first root committee, made when there is none yet: where branches go that are given no parent."""
    return Organisation.objects.filter(kind=Kind.COMMITTEE, parent=None).order_by("pk").first() or create_committee()


def create_committee(name="公司党委", *, parent=None, **fields):
    return create_organisation(name, Kind.COMMITTEE, parent=parent, **fields)


def create_discipline_committee(name="公司纪委", *, parent=None, **fields):
    return create_organisation(name, Kind.DISCIPLINE_COMMITTEE, parent=parent or the_committee(), **fields)


def create_general_branch(name="机关党总支", *, parent=None, **fields):
    return create_organisation(name, Kind.GENERAL_BRANCH, parent=parent or the_committee(), **fields)


def create_branch(name="第一项目党支部", *, side=Side.GRASSROOTS, parent=None, **fields):
    """A party branch below `parent` (default: the committee)."""
    return create_organisation(name, Kind.PARTY_BRANCH, side=side, parent=parent or the_committee(), **fields)


def create_unit(name="廊坊分公司", *, branch=None, parent=None, from_on=LONG_AGO, **fields):
    """A unit below `parent` (default: the committee), linked to `branch` from `from_on` when one is given."""
    unit = create_organisation(name, Kind.UNIT, parent=parent or the_committee(), **fields)
    if branch:
        UnitLink.objects.create(unit=unit, branch=branch, from_on=from_on)
    return unit


def create_seat(role, organisation, *, person=None, from_on=LONG_AGO, **fields):
    """`person` (default: a new user) in `role` at `organisation`; fields: to_on, deputy_of, matter, may_backdate."""
    return Seat.objects.create(
        person=person or create_user(), role=role, organisation=organisation, from_on=from_on, **fields
    )


@dataclass(frozen=True, kw_only=True)
class Personas:
    """The ten of every test file, each as the Seat acted in, and the bodies they belong to.

    `filer`, `partner` and `stranger` are secretaries of three branches of one committee; `conflicted` is a reviewer
    who is also a member of the filer's branch; the rest belong to the committee.
    """

    committee: Organisation
    branch: Organisation
    partner_branch: Organisation
    other_branch: Organisation
    filer: Seat
    partner: Seat
    stranger: Seat
    reviewer: Seat
    conflicted: Seat
    supervisor: Seat
    leader: Seat
    sysadmin: Seat
    secadmin: Seat
    auditor: Seat

    NAMES = (
        "filer",
        "partner",
        "stranger",
        "reviewer",
        "conflicted",
        "supervisor",
        "leader",
        "sysadmin",
        "secadmin",
        "auditor",
    )

    def seats(self):
        """{"filer": Seat, …}, for the product of step × state × persona."""
        return {name: getattr(self, name) for name in self.NAMES}


def create_personas():
    """The ten personas with their committee and three branches; user names are the persona names."""
    committee = create_committee()
    branch = create_branch("工程管理部党支部", side=Side.HEADQUARTERS, parent=committee)
    partner_branch = create_branch("廊坊分公司党支部", parent=committee)
    other_branch = create_branch("电气事业部党支部", parent=committee)

    def seat(persona, role, organisation):
        return create_seat(role, organisation, person=create_user(persona))

    conflicted = seat("conflicted", Role.REVIEWER, committee)
    create_seat(Role.MEMBER, branch, person=conflicted.person)
    return Personas(
        committee=committee,
        branch=branch,
        partner_branch=partner_branch,
        other_branch=other_branch,
        filer=seat("filer", Role.SECRETARY, branch),
        partner=seat("partner", Role.SECRETARY, partner_branch),
        stranger=seat("stranger", Role.SECRETARY, other_branch),
        reviewer=seat("reviewer", Role.REVIEWER, committee),
        conflicted=conflicted,
        supervisor=seat("supervisor", Role.SUPERVISOR, committee),
        leader=seat("leader", Role.LEADER, committee),
        sysadmin=seat("sysadmin", Role.SYSADMIN, committee),
        secadmin=seat("secadmin", Role.SECADMIN, committee),
        auditor=seat("auditor", Role.AUDITOR, committee),
    )
