"""The workflow engine: it knows no word of the domain (architecture.md §3).

A workflow is a table of transitions for one model. `perform` is the only writer of `state`; everything that happens is
one Event, written in the same transaction. A person acts in a seat; seat None is the clock.
"""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import record
from accounts.models import Event, Seat
from pairing.deadlines import day_of
from pairing.words import exact_words

Data = Mapping[str, Any]
A_BREATH = timedelta(minutes=1)  # the same entry twice within it is a double click
A_MOMENT = timedelta(minutes=5)  # an `at` this close to now is no back-dating


class NotNow(Exception):
    """The step cannot be taken now; `sentences` say why and what to do, in the language of the person."""

    def __init__(self, sentences):
        self.sentences = [str(sentence) for sentence in sentences]
        super().__init__(" ".join(self.sentences))


@dataclass
class Step:
    """One act: who, in which seat, when, with what. `memo` carries things from the effect to `then`, and under
    "details" to the record; guards keep there what the next one would read again (see `once`)."""

    name: str
    seat: Seat | None
    at: datetime
    note: str = ""
    data: Data = field(default_factory=dict)
    preview: bool = False
    event: Event | None = None
    memo: dict = field(default_factory=dict)

    @property
    def day(self) -> date:
        return day_of(self.at)

    def once(self, key: str, read: Callable[[], Any]) -> Any:
        """What `read()` answers, read once for all guards and the target: before the effect nothing changes it."""
        if key not in self.memo:
            self.memo[key] = read()
        return self.memo[key]


@dataclass(frozen=True)
class Then:
    """A step on another aggregate that follows from this one, in the same transaction."""

    name: str
    obj: models.Model
    data: Data = field(default_factory=dict)
    note: str = ""


def leads_to(*states):
    """Declare what a target function may answer (None: the state stays): read by the engine and by docs/workflow.md."""

    def declare(target):
        target.outcomes = frozenset(states)
        return target

    return declare


def nothing(obj, step):
    return ()


Guard = Callable[[models.Model, Step], str]


@dataclass(frozen=True, kw_only=True)
class Transition:
    label: str  # lazy text of the button and of the record
    sources: frozenset[str]
    who: Callable[[Seat | None, models.Model, Data], bool]  # no default: unstated means impossible
    target: str | Callable[[models.Model, Step], str | None] | None = None  # None: the state stays
    guards: tuple[Guard, ...] = ()  # each answers "" or the sentence to show the person
    effect: Callable[[models.Model, Step], None] | None = None  # fields and rows of this aggregate only
    then: Callable[[models.Model, Step], Iterable[Then]] = nothing
    consequence: str = ""  # the plain sentence shown before the button is pressed
    needs_note: bool = False  # a reason must be given

    @property
    def outcomes(self) -> frozenset:
        """What the state may become; None where it may stay."""
        return self.target.outcomes if callable(self.target) else frozenset({self.target})


@dataclass(frozen=True, kw_only=True)
class Workflow:
    """The table of one model. `lock` locks in the agreed order and returns the fresh object; `settle` is called after
    every step, before saving, to bring derived columns up to date."""

    model: type[models.Model]
    transitions: dict[str, Transition]
    lock: Callable[[models.Model, Data], models.Model]
    settle: Callable[[models.Model, datetime], None]


WORKFLOWS: dict[type[models.Model], Workflow] = {}


def register(workflow: Workflow) -> Workflow:
    WORKFLOWS[workflow.model] = workflow
    record.name_actions(workflow.model._meta.model_name, {name: t.label for name, t in workflow.transitions.items()})
    return workflow


def transition_of(obj, name) -> Transition:
    return WORKFLOWS[type(obj)].transitions[name]


def label_of(model_name, action) -> str:
    """The words of a recorded action, e.g. for a timeline; the bare name when the table no longer has it."""
    for model, workflow in WORKFLOWS.items():
        if model._meta.model_name == model_name and action in workflow.transitions:
            return str(workflow.transitions[action].label)
    return action


def available(obj, seat) -> list[str]:
    """Names of the steps that `seat` may take in the present state. Guards are shown, not hidden."""
    now = {"at": timezone.now()}
    transitions = WORKFLOWS[type(obj)].transitions
    return [name for name, t in transitions.items() if obj.state in t.sources and t.who(seat, obj, now)]


def problems(obj, name, *, seat=None, at=None, note="", data=None) -> list[str]:
    """The sentences that stand against a step; without `data` only those known before the form is filled in."""
    step = Step(name=name, seat=seat, at=at or timezone.now(), note=note, data=data or {}, preview=data is None)
    return _sentences(transition_of(obj, name), obj, step)


@transaction.atomic
def perform(name, obj, *, seat, at=None, note="", cause=None, **data) -> Event:
    """Take a step, or raise PermissionDenied or NotNow and change nothing.

    `at` is when it happened (aware; default now). `cause` is the Event this one follows from: such steps were
    allowed by their cause. `obj` is refreshed in place.
    """
    return _take(name, obj, seat=seat, at=at, note=note, cause=cause, data=data)


