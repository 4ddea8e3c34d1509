"""Who may do what in which state, written by hand: the specification (domain.md §3, §4). Every other cell of
step × state × persona is a refusal that changes nothing and leaves no Event.

A row: step, states, personas, and what follows: the new state, "=" (the state stays), or "!" (a sentence says what must
happen first). `filer` is the secretary of the owner and initiator, `partner` that of the invited branch, `liaison`
belongs to the filer's branch, `conflicted` is a reviewer and a member of it; `clock` is nobody.
"""

import pytest
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from accounts.models import Event
from pairing.enums import AgreementState, ProblemState
from pairing.models import Agreement, Problem
from pairing.tests.states import Cast, agreement_in, data_for, prepare, problem_in
from pairing.workflow import agreement as agreements
from pairing.workflow import problem as problems
from pairing.workflow.engine import NotNow, Step, available, check_person, check_state, perform, transition_of

pytestmark = pytest.mark.django_db

PROBLEM = """
file            draft                           filer,liaison        open
discard         draft                           filer,liaison        discarded
confirm         to_confirm                      partner              open
explain         to_confirm                      partner              explained
not_ours        to_confirm                      partner              withdrawn
withdraw        open                            filer                withdrawn
withdraw        matched,in_pairing              filer                !
refuse          open                            reviewer             refused
park            open                            reviewer             parked
resume          parked                          reviewer             open
rewrite         refused                         filer,liaison        draft
join            open,matched,in_pairing,parked  partner,stranger     =
claim           in_pairing                      filer                done
claim           in_pairing                      partner              =
confirm_claim   in_pairing                      filer                done
reject_claim    in_pairing                      filer                =
write_off       done                            reviewer             closed
send_back       done                            reviewer             in_pairing
look_back       closed                          filer,liaison        =
reopen          closed                          reviewer             open
correct         in_pairing,done,closed          lead                 =
hand_over       draft,to_confirm,open,matched,in_pairing,done,refused,parked  clock  =
match           -                               -                    -
pair            -                               -                    -
release         -                               -                    -
refuse_with_agreement  -                        -                    -
claim_with_pair -                               -                    -
keep            -                               -                    -
"""

AGREEMENT = """
invite              draft                filer                        invited
discard             draft                filer,liaison                discarded
accept_invitation   invited              partner                      drafting
decline_invitation  invited              partner                      declined
counter_propose     invited              partner                      countered
go_on               invited              filer                        !
take_counter        countered            filer                        drafting
insist              countered            filer                        invited
withdraw            invited,countered    filer                        withdrawn
lapse               invited,countered,drafting,returned,signing  clock  lapsed
edit                drafting,returned    filer,liaison,partner        =
confirm_goals       drafting,returned    filer,partner                =
submit              drafting,returned    filer,partner                submitted
leave               drafting,returned    filer,partner                withdrawn
opine               submitted            reviewer                     signing
refuse              submitted            lead                         refused
recall              submitted            filer,partner                drafting
sign                signing              filer,partner                =
decline_to_sign     signing              filer,partner                returned
recall_signing      signing              filer,partner                returned
report_progress     active               filer,liaison,partner        =
follow_up           active               supervisor                   =
skip_follow_up      active               supervisor                   =
urge                active               supervisor                   =
note                active,suspended,acceptance  filer,liaison,partner,reviewer,supervisor  =
mute                active               reviewer                     =
unmute              active               reviewer                     =
ask_extension       active               filer,partner                =
grant_extension     active               reviewer                     =
refuse_extension    active               reviewer                     =
suspend             active               lead                         suspended
resume              suspended            lead                         active
propose_completion  active               filer,liaison,partner        =
confirm_completion  active               partner                      acceptance
confirm_completion  active               filer                        !
accept              acceptance           reviewer                     closed
send_back           acceptance           reviewer                     active
propose_termination active               filer,partner                =
agree_termination   active               partner                      terminated
agree_termination   active               filer                        !
object_termination  active               filer,partner                =
terminate           active,suspended     lead                         terminated
correct             active,suspended,acceptance,closed,terminated  lead  =
hand_over           draft,invited,countered,drafting,submitted,returned,signing,active,suspended,acceptance  clock  =
"""


