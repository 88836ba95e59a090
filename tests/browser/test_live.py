"""The live page in Chromium: forms, a slider, a curve on the map, what is refused."""

import subprocess
import sys
import time
from urllib.error import HTTPError
from urllib.parse import urlsplit
from urllib.request import urlopen

import pytest

pytestmark = pytest.mark.browser
# seconds that a loaded machine may take
LONG = 180


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    """``munu explore`` as a user starts it; its address."""
    with subprocess.Popen([sys.executable, "-m", "munu", "explore", "--port", "0",
                           "--no-browser", "--seconds", "600"], stdout=subprocess.PIPE, text=True,
                          cwd=tmp_path_factory.mktemp("empty")) as running:
        try:
            address = running.stdout.readline().split()[3]
            while made(address) == 503:
                time.sleep(0.2)
            yield address
        finally:
            running.terminate()


def made(address):
    """The code of the page, which takes some seconds to make at first."""
    try:
        with urlopen(address, timeout=300) as got:
            return got.status
    except HTTPError as err:
        return err.code


@pytest.fixture
def live(browser, served):
    page = browser.page(served)
    page.wait("Boolean(window.munu?.chart?.sorted)", LONG)
    there(page, "#live [data-field=mass]")
    yield page
    page.close()


def there(page, selector):
    """Wait for an element: by itself it has no value outside of the browser."""
    page.wait(f"document.querySelector('{selector}') !== null", LONG)


def choose(page, command):
    page.run(f"""(() => {{ const c = document.getElementById('live-command'); c.value = '{command}';
        c.dispatchEvent(new Event('change')); }})()""")


def fill(page, selector, value):
    page.run(f"""(() => {{ const e = document.querySelector('{selector}'); e.value = '{value}';
        e.dispatchEvent(new Event('change')); }})()""")


def answered(page):
    """Wait for an answer, or for the line that says why there is none."""
    page.wait("!/asking/.test(document.querySelector('#live .said').textContent) && "
              "document.querySelector('#live-out dl, #live .said.bad') !== null", LONG)


def test_a_limit_is_asked_and_drawn_on_the_map(live, served):
    there(live, "#live [data-option=sun]")
    fill(live, "#live [data-field=mass]", "0,1keV:1MeV:20")
    live.click("#live-form button")
    answered(live)
    said = live.run("document.getElementById('live-out').textContent")
    assert "munu limit xenonnt --mass=0,1keV:1MeV:20 --json" in said
    live.click("#live-out button")
    there(live, "g.owned[data-id=live-1]")
    live.picture("live-limit")
    assert live.complaints() == []
    home = urlsplit(served).netloc
    assert {urlsplit(x).netloc for x in live.asked_for()} == {home}


def test_the_slider_moves_the_mass_and_the_last_step_counts(live):
    live.run("""(() => { const s = document.getElementById('live-mass');
        for (const x of [-1.2, -1, -0.5, 0]) { s.value = x; s.dispatchEvent(new Event('input')); }
        })()""")
    live.wait("document.querySelector('#live-first')?.textContent.includes('1 MeV')", LONG)
    assert live.run("document.querySelector('#live .said').textContent") == ""
    assert live.complaints() == []
    answers = [e["params"]["response"]["status"] for e in live.browser.events
               if e["method"] == "Network.responseReceived" and e.get("sessionId") == live.session
               and e["params"]["response"]["url"].endswith("/api/limit")]
    assert answers == [200], "of the steps before the last nobody waits for an answer"


def test_a_slip_is_one_line_of_munu(live):
    fill(live, "#live-member", "xenont")
    there(live, "#live .said.bad")
    assert "did you mean 'xenonnt'" in live.run(
        "document.querySelector('#live .said').textContent")
    fill(live, "#live-member", "<img src=x onerror=munu.hacked=1>")
    live.click("#live-form button")
    live.wait("document.querySelector('#live .said').textContent.includes('probe')", LONG)
    assert live.run("munu.hacked") is None


@pytest.mark.parametrize(("command", "said"), [
    ("convert", "d_per_GeV"), ("calc", "needs"), ("check", "a point is needed"),
    ("moments", "profiled"), ("propagate", "probabilities")])
def test_every_form_is_answered(live, command, said):
    choose(live, command)
    live.wait(f"document.querySelector('#live-command').value === '{command}'")
    if command == "convert":
        fill(live, "#live [data-field=quantity]", "mu = 1e-11 mu_B")
    if command == "propagate":
        live.run("document.querySelector('#live [data-field=fast]').checked = true")
    seen = live.run("document.getElementById('live-member').checkVisibility()")
    assert seen == (command not in ("convert", "moments")), "a field that asks for nothing"
    live.click("#live-form button")
    answered(live)
    got = live.run("document.getElementById('live').textContent")
    live.picture(f"live-{command}")
    assert said in got, got[-600:]
