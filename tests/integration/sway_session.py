"""A Wayland session for tests: sway without a screen, and windows in it that tell what has been typed into them.

    with SwaySession() as session:
        window = session.terminal("one")
        subprocess.run([…], env=session.environment)
        window.expect("text")

Sway refuses to run as root: as root, it and its windows run as a user that owns nothing but the session's folder.
Everything is ended when the context is left, however it is left. Standard library only.
"""
import contextlib
import ctypes
import json
import os
import pathlib
import random
import shutil
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).parent
PROGRAMS = ("sway", "foot")
PATIENCE_S = 15.0
QUIET_S = 0.3
GLANCE_S = 0.002
PR_SET_PDEATHSIG = 1
COMMAND, TREE = 0, 4  # of sway's control socket
CONFIGURATION = """\
xwayland disable
output HEADLESS-1 resolution 1280x720
focus_follows_mouse no
default_border none
"""


def missing_programs():
    return [name for name in PROGRAMS if shutil.which(name) is None]


def until(condition, what, limit_s=PATIENCE_S):
    deadline = time.monotonic() + limit_s
    while not (found := condition()):
        if time.monotonic() > deadline:
            raise AssertionError(f"{what} did not come within {limit_s:g} s")
        time.sleep(GLANCE_S)
    return found


def _die_with_parent():
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


def end(process):
    if process.poll() is None:
        process.kill()
    process.wait()
    for stream in (process.stdin, process.stdout):
        if stream:
            with contextlib.suppress(BrokenPipeError):
                stream.close()


class Window:
    """What a window holds, as its program writes it to a file."""

    def __init__(self, session, name, process):
        self.session, self.name, self.process = session, name, process
        self.path = session.folder / name
        self.text = lambda: self.path.read_bytes().decode(errors="replace")

    def typed(self, text):
        """How the window holds a text that has been typed."""
        return text

    def expect(self, text, what="", limit_s=PATIENCE_S):
        """Waits until it holds at least as many characters as `text`, and compares them."""
        wanted = self.typed(text)
        with contextlib.suppress(AssertionError):
            until(lambda: len(self.text()) >= len(wanted), "the text", limit_s)
        if (found := self.text()) != wanted:
            raise AssertionError(f"{what or self.name}: typed {wanted!r}, there is {found!r}")

    def rest(self):
        """The text once nothing has come for a while."""
        before, since = None, time.monotonic()
        while before != self.text() or time.monotonic() - since < QUIET_S:
            if before != self.text():
                before, since = self.text(), time.monotonic()
            time.sleep(0.01)
        return before

    def focus(self):
        self.session.command(f'[pid={self.pid()}] focus')
        until(lambda: self.session.focused_pid() == self.pid(), f"the focus of {self.name}")

    def pid(self):
        return self.process.pid

    def close(self):
        end(self.process)


class Terminal(Window):
    def typed(self, text):
        return text.replace("\n", "\r")

    def reader(self):
        return next(int(entry.name) for entry in pathlib.Path("/proc").iterdir()
                    if entry.name.isdigit() and self._is_reader(entry))

    def _is_reader(self, entry):
        with contextlib.suppress(OSError):
            return str(self.path).encode() in (entry / "cmdline").read_bytes().split(b"\0") and int(entry.name) != self.process.pid
        return False

    def clear(self):
        os.kill(self.reader_pid, signal.SIGUSR1)
        until(lambda: not self.text(), "an empty window")


class Entry(Window):
    def clear(self):
        self.process.send_signal(signal.SIGUSR1)
        self.wait_for("empty")
        until(lambda: not self.text(), "an empty window")

    def wait_for(self, word):
        while (line := self.process.stdout.readline().strip()) != word:
            if not line:
                raise AssertionError(f"{self.name} ended before {word!r}")