def table(text):
    """{(step, state): {persona: what follows}}."""
    cells = {}
    for line in text.strip().splitlines():
        step, states, personas, follows = line.split()
        for state in states.split(","):
            cells.setdefault((step, state), {}).update(dict.fromkeys(personas.split(","), follows))
    return cells


TABLES = {Problem: table(PROBLEM), Agreement: table(AGREEMENT)}


@pytest.mark.parametrize("state", ProblemState.values)
def test_every_step_on_a_problem(state):
    cast = Cast()
    go_through(problem_in(state, cast), cast, problems.TRANSITIONS)


@pytest.mark.parametrize("state", AgreementState.values)
def test_every_step_on_an_agreement(state):
    cast = Cast()
    go_through(agreement_in(state, cast), cast, agreements.TRANSITIONS)


@pytest.mark.parametrize("model", TABLES)
def test_the_specification_names_every_step_and_its_states(model):
    cells, transitions = TABLES[model], {Problem: problems, Agreement: agreements}[model].TRANSITIONS
    assert {step for step, _state in cells} == set(transitions)
    told = {(step, state) for step, state in cells if state != "-"}
    silent = {step for step, state in cells if state == "-"}
    assert told == {(n, s) for n, t in transitions.items() if n not in silent for s in t.sources}


def go_through(obj, cast, transitions):
    cells = TABLES[type(obj)]
    for step in transitions:
        allowed = cells.get((step, obj.state), {})
        check_refusals(obj, cast, step, cast.seats.keys() - allowed.keys(), must_be_denied=bool(allowed))
        for persona, follows in allowed.items():
            check_allowed(obj, cast, step, persona, follows)
    for persona, seat in cast.seats.items():
        offered = {step for step in transitions if persona in cells.get((step, obj.state), {})}
        assert set(available(obj, seat)) == offered, persona


def check_refusals(obj, cast, name, personas, must_be_denied):
    """In a state from which others may take the step, PermissionDenied; else that or a sentence. Nothing changes.

    The last persona really presses, which needs a lock and a transaction; the engine is asked about the others.
    """
    transition, expected = transition_of(obj, name), PermissionDenied if must_be_denied else (PermissionDenied, NotNow)
    before, count = row_of(obj), Event.objects.count()
    *others, last = sorted(personas)
    for persona in others:
        with pytest.raises(expected):
            ask(transition, obj, Step(name=name, seat=cast.seats[persona], at=timezone.now()))
    with pytest.raises(expected):
        perform(name, obj, seat=cast.seats[last], note="说明")
    assert (row_of(obj), Event.objects.count()) == (before, count)


def ask(transition, obj, step):
    check_person(transition, obj, step)
    check_state(transition, obj)


def check_allowed(obj, cast, step, persona, follows):
    sid = transaction.savepoint()
    thing, seat, before = fresh(obj), cast.seats[persona], obj.state
    prepare(step, thing, cast)
    data, count = data_for(step, thing, cast), Event.objects.count()
    if follows == "!":
        with pytest.raises(NotNow):
            perform(step, thing, seat=seat, note="说明", **data)
        assert (thing.state, Event.objects.count()) == (before, count)
    else:
        started = timezone.now()
        event = perform(step, thing, seat=seat, note="说明", **data)
        after = before if follows == "=" else follows
        check_record(Event.objects.get(pk=event.pk), thing, (step, before, after), seat, started)
        with pytest.raises(NotNow):
            perform(step, thing, seat=seat, note="说明", **data)
        assert row_of(thing) == row_of(fresh(thing)), "the object in hand is the row in the database"
        assert Event.objects.filter(cause=None, pk__gt=event.pk).count() == 0
    transaction.savepoint_rollback(sid)


def check_record(event, thing, told, seat, started):
    again = fresh(thing)
    assert (event.action, event.source, event.target) == told
    assert again.state == thing.state == told[2]
    assert again.last_event_at == event.happened_at >= started
    assert (again.state_since == event.happened_at) == (told[1] != told[2])
    assert (event.object_type, event.object_id) == (thing._meta.model_name, thing.pk)
    assert (event.seat, event.person_name) == (seat, seat.person.name if seat else "")
    assert event.note == "说明"


def fresh(obj):
    return type(obj).objects.get(pk=obj.pk)


def row_of(obj):
    return type(obj).objects.values().get(pk=obj.pk)
