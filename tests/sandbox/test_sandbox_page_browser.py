"""The page in a real browser. `nox -s screenshots` makes the pictures of the documentation here.

Skipped where there is no browser, unless SIMLOOM_REQUIRE_BROWSER says that there has to be one.
"""

from __future__ import annotations

import os
import re
import shutil
import struct
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect, sync_playwright

from simloom.sandbox import Fault, ManualClock, Sandbox

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Page

ARGUMENTS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
SIZE = {"width": 1280, "height": 800}
HOSTILE = "<img src=x onerror=\"document.title='owned'\"><script>document.title='owned'</script>"
PROVIDERS = ("telekom-m2m", "telekom-bsc", "telcoapi", "infobip")


def installed() -> str | None:
    names = (os.environ.get("SIMLOOM_BROWSER", ""), "chromium", "chromium-browser", "google-chrome")
    return next((path for path in map(shutil.which, filter(None, names)) if path), None)


@pytest.fixture(scope="module")
def browser(tmp_path_factory):
    path = installed()
    if path is None:
        reason = "no browser: install chromium, or name one in SIMLOOM_BROWSER"
        if os.environ.get("SIMLOOM_REQUIRE_BROWSER"):
            pytest.fail(reason)
        pytest.skip(reason)
    with sync_playwright() as playwright:
        context = playwright.chromium.launch_persistent_context(
            tmp_path_factory.mktemp("browser"),
            executable_path=path,
            args=ARGUMENTS,
            viewport=SIZE,
            timezone_id="UTC",
            locale="en-GB",
        )
        context.set_default_timeout(30_000)  # of a busy machine
        expect.set_options(timeout=30_000)
        yield context
        context.close()


@pytest.fixture(scope="module")
def running():
    with Sandbox(seed=7, sims=1000, clock=ManualClock(), limits=False) as sandbox:
        yield sandbox


@pytest.fixture
def sandbox(running):
    running.emulator.reset()
    return running


@pytest.fixture
def page(browser: BrowserContext, sandbox):
    """A page that shows the sandbox; nothing may be asked of others, and nothing may go wrong."""
    opened = browser.new_page()
    wrong, asked = [], []
    opened.on("pageerror", lambda error: wrong.append(str(error)))
    opened.on("console", lambda message: wrong.append(message.text) if is_bad(message) else None)
    opened.on("request", lambda request: asked.append(urlsplit(request.url)))
    opened.goto(sandbox.url)
    ready(opened)
    yield opened
    opened.close()
    own = urlsplit(sandbox.url).netloc
    assert {url.netloc for url in asked if url.scheme not in {"data", "blob"}} == {own}
    assert wrong == []


def is_bad(message) -> bool:
    """Tell whether the browser complains; it logs every answer of 404 or 409, which are none."""
    answered = "Failed to load resource: the server responded with a status of 4"
    return message.type in {"error", "warning"} and not message.text.startswith(answered)


def ready(page: Page) -> None:
    page.wait_for_selector("html[data-ready]")


def table(page: Page):
    return page.locator("#rows tr")


def test_it_loads_and_shows_what_the_sandbox_has(page, sandbox):
    expect(page.locator("#connection")).to_have_text("Live")
    assert page.title() == "simloom sandbox, seed 7"
    expect(page.get_by_role("tab")).to_have_text([f"{name} 1,000" for name in PROVIDERS])
    expect(page.locator("#now")).to_have_text(re.compile("^2026-01-[0-9]{2} .* UTC$"))
    expect(page.locator("#found")).to_have_text("1\u201312 of 1,000")
    live = sandbox.emulator.vendor("telekom-m2m").live
    iccids = page.locator("#rows button")
    expect(iccids).to_have_text([live.iccid(index) for index in range(12)])
    page.get_by_role("button", name="Suspended 50").click()
    expect(page.locator("#found")).to_have_text("1\u201312 of 50")
    expect(page.locator("#rows .status")).to_have_text(["Suspended"] * 12)
    page.get_by_role("button", name="Next").click()
    expect(page.locator("#found")).to_have_text("13\u201324 of 50")


def test_a_change_is_carried_out_and_its_event_arrives(page, sandbox):
    page.get_by_role("button", name="Productive").click()
    iccid = page.locator("#rows button").first.inner_text()
    page.get_by_role("button", name=iccid).click()
    expect(page.get_by_role("heading", name=iccid)).to_be_focused()
    page.get_by_role("button", name="Suspend", exact=True).click()
    expect(page.locator(".answer")).to_contain_text("202 POST")
    request = page.locator("#requests tr").first
    expect(request).to_contain_text("suspend_sims")
    expect(request).to_contain_text("telekom-m2m")
    expect(request.locator("td").last).to_have_text(re.compile(r"^\d+ ms$"))
    assert sandbox.emulator.ledger("telekom-m2m", iccid)["effects"] == []
    page.get_by_role("button", name="+1 min").click()
    event = page.locator("#events li").filter(has_text="simaction.v1")
    expect(event).to_have_count(1)
    expect(page.locator("#events li").filter(has_text="Productive → Suspended")).to_contain_text(
        iccid
    )
    expect(page.locator("#sim .status")).to_have_text("Suspended")
    expect(page.locator("#ledger tr")).to_contain_text(["status: Productive → Suspended"])
    (effect,) = sandbox.emulator.ledger("telekom-m2m", iccid)["effects"]
    assert effect["changed"] == {"status": {"from": "Productive", "to": "Suspended"}}
    page.go_back()
    expect(page.locator("#list")).to_be_visible()


