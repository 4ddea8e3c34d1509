"""The channels of messages: set up, tried and switched by the system administrator (capability W2)."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import Role
from pairing.channels import NotSent, open_way
from pairing.deadlines import SHANGHAI
from pairing.forms.channels import ABOUT, ChannelForm, TrialForm
from pairing.models import Channel, ChannelKind, Contact
from pairing.notices.letters import trial
from pairing.notices.unsent import waiting_today
from pairing.notices.ways import address_on
from pairing.services import channels as services


def keeps_channels(seat):
    return seat is not None and seat.role == Role.SYSADMIN


def let_sysadmin(request):
    if not keeps_channels(request.seat):
        raise PermissionDenied(_("Channels and the log of messages are looked after by the system administrator."))


@require_safe
def channels(request):
    """All channels in the order of trying, with their state, and the figures of the day."""
    let_sysadmin(request)
    midnight = timezone.localtime(timezone=SHANGHAI).replace(hour=0, minute=0, second=0, microsecond=0)
    rows = list(Channel.objects.all())
    counts = services.counts_of(midnight) | {"waiting": waiting_today(timezone.now()).count()}
    words = {"channels": rows, "counts": counts, "last": rows[-1].pk if rows else None}
    return render(request, "pairing/channels.html", words)


@require_http_methods(["GET", "HEAD", "POST"])
def channel_new(request):
    """Choose a kind, then fill in what it needs."""
    let_sysadmin(request)
    kind = request.GET.get("kind", "")
    if kind not in ChannelKind.values:
        kinds = [(value, label, ABOUT[value]) for value, label in ChannelKind.choices]
        return render(request, "pairing/channel_kinds.html", {"kinds": kinds})
    made = Channel(kind=kind, name="" if Channel.objects.filter(kind=kind).exists() else ChannelKind(kind).label)
    return _form(request, made)


@require_http_methods(["GET", "HEAD", "POST"])
def channel(request, pk):
    let_sysadmin(request)
    return _form(request, get_object_or_404(Channel, pk=pk))


def _form(request, made):
    form = ChannelForm(request.POST or None, instance=made)
    if request.method == "POST" and form.is_valid():
        filled, changed = form.filled()
        services.save_channel(filled, changed=changed, seat=request.seat)
        messages.success(request, _("%(channel)s is saved. Send a test message to see whether it works.") % {
            "channel": filled.title})  # fmt: skip
        return redirect("pairing:channel", filled.pk)
    words = {"form": form, "channel": made, "about": ABOUT[made.kind]}
    if made.pk:
        made.refresh_from_db(fields=["name"])
        words["trial"] = TrialForm(initial={"address": _own_address(request.user, made)})
    return render(request, "pairing/channel.html", words)


def _own_address(person, channel):
    contact = Contact.objects.filter(person=person, channel=channel).first()
    return address_on(channel, person, contact.address if contact else "")


@require_POST
def channel_try(request, pk):
    """Send a test message to the address that was entered."""
    let_sysadmin(request)
    found = get_object_or_404(Channel, pk=pk)
    form = TrialForm(request.POST)
    if not form.is_valid():
        words = {"form": ChannelForm(instance=found), "channel": found, "about": ABOUT[found.kind], "trial": form}
        return render(request, "pairing/channel.html", words)
    send_trial(request, found, form.cleaned_data["address"])
    return redirect("pairing:channel", pk)


def send_trial(request, channel, address):
    """Send the person of the request a test message now, and say how it went."""
    if not services.may_try(request.user):
        messages.error(request, _("You have sent ten test messages within an hour. Please try again later."))
        return
    error = ""
    try:
        with open_way(channel) as way:
            way.send(trial(request.user), address)
    except NotSent as failure:
        error = str(failure)[:500]
    services.tried(channel, error=error, seat=request.seat, person=request.user)
    if error:
        messages.error(request, _("%(channel)s did not take the test message: %(error)s") % {
            "channel": channel.title, "error": error})  # fmt: skip
    else:
        messages.success(request, _("%(channel)s took the test message to %(address)s.") % {
            "channel": channel.title, "address": address})  # fmt: skip


@require_POST
def channel_switch(request, pk):
    """POST on=1 or 0."""
    let_sysadmin(request)
    found = get_object_or_404(Channel, pk=pk)
    on = request.POST.get("on") == "1"
    services.switch(found, on=on, seat=request.seat)
    words = _("%(channel)s is in use.") if on else _("%(channel)s is switched off; everybody is served by the others.")
    messages.success(request, words % {"channel": found.title})
    return redirect("pairing:channels")


@require_POST
def channel_move(request, pk):
    """POST up=1 or 0: one place nearer to the first, or to the last."""
    let_sysadmin(request)
    services.move(get_object_or_404(Channel, pk=pk), up=request.POST.get("up") == "1", seat=request.seat)
    return redirect("pairing:channels")
