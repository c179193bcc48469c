"""A headless Chromium, driven through chromedriver by WebDriver's plain HTTP (W3C, 2018)."""

import atexit
import base64
import json
import os
import re
import shutil
import subprocess
import tempfile
import urllib.error
import urllib.request

from cli import Skip

ENTER, SPACE, LEFT, RIGHT, ESCAPE = "\ue007", " ", "\ue012", "\ue014", "\ue00c"
ELEMENT = "element-6066-11e4-a52e-4f735466cecf"


class Browser:
    """One session. Selectors are CSS; scripts are JavaScript function bodies."""

    def __init__(self):
        driver, chromium = shutil.which("chromedriver"), shutil.which("chromium")
        if not driver or not chromium:
            raise Skip("chromium or chromium-driver is not installed")
        self._home = tempfile.mkdtemp(prefix="lemma-browser-")
        self._driver = subprocess.Popen([driver, "--port=0"], text=True, stdout=subprocess.PIPE,
                                        stderr=subprocess.DEVNULL)
        atexit.register(self.close)
        self._url = ""
        for line in self._driver.stdout:
            found = re.search(r"started successfully on port (\d+)", line)
            if found:
                self._url = f"http://127.0.0.1:{found[1]}"
                break
        words = ["--headless=new", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run",
                 "--hide-scrollbars", f"--user-data-dir={self._home}/profile",
                 "--window-size=1200,900"]
        if os.geteuid() == 0:
            words.append("--no-sandbox")
        told = self._ask("POST", "/session", {"capabilities": {"alwaysMatch": {
            "browserName": "chrome", "goog:chromeOptions": {"binary": chromium, "args": words},
            "goog:loggingPrefs": {"browser": "ALL"}}}})
        self._url += "/session/" + told["sessionId"]

    def _ask(self, method, path, body=None):
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self._url + path, data, method=method, headers={
            "Content-Type": "application/json"})
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        try:
            with opener.open(request, timeout=100) as answer:
                return json.load(answer)["value"]
        except urllib.error.HTTPError as error:
            told = json.load(error)["value"]
            raise AssertionError(f"{path}: {told['error']}: {told['message'][:400]}") from error

    def close(self):
        """Ends Chromium and its driver."""
        if self._driver.poll() is None:
            try:
                self._ask("DELETE", "")
            except (AssertionError, OSError):
                pass
            self._driver.terminate()
            self._driver.wait()
        shutil.rmtree(self._home, ignore_errors=True)

    def open(self, path):
        """Opens a file; waits until it is loaded."""
        self._ask("POST", "/url", {"url": f"file://{path}"})

    def run(self, script, *arguments):
        """The value that a script returns."""
        return self._ask("POST", "/execute/sync", {"script": script, "args": list(arguments)})

    def _find(self, selector):
        return self._ask("POST", "/element", {"using": "css selector", "value": selector})[ELEMENT]

    def click(self, selector):
        """Clicks the first that matches, as a mouse would."""
        self._ask("POST", f"/element/{self._find(selector)}/click", {})

    def type(self, selector, text):
        """Sends keys to the first that matches."""
        self._ask("POST", f"/element/{self._find(selector)}/value", {"text": text})

    def mouse(self, *steps):
        """Moves, presses, releases: ("move", x, y), ("down",), ("up",); of the window."""
        kinds = {"move": "pointerMove", "down": "pointerDown", "up": "pointerUp"}
        actions = []
        for kind, *where in steps:
            action = {"type": kinds[kind]}
            if where:
                action.update(x=int(where[0]), y=int(where[1]), duration=0, origin="viewport")
            else:
                action["button"] = 0
            actions.append(action)
        self._ask("POST", "/actions", {"actions": [{
            "type": "pointer", "id": "mouse", "parameters": {"pointerType": "mouse"},
            "actions": actions}]})

    def scheme(self, name):
        """What prefers-color-scheme says from now on: light or dark."""
        self._ask("POST", "/goog/cdp/execute", {"cmd": "Emulation.setEmulatedMedia", "params": {
            "features": [{"name": "prefers-color-scheme", "value": name}]}})

    def complaints(self):
        """What the console got since the last time, above mere information."""
        return [line["message"] for line in self._ask("POST", "/se/log", {"type": "browser"})
                if line["level"] in ("SEVERE", "WARNING")]

    def print(self):
        """The page as the bytes of a PDF."""
        return base64.b64decode(self._ask("POST", "/print", {"background": True}))

    def screenshot(self):
        """The window as the bytes of a PNG."""
        return base64.b64decode(self._ask("GET", "/screenshot"))
