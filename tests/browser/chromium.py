"""Chromium without a display, driven through two pipes by its own protocol: no package needed.

A page is opened without a network: every name of a host is unknown, and what it asks for is kept.
"""

import base64
import json
import os
import select
import shutil
import subprocess
import sys
import time
from pathlib import Path

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or "chromium"
# the browser reads at 3 and writes at 4, whatever the numbers of the pipes are here
LAUNCH = """import fcntl, os, sys
r, w = (fcntl.fcntl(int(a), fcntl.F_DUPFD, 10) for a in sys.argv[1:3])
os.dup2(r, 3), os.dup2(w, 4)
os.execvp(sys.argv[3], sys.argv[3:])"""
KEYS = {"Tab": 9, "Enter": 13, "Escape": 27, " ": 32, "ArrowLeft": 37, "ArrowUp": 38,
        "ArrowRight": 39, "ArrowDown": 40}
WAIT = 60


class Failed(AssertionError):
    """The browser or a script in it says no."""


class Browser:
    """One process; ``close`` ends it."""

    def __init__(self, home):
        theirs, self._out = os.pipe()
        self._in, back = os.pipe()
        flags = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
                 "--hide-scrollbars", "--force-color-profile=srgb", "--remote-debugging-pipe",
                 f"--user-data-dir={home}",
                 "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1"]
        self.process = subprocess.Popen(
            [sys.executable, "-c", LAUNCH, str(theirs), str(back), CHROMIUM, *flags],
            pass_fds=(theirs, back), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        os.close(theirs), os.close(back)
        self._rest, self._number, self.events = b"", 0, []

    def ask(self, method, session=None, **parameters):
        """What a command answers."""
        self._number += 1
        sent = {"id": self._number, "method": method, "params": parameters}
        text = json.dumps(sent | ({"sessionId": session} if session else {})).encode() + b"\0"
        while text:
            text = text[os.write(self._out, text):]
        end = time.monotonic() + WAIT
        while True:
            said = self._next(end, method)
            if said.get("id") == sent["id"]:
                if "error" in said:
                    raise Failed(f"{method}: {said['error']['message']}")
                return said["result"]

    def hear(self, method, session):
        """Wait for an event."""
        end = time.monotonic() + WAIT
        while not any(e["method"] == method and e.get("sessionId") == session
                      for e in self.events):
            self._next(end, method)

    def _next(self, end, what):
        while b"\0" not in self._rest:
            if not select.select([self._in], [], [], max(end - time.monotonic(), 0))[0]:
                raise Failed(f"no answer to {what} within {WAIT} s")
            more = os.read(self._in, 1 << 20)
            if not more:
                raise Failed(f"the browser ended at {what}")
            self._rest += more
        text, self._rest = self._rest.split(b"\0", 1)
        said = json.loads(text)
        if "method" in said:
            self.events.append(said)
        return said

    def page(self, address, *, size=(1400, 1000), dark=False, downloads=None):
        """A new tab at an address, loaded."""
        return Page(self, address, size, dark, downloads)

    def close(self):
        """End it; whatever it says."""
        try:
            self.ask("Browser.close")
            self.process.wait(10)
        except (Failed, OSError, subprocess.TimeoutExpired):
            self.process.kill()
            self.process.wait()
        os.close(self._in), os.close(self._out)


class Page:
    """One tab, in a context of its own."""

    def __init__(self, browser, address, size, dark, downloads):
        self.browser = browser
        self.context = browser.ask("Target.createBrowserContext")["browserContextId"]
        if downloads:
            browser.ask("Browser.setDownloadBehavior", behavior="allow",
                        browserContextId=self.context, downloadPath=str(downloads))
        self.target = browser.ask("Target.createTarget", url="about:blank",
                                  browserContextId=self.context)["targetId"]
        self.session = browser.ask("Target.attachToTarget", targetId=self.target,
                                   flatten=True)["sessionId"]
        for name in ("Page", "Runtime", "Network"):
            self.ask(f"{name}.enable")
        self.ask("Emulation.setDeviceMetricsOverride", width=size[0], height=size[1],
                 deviceScaleFactor=1, mobile=False)
        self.ask("Emulation.setEmulatedMedia", features=[
            {"name": "prefers-color-scheme", "value": "dark" if dark else "light"},
            {"name": "prefers-reduced-motion", "value": "reduce"}])
        self.go(address)

    def ask(self, method, **parameters):
        """What a command about this tab answers."""
        return self.browser.ask(method, self.session, **parameters)

    def go(self, address):
        """Load another address."""
        # another link of the page that is open would not load it anew
        for each in ("about:blank", str(address)):
            self.browser.events.clear()
            found = self.ask("Page.navigate", url=each)
            if "errorText" in found:
                raise Failed(f"{each}: {found['errorText']}")
            self.browser.hear("Page.loadEventFired", self.session)

    def run(self, script):
        """The value of an expression, or of a promise."""
        done = self.ask("Runtime.evaluate", expression=script, returnByValue=True,
                        awaitPromise=True, userGesture=True)
        if "exceptionDetails" in done:
            about = done["exceptionDetails"]
            raise Failed(about.get("exception", {}).get("description", about["text"]))
        return done["result"].get("value")

    def wait(self, script, seconds=30):
        """Until an expression is true; its value."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if found := self.run(script):
                return found
            time.sleep(0.05)
        raise Failed(f"not true within {seconds} s: {script}")

    def press(self, *keys, shift=False):
        """Keys, one after the other, at what has the focus."""
        for key in keys:
            one = {"key": key, "code": key, "windowsVirtualKeyCode": KEYS.get(key, ord(key[0])),
                   "modifiers": 8 if shift else 0}
            text = {"Enter": "\r"}.get(key, key if len(key) == 1 else "")
            self.ask("Input.dispatchKeyEvent", type="keyDown" if text else "rawKeyDown",
                     **one, **({"text": text} if text else {}))
            self.ask("Input.dispatchKeyEvent", type="keyUp", **one)

    def write(self, text):
        """Text into what has the focus."""
        self.ask("Input.insertText", text=text)

    def click(self, selector):
        """The middle of an element, with the mouse."""
        x, y = self.run(f"""(() => {{ const e = document.querySelector({json.dumps(selector)});
            e.scrollIntoView({{block: "center"}}); const b = e.getBoundingClientRect();
            return [b.x + b.width / 2, b.y + b.height / 2]; }})()""")
        for kind in ("mousePressed", "mouseReleased"):
            self.ask("Input.dispatchMouseEvent", type=kind, x=x, y=y, button="left", clickCount=1)

    def drop(self, name, text):
        """A file on the page."""
        self.run(f"""(() => {{ const all = new DataTransfer();
            all.items.add(new File([{json.dumps(text)}], {json.dumps(name)}));
            for (const kind of ["dragover", "drop"]) document.body.dispatchEvent(
                new DragEvent(kind, {{dataTransfer: all, bubbles: true, cancelable: true}})); }})()""")

    def picture(self, name):
        """A screenshot into the folder MUNU_PICTURES, where that is set."""
        if folder := os.environ.get("MUNU_PICTURES"):
            place = Path(folder) / f"{name}.png"
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(base64.b64decode(self.ask(
                "Page.captureScreenshot", captureBeyondViewport=True)["data"]))

    def asked_for(self):
        """Addresses that the page wanted, but what it holds itself."""
        return [e["params"]["request"]["url"] for e in self._said("Network.requestWillBeSent")
                if not e["params"]["request"]["url"].startswith(("data:", "blob:", "about:"))]

    def complaints(self):
        """Errors and warnings of its scripts."""
        thrown = [e["params"]["exceptionDetails"] for e in self._said("Runtime.exceptionThrown")]
        said = [e["params"]["args"] for e in self._said("Runtime.consoleAPICalled")
                if e["params"]["type"] in ("error", "warning", "assert")]
        return thrown + said

    def _said(self, method):
        self.run("1")
        return [e for e in self.browser.events
                if e["method"] == method and e.get("sessionId") == self.session]

    def close(self):
        """Away with it."""
        self.browser.ask("Target.disposeBrowserContext", browserContextId=self.context)
