"""What a form says about a field left empty: what to do, with the name of the field; and of a value not offered."""

from django.core.exceptions import ValidationError
from django.forms import ChoiceField, Field, FileField
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

DJANGOS = Field.default_error_messages["required"]
NOT_IN_LIST = {"invalid_choice": gettext_lazy("“%(value)s” is not in the list. Choose one of the list.")}


class NamesWhatIsMissing:
    """Mixin of every form: “Please fill in …” instead of Django's sentence. A field's own sentence stays."""

    def add_error(self, field, error):
        if field and getattr(error, "code", "") == "required" and error.message == DJANGOS:
            error = ValidationError(self._please(field) % {"label": self[field].label}, code="required")
        super().add_error(field, error)

    def _please(self, name):
        if isinstance(self.fields[name], ChoiceField | FileField):
            return _("Please choose “%(label)s”.")
        return _("Please fill in “%(label)s”.")
