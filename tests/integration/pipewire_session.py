"""PipeWire for tests: a private sound server without hardware, sessions or root.

    with PipewireSession() as session:
        with session.play("speech.wav"):
            subprocess.run([...], env=session.env)

Starts dbus-daemon, pipewire, wireplumber and pipewire-pulse as plain processes whose runtime, home, state and
configuration folders are temporary, and makes the null sink `vs` whose monitor `vs.monitor` can be captured. Everything
is ended when the context is left, however it is left. As a program it runs one command inside such a session:

    pipewire_session.py COMMAND [ARG…]
"""

import contextlib
import ctypes
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile
import time

PROGRAMS = ("dbus-daemon", "pipewire", "wireplumber", "pipewire-pulse", "pactl", "pw-play", "pw-cli")
SINK = "vs"
START_LIMIT_S = 20.0
STOP_LIMIT_S = 5.0
POLL_S = 0.05
PR_SET_PDEATHSIG = 1


def missing_programs():
    """The programs a session needs that are not installed."""
    return [name for name in PROGRAMS if shutil.which(name) is None]


def _die_with_parent():
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


def _stop(process):
    if process.poll() is None:
        process.terminate()
        try:
            process.wait(STOP_LIMIT_S)
        except subprocess.TimeoutExpired:
            process.kill()
    process.wait()


def _until(condition, what, limit_s=START_LIMIT_S):
    deadline = time.monotonic() + limit_s
    while not condition():
        if time.monotonic() > deadline:
            raise TimeoutError(f"{what} did not come within {limit_s:g} s")
        time.sleep(POLL_S)


class PipewireSession:
    """The folder, the environment and the processes of one private sound server."""

    def __init__(self):
        self._folder = None
        self._servers = {}  # name -> Popen, in the order of their start
        self.env = {}

    def __enter__(self):
        self._folder = pathlib.Path(tempfile.mkdtemp(prefix="vs-pw-"))
        try:
            self._make_environment()
            self._start_bus()
            self.start_server()
        except BaseException:
            self.__exit__(*sys.exc_info())
            raise
        return self

    def __exit__(self, *_):
        for process in reversed(self._servers.values()):
            _stop(process)
        self._servers.clear()
        shutil.rmtree(self._folder, ignore_errors=True)

    def _make_environment(self):
        self.env = {name: value for name, value in os.environ.items()
                    if not name.startswith(("PIPEWIRE_", "PULSE_", "DBUS_", "XDG_", "WIREPLUMBER_"))}
        for variable, name in (("XDG_RUNTIME_DIR", "run"), ("HOME", "home"), ("XDG_CONFIG_HOME", "config"),
                               ("XDG_STATE_HOME", "state"), ("XDG_DATA_HOME", "data"), ("XDG_CACHE_HOME", "cache")):
            folder = self._folder / name
            folder.mkdir(mode=0o700)
            self.env[variable] = str(folder)
        bus = f"unix:path={self._folder}/run/bus"
        # Bluetooth, cameras and the like ask the system's bus: this one is empty, and answers.
        self.env["DBUS_SESSION_BUS_ADDRESS"] = self.env["DBUS_SYSTEM_BUS_ADDRESS"] = bus
        self.env.pop("DISPLAY", None)

    def _spawn(self, name, *arguments):
        with open(self._folder / f"{name}.log", "ab") as log:
            self._servers[name] = subprocess.Popen([name, *arguments], env=self.env, stdin=subprocess.DEVNULL,
                                                   stdout=log, stderr=log, preexec_fn=_die_with_parent)

    def _start_bus(self):
        self._spawn("dbus-daemon", "--session", "--nofork", "--nopidfile",
                    f"--address={self.env['DBUS_SESSION_BUS_ADDRESS']}")
        _until(lambda: (self._folder / "run/bus").exists(), "the message bus")

    def log(self, name):
        """What a server has printed."""
        path = self._folder / f"{name}.log"
        return path.read_text(errors="replace") if path.exists() else ""

    def run(self, *command, check=True, timeout_s=10.0):
        """Runs a short command inside and returns its standard output."""
        done = subprocess.run(command, env=self.env, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, text=True, timeout=timeout_s, check=False)
        if check and done.returncode != 0:
            raise RuntimeError(f"{' '.join(command)}: exit code {done.returncode}: {done.stderr.strip()}")
        return done.stdout

    def add_sink(self, name, **options):
        """Makes a null sink (options: those of PulseAudio's module-null-sink), capturable as `<name>.monitor`; returns a number for remove_sink()."""
        module = self.run("pactl", "load-module", "module-null-sink", f"sink_name={name}",
                          *(f"{key}={value}" for key, value in options.items())).strip()
        _until(lambda: f"{name}.monitor" in self.run("pactl", "list", "short", "sources"), f"the sink {name}")
        return module

    def remove_sink(self, module):
        self.run("pactl", "unload-module", module)

    def start_server(self):
        """Starts the sound server, its session manager and the sink `vs`."""
        self._spawn("pipewire")
        _until(lambda: (self._folder / "run/pipewire-0").exists(), "the PipeWire socket")
        self._spawn("wireplumber")
        self._spawn("pipewire-pulse")
        _until(lambda: "Server Name" in self.run("pactl", "info", check=False), "the PulseAudio socket")
        self.add_sink(SINK)

    def stop_server(self):
        """Ends the sound server as a crash would: its clients find their connection broken."""
        self._servers["pipewire"].kill()
        for name in ("pipewire-pulse", "wireplumber", "pipewire"):
            _stop(self._servers.pop(name))
        for socket in ("pipewire-0", "pipewire-0.lock", "pulse/native", "pulse/pid"):
            (self._folder / "run" / socket).unlink(missing_ok=True)

    def signal_server(self, number):
        """Sends the sound server a signal, such as SIGSTOP."""
        self._servers["pipewire"].send_signal(number)

    def restart_server(self):
        self.stop_server()
        self.start_server()

    @contextlib.contextmanager
    def play(self, wav, sink=SINK):
        """Plays a file into a sink for as long as the block runs; yields the player, whose wait() tells the end."""
        player = subprocess.Popen(["pw-play", "--target", sink, str(wav)], env=self.env, stdin=subprocess.DEVNULL,
                                  stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                                  preexec_fn=_die_with_parent)
        try:
            yield player
        finally:
            _stop(player)


def main():
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    if missing := missing_programs():
        sys.exit(f"not installed: {', '.join(missing)}")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    with PipewireSession() as session:
        sys.exit(subprocess.run(sys.argv[1:], env=session.env, check=False).returncode)


if __name__ == "__main__":
    main()
