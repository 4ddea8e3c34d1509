"""Browser windows on the demo world: in a role, a language, a theme and a size; they hear what goes wrong."""

import os
import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Playwright, Request, Response

from config.quality.site import Place, Site
from config.run import DEMO_PASSWORD

CHINESE, ENGLISH = "zh-hans", "en"
DESKTOP, PHONE = (1440, 900), (390, 844)
PATIENCE = 30_000  # milliseconds
# Debian's headless shell costs a third of the time of the whole browser, and draws the same
PROGRAMS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
# what htmx says of a request that is under way when the page is left; of one that failed it says more
LEFT = ("htmx:sendAbort", "htmx:afterRequest")
# a blocked style or script says so in the console too, but a violation that is only reported need not
VIOLATIONS = """document.addEventListener('securitypolicyviolation', event => console.error(
  `Content-Security-Policy: ${event.effectiveDirective} forbids ${event.blockedURI} in ${event.sourceFile}`))"""


def system_chromium() -> str | None:
    """The path of the Chromium of this machine."""
    return next(filter(None, map(shutil.which, PROGRAMS)), None)


@contextmanager
def chromium(playwright: Playwright, path: str) -> Iterator[Browser]:
    """The system's Chromium."""
    flags = ["--no-sandbox"] if os.geteuid() == 0 else []  # Chromium refuses its sandbox to root
    browser = playwright.chromium.launch(executable_path=path, args=flags)
    try:
        yield browser
    finally:
        browser.close()


def listen(context: BrowserContext, address: str, note: Callable[[str], object]) -> None:
    """Hand to `note` whatever goes wrong in the windows of a context: anything in the console, an error of a script, a
    violation of the Content-Security-Policy, a request to another host than that of `address`."""

    def note_message(message: ConsoleMessage) -> None:
        of_the_page = message.page and message.location.get("url") == message.page.url
        meant = of_the_page and "status of 4" in message.text  # a page that says "not found"
        if not meant and not message.text.startswith(LEFT):
            note(f"console, {message.type}: {message.text}")

    def note_request(request: Request) -> None:
        if not request.url.startswith((f"{address}/", "data:", "blob:")):
            note(f"foreign request: {request.url}")

    context.add_init_script(VIOLATIONS)
    context.on("console", note_message)
    context.on("weberror", lambda error: note(f"script: {error.error}"))
    context.on("request", note_request)


@dataclass
class Visit:
    """A page as it stands in a window, the answer it came with, and what went wrong meanwhile."""

    page: Page
    place: Place
    answer: Response
    troubles: list[str]


@dataclass
class Windows:
    """Opens places; logs in once a role. Windows are closed by `close`."""

    browser: Browser
    site: Site
    cookies: dict[str, dict] = field(default_factory=dict)
    contexts: dict[tuple, BrowserContext] = field(default_factory=dict)
    troubles: list[str] = field(default_factory=list)  # of the place that is open

    def visit(self, place: Place, language: str = CHINESE, size: tuple[int, int] = DESKTOP) -> Visit:
        """Go to a place in the window of its role and language; press there what is to be pressed."""
        page = self.window(place.role, language)
        page.goto("about:blank")  # what the page before says when it is left is not of this one
        self.troubles = []
        page.set_viewport_size({"width": size[0], "height": size[1]})
        page.emulate_media(color_scheme="light", media="screen")
        answer = page.goto(self.site.address + place.path)
        if place.press:
            page.evaluate("for (const form of document.forms) form.noValidate = true")
            if place.empty:
                page.fill(place.empty, "")
            with page.expect_navigation() as navigation:
                page.locator(place.press).first.click()
            answer = navigation.value
        return Visit(page, place, answer, self.troubles)

    def window(self, role: str, language: str = CHINESE) -> Page:
        """The page in a window of its own, logged in as `role` ("": nobody); whoever takes it goes somewhere."""
        self.close(but=(role, language))
        key = (role, language)
        if key not in self.contexts:
            context = self.browser.new_context(
                locale="zh-CN", timezone_id="Asia/Shanghai", reduced_motion="reduce", storage_state=self._cookies(role)
            )
            context.add_cookies([{"name": "django_language", "value": language, "url": self.site.address}])
            context.set_default_timeout(PATIENCE)
            listen(context, self.site.address, lambda trouble: self.troubles.append(trouble))
            context.new_page()  # the only one: a fresh one costs as much as the way to a page
            self.contexts[key] = context
        return self.contexts[key].pages[0]

    def close(self, but: tuple | None = None) -> None:
        """Close all windows, or all but one; pages in the background only cost time."""
        for key in [key for key in self.contexts if key != but]:
            self.contexts.pop(key).close()

    def _cookies(self, role: str) -> dict | None:
        if not role:
            return None
        if role not in self.cookies:
            self.cookies[role] = self._log_in(role)
        return self.cookies[role]

    def _log_in(self, role: str) -> dict:
        context = self.browser.new_context(base_url=self.site.address)
        page = context.new_page()
        page.goto("/accounts/login/")
        page.fill("[name=username]", role)
        page.fill("[name=password]", DEMO_PASSWORD)
        page.press("[name=password]", "Enter")
        page.wait_for_url(re.compile(f"{re.escape(self.site.address)}/(?!accounts/)"))
        state = context.storage_state()
        context.close()
        return state
