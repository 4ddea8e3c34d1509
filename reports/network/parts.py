"""Which bodies are the dots: the branches below a body, or where these are many, the bodies one level down.

Dots follow from the manual order of the bodies alone, so no place changes with the year or the category.
"""

from dataclasses import dataclass, field, replace

from django.db.models import BigIntegerField, CharField, Count, Exists, Func, OuterRef, Q, Value
from django.db.models.functions import Cast, Substr
from django.utils.translation import gettext as _

from accounts.models import Kind, Organisation
from pairing.models import Party, own_organisation_ids
from reports import rollups

MOST_NODES = 60  # dots that can be read in one picture
RUNS = 50  # dots when there are too many bodies even one level down: runs of neighbours in the manual order
OUTSIDE = "0"


@dataclass(frozen=True)
class Node:
    """A dot. `key` names it in addresses: the id of a body, "51-100" a run of bodies, OUTSIDE all that is elsewhere."""

    key: str
    name: str
    shape: str  # branch | committee (a discipline committee) | group | outside
    side: str = ""  # of a branch: accounts.models.Side
    body: Organisation | None = None
    branches: int = 1  # that exist on the day
    asked: dict = field(default_factory=dict)  # parameters of the page that opens a group


@dataclass(frozen=True)
class Part:
    """What one picture shows of a programme.

    `placed`: {id of a body: index of its node}; the bodies are the parties themselves, or where `grouped` the children
    of `body` that the parties lie below. `asked`: the parameters of this part, `back`: of the one above, None on top.
    `waits`: the facts and sums of the programme were not made yet.
    """

    body: Organisation
    nodes: tuple[Node, ...]
    placed: dict[int, int]
    grouped: bool
    asked: dict
    back: dict | None = None
    run: str = ""
    waits: bool = False

    @property
    def whole(self):
        """Whether everything of the programme lies in it."""
        return self.back is None

    @property
    def branches(self):
        return sum(node.branches for node in self.nodes)

    @property
    def paths(self):
        """Of the bodies that everything in it lies at or below: the children of a run, else `body` itself."""
        return [f"{self.body.path}{pk}/" for pk in self.placed] if self.run else [self.body.path]

    def index_of(self, key):
        """The index of a node in addresses; None for a key that names none."""
        return next((index for index, node in enumerate(self.nodes) if node.key == key), None)


def part_of(question, user, signed, body=None, run=None, *, caught_up=False):
    """The Part of the programme below `body` (default: its committee); `run`: (first, last) of its children, from 1.

    `signed`: the agreements counted, a QuerySet; who reads his own branches' part sees these and their partners.
    `caught_up`: whether the caller knows that nothing waits, as reports.selectors.read_only answers.
    """
    part = _narrowed(question, user, signed, body, run)
    return replace(part, waits=not caught_up and rollups.waits(question.programme))


def _narrowed(question, user, signed, body, run):
    top = body or question.programme.committee
    back = _back(question, top, run)
    asked = {} if back is None else {"within": str(top.pk)}
    while not run:
        children = [] if question.own_scope else _children(question, top)
        if sum(branches for _child, branches in children) <= MOST_NODES:
            few = list(_parties(question, user, signed, top).order_by()[: MOST_NODES + 1])
            if len(few) <= MOST_NODES:
                return _of_bodies(sorted(few, key=lambda one: (one.order, one.code)), question.as_of, top, asked, back)
            children = children or _children(question, top)
        if len(children) != 1:
            return _of_children(children, top, asked, back)
        top = children[0][0]  # one body with everything below it: it is no choice
    return _of_run(_children(question, top), top, run, back)


