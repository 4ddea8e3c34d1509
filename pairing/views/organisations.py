"""Organisations: the tree in its manual order with the seats' holders of today, and the page of one body."""

from itertools import islice

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.models import Kind, Organisation, Role, Seat, UnitLink
from accounts.models.seat import ADMINISTRATORS
from pairing.forms.organisations import existing
from pairing.models import Agreement, Problem, own_organisation_ids
from pairing.views.list_exports import CHUNK, ORGANISATIONS, export, export_urls, wants_export
from pairing.views.lists import page_asked

TREE_LIMIT = 300  # bodies: a company's tree is shown whole, that of a ministry level by level
MOST_OPTIONS = 20
MOST_MATTERS = 10
PARTIES = (Kind.PARTY_BRANCH, Kind.DISCIPLINE_COMMITTEE)


@require_safe
def organisations(request):
    """The trees the person belongs to."""
    roots = {int(seat.organisation.path.strip("/").split("/")[0]) for seat in request.seats}
    tops = list(Organisation.objects.filter(pk__in=roots).in_order())
    if wants_export(request):
        return _exported(request, tops)
    context = _tree(request, tops) | {"tops": tops, "exports": export_urls(request)}
    return render(request, "pairing/organisations.html", context)


def _exported(request, tops):
    """The whole trees, whatever part of them the page shows."""
    today = timezone.localdate()
    bodies = _below(tops, today)
    return export(
        request, name="organisations", title=_("Organisation"), columns=ORGANISATIONS, count=bodies.count(),
        rows=_all_rows(bodies, today),
    )  # fmt: skip


def _all_rows(bodies, today):
    """(organisation, depth, seats) of everything, parents before children."""
    rows = iter(_in_tree_order(list(bodies.in_order())))
    while chunk := list(islice(rows, CHUNK)):
        seats = _holders([organisation for organisation, _depth in chunk], today)
        yield from ((o, depth, seats.get(o.pk, [])) for o, depth in chunk)


def _below(tops, today):
    """The trees of `tops` as they are today, without the units."""
    bodies = Organisation.objects.existing_on(today).exclude(kind=Kind.UNIT)
    below = bodies.none()
    for top in tops:
        below |= bodies.below(top)
    return below


def _tree(request, tops):
    """{rows, page}: everything below `tops` as (organisation, depth, seats), or where that is too much, their direct
    children page by page."""
    today = timezone.localdate()
    bodies = Organisation.objects.existing_on(today).exclude(kind=Kind.UNIT)
    found = list(_below(tops, today).in_order()[: TREE_LIMIT + 1])
    if len(found) <= TREE_LIMIT:
        rows, page = _in_tree_order(found), None
    else:
        page = page_asked(request, bodies.filter(parent__in=tops).in_order())
        rows = [(organisation, 1) for organisation in page]
    seats = _holders([organisation for organisation, _depth in rows], today)
    return {"rows": [(o, depth, seats.get(o.pk, [])) for o, depth in rows], "page": page}


def _in_tree_order(found):
    """(organisation, depth) parents before children, siblings in the order given."""
    here = {organisation.pk for organisation in found}
    children = {}
    for organisation in found:
        parent = organisation.parent_id if organisation.parent_id in here else None
        children.setdefault(parent, []).append(organisation)
    rows, waiting = [], [(o, 0) for o in reversed(children.get(None, []))]
    while waiting:
        organisation, depth = waiting.pop()
        rows.append((organisation, depth))
        waiting += [(child, depth + 1) for child in reversed(children.get(organisation.pk, []))]
    return rows


def _holders(found, today):
    """{organisation id: seats held today}, in the order of roles; administrators' seats are not shown."""
    order = {role: place for place, role in enumerate(Role.values)}
    seats = Seat.objects.on(today).filter(organisation__in=found, matter="").exclude(role__in=ADMINISTRATORS)
    held = {}
    for seat in sorted(seats.select_related("person", "deputy_of__person"), key=lambda seat: order[seat.role]):
        held.setdefault(seat.organisation_id, []).append(seat)
    return held


@require_safe
def organisation(request, pk):
    """One body: who holds its seats, its units, what lies below it, its problems and pairs as far as visible."""
    obj = get_object_or_404(Organisation.objects.select_related("parent", "successor"), pk=pk)
    today = timezone.localdate()
    above = [int(part) for part in obj.path.strip("/").split("/")][:-1]
    user = request.user
    problems = Problem.objects.visible_to(user).filter(owner=obj).select_related("owner").order_by("-pk")
    pairs = Agreement.objects.visible_to(user).filter(parties__organisation=obj).order_by("-pk")
    words = {
        "obj": obj,
        "above": sorted(Organisation.objects.filter(pk__in=above), key=lambda o: len(o.path)),
        "seats": _holders([obj], today).get(obj.pk, []),
        "units": _units(obj, today),
        "children": page_asked(request, Organisation.objects.existing_on(today).filter(parent=obj).in_order()),
        "problems": list(problems[: MOST_MATTERS + 1]),
        "pairs": list(pairs.prefetch_related("parties__organisation", "standing")[: MOST_MATTERS + 1]),
        "most": MOST_MATTERS,
        "may_report": _may_report(user, obj),
        "closed": obj.closed_on is not None and obj.closed_on <= today,
    }
    return render(request, "pairing/organisation.html", words)


def _may_report(user, obj):
    """Whether the person may read the body's own page in the reports: its people, and those above."""
    overseen = any(seat.oversees and obj.path.startswith(seat.organisation.path) for seat in user.current_seats)
    return obj.kind in PARTIES and (overseen or obj.pk in own_organisation_ids(user))


def _units(obj, today):
    """Units of a branch, or the branch of a unit, by the links of today."""
    links = UnitLink.objects.filter(from_on__lte=today).exclude(to_on__lte=today)
    if obj.kind == Kind.UNIT:
        return [link.branch for link in links.filter(unit=obj).select_related("branch")]
    return [link.unit for link in links.filter(branch=obj).select_related("unit").order_by("unit__order", "unit__code")]


@require_safe
def options(request):
    """<option> elements for what was typed so far: ?field= names the parameter that carries the text (default q)."""
    text = request.GET.get(request.GET.get("field", "q"), "").replace("\x00", "").strip()
    roots = {seat.organisation.path.split("/")[1] for seat in request.seats}
    among = existing(request.GET.get("kind", "branches"))
    mine = among.none()
    for root in roots:
        mine |= among.filter(path__startswith=f"/{root}/")
    found = mine.named(text[:100]).in_order()[:MOST_OPTIONS]
    rows = format_html_join("", "{}", ((format_html('<option value="{}">{}</option>', o.name, o.code),) for o in found))
    return HttpResponse(rows)
