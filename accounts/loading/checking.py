"""Rows against each other and against what is there already: doubles, references, circles."""

from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from accounts.loading.template import JOINT
from accounts.models import Kind, Organisation, Post, User

DEEPEST = 20  # levels of the tree; its path has to fit into the column


@dataclass
class Known:
    """What the database has: {code: (kind, code above)}, {(code, post)}, {user names}."""

    organisations: dict = field(default_factory=dict)
    posts: set = field(default_factory=set)
    usernames: set = field(default_factory=set)


def known_now():
    """Known, read from the database (three queries)."""
    organisations = Organisation.objects.values_list("code", "kind", "parent__code")
    return Known(
        organisations={code: (kind, above) for code, kind, above in organisations},
        posts=set(Post.objects.values_list("organisation__code", "name")),
        usernames=set(User.objects.values_list("username", flat=True)),
    )


def check(rows, known):
    """Every complaint about `rows` ({sheet key: [Row]}), in the order of the file."""
    after = _after(rows, known)
    return [
        *_doubles(rows),
        *_organisations(rows["organisations"], known, after),
        *_posts(rows["posts"], after),
        *_seats(rows["seats"], after),
    ]


def _after(rows, known):
    """What will be Known when the file is loaded."""
    organisations = dict(known.organisations)
    for row in rows["organisations"]:
        if row["code"]:
            above = row["parent"] if "parent" in row.values else organisations.get(row["code"], (None, None))[1]
            organisations[row["code"]] = (kind_of(row), above)
    return Known(
        organisations=organisations,
        posts=known.posts | {(row["organisation"], row["name"]) for row in rows["posts"]},
        usernames=known.usernames | {row["username"] for row in rows["people"]},
    )


def kind_of(row):
    """The Kind a row of 组织 means; a joint branch is a branch."""
    return Kind.PARTY_BRANCH if row["kind"] == JOINT else row["kind"]


KEYS = {
    "organisations": ("code",),
    "posts": ("organisation", "name"),
    "people": ("username",),
    "seats": ("username", "role", "organisation", "from_on"),
}


def _doubles(rows):
    for sheet, keys in KEYS.items():
        first = {}
        for row in rows[sheet]:
            if row.broken & set(keys):
                continue
            earlier = first.setdefault(tuple(row[key] for key in keys), row)
            if earlier is not row:
                yield row.complaint(keys[0], _("stands in row %(row)s already.") % {"row": earlier.number})


def _organisations(rows, known, after):
    for row in rows:
        before = known.organisations.get(row["code"])
        if before and kind_of(row) and before[0] != kind_of(row):
            kind = Kind(before[0]).label
            yield row.complaint("kind", _("is registered as “%(kind)s”; a kind never changes.") % {"kind": kind})
        yield from _above(row, after)
        yield from _branch(row, after)
        for key in ("parent", "successor", "branch"):
            if row[key] and row[key] not in after.organisations:
                yield row.complaint(key, _("“%(code)s” is no organisation.") % {"code": row[key]})
        if row["successor"] and not row["closed_on"]:
            yield row.complaint("closed_on", _("is missing; the successor takes over on that day."))
        if row["successor"] and row["successor"] == row["code"]:
            yield row.complaint("successor", _("An organisation does not succeed itself."))
        if row["opened_on"] and row["closed_on"] and row["closed_on"] <= row["opened_on"]:
            yield row.complaint("closed_on", _("lies before the first day."))


def _above(row, after):
    """There is something above everything but a committee, and nothing lies below itself."""
    if not row["code"] or row.broken & {"parent", "kind"}:
        return
    above = after.organisations[row["code"]][1]
    if not above and kind_of(row) != Kind.COMMITTEE:
        yield row.complaint("parent", _("is missing; only a party committee may have nothing above it."))
    seen = {row["code"]}
    while above:
        if above == row["code"]:
            yield row.complaint("parent", _("An organisation cannot lie below itself."))
        if above in seen:
            return
        seen.add(above)
        if len(seen) > DEEPEST:
            yield row.complaint("parent", _("lies deeper than %(count)s levels.") % {"count": DEEPEST})
            return
        above = after.organisations.get(above, (None, None))[1]


def _branch(row, after):
    if row["branch"] and kind_of(row) != Kind.UNIT:
        yield row.complaint("branch", _("Only a unit belongs to a branch."))
    if row["branch"] and after.organisations.get(row["branch"], (Kind.PARTY_BRANCH, None))[0] != Kind.PARTY_BRANCH:
        yield row.complaint("branch", _("“%(code)s” is no party branch.") % {"code": row["branch"]})


def _posts(rows, after):
    for row in rows:
        if row["organisation"] and row["organisation"] not in after.organisations:
            yield row.complaint("organisation", _("“%(code)s” is no organisation.") % {"code": row["organisation"]})


def _seats(rows, after):
    for row in rows:
        if row["organisation"] and row["organisation"] not in after.organisations:
            yield row.complaint("organisation", _("“%(code)s” is no organisation.") % {"code": row["organisation"]})
        for key in ("username", "deputy_of"):
            if row[key] and row[key] not in after.usernames:
                yield row.complaint(key, _("“%(name)s” has no account.") % {"name": row[key]})
        if row["post"] and row["organisation"] and (row["organisation"], row["post"]) not in after.posts:
            yield row.complaint("post", _("The organisation has no post “%(name)s”.") % {"name": row["post"]})
        if row["from_on"] and row["to_on"] and row["to_on"] < row["from_on"]:
            yield row.complaint("to_on", _("lies before the first day."))
