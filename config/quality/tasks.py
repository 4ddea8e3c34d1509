"""`make tasks`: plays the main tasks in a browser and counts what they cost, into docs/tasks.md.

    python -m config.services test -- python -m config.quality.tasks

One story on a fresh demo world: a problem is filed, a pair made, eight goals written, reviewed, signed, reported and
accepted. Each task begins on the home page of who does it. Keystrokes are the characters of the texts as they land in
the fields (an input method needs more), dates and keys included; pages are those that were loaded; seconds are the
time of page loads and presses, without anybody thinking or typing.
"""

import re
import time
from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

from playwright.sync_api import Locator, Page, sync_playwright

from config.quality.site import Site, demo_site
from config.quality.windows import Windows, chromium, system_chromium
from config.services import ROOT

TABLE = ROOT / "docs/tasks.md"
GOALS = 8
PROBLEM, AIM = "号站场电缆沟积水，汛期电缆受潮", "汛期电缆沟无积水"
PASTE = """text => {
  const clipboardData = new DataTransfer();
  clipboardData.setData("text/plain", text);
  document.activeElement.dispatchEvent(new ClipboardEvent("paste", {clipboardData, bubbles: true, cancelable: true}));
}"""
EFFECT = "汛期三次大雨后检查，电缆沟均无积水"


@dataclass
class Cost:
    """What one task cost."""

    name: str
    clicks: int = 0
    keys: int = 0
    pages: int = 0
    seconds: float = 0.0

    def row(self) -> str:
        """A line of the table."""
        return f"| {self.name} | {self.clicks} | {self.keys} | {self.pages} | {self.seconds:.1f} |"


@dataclass
class Hand:
    """A person at a window: everything done by it is counted."""

    page: Page
    cost: Cost

    def press(self, what: str | Locator) -> None:
        """One click; a page that it loads is waited for."""
        self.cost.clicks += 1
        self._timed(lambda: self._find(what).click())

    def write(self, what: str | Locator, text: str) -> None:
        """A click into a field and a text."""
        self.cost.clicks += 1
        self.cost.keys += len(text)
        self._find(what).fill(text)

    def tab_and_write(self, what: str | Locator, text: str) -> None:
        """The next field, reached with Tab, and a text."""
        self.cost.keys += 1 + len(text)
        self._find(what).fill(text)

    def choose(self, what: str, label: str) -> None:
        """A choice from a list: two clicks."""
        self.cost.clicks += 2
        self.page.locator(what).select_option(label=label)

    def _find(self, what: str | Locator) -> Locator:
        return (self.page.locator(what) if isinstance(what, str) else what).first

    def _timed(self, act: Callable[[], None]) -> None:
        began = time.perf_counter()
        act()
        self.page.wait_for_load_state("load")
        self.cost.seconds += time.perf_counter() - began


@dataclass
class Story:
    """The tasks in their order, on one demo world."""

    site: Site
    windows: Windows
    costs: list[Cost] = field(default_factory=list)
    agreement: str = ""  # the path of its page

    @contextmanager
    def task(self, name: str, role: str, start: str = "/"):
        """Counts what happens in the block, from `start` on, as somebody who has logged in."""
        page = self.windows.window(role)
        page.set_viewport_size({"width": 1440, "height": 900})
        cost = Cost(name)
        page.goto(self.site.address + start)

        def count(_page: Page) -> None:
            cost.pages += 1

        page.on("domcontentloaded", count)
        yield Hand(page, cost)
        page.wait_for_load_state("load")
        page.remove_listener("domcontentloaded", count)
        self.costs.append(cost)
        print(cost.row(), flush=True)

    def from_home(self, hand: Hand) -> None:
        """From the list of what waits for me straight to the step: its one button."""
        hand.press(hand.page.locator(".duties > li", has_text=AIM).first.locator(".btn"))

    def play(self) -> None:
        """All of it."""
        for act in (file_problems, invite, answer, write_goals, paste_goals, confirm, submit, review, sign, sign_too):
            act(self)
        for act in (report_completion, confirm_completion, accept, print_table):
            act(self)


def file_problems(story: Story) -> None:
    """One is counted; each goal will need one of its own."""
    with story.task("File a problem", "liaison") as hand:
        file_problem(hand, 1)
    for number in range(2, GOALS + 1):
        file_problem(Hand(hand.page, Cost("not counted")), number)


def file_problem(hand: Hand, number: int) -> None:
    hand.press(".bar-file")
    hand.write("[name=title]", f"{number}{PROBLEM}")
    hand.choose("[name=category]", "质量安全")
    hand.press("button[name=file]")
    hand.page.locator(".state-line", has_text="待结对").wait_for()


def invite(story: Story) -> None:
    with story.task(f"Invite a partner for {GOALS} problems", "secretary", "/problems/") as hand:
        hand.press(hand.page.get_by_role("link", name=f"1{PROBLEM}"))
        hand.press("a[href*='/agreements/new/']")
        hand.write("[name=aim]", AIM)
        hand.write("[name=partner-0-organisation]", "电气安装事业部党支部")
        hand.press("[data-all-problems]")
        hand.press("button[value=invite]")
        told(hand, "待答复")
        story.agreement = re.sub(r"^.*(/agreements/\d+/).*$", r"\1", hand.page.url)


