#!/usr/bin/env python3
"""Nothing is dictated into what asks for a password: a GTK window tells over AT-SPI2 which of its entries does."""
import json
import os
import pathlib
import re
import shutil
import signal
import subprocess
import time
import unittest
import urllib.request

import x11_session
from program import words
from whole_way_test import LIMIT_S, Listening
from x11_session import GTK_PYTHON, HERE, X11Test

LAUNCHER = "/usr/libexec/at-spi-bus-launcher"


class Passwords(Listening, X11Test):
    def setUp(self):
        super().setUp()
        self.start_daemon({"DISPLAY": self.server.display}, 'recognition.model = "moonshine-tiny-en"\nwatch.http = "127.0.0.1:0"\n')
        self.url = re.search(r"http://\S+/", self.daemon.complaints)[0]
        self.open_window()

    def open_window(self):
        self.window = subprocess.Popen([GTK_PYTHON, str(HERE / "password_window.py"), str(self.folder)],
                                       env={k: v for k, v in self.server.environment.items() if k != "NO_AT_BRIDGE"}
                                       | {k: v for k, v in self.environment.items() if k.startswith(("DBUS_", "XDG_"))},
                                       stdout=subprocess.PIPE, text=True)
        for end in (self.window.stdout.close, self.window.wait, self.window.kill):
            self.addCleanup(end)
        window = self.server.xdotool("search", "--sync", "--name", "^login$").split()[0]
        self.server.xdotool("windowfocus", "--sync", window)
        self.until_focused("text")

    def call(self, address, *arguments):
        """What a method on a bus answers, its first value."""
        return subprocess.run(["busctl", f"--address={address}", "call", *arguments], env=self.environment, check=True, timeout=LIMIT_S,
                              stdout=subprocess.PIPE, text=True).stdout.split(maxsplit=1)[1].strip().strip('"')

    def registry(self):
        """The process that knows who wants to hear what of applications."""
        address = self.call(self.environment["DBUS_SESSION_BUS_ADDRESS"], "org.a11y.Bus", "/org/a11y/bus", "org.a11y.Bus", "GetAddress")
        bus = "org.freedesktop.DBus"
        return int(self.call(address, bus, "/org/freedesktop/DBus", bus, "GetConnectionUnixProcessID", "s", "org.a11y.atspi.Registry"))

    def until_focused(self, part):
        while (line := self.window.stdout.readline().strip()) != part:
            self.assertIn(line, ("left", "text", "password"))

    def go_on(self, part):
        self.server.xdotool("key", "Tab")
        self.until_focused(part)

    def last(self):
        with urllib.request.urlopen(self.url + "api/state") as answer:
            return json.load(answer)["utterances"][-1]

    def held(self, part):
        return (self.folder / part).read_text()

    def until_held(self, part, text):
        deadline = time.monotonic() + LIMIT_S
        while self.held(part) != text:
            self.assertLess(time.monotonic(), deadline, self.held(part))
            time.sleep(0.01)

    def until_outcome(self, wanted):
        deadline = time.monotonic() + LIMIT_S
        while (now := self.last()["outcome"]) != wanted:
            self.assertLess(time.monotonic(), deadline, now)
            time.sleep(0.01)

    def test_nothing_goes_into_a_password_entry(self):
        self.run_program("start")
        self.play()
        self.run_program("stop")
        self.until_outcome("typed")
        said = self.last()["text"]
        self.until_held("text", said)
        self.assertGreater(len(words(said)), 3)

        self.go_on("password")
        time.sleep(0.1)
        self.run_program("retry")
        self.until_outcome("secret")
        self.assertEqual((self.held("password"), self.held("text")), ("", said))
        self.assertEqual(self.last()["text"], "", "nor is it for those who look on")

        self.go_on("text")  # which selects what it holds
        self.server.xdotool("key", "End")
        time.sleep(0.1)
        self.run_program("retry")
        self.until_outcome("typed")
        self.until_held("text", said + said)
        self.assertEqual(self.held("password"), "")

        # One that hangs with the keyboard in its password does not answer any more, and is believed.
        self.go_on("password")
        time.sleep(0.1)
        self.window.send_signal(signal.SIGSTOP)
        begun = time.monotonic()
        self.run_program("retry")
        self.until_outcome("secret")
        self.assertLess(time.monotonic() - begun, 1)
        self.window.send_signal(signal.SIGCONT)

        # And one that has gone asks for nothing: now there is nowhere to type to.
        self.window.kill()
        self.window.wait()
        time.sleep(0.1)
        self.run_program("retry")
        self.until_outcome("failed")

        # A registry that was started again knows of nobody who listens, nor do windows that are opened then.
        before = self.registry()
        os.kill(before, signal.SIGKILL)
        self.open_window()
        self.assertNotEqual(self.registry(), before)
        self.go_on("password")
        time.sleep(0.1)
        self.run_program("retry")
        self.until_outcome("secret")


if __name__ == "__main__":
    missing = x11_session.missing() + ([] if pathlib.Path(LAUNCHER).exists() else ["at-spi2-core"])
    missing += [] if shutil.which("busctl") else ["systemd"]
    if missing:
        print(f"skipped: {', '.join(missing)} not installed")
        raise SystemExit(77)
    unittest.main()
