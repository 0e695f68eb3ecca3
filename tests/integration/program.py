"""Running the voicestand program from tests, and making sound files for it. Standard library only."""
import contextlib
import json
import math
import os
import pathlib
import struct
import subprocess
import tempfile
import unittest
import wave

PROGRAM = os.environ.get("VOICESTAND_PROGRAM", "")
SAMPLES = pathlib.Path(os.environ.get("VOICESTAND_SAMPLES", ""))
MODELS = pathlib.Path(os.environ.get("VOICESTAND_MODELS", ""))
SPEECH = pathlib.Path(os.environ.get("VOICESTAND_SPEECH", ""))
SANITIZED = os.environ.get("VOICESTAND_SANITIZE", "none") != "none"
MODEL = "moonshine-tiny-en"  # what is tested here does not depend on the model, and the small one is quicker


class ProgramTest(unittest.TestCase):
    """Each test has a home of its own; nothing of the user's is read or written."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="voicestand-test-")
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.home = self.folder / "home"
        self.home.mkdir()
        self.environment = {k: v for k, v in os.environ.items() if not k.startswith(("XDG_", "VOICESTAND_", "PIPEWIRE_", "PULSE_"))}
        self.environment |= {"HOME": str(self.home), "XDG_RUNTIME_DIR": str(self.home), "LC_ALL": "C.UTF-8"}
        self.environment["VOICESTAND_SYSROOT"] = "/nonexistent"  # how hot and busy this machine is changes no outcome

    def run_program(self, *arguments, timeout=120, **options):
        options = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE} | options
        return subprocess.run([PROGRAM, *map(str, arguments)], env=self.environment, timeout=timeout, text=True, **options)

    @contextlib.contextmanager
    def started(self, *arguments, **options):
        options = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE} | options
        process = subprocess.Popen([PROGRAM, *map(str, arguments)], env=self.environment, text=True, **options)
        try:
            yield process
        finally:
            process.kill()
            process.wait()
            for stream in (process.stdout, process.stderr, process.stdin):
                if stream:
                    with contextlib.suppress(BrokenPipeError):
                        stream.close()

    def assert_refused(self, result, code, *fragments):
        """A message of the agreed form, the exit code, nothing on standard output."""
        self.assertEqual(result.returncode, code, result.stderr)
        self.assertTrue(result.stderr.startswith("voicestand: "), result.stderr)
        self.assertEqual(len(result.stderr.strip().splitlines()), 1, result.stderr)
        for fragment in fragments:
            self.assertIn(fragment, result.stderr)
        self.assertEqual(result.stdout, "")

    def write_wav(self, name, samples, rate=16000, channels=1):
        path = self.folder / name
        with wave.open(str(path), "wb") as out:
            out.setnchannels(channels)
            out.setsampwidth(2)
            out.setframerate(rate)
            out.writeframes(struct.pack(f"<{len(samples)}h", *samples))
        return path


def float_wav(path, samples, rate=16000, channels=1):
    data = struct.pack(f"<{len(samples)}f", *samples)
    header = struct.pack("<4sI4s4sIHHIIHH4sI", b"RIFF", 36 + len(data), b"WAVE", b"fmt ", 16, 3, channels, rate, rate * 4 * channels,
                         4 * channels, 32, b"data", len(data))
    path.write_bytes(header + data)
    return path


def events(text):
    return [json.loads(line) for line in text.splitlines()]


def of_type(all_events, kind):
    return [event for event in all_events if event["type"] == kind]


def words(text):
    return "".join(c.lower() if c.isalnum() or c == "'" else " " for c in text).split()


def children_of(pid):
    """Living child processes of a process."""
    found = []
    for entry in pathlib.Path("/proc").iterdir():
        if entry.name.isdigit():
            with contextlib.suppress(OSError, ValueError, IndexError):
                if int((entry / "stat").read_text().rsplit(")", 1)[1].split()[1]) == pid:
                    found.append(int(entry.name))
    return found


def exists(pid):
    return pathlib.Path(f"/proc/{pid}").exists()


def tone(seconds, rate=16000, hertz=440, amplitude=8000):
    return [int(amplitude * math.sin(2 * math.pi * hertz * n / rate)) for n in range(int(seconds * rate))]
