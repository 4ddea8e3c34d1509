"""Writes outside the workflow tables, split by noun (architecture.md §2): drafts of matters, versions of the rules, the
calendar of working days."""

from pairing.services.finding import file_found
from pairing.services.matters import hand_over_closed, save_agreement_draft, save_problem_draft
from pairing.services.volunteering import volunteer

__all__ = ["file_found", "hand_over_closed", "save_agreement_draft", "save_problem_draft", "volunteer"]
