"""Many rows at once, for counting queries: copies of one matter that was made through the front door."""

from pairing.models import Agreement


def copy_problem(problem, count):
    """`count` more problems like `problem`, without numbers and without its history."""
    for index in range(count):
        problem.pk = None
        problem.sequence, problem.title = None, f"{problem.title[:60]} {index}"
        problem._state.adding = True
        problem.save()


def copy_agreement(agreement, count):
    """`count` more agreements like `agreement` with its parties, without numbers and without its history."""
    parties = list(agreement.parties.all())
    for _index in range(count):
        twin = Agreement.objects.get(pk=agreement.pk)
        twin.pk, twin.sequence = None, None
        twin._state.adding = True
        twin.save()
        for party in parties:
            party.pk, party.agreement = None, twin
            party._state.adding = True
            party.save()
