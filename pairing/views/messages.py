"""What a person decides about their own messages: channels and their order, quiet hours, kinds (capability W3)."""

from django.conf import settings
from django.contrib import messages as said
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.models import Role
from pairing.forms.messages import FIXED, MessagesForm
from pairing.models import Preference
from pairing.notices.ways import address_on, channels_in_use, ways_of
from pairing.services import channels as services
from pairing.views.channels import send_trial


@require_http_methods(["GET", "HEAD", "POST"])
def message_settings(request):
    """The form; nothing here touches the inbox, which is the record."""
    person = request.user
    channels = channels_in_use()
    form = MessagesForm(
        request.POST or None,
        channels=channels,
        contacts={contact.channel_id: contact for contact in person.contacts.all()},
        defaults={c.pk: address_on(c, person) if c.everybody or c.kind == "email" else "" for c in channels},
        preference=Preference.objects.filter(person=person).first(),
    )
    if request.method == "POST" and form.is_valid():
        services.save_wishes(person, contacts=form.contacts(), preference=form.preference(), seat=request.seat)
        said.success(request, _("Your message settings are saved."))
        return redirect("pairing:message_settings")
    administers = request.seat is not None and request.seat.role == Role.SYSADMIN
    words = {
        "form": form,
        "fixed": [words for kind, words in FIXED.items() if kind != "system" or administers],
        "hours": "–".join(settings.MESSAGE_HOURS),
        "down": [channel for channel in channels if channel.down_since],
    }
    return render(request, "pairing/message_settings.html", words)


@require_POST
def message_try(request):
    """Send the person a test message by the first of their channels that works."""
    ways = ways_of([request.user], channels_in_use())[request.user.pk]
    way = next((way for way in ways if way[0].down_since is None), ways[0] if ways else None)
    if way is None:
        said.error(request, _("You have no address on any channel yet: enter one and save it first."))
    else:
        send_trial(request, *way)
    return redirect("pairing:message_settings")