def test_what_others_do_shows_at_once(page, sandbox):
    page.get_by_role("tab", name="infobip").click()
    expect(page.get_by_role("button", name="Suspended 100")).to_be_visible()
    live = sandbox.emulator.vendor("infobip").live
    index = next(index for index in range(12) if live.state(index) == "Active")
    with sandbox.connect("infobip") as infobip:
        infobip.suspend(live.iccid(index))
    row = table(page).nth(index)
    expect(row.locator(".status")).to_have_text("Suspended")
    expect(row).to_contain_text("changed")
    expect(page.get_by_role("button", name="Suspended 101")).to_be_visible()


def test_hostile_texts_stay_texts(page, sandbox):
    live = sandbox.emulator.vendor("infobip").live
    iccid = live.iccid(0)
    page.goto(f"{sandbox.url}/#infobip/{iccid}")
    page.get_by_role("textbox", name="Name").fill(HOSTILE)
    page.get_by_role("button", name="Rename").click()
    expect(page.locator("#sim header")).to_contain_text(HOSTILE)
    expect(page.locator("#ledger")).to_contain_text("<img src=x onerror=")
    with sandbox.connect("infobip") as infobip:
        infobip.suspend(next(live.iccid(n) for n in range(9) if live.state(n) == "Active"))
    page.evaluate("path => fetch(path)", f"/infobip/{HOSTILE}?{HOSTILE}")
    expect(page.locator("#requests tr").first).to_contain_text("%3Cimg")
    page.get_by_role("button", name="All SIMs").click()
    page.get_by_role("searchbox").fill("ONERROR")
    expect(page.locator("#found")).to_have_text("1 found")
    expect(table(page)).to_contain_text([HOSTILE])
    page.goto(f"{sandbox.url}/#infobip/{HOSTILE.replace('/', '%2F')}")
    expect(page.locator("#sim")).to_contain_text("has no SIM with this ICCID")
    assert page.locator("img[src=x]").count() == 0
    assert page.title() == "simloom sandbox, seed 7"


def test_a_fault_is_added_fires_and_is_cleared(page, sandbox):
    page.get_by_label("What goes wrong").select_option("status")
    page.locator("#fault [name=provider]").select_option("infobip")
    page.locator("#fault [name=status]").fill("429")
    page.locator("#fault [name=operation]").select_option("run_diagnostic")
    page.get_by_role("button", name="Add fault").click()
    script = page.locator("#faults li")
    expect(script).to_contain_text("fired 0 of 0 matches · waiting")
    live = sandbox.emulator.vendor("infobip").live
    active = next(live.iccid(n) for n in range(9) if live.state(n) == "Active")
    page.goto(f"{sandbox.url}/#infobip/{active}")
    page.get_by_role("button", name="Run diagnostic").click()
    expect(page.locator(".answer")).to_contain_text("429")
    expect(page.locator(".answer")).to_contain_text("fault 1: status")
    expect(script).to_contain_text("fired 1 of 1 matches · done")
    (told,) = sandbox.faults.report()["faults"]
    assert told["fault"] == {
        "effect": "status",
        "provider": "infobip",
        "operation": "run_diagnostic",
        "status": 429,
    }
    page.get_by_role("button", name="Clear all").click()
    expect(script).to_have_count(0)
    assert sandbox.faults.report()["faults"] == []


def test_clock_limits_and_reset(page, sandbox):
    before = sandbox.emulator.world.clock.now()
    page.get_by_role("button", name="+6 min").click()
    page.get_by_text("Other", exact=True).click()
    page.get_by_label("Advance by seconds").fill("0.5")
    page.get_by_role("button", name="Advance", exact=True).click()
    expect(page.locator("#toast")).to_have_text("Advanced by 0.5 s")
    assert (sandbox.emulator.world.clock.now() - before).total_seconds() == 360.5
    live = sandbox.emulator.vendor("telekom-bsc").live
    page.goto(f"{sandbox.url}/#telekom-bsc/{live.iccid(0)}")
    page.get_by_role("button", name="Reset connectivity").click()
    expect(page.locator("#limits tr").filter(has_text="telekom-bsc")).to_contain_text("1 of 10")
    page.locator("#reset").click()
    page.get_by_role("button", name="Cancel").click()
    expect(page.locator("#requests tr")).to_have_count(2)
    page.locator("#reset").click()
    page.locator("#confirm-yes").click()
    expect(page.locator("#requests tr")).to_have_count(0)
    expect(page.locator("#requests-empty")).to_be_visible()
    assert sandbox.emulator.requests()["requests"] == []


