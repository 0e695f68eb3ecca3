#!/usr/bin/env python3
"""The whole way: what is played to a microphone while the hot-key is down is, when it comes up, the text in the window."""
import contextlib
import json
import pathlib
import statistics
import subprocess
import sys
import time
import unittest
import wave

import pipewire_session
import sway_session
import x11_session
from dictate_test import LIMIT_S, Daemon
from program import SAMPLES, ProgramTest, words
from x11_session import X11Test

KEY = ("Control_L", "Alt_L", "space")
SPOKEN = "it was the best of times it was the worst of times it was the age of wisdom it was the age of foolishness"
SPOKEN_S = 8.5


class Listening:
    """A sound server, a recording to play to it, and a daemon in the session that `environment` names."""

    def start_daemon(self, environment, config=""):
        self.sound = self.enterContext(pipewire_session.PipewireSession())
        self.environment = self.sound.env | environment
        folder = pathlib.Path(self.environment["XDG_CONFIG_HOME"]) / "voicestand"
        folder.mkdir()
        (folder / "config.toml").write_text('audio.device = "vs.monitor"\n' + config)
        self.recording = self.folder / "spoken.wav"
        with wave.open(str(SAMPLES / "two_cities.wav")) as whole, wave.open(str(self.recording), "wb") as part:
            part.setparams(whole.getparams())
            part.writeframes(whole.readframes(int(SPOKEN_S * whole.getframerate())))
        self.daemon = Daemon(self.environment)
        self.addCleanup(self.assert_ends_well)

    def assert_ends_well(self):
        if self.daemon.process.poll() is None:
            self.assertEqual(self.daemon.end(), 0, self.daemon.complaints)

    def status(self):
        return json.loads(self.run_program("status", "--json").stdout)

    def until(self, condition):
        deadline = time.monotonic() + LIMIT_S
        while not condition(now := self.status()):
            self.assertLess(time.monotonic(), deadline, now)
            time.sleep(0.02)
        return now

    def play(self):
        with self.sound.play(self.recording) as player:
            player.wait()


class WithAKey(Listening, X11Test):
    def setUp(self):
        super().setUp()
        self.start_daemon({"DISPLAY": self.server.display}, self.CONFIG)

    @contextlib.contextmanager
    def key_down(self):
        self.server.xdotool("keydown", *KEY)
        try:
            yield
        finally:
            self.server.xdotool("keyup", *reversed(KEY))

    def dictate(self):
        with self.key_down(), self.sound.play(self.recording) as player:
            self.until(lambda now: now["state"] == "listening")
            player.wait()


class UnderX11(WithAKey):
    CONFIG = ""

    def test_into_an_entry_and_into_a_terminal(self):
        latencies = []
        for kind in ("entry", "terminal"):
            with self.subTest(kind):
                window = self.window(kind)
                window.focus()
                self.dictate()
                now = self.until(lambda now: now["state"] == "idle" and now["text"])
                self.assertEqual(" ".join(words(now["text"])), SPOKEN)
                self.assertEqual(window.wait_for(now["text"]), now["text"])
                latencies.append(now["release_to_text_ms"])
                window.shut()
        print(f"release to text, typed: {statistics.median(latencies):.1f} ms", file=sys.stderr)

    def test_a_tap_begins_and_a_tap_ends(self):
        window = self.window("entry")
        window.focus()
        with self.key_down():
            pass
        self.until(lambda now: now["state"] == "listening")
        with self.sound.play(self.recording) as player:
            player.wait()
        with self.key_down():
            pass
        now = self.until(lambda now: now["state"] == "idle" and now["text"])
        self.assertEqual(window.wait_for(now["text"]), now["text"])
        self.assertEqual(" ".join(words(window.rest())), SPOKEN)

    def test_escape_gives_it_up(self):
        window = self.window("entry")
        window.focus()
        with self.key_down():
            pass
        self.until(lambda now: now["state"] == "listening")
        with self.sound.play(self.recording):
            time.sleep(3)
            self.server.xdotool("key", "Escape")
            self.until(lambda now: now["state"] == "idle")
        self.assertEqual(window.rest(), "")

    def test_another_window_gets_nothing(self):
        entry, other = self.window("entry"), self.window("terminal")
        entry.focus()
        with self.key_down(), self.sound.play(self.recording) as player:
            self.until(lambda now: now["state"] == "listening")
            time.sleep(2)
            other.focus()
            player.wait()
        now = self.until(lambda now: now["state"] == "idle" and now["text"])
        self.assertEqual((entry.rest(), other.rest()), ("", ""))
        # It is not lost: it is on the clipboard, and it is typed where one says.
        pasted = subprocess.run(["xclip", "-selection", "clipboard", "-out", "-target", "UTF8_STRING"], env=self.environment,
                                stdout=subprocess.PIPE, text=True, timeout=LIMIT_S, check=True)
        self.assertEqual(pasted.stdout, now["text"])
        self.assertEqual(self.run_program("retry").returncode, 0)
        self.assertEqual(other.wait_for(now["text"]), now["text"])


