"""Files: checked by content, freed of location, kept privately, served only where the matter is visible."""

import io
import zipfile

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image

from accounts.models import Event
from accounts.tests.people import create_personas
from pairing.attachments import LONGEST_SIDE, checked, tidy_name
from pairing.models import Attachment
from pairing.tests import world
from pairing.workflow.engine import perform

pytestmark = pytest.mark.django_db
GPS = 0x8825


@pytest.fixture
def people():
    return create_personas()


@pytest.fixture
def problem(people):
    return world.create_problem(world.create_programme(people.committee), people.filer)


def picture(kind="JPEG", size=(60, 40), mode="RGB", **options):
    out = io.BytesIO()
    Image.new(mode, size, "red").save(out, kind, **options)
    return out.getvalue()


def located():
    """A photograph that says where it was taken, and lies on its side."""
    exif = Image.Exif()
    exif[0x0112] = 6
    exif.get_ifd(GPS)[1] = "N"
    exif.get_ifd(GPS)[2] = (39.0, 30.0, 0.0)
    return picture(size=(3000, 1500), exif=exif)


def office(folder="word/", extra=()):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name in ("[Content_Types].xml", f"{folder}document.xml", *extra):
            archive.writestr(name, "<x/>")
    return out.getvalue()


def upload(name, content, content_type="application/octet-stream"):
    return SimpleUploadedFile(name, content, content_type)


def fetch(client, address):
    """The answer to a GET, with its file read to the end (which closes it)."""
    answer = client.get(address)
    answer.body = b"".join(answer) if answer.streaming else answer.content
    return answer


def add(client, problem, file):
    return client.post(reverse("pairing:problem_add_file", args=[problem.pk]), {"file": file})


def stored(attachment):
    with attachment.file.open("rb") as kept:
        return kept.read()