def test_the_keyboard_is_enough(page):
    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_focused()
    page.locator("#tab-telekom-m2m").focus()
    page.keyboard.press("ArrowRight")
    expect(page.locator("#tab-telekom-bsc")).to_be_focused()
    expect(page.locator("#tab-telekom-bsc")).to_have_attribute("aria-selected", "true")
    page.keyboard.press("End")
    expect(page.locator("#tab-infobip")).to_be_focused()
    page.keyboard.press("Home")
    expect(page.locator("#tab-telekom-m2m")).to_be_focused()
    first = page.locator("#rows button").first
    first.focus()
    iccid = first.inner_text()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name=iccid)).to_be_focused()
    page.locator("#back").focus()
    page.keyboard.press("Enter")
    expect(page.locator(f'button[data-iccid="{iccid}"]')).to_be_focused()
    nameless = page.evaluate(
        """() => [...document.querySelectorAll("button, input, select, a, [role=region], table th")]
        .filter((one) => !(one.innerText || one.ariaLabel || one.labels?.length
          || one.getAttribute("aria-labelledby") || one.textContent || one.hidden))
        .map((one) => one.outerHTML)"""
    )
    assert [one for one in nameless if "<th" not in one] == []


def test_a_lost_connection_is_shown_and_comes_back(browser):
    page = browser.new_page()
    with Sandbox(seed=7, sims=5) as first:
        port = first.port
        page.goto(first.url)
        ready(page)
        expect(page.locator("#connection")).to_have_text("Live")
    expect(page.locator("#connection")).to_have_text("Connection lost, trying again")
    with Sandbox(seed=8, sims=6, port=port):
        expect(page.locator("#connection")).to_have_text("Live")
        expect(page.get_by_role("tab").first).to_have_text("telekom-m2m 6")
        page.close()


def test_it_fits_on_small_screens(page, sandbox):
    for width in (400, 820):
        page.set_viewport_size({"width": width, "height": 800})
        for place in ("", f"/{sandbox.emulator.vendor('infobip').live.iccid(0)}"):
            page.goto(f"{sandbox.url}/#infobip{place}")
            expect(page.locator("#sim" if place else "#list")).to_be_visible()
            assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_the_documentation_logs_in_as_the_vendor_wants_it(page, sandbox):
    page.goto(f"{sandbox.url}/_sandbox/docs/telekom-m2m")
    ready(page)
    page.get_by_role("button", name="Authorize").first.click()
    login = page.locator(".auth-container")
    login.get_by_text("select all").click()
    login.get_by_role("button", name="Apply given OAuth2 credentials").click()
    expect(login).to_contain_text("Authorized")
    asked = sandbox.emulator.requests()["requests"]
    assert [(one["operationId"], one["status"]) for one in asked] == [("create_token", 200)]


def pictures(tmp_path: Path) -> Path:
    return Path(os.environ.get("SIMLOOM_SCREENSHOTS") or tmp_path)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_screenshots(browser, tmp_path, scheme):
    with Sandbox(seed=7, sims=1000, clock=ManualClock()) as sandbox:
        page = browser.new_page()
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        page.goto(sandbox.url)
        ready(page)
        suspended = work(sandbox)
        if scheme == "dark":
            page.goto(f"{sandbox.url}/#infobip/{suspended}")
            page.get_by_role("button", name="Resume").click()
            expect(page.locator(".answer")).to_contain_text("200")
            expect(page.locator("#ledger tr")).to_have_count(2)
        expect(page.locator("#requests tr td.number").filter(has_text="\u2013")).to_have_count(0)
        expect(page.locator("#events li").first).to_be_visible()
        page.evaluate("document.getElementById('toast').textContent = ''")
        file = pictures(tmp_path) / f"sandbox-{scheme}.png"
        page.screenshot(path=file)
        page.close()
    content = file.read_bytes()
    assert struct.unpack(">II", content[16:24]) == (SIZE["width"], SIZE["height"])
    assert len(content) > 40_000


def work(sandbox: Sandbox) -> str:
    """Let applications do something, with a fault. Returns a SIM of Infobip that is suspended."""
    clock = sandbox.emulator.world.clock
    sandbox.faults.add(Fault(effect="status", operation="get_sim", provider="telcoapi"))

    def first(provider: str, status: str) -> str:
        live = sandbox.emulator.vendor(provider).live
        return next(live.iccid(n) for n in range(20) if live.state(n) == status)

    with sandbox.connect("infobip") as infobip:
        chosen = first("infobip", "Active")
        infobip.suspend(chosen)
        clock.advance(3)
        infobip.send_sms(first("infobip", "Active"), "reboot")
    clock.advance(11)
    with sandbox.connect("telcoapi") as telcoapi:
        telcoapi.get(first("telcoapi", "ACTIVE"))
        telcoapi.suspend(first("telcoapi", "ACTIVE"))
    clock.advance(8)
    productive, paused = first("telekom-m2m", "Productive"), first("telekom-m2m", "Suspended")
    with sandbox.connect("telekom-m2m") as m2m:
        m2m.suspend(productive)
        clock.advance(5)
        m2m.resume(paused)
        clock.advance(5)
    return chosen
