"""The set-up of a channel: its kind decides the fields. Secrets can be written and are never shown again."""

import base64
from dataclasses import dataclass
from urllib.parse import parse_qs, urlsplit

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.required import NamesWhatIsMissing
from pairing.channels import WAYS
from pairing.forms.fields import CleanTextField
from pairing.models import Channel, ChannelKind

LONGEST = 200
PREFIX, SHORTEST = "whsec_", 24  # bytes of a webhook's secret
PASTED = ("key", "access_token")  # in which parameter of a robot's address its secret stands


@dataclass(frozen=True)
class Asked:
    """A field of a kind. `name` "secret" is the column, any other one stands in the settings; `hidden`: write-only."""

    name: str
    label: str
    help: str = ""
    hidden: bool = False
    required: bool = True
    number: bool = False
    choices: tuple = ()


_SECRET = Asked("secret", _("Secret"), hidden=True)
_AGENT = Asked("agent_id", _("Number of the application (AgentId)"), number=True)
_SIGNING = Asked(
    "secret", _("Signing secret"), _("Shown by the robot when “signature” is switched on; empty without it."),
    hidden=True, required=False,
)  # fmt: skip
_TOKEN = Asked("token", _("Token of the robot"), _("The robot's whole address may be pasted."), hidden=True)
FIELDS = {
    ChannelKind.EMAIL: (),
    ChannelKind.WECOM_APP: (Asked("corp_id", _("ID of the corporation (corpid)")), _AGENT, _SECRET),
    ChannelKind.WECOM_ROBOT: (
        Asked("secret", _("Key of the robot"), _("The robot's whole address may be pasted."), hidden=True),
    ),
    ChannelKind.DINGTALK_APP: (Asked("app_key", _("Key of the application (AppKey)")), _AGENT, _SECRET),
    ChannelKind.DINGTALK_ROBOT: (_TOKEN, _SIGNING),
    ChannelKind.FEISHU_APP: (
        Asked("app_id", _("ID of the application (App ID)")),
        _SECRET,
        Asked(
            "id_type", _("What the address of a person is"),
            choices=(("user_id", "user_id"), ("open_id", "open_id"), ("union_id", "union_id"), ("email", _("E-mail"))),
        ),
    ),
    ChannelKind.FEISHU_ROBOT: (_TOKEN, _SIGNING),
    ChannelKind.WEBHOOK: (
        Asked(
            "secret", _("Shared secret"), _("“whsec_” and at least 24 bytes in Base64, as Standard Webhooks says."),
            hidden=True,
        ),
    ),
}  # fmt: skip
ABOUT = {
    ChannelKind.EMAIL: _("Over the mail server of the installation (EMAIL_URL)."),
    ChannelKind.WECOM_APP: _("To each person, by an application of your own. The address of a person is the user ID."),
    ChannelKind.WECOM_ROBOT: _(
        "Into a group, naming the person. What the matter is about is not sent: others read along."
    ),
    ChannelKind.DINGTALK_APP: _(
        "To each person, by an application of your own. The address of a person is the userid."
    ),
    ChannelKind.DINGTALK_ROBOT: _(
        "Into a group, naming the person. What the matter is about is not sent: others read along."
    ),
    ChannelKind.FEISHU_APP: _("To each person, by an application of your own."),
    ChannelKind.FEISHU_ROBOT: _(
        "Into a group, naming the person. What the matter is about is not sent: others read along."
    ),
    ChannelKind.WEBHOOK: _("To a system of the house, signed with HMAC-SHA256; it hands the message on."),
}