def answer(story: Story) -> None:
    with story.task("Answer an invitation", "partner") as hand:
        story.from_home(hand)
        hand.press("button[value=accept_invitation]")
        told(hand, "共同拟定")


def write_goals(story: Story) -> None:
    with story.task(f"Write {GOALS} goals", "liaison") as hand:
        hand.page.goto(f"{story.site.address}{story.agreement}goals/")
        hand.press("[data-row-per-problem]")  # a row for each problem; the first text has the caret
        rows = hand.page.locator(".goal-row:visible").all()
        first = rows[0]
        for label, text in zip(("目标", "措施", "完成标准"), goal_texts(1), strict=True):
            hand.tab_and_write(first.get_by_label(label, exact=True), text)
        hand.tab_and_write(first.locator("input[data-date]"), f"{today() + timedelta(days=60):%m%d}")
        people = ("张工", "主管", "李工", "工程师")  # the goals below take them over
        for name, text in zip(first.locator(".owner textarea").all(), people, strict=True):
            hand.tab_and_write(name, text)
        for number, row in enumerate(rows[1:], 2):
            for label, text in zip(("目标", "措施", "完成标准"), goal_texts(number), strict=True):
                hand.tab_and_write(row.get_by_label(label, exact=True), text)
        hand.press("button[value=edit]")
        told(hand, "已保存")


def today() -> date:
    """About today; the tasks need days that lie ahead, no more."""
    return datetime.now(tz=UTC).date()


def goal_texts(number: int) -> tuple[str, str, str]:
    """Goal, measure and criterion."""
    return f"第{number}段电缆沟无积水", "疏通排水口，加装水位报警", "三次大雨后抽查无积水"


def paste_goals(story: Story) -> None:
    """The same goals again, from a spreadsheet over those that stand there."""
    lines = [[*goal_texts(n), "", "张工 主管", "李工 工程师", f"{n}{PROBLEM}"] for n in range(1, GOALS + 1)]
    for line in lines:
        line[3] = f"{today() + timedelta(days=61):%Y/%-m/%-d}"
    with story.task(f"Paste {GOALS} goals from a spreadsheet", "liaison") as hand:
        hand.page.goto(f"{story.site.address}{story.agreement}goals/")
        hand.press("#g0-text")
        hand.cost.keys += 1  # Ctrl-V
        hand.page.evaluate(PASTE, "\n".join("\t".join(line) for line in lines))
        hand.press("button[value=edit]")
        told(hand, "已保存")


def confirm(story: Story) -> None:
    with story.task("Confirm goals", "partner") as hand:
        story.from_home(hand)
        hand.press("button[value=confirm_goals]")
        told(hand, "")


def submit(story: Story) -> None:
    with story.task("Confirm and submit goals", "secretary") as hand:
        story.from_home(hand)
        hand.press("button[value=confirm_and_submit]")
        told(hand, "待审核")


def review(story: Story) -> None:
    with story.task(f"Review a draft of {GOALS} goals", "reviewer") as hand:
        story.from_home(hand)
        hand.press("button[value=pass]")
        told(hand, "待签约")


def sign(story: Story) -> None:
    with story.task("Sign", "secretary") as hand:
        story.from_home(hand)
        hand.press("button[value=sign]")
        told(hand, "签")


def sign_too(story: Story) -> None:
    with story.task("Sign, the last one", "partner") as hand:
        story.from_home(hand)
        hand.press("button[value=sign]")
        told(hand, "签")


def report_completion(story: Story) -> None:
    with story.task(f"Report completion of {GOALS} goals", "partner", "/agreements/") as hand:
        hand.press(hand.page.get_by_role("row", name=re.compile(AIM)).get_by_role("link"))
        hand.press("a[href$='/completion/']")
        hand.press("[data-all-done] button")  # leads to the first effect, Enter to the next
        for effect in hand.page.locator("textarea[name^=effect-]").all():
            hand.tab_and_write(effect, EFFECT)
        hand.press("button[value=propose_completion]")
        told(hand, "共建中")


def confirm_completion(story: Story) -> None:
    with story.task("Confirm the completion", "secretary") as hand:
        story.from_home(hand)
        hand.press("button[value=confirm_completion]")
        told(hand, "待验收")


def accept(story: Story) -> None:
    with story.task("Accept", "reviewer") as hand:
        story.from_home(hand)
        hand.press("button[value=accept]")
        told(hand, "已完成")


def print_table(story: Story) -> None:
    with story.task("Print the table", "leader") as hand:
        hand.press("a.btn[href*='/reports/'], .tab[href='/reports/']")
        hand.press("a[href*='/reports/solved/']")
        hand.cost.keys += 1  # Ctrl-P
        hand.page.locator("#solved").wait_for()


def told(hand: Hand, text: str) -> None:
    hand.page.locator(".message-success", has_text=text).first.wait_for()


def main() -> None:
    """Entry point: plays the story and writes the table."""
    with demo_site() as site, sync_playwright() as playwright, chromium(playwright, system_chromium()) as browser:
        windows = Windows(browser, site)
        story = Story(site, windows)
        story.play()
        windows.close()
    head = ["| task | clicks | keystrokes | pages | seconds |", "|---|---:|---:|---:|---:|"]
    before, mark, _old = TABLE.read_text().partition("<!-- table -->\n")
    TABLE.write_text(before + mark + "\n".join([*head, *(cost.row() for cost in story.costs)]) + "\n")


if __name__ == "__main__":
    main()
