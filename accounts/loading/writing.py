"""Checked rows into the database: new ones are made, known ones updated, each change recorded with its cause."""

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from accounts import record
from accounts.loading.checking import kind_of
from accounts.loading.template import JOINT
from accounts.models import Organisation, Post, Seat, UnitLink, User
from accounts.passwords import new_password

PLAIN = ("name", "side", "order", "opened_on", "closed_on")  # columns of 组织 that are fields as they stand
EMPTY = {"short_name": "", "side": "", "email": ""}  # text fields whose empty cell is no NULL


class Writer:
    """Writes the rows of one file; to be used inside a transaction, and rolled back if `complaints` are left.

    `changes` are sentences of what was (or would be) changed, `passwords` the (user name, name, password) made up.
    """

    def __init__(self, cause):
        self.cause = cause
        self.changes = []
        self.complaints = []
        self.passwords = []

    def write(self, rows):
        """Write all sheets in the order in which they need each other; stops after the first with complaints."""
        steps = (
            (self.organisation, self.from_the_top(rows["organisations"])),
            (self.successor, [row for row in rows["organisations"] if row["successor"]]),
            (self.link, [row for row in rows["organisations"] if row["branch"]]),
            (self.post, rows["posts"]),
            (self.person, rows["people"]),
            (self.seat, sorted(rows["seats"], key=lambda row: bool(row["deputy_of"]))),
        )
        for write, chosen in steps:
            for row in chosen:
                write(row)
            if self.complaints:
                return

    @staticmethod
    def from_the_top(rows):
        """The rows so that what lies above comes first, whatever the order in the file."""
        above = {row["code"]: row["parent"] for row in rows}

        def depth(row):
            level, code = 0, row["parent"]
            while code in above:
                level, code = level + 1, above[code]
            return level

        return sorted(rows, key=depth)

    def put(self, row, obj, values):
        """Give `obj` the values and save it if that changes anything; True if it could be saved."""
        new = obj.pk is None
        old = {name: None if new else getattr(obj, name) for name in values}
        changed = {name: value for name, value in values.items() if new or old[name] != value}
        if not changed:
            return True
        for name, value in changed.items():
            setattr(obj, name, value)
        try:
            obj.full_clean()
        except ValidationError as error:
            self.complain(row, error)
            return False
        obj.save()
        details = {name: [words(old[name]), words(value)] for name, value in changed.items()}
        record.write("added" if new else "changed", obj=obj, details=details, cause=self.cause)
        sentence = _("new: %(kind)s %(name)s") if new else _("changed: %(kind)s %(name)s (%(fields)s)")
        fields = "、".join(str(obj._meta.get_field(name).verbose_name) for name in changed)
        self.changes.append(sentence % {"kind": obj._meta.verbose_name, "name": obj, "fields": fields})
        return True

    def complain(self, row, error):
        """One complaint per field that the model refused."""
        for name, sentences in getattr(error, "message_dict", {"": error.messages}).items():
            self.complaints += [row.complaint(name, sentence) for sentence in sentences]

    def organisation(self, row):
        found = Organisation.objects.filter(code=row["code"]).first()
        values = {name: row[name] for name in PLAIN if name in row.values}
        values |= {"code": row["code"], "kind": kind_of(row), "joint": row["kind"] == JOINT}
        if found is None or "short_name" in row.values:
            values["short_name"] = row["short_name"] or row["name"][:60]
        if "parent" in row.values:
            values["parent"] = Organisation.objects.filter(code=row["parent"]).first()
        if "successor" in row.values and not row["successor"]:
            values["successor"] = None
        if values.get("order", 0) is None:
            values["order"] = found.order if found else row.number
        elif found is None:
            values.setdefault("order", row.number)
        self.put(row, found or Organisation(), filled(values))

    def successor(self, row):
        organisation = Organisation.objects.get(code=row["code"])
        self.put(row, organisation, {"successor": Organisation.objects.get(code=row["successor"])})

    def link(self, row):
        """The unit's branch from a day on; an earlier link ends on that day."""
        unit = Organisation.objects.get(code=row["code"])
        branch = Organisation.objects.get(code=row["branch"])
        current = unit.branch_links.filter(to_on=None).first()
        if current and current.branch_id == branch.pk:
            return
        from_on = row["linked_on"] or (None if current else unit.opened_on)
        if from_on is None or (current and from_on <= current.from_on):
            self.complaints.append(row.complaint("linked_on", _("Say from which day the unit belongs to the branch.")))
            return
        if current:
            self.put(row, current, {"to_on": from_on})
        self.put(row, UnitLink(), {"unit": unit, "branch": branch, "from_on": from_on})

    def post(self, row):
        organisation = Organisation.objects.get(code=row["organisation"])
        found = Post.objects.filter(organisation=organisation, name=row["name"]).first()
        values = {"organisation": organisation, "name": row["name"]}
        self.put(row, found or Post(), values | {k: row[k] for k in ("closed_on",) if k in row.values})

    def person(self, row):
        user = User.objects.filter(username=row["username"]).first()
        values = filled({name: row[name] for name in ("username", "name", "email") if name in row.values})
        if user is None:
            user = User(must_change_password=True, **values)
            password = row["password"] or new_password()
            try:
                validate_password(password, user)
            except ValidationError as error:
                self.complaints += [row.complaint("password", sentence) for sentence in error.messages]
                return
            user.set_password(password)
            if not row["password"]:
                self.passwords.append((user.username, user.name, password))
        self.put(row, user, values)

    def seat(self, row):
        person = User.objects.get(username=row["username"])
        organisation = Organisation.objects.get(code=row["organisation"])
        key = {"person": person, "role": row["role"], "organisation": organisation}
        same = Seat.objects.filter(matter="", **key)
        seat = same.filter(from_on=row["from_on"]).first()
        others = same.exclude(pk=seat.pk) if seat else same
        if others.overlapping(row["from_on"], row["to_on"]).exists():
            self.complaints.append(row.complaint("from_on", _("The person holds the same seat in that time already.")))
            return
        values = key | {name: row[name] for name in ("from_on", "to_on") if name in row.values}
        if "may_backdate" in row.values:
            values["may_backdate"] = bool(row["may_backdate"])
        if "post" in row.values:
            values["post"] = Post.objects.filter(organisation=organisation, name=row["post"]).first()
        if "deputy_of" in row.values:
            values["deputy_of"] = self.deputised(row, organisation)
        self.put(row, seat or Seat(), values)

    def deputised(self, row, organisation):
        """The seat that the row's person deputises for, or None."""
        if not row["deputy_of"]:
            return None
        seats = Seat.objects.filter(person__username=row["deputy_of"], role=row["role"], organisation=organisation)
        found = seats.exclude(person__username=row["username"]).overlapping(row["from_on"], row["to_on"]).first()
        if found is None:
            sentence = _("“%(name)s” holds no such seat at that time.")
            self.complaints.append(row.complaint("deputy_of", sentence % {"name": row["deputy_of"]}))
        return found


def filled(values):
    """The values with "" where an empty cell means an empty text."""
    return {name: EMPTY.get(name) if value is None else value for name, value in values.items()}


def words(value):
    """A value as the record keeps it."""
    return str(value) if hasattr(value, "_meta") else value