class ChannelForm(NamesWhatIsMissing, forms.ModelForm):
    """Of one kind. An empty secret keeps the one that is stored."""

    url = forms.URLField(
        label=_("Address"), required=False, max_length=500, assume_scheme="https",
        widget=forms.URLInput(attrs={"class": "form-control"}),
    )  # fmt: skip

    class Meta:
        model = Channel
        fields = ["name", "url", "everybody"]
        labels = {"name": _("Name of the channel"), "everybody": _("For everybody")}
        help_texts = {
            "everybody": _("Persons without an address of their own are written to by their user name (e-mail: by the "
                           "address of the account). Otherwise only who enters an address."),
        }  # fmt: skip

    def __init__(self, *args, **kwargs):
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)
        kind = self.instance.kind
        self.asked = FIELDS[kind]
        self.fields["name"].widget.attrs["class"] = "form-control"
        self._prepare_address(kind)
        for asked in self.asked:
            self.fields[asked.name] = self._field(asked)
        self.order_fields(["name", *(asked.name for asked in self.asked), "url", "everybody"])

    def _prepare_address(self, kind):
        if kind == ChannelKind.EMAIL:
            del self.fields["url"]
            return
        default = getattr(WAYS[kind], "default_url", "")
        field = self.fields["url"]
        field.required = not default
        if default:
            field.label = _("Address of the interface")
            field.help_text = _("Empty: %(url)s. Fill in only for a private installation.") % {"url": default}

    def _field(self, asked):
        stored = self._stored(asked)
        options = {
            "label": asked.label,
            "help_text": asked.help,
            "required": asked.required and not (asked.hidden and stored),
        }
        if asked.choices:
            return forms.ChoiceField(
                choices=asked.choices, initial=stored or asked.choices[0][0],
                widget=forms.Select(attrs={"class": "form-select"}), **options,
            )  # fmt: skip
        if asked.hidden:
            widget = forms.PasswordInput(attrs={"class": "form-control", "autocomplete": "new-password"})
            if stored:
                options["help_text"] = _("One is stored and not shown. Leave this empty to keep it.")
            return CleanTextField(max_length=LONGEST * 2, widget=widget, **options)
        widget = forms.TextInput(attrs={"class": "form-control", "autocomplete": "off"})
        if asked.number:
            return forms.RegexField(
                r"^\d{1,15}$", initial=stored, widget=widget,
                error_messages={"invalid": _("Only digits, as the console of the provider shows it.")}, **options,
            )  # fmt: skip
        return CleanTextField(max_length=LONGEST, initial=stored, widget=widget, **options)

    def _stored(self, asked):
        return self.instance.secret if asked.name == "secret" else self.instance.settings.get(asked.name, "")

    def clean(self):
        data = super().clean()
        for asked in self.asked:
            value = str(data.get(asked.name) or "").strip()
            if asked.hidden and value:
                value = _of_address(value) if asked.name == "token" or self.instance.kind == "wecom_robot" else value
                data[asked.name] = value
                if len(value) > LONGEST:
                    self.add_error(asked.name, _("At most 200 characters."))
        if self.instance.kind == ChannelKind.WEBHOOK and data.get("secret") and not _is_secret(data["secret"]):
            self.add_error("secret", _("Write “whsec_” and then at least 24 bytes in Base64."))
        return data

    def clean_url(self):
        url = self.cleaned_data.get("url", "")
        if url and urlsplit(url).scheme not in ("http", "https"):
            raise forms.ValidationError(_("The address begins with https:// or http://."))
        return url

    def filled(self):
        """The Channel with what was entered, not saved; and the names of the changed fields."""
        channel, settings = self.instance, dict(self.instance.settings)
        for asked in self.asked:
            value = self.cleaned_data[asked.name]
            if asked.hidden and not value:
                continue
            if asked.name == "secret":
                channel.secret = value
            else:
                settings[asked.name] = value
        channel.settings = settings
        return channel, self.changed_data


def _of_address(value):
    """The secret part of a robot's address, where the whole of it was pasted."""
    if "://" not in value:
        return value
    parts = urlsplit(value)
    query = parse_qs(parts.query)
    return next((query[name][0] for name in PASTED if name in query), parts.path.rstrip("/").rpartition("/")[2])


def _is_secret(value):
    if not value.startswith(PREFIX):
        return False
    try:
        return len(base64.b64decode(value.removeprefix(PREFIX), validate=True)) >= SHORTEST
    except ValueError:
        return False


class TrialForm(forms.Form):
    """To which address the test message goes."""

    address = CleanTextField(
        label=_("To the address"), max_length=120,
        widget=forms.TextInput(attrs={"class": "form-control", "autocomplete": "off"}),
    )  # fmt: skip

    def __init__(self, *args, **kwargs):
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)