def test_a_photograph_loses_its_place_its_size_and_its_slant(client, people, problem):
    client.force_login(people.filer.person)
    add(client, problem, upload("IMG_2021.JPG", located()))
    attachment = Attachment.objects.get()
    image = Image.open(io.BytesIO(stored(attachment)))
    assert (image.format, image.size) == ("JPEG", (LONGEST_SIDE // 2, LONGEST_SIDE))
    assert not image.getexif()
    assert (attachment.name, attachment.content_type) == ("IMG_2021.jpg", "image/jpeg")
    assert "IMG" not in attachment.file.name
    assert Event.objects.of(problem).last().action == "attach"


@pytest.mark.parametrize("kind", ["HEIF", "WEBP", "GIF", "BMP"])
def test_other_pictures_become_jpeg(kind):
    kept = checked(upload(f"a.{kind.lower()}", picture(kind)))
    assert (kept.content_type, Image.open(io.BytesIO(kept.content)).format) == ("image/jpeg", "JPEG")


def test_a_drawing_keeps_its_transparency():
    kept = checked(upload("a.png", picture("PNG", mode="RGBA")))
    assert Image.open(io.BytesIO(kept.content)).mode == "RGBA"


@pytest.mark.parametrize(
    ("name", "content", "content_type"),
    [
        ("说明.pdf", b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n", "application/pdf"),
        ("方案.docx", office(), "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
        ("台账.bin", office("xl/"), "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    ],
)
def test_documents_are_known_by_their_content(name, content, content_type):
    kept = checked(upload(name, content))
    assert kept.content_type == content_type
    assert kept.name.endswith((".pdf", ".docx", ".xlsx"))


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("photo.jpg", b"<html><script>alert(1)</script>"),
        ("photo.jpg", b""),
        ("photo.jpg", picture()[:200]),
        ("a.svg", b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>"),
        ("a.pdf", b"MZ\x90\x00 not a pdf"),
        ("a.docx", b"PK\x03\x04 no archive"),
        ("a.docx", office(extra=["word/vbaProject.bin"])),
        ("a.zip", office("other/")),
        ("a.exe", b"MZ\x90\x00"),
    ],
)
def test_wrong_files_get_a_sentence_and_leave_nothing(client, people, problem, name, content):
    client.force_login(people.filer.person)
    page = add(client, problem, upload(name, content))
    assert page.status_code == 200
    assert page.context["form"].errors["file"]
    assert not Attachment.objects.exists()


def test_what_is_too_large_is_refused(settings):
    settings.UPLOAD_MAX_MB = 1
    with pytest.raises(ValidationError, match="1 MB"):
        checked(upload("a.pdf", b"%PDF-1.7\n" + b"x" * 1024 * 1024))
    with pytest.raises(ValidationError):
        checked(upload("a.png", picture("PNG", size=(9100, 9100))))


def test_the_photograph_of_the_form_must_be_one(client, people):
    programme = world.create_programme(people.committee)
    client.force_login(people.filer.person)
    typed = {"title": "有照片", "category": world.create_category().pk, "urgency": "normal", "key": "k", "version": "0"}
    page = client.post("/problems/new/", typed | {"photo": upload("a.pdf", b"%PDF-1.7\n"), "file": "1"})
    assert page.context["form"].errors["photo"]
    client.post("/problems/new/", typed | {"photo": upload("a.heic", picture("HEIF")), "file": "1", "title": ""})
    assert Attachment.objects.get().problem.state == "draft"  # the title is missing; the photograph is not lost
    client.post("/problems/new/", typed | {"version": "1", "file": "1"})
    assert Attachment.objects.get().problem.state == "open"
    assert Attachment.objects.get().problem.programme == programme


def test_served_to_those_who_see_the_matter_and_to_nobody_else(client, people, problem):
    client.force_login(people.filer.person)
    add(client, problem, upload("现场 照片.jpg", picture()))
    add(client, problem, upload("说明.pdf", b"%PDF-1.7\n%\xe2\xe3"))
    photo, text = (reverse("pairing:file", args=[a.pk]) for a in Attachment.objects.all())
    seen = {"filer", "conflicted", "reviewer", "supervisor", "leader"}
    for name, seat in people.seats().items():
        client.force_login(seat.person)
        assert fetch(client, photo).status_code == (200 if name in seen else 404), name
    client.force_login(people.filer.person)
    answer = fetch(client, photo)
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Disposition"].startswith("inline")
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert answer.body.startswith(b"\xff\xd8")
    assert fetch(client, text).headers["Content-Disposition"].startswith("attachment; filename*=UTF-8''%E8%AF%B4")
    client.logout()
    assert client.get(photo).status_code == 302


def test_only_branches_concerned_add_files(client, people, problem):
    for name, status in {"reviewer": 403, "leader": 403, "stranger": 404, "auditor": 404, "conflicted": 403}.items():
        client.force_login(people.seats()[name].person)
        assert add(client, problem, upload("a.jpg", picture())).status_code == status, name
    agreement = world.create_agreement(problem.programme, people.filer, [people.partner_branch], [problem])
    perform("invite", agreement, seat=people.filer)
    client.force_login(people.partner.person)
    assert add(client, problem, upload("a.jpg", picture())).status_code == 302
    to_agreement = reverse("pairing:agreement_add_file", args=[agreement.pk])
    assert client.post(to_agreement, {"file": upload("a.jpg", picture())}).status_code == 302
    assert Attachment.objects.count() == 2


def test_removing_is_a_mark_by_the_person_who_added_it(client, people, problem):
    client.force_login(people.filer.person)
    add(client, problem, upload("a.jpg", picture()))
    attachment = Attachment.objects.get()
    remove = reverse("pairing:file_remove", args=[attachment.pk])
    assert client.get(remove).status_code == 405
    client.force_login(people.reviewer.person)
    assert client.post(remove).status_code == 403
    client.force_login(people.filer.person)
    client.post(remove)
    client.post(remove)
    attachment.refresh_from_db()
    assert attachment.removed_at
    assert stored(attachment)
    assert client.get(reverse("pairing:file", args=[attachment.pk])).status_code == 404
    assert Event.objects.filter(action="remove_attachment").count() == 1
    assert "文件" in client.get(problem.get_absolute_url()).content.decode()


@pytest.mark.parametrize(
    ("name", "tidy"),
    [
        ("../../etc/passwd", "passwd.pdf"),
        ("a\u202efdp.exe", "afdp.pdf"),
        ("C:\\x\\图.PDF", "图.pdf"),
        ("\x00\n", "附件.pdf"),
        ("长" * 300 + ".pdf", "长" * 156 + ".pdf"),
    ],
)
def test_names_are_tidy(name, tidy):
    assert tidy_name(name, ".pdf") == tidy
