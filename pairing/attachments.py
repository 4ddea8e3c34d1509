"""Files of problems and agreements: checked by content, freed of what nobody meant to send, kept privately.

A photograph is turned upright, shrunk, turned into JPEG (HEIC too) and loses its EXIF data with the location.
"""

import io
import warnings
import zipfile
from dataclasses import dataclass
from pathlib import PurePath

import pillow_heif
import puremagic
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from PIL import Image, ImageOps, UnidentifiedImageError

from accounts import record
from pairing.models import Attachment

LONGEST_SIDE = 2000  # pixels of a kept picture
MOST_PIXELS = 80_000_000  # of a sent one: more would fill the memory
JPEG_QUALITY = 85
PICTURES = {"JPEG", "MPO", "PNG", "WEBP", "GIF", "BMP", "TIFF", "HEIF"}
OFFICE = {
    "word/": (".docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    "xl/": (".xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
}
INLINE = {"image/jpeg", "image/png"}  # shown in the page; everything else is downloaded
LONGEST_NAME = 160

pillow_heif.register_heif_opener()


@dataclass(frozen=True)
class CheckedFile:
    """What is kept of an upload."""

    name: str
    content_type: str
    content: bytes


def checked(upload, *, pictures_only=False):
    """The CheckedFile of an uploaded file; ValidationError with a sentence for what is not taken."""
    most = settings.UPLOAD_MAX_MB
    if upload.size > most * 1024 * 1024:
        raise ValidationError(_("The file has more than %(most)s MB. Take a smaller one."), "size", {"most": most})
    upload.seek(0)  # a form that is checked twice reads it twice
    content = upload.read()
    if not content:
        raise ValidationError(_("The file is empty."), "empty")
    kept = _picture(upload.name, content)
    if kept is None and not pictures_only:
        kept = _document(upload.name, content)
    if kept is None:
        taken = _("a picture") if pictures_only else _("a picture, a PDF, a Word (.docx) or an Excel (.xlsx) file")
        raise ValidationError(_("This file cannot be taken. Choose %(taken)s."), "type", {"taken": taken})
    return kept


def _picture(name, content):
    """The picture made anew from its pixels, so that nothing else travels with it; None if it is no picture."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)  # MOST_PIXELS is stricter
            image = Image.open(io.BytesIO(content))
        if image.format not in PICTURES:
            return None
        if image.width * image.height > MOST_PIXELS:
            raise ValidationError(_("The picture has too many pixels. Take a smaller one."), "pixels")
        kind = "PNG" if image.format == "PNG" else "JPEG"
        image = ImageOps.exif_transpose(image)
        image.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
        image = image.convert("RGBA" if kind == "PNG" and image.has_transparency_data else "RGB")
    except (UnidentifiedImageError, Image.DecompressionBombError):
        return None
    except (OSError, SyntaxError, ValueError, EOFError) as error:
        raise ValidationError(_("The picture is damaged and cannot be opened."), "damaged") from error
    out = io.BytesIO()
    image.save(out, kind, **({"quality": JPEG_QUALITY, "optimize": True} if kind == "JPEG" else {}))
    suffix = ".png" if kind == "PNG" else ".jpg"
    return CheckedFile(tidy_name(name, suffix), f"image/{kind.lower()}", out.getvalue())


def _document(name, content):
    """A PDF or an office file without macros; None for anything else, whatever its name says."""
    if content.startswith(b"%PDF-") and _looks_like(content, "application/pdf"):
        return CheckedFile(tidy_name(name, ".pdf"), "application/pdf", content)
    if not content.startswith(b"PK\x03\x04"):
        return None
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            inside = archive.namelist()
    except zipfile.BadZipFile:
        return None
    if "[Content_Types].xml" not in inside:
        return None
    if any("vbaProject" in entry for entry in inside):
        raise ValidationError(_("The file contains macros. Save it without macros and send it again."), "macros")
    for folder, (suffix, content_type) in OFFICE.items():
        if any(entry.startswith(folder) for entry in inside):
            return CheckedFile(tidy_name(name, suffix), content_type, content)
    return None


def _looks_like(content, content_type):
    return any(match.mime_type == content_type for match in puremagic.magic_string(content[:4096]))


def tidy_name(name, suffix):
    """The name a file is shown with: no folders, no unprintable characters, the suffix of what it really is."""
    stem = PurePath(str(name).replace("\\", "/")).stem
    stem = "".join(character for character in stem if character.isprintable()).strip() or _("file")
    return f"{stem[: LONGEST_NAME - len(suffix)]}{suffix}"


@transaction.atomic
def attach(matter, kept, *, seat, at=None):
    """Keep a CheckedFile with a problem or an agreement; recorded as of `at` (now). Answers the Attachment."""
    at = at or timezone.now()
    attachment = Attachment(
        **{matter._meta.model_name: matter}, name=kept.name, content_type=kept.content_type, size=len(kept.content),
        uploaded_by=seat.person, uploaded_at=at,
    )  # fmt: skip
    attachment.file.save(kept.name, ContentFile(kept.content), save=False)
    attachment.save()
    record.write("attach", seat=seat, obj=matter, at=at, note=kept.name, details={"attachment": attachment.pk})
    return attachment


@transaction.atomic
def remove(attachment, *, seat):
    """Mark a file as removed: it is no longer shown, and stays kept as a part of the record."""
    changed = Attachment.objects.filter(pk=attachment.pk, removed_at__isnull=True).update(removed_at=timezone.now())
    if changed:
        matter = attachment.problem or attachment.agreement
        details = {"attachment": attachment.pk}
        record.write("remove_attachment", seat=seat, obj=matter, note=attachment.name, details=details)


@transaction.atomic
def restore(attachment, *, seat):
    """Show a removed file again."""
    changed = Attachment.objects.filter(pk=attachment.pk, removed_at__isnull=False).update(removed_at=None)
    if changed:
        matter = attachment.problem or attachment.agreement
        details = {"attachment": attachment.pk}
        record.write("restore_attachment", seat=seat, obj=matter, note=attachment.name, details=details)
