"""Adding a file to a problem or an agreement."""

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from accounts.required import NamesWhatIsMissing
from pairing.forms.problem import UploadField


class FileForm(NamesWhatIsMissing, forms.Form):
    """One picture, PDF, Word or Excel file; evidence is optional (domain.md §6)."""

    file = UploadField(label=_("File"))

    def __init__(self, *args, **kwargs):
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)
        self.fields["file"].help_text = _("Picture, PDF, Word or Excel, at most %(most)s MB.") % {
            "most": settings.UPLOAD_MAX_MB
        }