def _parties(question, user, signed, top):
    """Bodies of the picture: party branches that exist on the day, and whatever else signed a pair."""
    named = Party.objects.filter(agreement__in=signed.values("pk"), organisation=OuterRef("pk")).exclude(name_then="")
    here = Organisation.objects.bodies().below(top)
    if question.own_scope:
        return here.filter(Q(pk__in=own_organisation_ids(user), kind=Kind.PARTY_BRANCH) | Exists(named))
    standing = Organisation.objects.branches().below(top).existing_on(question.as_of)
    return here.filter(Q(pk__in=standing.values("pk")) | Exists(named))


def _of_bodies(bodies, day, top, asked, back):
    nodes = tuple(_node(body, body.kind == Kind.PARTY_BRANCH and body.exists_on(day)) for body in bodies)
    placed = {body.pk: index for index, body in enumerate(bodies)}
    return Part(top, nodes, placed, False, asked, back)


def _node(body, branches):
    if body.kind in (Kind.PARTY_BRANCH, Kind.DISCIPLINE_COMMITTEE):
        shape = "branch" if body.kind == Kind.PARTY_BRANCH else "committee"
        return Node(str(body.pk), body.short_name, shape, body.side, body, int(branches))
    return Node(str(body.pk), body.short_name, "group", "", body, branches, {"within": str(body.pk)})


def child_of(top):
    """Expression: the id of the child of `top` that an organisation below it is, or lies below."""
    rest = Substr("path", len(top.path) + 1)
    return Cast(Func(rest, Value("/"), Value(1), function="split_part", output_field=CharField()), BigIntegerField())


def _children(question, top):
    """[(child of `top`, number of branches that exist on the day at or below it)], in the manual order."""
    branches = Organisation.objects.branches().below(top).existing_on(question.as_of).exclude(pk=top.pk)
    counted = branches.annotate(child=child_of(top)).order_by().values("child").annotate(n=Count("pk"))
    sql, params = counted.query.sql_with_params()
    found = Organisation.objects.raw(
        f"SELECT body.*, counted.n FROM accounts_organisation body JOIN ({sql}) counted ON counted.child = body.id "
        'WHERE body.parent_id = %s ORDER BY body."order", body.code',
        [*params, top.pk],
    )
    return [(child, child.n) for child in found]


def _of_run(children, top, run, back):
    first, last = run
    shown = children[first - 1 : last]
    asked = {"within": str(top.pk), "run": f"{first}-{last}"}
    return _of_children(shown, top, asked, back, first, _run_name(shown))


def _of_children(shown, top, asked, back, first=1, name=""):
    """Each child a dot; where they are too many, runs of neighbours. `first`: the number of the first one."""
    if len(shown) <= MOST_NODES:
        nodes = tuple(_node(child, branches) for child, branches in shown)
        return Part(top, nodes, {child.pk: index for index, (child, _n) in enumerate(shown)}, True, asked, back, name)
    size = -(-len(shown) // RUNS)
    runs = [(first + start, shown[start : start + size]) for start in range(0, len(shown), size)]
    nodes = tuple(_run(top, number, members) for number, members in runs)
    placed = {child.pk: index for index, (_first, members) in enumerate(runs) for child, _n in members}
    return Part(top, nodes, placed, True, asked, back, name)


def _run(top, first, members):
    """The dot of a run of children that begins with the `first` one."""
    if len(members) == 1:
        return _node(*members[0])
    key = f"{first}-{first + len(members) - 1}"
    asked = {"within": str(top.pk), "run": key}
    return Node(key, _run_name(members), "group", "", None, sum(n for _child, n in members), asked)


def _run_name(members):
    if len(members) < 2:
        return members[0][0].short_name if members else ""
    return _("%(name)s and others, %(n)d in all") % {"name": members[0][0].short_name, "n": len(members)}


def _back(question, top, run):
    """Parameters of the part above; None where `top` is the committee of the programme."""
    if run:
        return {} if top.pk == question.programme.committee_id else {"within": str(top.pk)}
    if top.pk == question.programme.committee_id:
        return None
    return {} if top.parent_id == question.programme.committee_id else {"within": str(top.parent_id)}