class SwaySession:
    def __init__(self):
        self._processes = []

    def __enter__(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="vs-sway-"))
        try:
            self._start()
        except BaseException:
            self.__exit__(*sys.exc_info())
            raise
        return self

    def __exit__(self, *_):
        for process in reversed(self._processes):
            end(process)
        shutil.rmtree(self.folder, ignore_errors=True)

    def _start(self):
        self.environment = {name: value for name, value in os.environ.items()
                            if not name.startswith(("XDG_", "WAYLAND_", "WLR_", "SWAY", "GTK_", "GDK_")) and name != "DISPLAY"}
        self.environment |= {
            "HOME": str(self.folder), "XDG_RUNTIME_DIR": str(self.folder), "SWAYSOCK": str(self.folder / "control"),
            "PATH": "/usr/local/bin:/usr/bin:/bin:" + os.environ.get("PATH", ""), "LC_ALL": "C.UTF-8",
            "WLR_BACKENDS": "headless", "WLR_RENDERER": "pixman", "WLR_LIBINPUT_NO_DEVICES": "1", "LIBSEAT_BACKEND": "noop",
            "GDK_BACKEND": "wayland", "GTK_IM_MODULE": "gtk-im-context-simple", "NO_AT_BRIDGE": "1", "GSETTINGS_BACKEND": "memory", "SHELL": "/bin/sh"}
        (self.folder / "config").write_text(CONFIGURATION)
        for program in ("entry_window.py", "terminal_reader.py"):
            shutil.copy(HERE / program, self.folder)
        self._user = {}
        if os.getuid() == 0:
            # Of the numbers that systemd gives out for a service's run, which no account of a system has.
            user = random.randrange(61184, 65520)
            self._user = {"user": user, "group": user, "extra_groups": []}
            for path in (self.folder, *self.folder.iterdir()):
                os.chown(path, user, user)
        self.spawn("sway", "-c", self.folder / "config")
        until((self.folder / "control").exists, "sway's control socket")
        display = until(lambda: [path for path in self.folder.glob("wayland-*") if path.is_socket()], "sway's display")[0]
        self.environment["WAYLAND_DISPLAY"] = display.name
        self.python = self._python_with_gtk()

    def _python_with_gtk(self):
        """The interpreter of the system: GTK's module is for that one. None where it has none."""
        for python in ("/usr/bin/python3", shutil.which("python3")):
            if python and subprocess.run([python, "-c", "import gi; gi.require_version('Gtk', '3.0')"], env=self.environment,
                                         stderr=subprocess.DEVNULL, check=False, **self._user).returncode == 0:
                return python
        return None

    def spawn(self, *arguments, **options):
        """A process of the session's user."""
        with open(self.folder / f"{pathlib.Path(arguments[0]).name}.log", "ab") as log:
            options = {"stdin": subprocess.DEVNULL, "stdout": log, "stderr": log, "cwd": self.folder} | options
            process = subprocess.Popen([*map(str, arguments)], env=self.environment, preexec_fn=_die_with_parent, **self._user, **options)
        self._processes.append(process)
        return process

    def ask(self, kind, payload=""):
        """Asks sway by its control socket."""
        with socket.socket(socket.AF_UNIX) as control:
            control.settimeout(PATIENCE_S)
            control.connect(self.environment["SWAYSOCK"])
            control.sendall(b"i3-ipc" + struct.pack("=II", len(payload.encode()), kind) + payload.encode())
            stream = control.makefile("rb")
            length, _ = struct.unpack("=II", stream.read(14)[6:])
            return json.loads(stream.read(length))

    def command(self, text):
        for outcome in self.ask(COMMAND, text):
            if not outcome["success"]:
                raise AssertionError(f"sway: {text}: {outcome}")

    def focused_pid(self):
        """Of the window that has the focus; none where none has."""
        def find(node):
            if node.get("focused") and node.get("pid"):
                return node["pid"]
            return next(filter(None, map(find, node["nodes"] + node["floating_nodes"])), None)

        return find(self.ask(TREE))

    def terminal(self, name):
        """A terminal that has the focus."""
        process = self.spawn("foot", "--config=/dev/null", "--log-level=error", "/usr/bin/python3", self.folder / "terminal_reader.py",
                             self.folder / name)
        window = Terminal(self, name, process)
        until((self.folder / f"{name}.ready").exists, f"the terminal {name}")
        until(lambda: self.focused_pid() == process.pid, f"the focus of {name}")
        window.reader_pid = window.reader()
        return window

    def entry(self, name):
        """A window with a text entry that has the focus. Only where `python` is there."""
        process = self.spawn(self.python, self.folder / "entry_window.py", self.folder / name, stdout=subprocess.PIPE, text=True)
        window = Entry(self, name, process)
        window.wait_for("ready")
        return window
