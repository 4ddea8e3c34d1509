"""Approval freezes the text; signatures under its digest start the term (domain.md §4, signing)."""

from django.utils.translation import gettext as _

from accounts.models.together import has_read
from pairing.deadlines import add_months
from pairing.enums import AgreementState as S
from pairing.models import DueChange, Signature, Standing
from pairing.workflow.contract import digest, render
from pairing.workflow.engine import Then, leads_to
from pairing.workflow.visiting import plan_follow_ups


# Guards
def shown_digest_is_signed(agreement, step):
    if step.preview or step.data.get("digest") == agreement.text_digest:
        return ""
    return _("The text has changed since you opened the page. Read it again before you sign.")


def party_has_not_signed(agreement, step):
    party = agreement.party_of(step.seat)
    return _("Your branch has signed already.") if party and party.pk in _signed(agreement, step) else ""


def _signed(agreement, step):
    return step.once("signed", lambda: signed_parties(agreement))


def signed_parties(agreement):
    """Ids of the parties with a valid signature."""
    if all(has_read(party, "signatures") for party in agreement.all_parties):
        signatures = [signature for party in agreement.all_parties for signature in party.signatures.all()]
        return {signature.party_id for signature in signatures if signature.voided_at is None}
    valid = Signature.objects.filter(party__agreement=agreement, voided_at__isnull=True)
    return set(valid.values_list("party_id", flat=True))


# Effects
def approve(agreement, step):
    """Render the text with the names of this day and store it: page, print and digest come from it."""
    for party in agreement.present_parties:
        party.name_then = party.organisation.name
        party.unit_then = party.unit.name if party.unit_id else ""
        party.post_then = party.post.name if party.post_id else ""
        party.save(update_fields=["name_then", "unit_then", "post_then"])
    agreement.approved_on = step.day
    agreement.text = render(agreement)
    agreement.text_digest = digest(agreement.text)


def unapprove(agreement, step):
    """Back from signing: the signatures are voided and kept, the names are read anew at the next approval."""
    Signature.objects.filter(party__agreement=agreement, voided_at__isnull=True).update(
        voided_at=step.at, void_reason=step.note
    )
    agreement.approved_on, agreement.text, agreement.text_digest = None, "", ""
    agreement.exception_approved = False
    for party in agreement.all_parties:
        party.name_then = party.unit_then = party.post_then = party.confirmed_digest = ""
        party.confirmed_on = None
        party.save(update_fields=["name_then", "unit_then", "post_then", "confirmed_digest", "confirmed_on"])


def do_sign(agreement, step):
    Signature.objects.create(
        party=agreement.party_of(step.seat), seat=step.seat, person_name=step.seat.person.name,
        seat_title=step.seat.title_on_record, on_behalf_of=step.seat.on_behalf_of, digest=step.data["digest"],
        signed_at=step.at,
    )  # fmt: skip
    agreement.witness = step.data.get("witness") or agreement.witness
    if agreement.state == S.ACTIVE:
        start_term(agreement, step)


def start_term(agreement, step):
    """The term counts in whole calendar months from the day of the last signature (domain.md §5)."""
    agreement.signed_on = step.day
    agreement.due_on = agreement.original_due_on = add_months(step.day, agreement.term_months)
    Standing.objects.begin(agreement, step.day)
    change_due_date(agreement, step)


def change_due_date(agreement, step):
    """Record the due date now in force, and plan the follow-ups up to it."""
    DueChange.objects.create(agreement=agreement, decided_on=step.day, due_on=agreement.due_on, cause=step.name)
    plan_follow_ups(agreement, step)


# Targets and follow-on steps
@leads_to(S.ACTIVE, None)
def active_when_last(agreement, step):
    own = agreement.party_of(step.seat)
    missing = {party.pk for party in agreement.present_parties} - _signed(agreement, step) - {own.pk}
    return None if missing else S.ACTIVE


def pair_listed(agreement, step):
    if agreement.state == S.ACTIVE:
        for episode in agreement.episodes.held().select_related("problem").order_by("problem"):
            yield Then("pair", episode.problem, {"agreement": agreement})
