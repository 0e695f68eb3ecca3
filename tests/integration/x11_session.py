"""An X server for tests, without hardware, and windows in it that say what was typed.

    with XServer() as server:
        with server.terminal() as terminal:
            terminal.focus()
            ...
            terminal.wait_for("what was typed")
"""
import contextlib
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile
import time

from program import ProgramTest

HERE = pathlib.Path(__file__).parent
PROBE = os.environ.get("VOICESTAND_X11_PROBE", "")
PROGRAMS = ("Xvfb", "xterm", "setxkbmap", "xkbcomp", "xdotool", "xclip")
# libxkbcommon-x11 copies names out of answers by their length; no zero stands after them.
LENIENT = {"ASAN_OPTIONS": "strict_string_checks=0"}
LIMIT_S = 10.0
GLANCE_S = 0.005


def _has_gtk(python):
    try:
        return subprocess.run([python, "-c", "import gi; gi.require_version('Gtk', '3.0')"], stderr=subprocess.DEVNULL).returncode == 0
    except OSError:
        return False


# The distribution's packages are for the distribution's Python.
GTK_PYTHON = next((python for python in (sys.executable, "/usr/bin/python3") if _has_gtk(python)), None)


def missing():
    """What a session needs that is not installed."""
    return [name for name in PROGRAMS if shutil.which(name) is None] + ([] if GTK_PYTHON else ["GTK 3 for Python"])


def until(condition, what, limit_s=LIMIT_S):
    deadline = time.monotonic() + limit_s
    while not condition():
        if time.monotonic() > deadline:
            raise TimeoutError(f"{what} did not come within {limit_s:g} s")
        time.sleep(GLANCE_S)


class Window:
    """Reads its text from the file that the program in it writes."""

    def __init__(self, server, title, command, pid_of_reader):
        self.server = server
        self.title = title
        self.file = server.folder / title
        self.ready = server.folder / (title + ".ready")
        self.process = subprocess.Popen(command, env=server.environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        self.pid_of_reader = pid_of_reader

    def find(self):
        self.id = self.server.xdotool("search", "--sync", "--name", f"^{self.title}$").split()[0]

    def focus(self):
        self.server.xdotool("windowfocus", "--sync", self.id)

    def text(self):
        return self.file.read_bytes().decode(errors="replace").replace("\r", "\n")

    def wait_for(self, expected, limit_s=LIMIT_S):
        """The text when it is the expected one, or when that has not come."""
        deadline = time.monotonic() + limit_s
        while self.text() != expected and time.monotonic() < deadline:
            time.sleep(GLANCE_S)
        return self.text()

    def rest(self):
        """The text once nothing has come for a while."""
        before, since = None, time.monotonic()
        while before != self.text() or time.monotonic() - since < 0.3:
            if before != self.text():
                before, since = self.text(), time.monotonic()
            time.sleep(GLANCE_S)
        return before

    def empty(self):
        os.kill(self.pid_of_reader(), signal.SIGUSR1)
        until(lambda: self.file.stat().st_size == 0, "an empty window")

    def close(self):
        self.process.kill()
        self.process.wait()
        self.process.stdout.close()


class XServer:
    def __enter__(self):
        with contextlib.ExitStack() as stack:
            self.folder = pathlib.Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="voicestand-x11-")))
            reader, writer = os.pipe()
            self.process = subprocess.Popen(["Xvfb", "-displayfd", str(writer), "-screen", "0", "800x600x24", "-nolisten", "tcp", "-noreset"],
                                            pass_fds=[writer], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            stack.callback(self._stop)
            os.close(writer)
            with os.fdopen(reader) as number:
                self.display = ":" + number.readline().strip()
            if self.display == ":":
                raise RuntimeError("Xvfb does not start")
            environment = {k: v for k, v in os.environ.items() if not k.startswith(("XDG_", "WAYLAND_", "GTK_"))}
            self.environment = environment | {
                "DISPLAY": self.display, "HOME": str(self.folder), "LC_ALL": "C.UTF-8", "GDK_BACKEND": "x11",
                "GTK_IM_MODULE": "gtk-im-context-simple", "NO_AT_BRIDGE": "1", "GSETTINGS_BACKEND": "memory"} | LENIENT
            self.layout("us")
            self._stack = stack.pop_all()
        return self

    def __exit__(self, *_):
        self._stack.close()

    def _stop(self):
        self.process.terminate()
        self.process.wait()

    def run(self, *command):
        return subprocess.run(command, env=self.environment, check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                              text=True, timeout=LIMIT_S).stdout

    def xdotool(self, *arguments):
        return self.run("xdotool", *map(str, arguments))

    def layout(self, name):
        self.run("setxkbmap", "-layout", name, "-option", "")

    def keymap(self):
        return self.run("xkbcomp", self.display, "-")

    @contextlib.contextmanager
    def terminal(self, title="terminal"):
        file = self.folder / title
        command = ["xterm", "-u8", "-T", title, "-geometry", "60x8", "-e", sys.executable, str(HERE / "terminal_reader.py"), str(file)]

        def reader():
            children = pathlib.Path(f"/proc/{window.process.pid}/task/{window.process.pid}/children").read_text().split()
            return int(children[0])

        window = Window(self, title, command, reader)
        try:
            until(window.ready.exists, "a terminal")
            window.find()
            yield window
        finally:
            window.close()
            window.ready.unlink(missing_ok=True)

    @contextlib.contextmanager
    def entry(self, title="entry"):
        file = self.folder / title
        window = Window(self, title, [GTK_PYTHON, str(HERE / "entry_window.py"), str(file), title], lambda: window.process.pid)
        try:
            until(file.exists, "an entry")
            window.find()
            window.focus()
            window.process.stdout.readline()  # "ready"
            yield window
        finally:
            window.close()


class Probe:
    """x11_probe, one command at a time."""

    def __init__(self, server, *arguments):
        self.process = subprocess.Popen([PROBE, *map(str, arguments or (0,))], env=server.environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        bufsize=0)  # select() sees all that is there

    def send(self, *command):
        self.process.stdin.write((" ".join(map(str, command)) + "\n").encode())

    def answer(self):
        return self.process.stdout.readline().decode().strip()

    def ask(self, *command):
        self.send(*command)
        return self.answer()

    def close(self):
        self.process.stdin.close()
        self.process.wait()
        self.process.stdout.close()


class X11Test(ProgramTest):
    """Has an X server of its own, for all of its tests."""

    @classmethod
    def setUpClass(cls):
        cls.server = XServer()
        cls.server.__enter__()
        cls.addClassCleanup(cls.server.__exit__, None, None, None)

    def setUp(self):
        super().setUp()
        self.environment |= {"DISPLAY": self.server.display} | LENIENT
        self.environment.pop("WAYLAND_DISPLAY", None)
        self.server.layout("us")

    def probe(self, *arguments):
        probe = Probe(self.server, *arguments)
        self.addCleanup(probe.close)
        return probe

    def window(self, kind, *title):
        stack = contextlib.ExitStack()
        self.addCleanup(stack.close)
        window = stack.enter_context(getattr(self.server, kind)(*title))
        window.shut = stack.close
        return window
