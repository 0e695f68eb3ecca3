"""A headless Chromium for tests, driven by the DevTools protocol.

    with Browser() as browser:
        browser.open("http://127.0.0.1:9464/")
        browser.value("document.title")
"""
import base64
import json
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.request

DEPS = pathlib.Path(__file__).parents[2] / ".deps"
sys.path += map(str, DEPS.glob("venv/lib/python3*/site-packages"))
try:
    import websocket
except ImportError:
    websocket = None

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
LIMIT_S = 30.0


def missing():
    """What a browser needs that is not installed."""
    return ([] if CHROMIUM else ["Chromium"]) + ([] if websocket else ["websocket-client (tools/fetch_deps.py --tests)"])


class Browser:
    def __init__(self):
        # Chromium's helpers may write into it when it has ended.
        self._folder = tempfile.TemporaryDirectory(prefix="voicestand-chromium-", ignore_cleanup_errors=True)
        self.folder = pathlib.Path(self._folder.name)
        self.requested = []  # addresses
        self.thrown = []  # what the page's scripts complained of

    def __enter__(self):
        self.process = subprocess.Popen(
            [CHROMIUM, "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking",
             "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage", "--hide-scrollbars", "--remote-debugging-port=0",
             "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1", "--remote-allow-origins=*", f"--user-data-dir={self.folder}", "about:blank"],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        port_file = self.folder / "DevToolsActivePort"
        self._until(lambda: port_file.exists() and port_file.read_text().count("\n"), "Chromium")
        port = port_file.read_text().split()[0]
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/json") as pages:
            page = next(each for each in json.load(pages) if each["type"] == "page")
        self.socket = websocket.create_connection(page["webSocketDebuggerUrl"], timeout=LIMIT_S)
        self.number = 0
        for domain in ("Page", "Network", "Runtime"):
            self.call(f"{domain}.enable")
        return self

    def __exit__(self, *_):
        self.socket.close()
        self.process.terminate()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self._folder.cleanup()

    @staticmethod
    def _until(condition, what):
        deadline = time.monotonic() + LIMIT_S
        while not (found := condition()):
            if time.monotonic() > deadline:
                raise TimeoutError(f"{what} did not come")
            time.sleep(0.02)
        return found

    def call(self, method, **parameters):
        self.number += 1
        self.socket.send(json.dumps({"id": self.number, "method": method, "params": parameters}))
        while (message := json.loads(self.socket.recv())).get("id") != self.number:
            self._note(message)
        if "error" in message:
            raise RuntimeError(f"{method}: {message['error']}")
        return message["result"]

    def _note(self, message):
        parameters = message.get("params", {})
        if message.get("method") == "Network.requestWillBeSent":
            self.requested.append(parameters["request"]["url"])
        elif message.get("method") == "Network.webSocketCreated":
            self.requested.append(parameters["url"])
        elif message.get("method") == "Runtime.exceptionThrown":
            self.thrown.append(parameters["exceptionDetails"].get("exception", {}).get("description", parameters["exceptionDetails"]["text"]))

    def open(self, address):
        self.call("Page.navigate", url=address)
        self.until("document.readyState === 'complete'")

    def value(self, expression):
        result = self.call("Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True)
        if "exceptionDetails" in result:
            raise RuntimeError(f"{expression}: {result['exceptionDetails']}")
        return result["result"].get("value")

    def until(self, expression):
        """The expression's value once it is one."""
        return self._until(lambda: self.value(expression), expression)

    def text(self, selector):
        return self.value(f"document.querySelector({json.dumps(selector)})?.textContent ?? null")

    def size(self, width, height):
        self.call("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=width < 600)

    def colours(self, scheme):
        self.call("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])

    def press(self, key):
        codes = {"Tab": 9, "Enter": 13}
        for kind in ("keyDown", "keyUp"):
            text = {"text": "\r"} if key == "Enter" and kind == "keyDown" else {}
            self.call("Input.dispatchKeyEvent", type=kind, key=key, code=key, windowsVirtualKeyCode=codes[key], **text)

    def picture(self, path):
        """Of the whole page."""
        height = self.value("document.documentElement.scrollHeight")
        width = self.value("innerWidth")
        shot = self.call("Page.captureScreenshot", captureBeyondViewport=True, clip={"x": 0, "y": 0, "width": width, "height": height, "scale": 1})
        path.write_bytes(base64.b64decode(shot["data"]))
