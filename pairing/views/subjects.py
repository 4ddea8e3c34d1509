"""What a decision is about: the facts shown in full above the form of a step."""

from django.utils.translation import gettext as _

from pairing.words import day_words

ON_THE_EFFECT = ("confirm_claim", "reject_claim", "write_off", "send_back", "look_back", "reopen")


def subject_of(obj, name):
    """[(label, text)] of the facts that a step on `obj` is decided upon; texts may have several lines."""
    facts = _of_problem(obj, name) if obj._meta.model_name == "problem" else _of_agreement(obj)
    return [(label, text) for label, text in facts if text]


def _of_problem(problem, name):
    if name == "join":  # on the market: these four facts only
        return [(_("Category"), str(problem.category or "")), (_("Owner"), problem.owner.name)]
    facts = [(_("Description"), problem.description), (_("Owner"), problem.owner.name)]
    if problem.filer_id != problem.owner_id:
        facts.append((_("Filed by"), problem.filer.name))
    if name in ON_THE_EFFECT:
        facts += _effect(problem)
    return facts


def _effect(problem):
    episode = problem.episodes.filter(claimed_on__isnull=False).select_related("agreement", "claimed_by").last()
    if episode is None:
        return []
    claimed = "，".join(filter(None, [str(episode.claimed_by or ""), day_words(episode.claimed_on)]))
    return [(_("Effect"), episode.effect), (_("Reported by"), claimed), (_("Pair"), str(episode.agreement))]


def _of_agreement(agreement):
    return [
        (_("Aim"), agreement.aim),
        (_("Parties"), "\n".join(str(party) for party in agreement.present_parties)),
        (_("Due on"), day_words(agreement.due_on) if agreement.due_on else ""),
    ]