def _take(name, obj, *, seat, at, note, cause, data) -> Event:
    """`perform` inside its transaction: what follows from a step stands or falls with it, without savepoints."""
    workflow = WORKFLOWS[type(obj)]
    transition = workflow.transitions[name]
    fresh = workflow.lock(obj, data)
    step = Step(name=name, seat=seat, at=at or timezone.now(), note=note.strip(), data=data)
    if cause is None:
        _check_second_press(fresh, step)
        check_person(transition, fresh, step)
    check_state(transition, fresh)
    sentences = [*_order_of_time(fresh, step), *_sentences(transition, fresh, step)]
    if sentences:
        raise NotNow(sentences)
    source, before = fresh.state, _columns(fresh)
    target = transition.target(fresh, step) if callable(transition.target) else transition.target
    if target not in transition.outcomes:
        raise ValueError(f"{name} does not lead to {target}")
    if target is not None:
        fresh.state, fresh.state_since = str(target), step.at
    if transition.effect:
        transition.effect(fresh, step)
    workflow.settle(fresh, step.at)
    fresh.last_event_at = step.at
    fresh.save(update_fields=[name for name, value in _columns(fresh).items() if value != before[name]])
    step.event = record.write(
        name, seat=seat, obj=fresh, at=step.at, source=source, target=fresh.state, note=step.note,
        details=plain({**data, **step.memo.get("details", {})}), cause=cause,
    )  # fmt: skip
    for follows in transition.then(fresh, step):
        _take(
            follows.name, follows.obj, seat=seat, at=step.at, note=follows.note, cause=step.event, data=follows.data
        )  # fmt: skip
    obj.__dict__ = {"_state": fresh._state, "id": fresh.pk, **_columns(fresh)}  # and no cached relation
    return step.event


def plain(value):
    """A JSON-serialisable rendition of step data for the record."""
    if isinstance(value, models.Model):
        return {"id": value.pk, "name": str(value)}
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [plain(item) for item in value]
    return value if value is None or isinstance(value, (str, int, float, bool, date)) else str(value)


def _check_second_press(obj, step):
    """A double click: not to be entered twice, nor to be told "not allowed" because the first press changed that."""
    if obj.last_event_at is None or abs(step.at - obj.last_event_at) > A_BREATH:  # two days typed in are two entries
        return
    last = Event.objects.of(obj).last()
    seat = step.seat.pk if step.seat else None
    if not last or (last.action, last.seat_id, last.note) != (step.name, seat, step.note):
        return
    given = json.loads(json.dumps(plain(step.data), cls=DjangoJSONEncoder))
    same = all(last.details.get(key) == value for key, value in given.items())
    if same and last.recorded_at > timezone.now() - A_BREATH:
        raise NotNow([_("“%(label)s” was entered a moment ago.") % {"label": label_of(last.object_type, step.name)}])


def check_person(transition, obj, step):
    """Raise PermissionDenied where the seat may not take the step, was not held on the day or may not back-date."""
    if step.seat is not None:
        if not step.seat.held_on(step.day):
            raise PermissionDenied
        if step.at < timezone.now() - A_MOMENT and not step.seat.may_backdate:
            raise PermissionDenied
    if not transition.who(step.seat, obj, {**step.data, "at": step.at}):
        raise PermissionDenied


def check_state(transition, obj):
    """Raise NotNow, naming who changed the state, when the step is not possible in the present one."""
    if obj.state in transition.sources:
        return
    last = Event.objects.of(obj).exclude(source=models.F("target")).last()
    words = {"state": obj.get_state_display(), "label": transition.label}
    if last and last.person_name:
        words |= {"who": last.person_name, "seat": last.seat_title}
        raise NotNow([_("“%(label)s” is no longer possible: now “%(state)s”, by %(who)s (%(seat)s).") % words])
    raise NotNow([_("“%(label)s” is not possible while the state is “%(state)s”.") % words])


def _order_of_time(obj, step):
    if step.at > timezone.now() and step.seat is not None:  # the clock may be played ahead: `supervise --at`
        return [_("The day lies in the future. Give the day on which it happened.")]
    if obj.last_event_at and step.at < obj.last_event_at:
        words = {"label": obj, "moment": exact_words(obj.last_event_at)}
        return [_("The last entry of %(label)s is of %(moment)s; a step cannot have happened before it.") % words]
    return []


def _sentences(transition, obj, step):
    sentences = [str(sentence) for guard in transition.guards if (sentence := guard(obj, step))]
    if transition.needs_note and not step.note and not step.preview:
        sentences.append(_("Give the reason in a sentence."))
    return sentences


def _columns(obj):
    return {f.attname: _copy(getattr(obj, f.attname)) for f in obj._meta.concrete_fields if not f.primary_key}


def _copy(value):
    return list(value) if isinstance(value, list) else value
