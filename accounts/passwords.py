"""What a password must be, and passwords made up for new accounts."""

import secrets

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

EASY = "abcdefghjkmnpqrstuvwxyz"  # nothing that looks like something else when read aloud or from paper
DIGITS = "23456789"


class StrengthValidator:
    """Long enough, and letters together with digits or signs (domain.md §9: password strength)."""

    def __init__(self, min_length=10):
        self.min_length = min_length

    def validate(self, password, user=None):
        mixed = not password.isalpha() and any(character.isalpha() for character in password)
        if len(password) < self.min_length or not mixed:
            raise ValidationError(self.get_help_text(), code="password_weak")

    def get_help_text(self):
        sentence = _("At least %(count)s characters, letters together with digits or signs.")
        return sentence % {"count": self.min_length}


def new_password():
    """A random initial password such as "kmtw-7395-bhqx" (about 45 bits); to be changed at the first log-in."""
    groups = [(EASY, 4), (DIGITS, 4), (EASY, 4)]
    return "-".join("".join(secrets.choice(kind) for _each in range(length)) for kind, length in groups)
