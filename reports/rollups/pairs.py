"""Who stands at the ends of each signed pair on each day, and when problems were solved under it."""

from reports.rollups.folding import pairs_now


def pairs_of(programme, *, waits):
    """SQL to read PairFact FROM, under the name p; other programmes may be among the rows.

    While the whole programme `waits` for its first reading they are made from what was recorded: slower, the same rows.
    """
    return f"({pairs_now(f'a.programme_id = {programme.pk}')}) p" if waits else "reports_pairfact p"
