"""What a look at a page finds wrong, by eye and by axe."""

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

_APP = "document.querySelector('[data-testid=stApp]')"
# Streamlit's own: charts by Vega have no name inside their frame; see the alternative text beside.
_NOT_OURS = {"svg-img-alt", "region"}


_STILL_MS = 200
_STILL = """quietMs => new Promise(resolve => {
    const isEndless = moving => moving.effect.getComputedTiming().endTime === Infinity;
    const isMoving = () =>
        document.getAnimations().some(a => a.playState === "running" && !isEndless(a));
    const observer = new MutationObserver(() => wait());
    let timer;
    const wait = () => {
        clearTimeout(timer);
        timer = setTimeout(() => isMoving() ? wait() : end(), quietMs);
    };
    const end = () => { observer.disconnect(); resolve(true); };
    observer.observe(document, {
        subtree: true, childList: true, attributes: true, characterData: true,
    });
    wait();
})"""


def still(page: Page) -> None:
    """Wait until nothing has changed for a moment and nothing fades or slides any more."""
    page.wait_for_function(_STILL, arg=_STILL_MS)


def faults_of(page: Page) -> list[str]:
    """Return what axe finds, what does not fit the window, and what could not be drawn."""
    faults = _found_by_axe(page)
    if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
        faults.append("wider than the window")
    broken = page.get_by_test_id("stException").or_(page.get_by_text("Something broke"))
    faults += [f"broken: {text}" for text in broken.all_inner_texts()]
    return faults


def faults_in_the_dark(page: Page) -> list[str]:
    """Return what axe finds of colours in the dark theme, which changes nothing else."""
    page.emulate_media(color_scheme="dark")
    page.wait_for_function(f"getComputedStyle({_APP}).backgroundColor !== 'rgb(255, 255, 255)'")
    still(page)
    faults = _found_by_axe(page, "color-contrast", "link-in-text-block")
    page.emulate_media(color_scheme="light")
    return faults


def _found_by_axe(page: Page, *rules: str) -> list[str]:
    """Return what breaks these rules, or any of them all."""
    chosen = {"runOnly": list(rules)} if rules else {}
    options = {"resultTypes": ["violations"], **chosen}
    found = Axe().run(page, options=options).response["violations"]
    return [f"{v['id']}: {v['nodes'][0]['html'][:160]}" for v in found if v["id"] not in _NOT_OURS]