class EachInItsManner(WithAKey):
    CONFIG = """
[text.replace]
"worst of times" = "epoch of belief"
[profiles.terminals]
apps = ["xterm"]
type.live = "off"
[profiles.terminals.text.replace]
"worst of times" = "spring of hope"
"/wis(dom)/" = "king\\\\1"
"""

    def test_two_windows(self):
        for kind, changed in (("entry", {"worst of times": "epoch of belief"}),
                              ("terminal", {"worst of times": "spring of hope", "wisdom": "kingdom"})):
            with self.subTest(kind):
                window = self.window(kind)
                window.focus()
                self.dictate()
                now = self.until(lambda now: now["state"] == "idle" and now["text"])
                expected = SPOKEN
                for heard, written in changed.items():
                    expected = expected.replace(heard, written)
                self.assertEqual(" ".join(words(now["text"])), expected)
                self.assertEqual(window.wait_for(now["text"]), now["text"])
                window.shut()


class UnderWayland(Listening, ProgramTest):
    """Where a key is bound to `voicestand start` and its release to `voicestand stop`."""

    def setUp(self):
        super().setUp()
        if absent := sway_session.missing_programs():
            self.skipTest(f"not installed: {', '.join(absent)}")
        self.desktop = self.enterContext(sway_session.SwaySession())
        self.start_daemon({"WAYLAND_DISPLAY": str(self.desktop.folder / self.desktop.environment["WAYLAND_DISPLAY"])})

    def press(self, verb):
        self.assertEqual(self.run_program(verb).returncode, 0)

    def test_into_a_terminal(self):
        window = self.desktop.terminal("terminal")
        self.press("start")
        self.play()
        self.press("stop")
        now = self.until(lambda now: now["state"] == "idle" and now["text"])
        self.assertEqual(now["backend"], "virtual-keyboard")
        self.assertEqual(" ".join(words(now["text"])), SPOKEN)
        window.expect(now["text"])
        print(f"release to text, typed under Wayland: {now['release_to_text_ms']:.1f} ms", file=sys.stderr)

    def test_another_window_gets_nothing_and_the_clipboard_has_it(self):
        first, second = self.desktop.terminal("first"), self.desktop.terminal("second")
        first.focus()
        self.press("start")
        with self.sound.play(self.recording) as player:
            self.until(lambda now: now["state"] == "listening")
            time.sleep(2)
            second.focus()
            player.wait()
        self.press("stop")
        now = self.until(lambda now: now["state"] == "idle" and now["text"])
        self.assertEqual((first.text(), second.text()), ("", ""))
        pasted = subprocess.run(["wl-paste", "--no-newline"], env=self.environment, stdout=subprocess.PIPE, text=True, timeout=LIMIT_S, check=True)
        self.assertEqual(pasted.stdout, now["text"])


if __name__ == "__main__":
    if absent := pipewire_session.missing_programs() + x11_session.missing():
        print(f"skipped: not installed: {', '.join(absent)}")
        sys.exit(77)
    unittest.main()
