"""From the claim to the look-back: what becomes of a problem in its episode (domain.md §3)."""

from django.utils.translation import gettext as _

from pairing.enums import AGREEMENT_FINAL, LookBack, Result
from pairing.enums import AgreementState as A
from pairing.enums import ProblemState as S
from pairing.models import LookBackRecord
from pairing.workflow.engine import Then, leads_to


# Guards
def not_claimed(problem, step):
    return _("The problem is already reported as done; the owner answers now.") if _claimed(problem) else ""


def is_claimed(problem, step):
    return "" if _claimed(problem) else _("No helper has reported the problem as done.")


def pair_is_running(problem, step):
    """Suspended, a pair knows notes only; in acceptance it is decided as a whole."""
    episode = problem.open_episode
    state = episode.agreement.state if episode else None
    if state == A.SUSPENDED:
        return _("The pair is suspended; this waits until it is resumed.")
    return _("The whole pair is being accepted; decide it there.") if state == A.ACCEPTANCE else ""


def completion_not_running(problem, step):
    episode = problem.open_episode
    if episode and episode.agreement.completion_digest and episode.agreement.state not in AGREEMENT_FINAL:
        return _("Completion of the whole pair is being reported; give the result there.")
    return ""


def has_effect(problem, step):
    episode = problem.open_episode
    return "" if episode and episode.effect else _("There is no write-off without an effect.")


# Effects
def do_claim(problem, step):
    """A claim of its own keeps its day and its author when the completion of the pair takes it in."""
    episode = problem.open_episode
    episode.claimed_on = episode.claimed_on or step.day
    episode.claimed_by = episode.claimed_by or (step.seat.organisation if step.seat else problem.owner)
    episode.result, episode.effect = Result.DONE, step.data["effect"].strip()
    episode.confirmed_on = step.day if problem.state == S.DONE else None
    episode.save(update_fields=["claimed_on", "claimed_by", "confirmed_on", "result", "effect"])


def do_confirm_claim(problem, step):
    _update_episode(problem, confirmed_on=step.day)


def clear_claim(problem, step):
    """The claim goes; the effect stays as text to work on. At a final agreement the episode is over."""
    released = {"released_on": step.day} if problem.state == S.OPEN else {}
    _update_episode(problem, claimed_on=None, claimed_by=None, confirmed_on=None, result="", **released)


def do_write_off(problem, step):
    problem.last_look_back = ""
    _update_episode(problem, written_off_on=step.day)


def do_look_back(problem, step):
    problem.last_look_back = step.data["verdict"]
    LookBackRecord.objects.create(problem=problem, looked_on=step.day, verdict=step.data["verdict"], note=step.note)


def do_reopen(problem, step):
    """The old episode keeps its effect and the mark; counted once, at the first write-off."""
    last = problem.episodes.filter(written_off_on__isnull=False).order_by("pk").last()
    last.relapsed_on = step.day
    last.save(update_fields=["relapsed_on"])


# Targets and follow-on steps
@leads_to(S.DONE, None)
def done_if_owner(problem, step):
    """The owner's own claim counts as confirmed; a helper's waits for the owner."""
    return S.DONE if step.seat.organisation_id == problem.owner_id else None


@leads_to(S.IN_PAIRING, S.OPEN)
def back_to_work(problem, step):
    return S.OPEN if problem.open_episode.agreement.state in AGREEMENT_FINAL else S.IN_PAIRING


def reopen_if_relapsed(problem, step):
    if step.data.get("verdict") == LookBack.RELAPSED:
        yield Then("reopen", problem, note=step.note)


def _claimed(problem):
    episode = problem.open_episode
    return bool(episode and episode.claimed_on)


def _update_episode(problem, **columns):
    episode = problem.open_episode
    for column, value in columns.items():
        setattr(episode, column, value)
    episode.save(update_fields=list(columns))
