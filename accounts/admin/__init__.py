"""What each of the three administrators sees in the admin (domain.md §9). Nothing of pairing is registered."""

from accounts.admin import log, organisations, people, security

__all__ = ["log", "organisations", "people", "security"]
