#!/usr/bin/env python3
"""The clipboard under Wayland: text that is offered, text that is pasted, and what was there before."""
import os
import pathlib
import random
import re
import subprocess
import unittest

import sway_session
from program import PROGRAM, ProgramTest
from sway_session import SwaySession, until
from typing_corpus import LINES, TEXTS

KEYBOARD = os.environ.get("VOICESTAND_WAYLAND_PROBE", "")
CLIPBOARD = pathlib.Path(KEYBOARD).with_name("clipboard_probe")
PICTURE = random.Random(1).randbytes(300_000)
SENSITIVE = "x-kde-passwordManagerHint"
MIXED = "Zwölf Boxkämpfer, 中文, 👍 and more."


def stayed():
    """Programs of ours that still give what was on the clipboard."""
    found = []
    for entry in pathlib.Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                if (entry / "cmdline").read_bytes().startswith(PROGRAM.encode() + b"\0type\0"):
                    found.append(int(entry.name))
            except OSError:
                pass
    return found


class Clipboard(ProgramTest):
    @classmethod
    def setUpClass(cls):
        cls.session = cls.enterClassContext(SwaySession())

    def setUp(self):
        super().setUp()
        for name in ("XDG_RUNTIME_DIR", "WAYLAND_DISPLAY"):
            self.environment[name] = self.session.environment[name]
        self.start(KEYBOARD, "hold", 0)
        self.addCleanup(lambda: until(lambda: not stayed(), "the end of what stayed"))
        self.addCleanup(self.copy, b"", "text/plain")
        self.copy(PICTURE, "image/png")

    def start(self, *command):
        process = subprocess.Popen([*map(str, command)], env=self.environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.addCleanup(sway_session.end, process)
        process.first = process.stdout.readline().strip()
        return process

    def copy(self, content, kind):
        subprocess.run(["wl-copy", "--type", kind], env=self.environment, input=content, check=True, stdout=subprocess.DEVNULL, timeout=10)

    def pasted(self, *arguments):
        return subprocess.run(["wl-paste", "--no-newline", *arguments], env=self.environment, stdout=subprocess.PIPE,
                              stderr=subprocess.DEVNULL, timeout=10).stdout

    def kinds(self):
        return self.pasted("--list-types").decode().split("\n")

    def test_a_text_is_offered_and_what_was_there_comes_back(self):
        for secret in (False, True):
            probe = self.start(CLIPBOARD, MIXED, *(["secret"] if secret else []))
            self.assertEqual(probe.first, "offered")
            self.assertEqual(self.pasted().decode(), MIXED)
            self.assertEqual(SENSITIVE in self.kinds(), secret)
            if secret:
                self.assertEqual(self.pasted("--type", SENSITIVE), b"secret")
            probe.stdin.write("\n")
            probe.stdin.flush()
            self.assertEqual(probe.stdout.readline(), "restored\n")
            self.assertNotIn(SENSITIVE, self.kinds())
            self.assertEqual(self.pasted("--type", "image/png"), PICTURE)
            self.copy(PICTURE, "image/png")
            sway_session.end(probe)

    def test_what_another_program_offers_next_is_that_ones(self):
        probe = self.start(CLIPBOARD, MIXED)
        self.copy(b"newer", "text/plain")
        self.assertEqual(self.pasted(), b"newer")
        sway_session.end(probe)
        self.assertEqual(self.pasted(), b"newer")

    def check_pasting(self, window, texts):
        for name, text in texts.items():
            result = self.run_program("type", "--backend", "clipboard", "--", text)
            self.assertEqual((result.returncode, result.stderr), (0, ""), name)
            window.expect(text, name)
            window.clear()
            self.assertEqual(self.pasted("--type", "image/png"), PICTURE, "the picture that was there")
            self.assertEqual(self.kinds()[0], "image/png")

    def test_pasting_into_a_terminal(self):
        window = self.session.terminal("terminal")
        self.addCleanup(window.close)
        self.check_pasting(window, {name: TEXTS[name] for name in ("german", "emoji", "arabic", "long")})

    def test_pasting_into_an_entry(self):
        if not self.session.python:
            self.skipTest("the system's Python has no GTK 3")
        window = self.session.entry("entry")
        self.addCleanup(window.close)
        self.check_pasting(window, {"lines": LINES} | {name: TEXTS[name] for name in ("german", "emoji", "arabic", "long")})

    def test_what_stays_ends_when_something_else_is_there(self):
        window = self.session.terminal("stays")
        self.addCleanup(window.close)
        self.assertEqual(self.run_program("type", "--backend", "clipboard", "word").returncode, 0)
        window.expect("word")
        [staying] = stayed()
        open_there = [os.readlink(entry) for entry in pathlib.Path(f"/proc/{staying}/fd").iterdir()]
        self.assertEqual(sorted(re.sub(r"[:0-9\[\]]+", "", each) for each in open_there),
                         ["/dev/null", "/dev/null", "/dev/null", "anon_inodeeventfd", "socket"], "the program's other files end with it")
        self.copy(b"newer", "text/plain")
        until(lambda: not stayed(), "its end")
        self.assertEqual(self.pasted(), b"newer")


if __name__ == "__main__":
    if missing := sway_session.missing_programs() + [name for name in ("wl-copy", "wl-paste") if not sway_session.shutil.which(name)]:
        print(f"skipped: not installed: {', '.join(missing)}")
        raise SystemExit(77)
    unittest.main()
