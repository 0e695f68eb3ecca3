#!/usr/bin/env python3
"""What `voicestand type` writes under Wayland, letter by letter, while everything happens that goes wrong there."""
import contextlib
import os
import random
import signal
import statistics
import subprocess
import threading
import time
import unittest

import sway_session
from program import PROGRAM, SANITIZED, ProgramTest
from sway_session import SwaySession, until
from typing_corpus import LINES, MANY, TEXTS

PROBE = os.environ.get("VOICESTAND_WAYLAND_PROBE", "")
MIXED = "Ab1, ñandú €5 — привет 中! "
LONG = " ".join(f"word{n}" for n in range(120))
STRETCH = 48  # what is sent at once
CONTROL_AND_ALT = 4 | 8
# Slow enough for sway, which cuts off the window itself where it changes faster.
TITLES = """
import gi
gi.require_version("Gtk", "3.0")
from gi.repository import GLib, Gtk
window = Gtk.Window()
window.show_all()
changes = iter(range(3000))
def change():
    for _ in range(4):
        number = next(changes, None)
        if number is None:
            print("changed", flush=True)
            return False
        window.set_title(f"a title that has been changed {number} times " + "." * 100)
    return True
GLib.timeout_add(8, change)
Gtk.main()
"""
# A sanitizer makes all of it slower, and is not after lost letters.
TIMES, FIRST_TIMES, MOVES, CLOSINGS = (20, 3, 5, 3) if SANITIZED else (200, 12, 25, 6)


class Probe:
    """wayland_typing_probe at work."""

    def __init__(self, test, *arguments):
        self.process = subprocess.Popen([PROBE, *map(str, arguments)], env=test.environment, stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, text=True)
        test.addCleanup(sway_session.end, self.process)
        self.first = self.line()

    def line(self):
        return self.process.stdout.readline().strip()

    def go(self):
        self.process.stdin.write("\n")
        self.process.stdin.flush()

    def outcome(self):
        """How many characters it has typed, and whether it kept some back."""
        word, count, rest = self.line().split()
        assert word == "typed", word
        return int(count), rest == "rest-kept"


class SessionTest(ProgramTest):
    @classmethod
    def setUpClass(cls):
        cls.session = cls.enterClassContext(SwaySession())

    def setUp(self):
        super().setUp()
        for name in ("XDG_RUNTIME_DIR", "WAYLAND_DISPLAY"):
            self.environment[name] = self.session.environment[name]

    def type(self, text, *arguments):
        result = self.run_program("type", "--backend", "virtual-keyboard", *arguments, "--", text)
        self.assertEqual((result.returncode, result.stderr, result.stdout), (0, "", ""))

    def keymap(self):
        return subprocess.run([PROBE, "keymap"], env=self.environment, stdout=subprocess.PIPE, check=True, text=True).stdout

    def open_terminal(self, name):
        window = self.session.terminal(name)
        self.addCleanup(window.close)
        return window


class WithKeyboard(SessionTest):
    """The seat has another keyboard, as that of any computer with one."""

    def setUp(self):
        super().setUp()
        Probe(self, "hold", 0)
        self.session.command("input * xkb_layout us")

    def check_corpus(self, window, texts):
        for layout in ("us", "de", "fr"):
            self.session.command(f"input * xkb_layout {layout}")
            for name, text in texts.items():
                self.type(text)
                window.expect(text, f"{layout}, {name}")
                window.clear()

    def test_every_text_into_a_terminal(self):
        self.check_corpus(self.open_terminal("corpus"), TEXTS | {"many": MANY})

    def test_every_text_into_an_entry(self):
        if not self.session.python:
            self.skipTest("the system's Python has no GTK 3")
        window = self.session.entry("corpus-entry")
        self.addCleanup(window.close)
        self.check_corpus(window, TEXTS | {"many": MANY, "lines": LINES})

    def test_what_was_typed_is_taken_back(self):
        if not self.session.python:
            self.skipTest("the system's Python has no GTK 3")
        window = self.session.entry("taken-back")
        self.addCleanup(window.close)
        for name, text in TEXTS.items():
            self.type("kept " + text)
            window.expect("kept " + text, name)
            probe = Probe(self, "into", "and said better", text)
            probe.go()
            self.assertFalse(probe.outcome()[1])
            until(lambda: window.text() == "kept and said better", f"what was said better, {name}")
            sway_session.end(probe.process)
            window.clear()

    def test_nothing_is_lost_in_many_runs(self):
        window = self.open_terminal("runs")
        for run in range(TIMES):
            self.type(MIXED)
            window.expect(MIXED * (run + 1), f"run {run}")

    def test_the_first_way_that_auto_tries(self):
        window = self.open_terminal("auto")
        self.assertEqual(self.run_program("type", "word").returncode, 0)
        window.expect("word")

    def test_modifiers_that_another_keyboard_holds_do_not_matter(self):
        window = self.open_terminal("held")
        for modifiers in (CONTROL_AND_ALT, 1, 2, 64):  # those of a hot-key, Shift, Caps Lock, Super
            held = Probe(self, "hold", modifiers)
            self.type(MIXED)
            window.expect(MIXED, f"modifiers {modifiers}")
            window.clear()
            sway_session.end(held.process)

    def test_a_window_that_loses_the_focus_gets_no_more_and_no_other_gets_any(self):
        one, other = self.open_terminal("one"), self.open_terminal("other")
        one.focus()
        probe = Probe(self, "into", LONG)
        self.assertEqual(probe.first, "ready foot terminal")
        chance = random.Random(7)
        kept_back = 0
        for move in range(MOVES):
            one.focus()
            probe.go()
            begin = chance.randrange(1, len(LONG) * 3 // 4)
            until(lambda: len(one.text()) >= begin, "a beginning")
            self.session.command(f"[pid={other.pid()}] focus")
            count, kept = probe.outcome()
            one.expect(LONG[:count], f"move {move}")
            self.assertEqual(other.text(), "", f"move {move} at {count}")
            self.assertEqual(kept, count < len(LONG))
            self.assertEqual(self.session.focused_pid(), other.pid())
            kept_back += kept
            one.clear()
        self.assertGreater(kept_back, MOVES // 2, "the moves came too late to show anything")

    def test_a_window_that_closes_takes_its_text_along(self):
        """All but a stretch that was under way when it closed: nothing keeps the compositor from giving that to the heir."""
        heir = self.open_terminal("heir")
        astray = 0
        for closing in range(CLOSINGS):
            one = self.open_terminal(f"closing{closing}")
            probe = Probe(self, "into", LONG * 3)
            probe.go()
            until(lambda: one.text(), "a beginning")
            one.close()
            count, kept = probe.outcome()
            self.assertTrue(kept and 0 < count < len(LONG) * 3, count)
            sway_session.end(probe.process)
            until(lambda: self.session.focused_pid() == heir.pid(), "the heir's focus")
            inherited = heir.rest()
            self.assertLessEqual(len(inherited), STRETCH)
            astray += len(inherited)
            heir.clear()
        print(f"{CLOSINGS} windows closed: {astray} characters went to the heir")
        self.type("next")
        heir.expect("next")

    def check_changes(self, changes, tolerance):
        window = self.open_terminal("changed")
        wrong = 0
        for text in (LONG, LONG.replace("word", "wörd")):
            probe = Probe(self, "into", text)
            for change in changes:
                probe.go()
                until(lambda: window.text(), "a beginning")
                self.session.command(change)
                self.assertEqual(probe.outcome(), (len(text), False))
                with contextlib.suppress(AssertionError):
                    window.expect(text, change, 1)
                found = window.text()
                right = len(os.path.commonprefix([found, text])) + len(os.path.commonprefix([found[::-1], text[::-1]]))
                missed = max(0, len(text) - right)
                self.assertLessEqual(missed, tolerance, f"{change}: typed {text!r}, there is {found!r}")
                wrong += missed
                window.clear()
            sway_session.end(probe.process)
        return wrong

    def test_a_layout_that_the_user_switches_meanwhile(self):
        self.session.command('input * xkb_layout "us,de,gr"')
        self.check_changes([f"input * xkb_switch_layout {which}" for which in (1, 2, "next", "prev", 0)], 0)

    def test_layouts_that_are_replaced_meanwhile(self):
        """A stretch that is under way then is written by the new ones; the rest is as it should be."""
        changes = [f"input * xkb_layout {layouts}" for layouts in ("fr", '"us,de"', "de", "us")]
        print(f"layouts replaced {2 * len(changes)} times: {self.check_changes(changes, STRETCH)} wrong characters")

    def test_a_sink_that_has_been_idle_still_types(self):
        """A compositor tells of each title that a window takes, and cuts off who does not read it."""
        if not self.session.python:
            self.skipTest("the system's Python has no GTK 3")
        window = self.open_terminal("idle")
        probe = Probe(self, "into", MIXED)
        (self.session.folder / "titles.py").write_text(TITLES)
        titles = self.session.spawn(self.session.python, self.session.folder / "titles.py", stdout=subprocess.PIPE, text=True)
        self.assertEqual(titles.stdout.readline(), "changed\n")
        sway_session.end(titles)
        window.focus()
        probe.go()
        self.assertEqual(probe.outcome(), (len(MIXED), False))
        window.expect(MIXED)

    def test_the_layout_is_as_it_was(self):
        window = self.open_terminal("afterwards")
        before = self.keymap()
        self.assertIn("xkb_keymap", before)
        probe = Probe(self, "into", MIXED)
        probe.go()
        probe.outcome()
        window.expect(MIXED)
        self.assertEqual(self.keymap(), before)  # our keyboard is there still
        sway_session.end(probe.process)

    def test_time_beside_wtype(self):
        window = self.open_terminal("time")
        text = LONG[:300]
        self.session.command("input * xkb_layout us")
        ways = {"voicestand": [PROGRAM, "type", "--backend", "virtual-keyboard", text], "wtype": ["wtype", text]}
        taken = {name: [] for name in ways}
        arrived = dict.fromkeys(ways, 0)
        rounds = 5
        for _ in range(rounds):
            for name, command in ways.items():
                began = time.perf_counter()
                subprocess.run(command, env=self.environment, check=True)
                with contextlib.suppress(AssertionError):
                    until(lambda: len(window.text()) >= len(text), "the text", 1)
                taken[name].append((time.perf_counter() - began) / len(text) * 1e3)
                arrived[name] += len(window.text())
                window.clear()
        for name in ways:
            print(f"{name}: {statistics.median(taken[name]):.3f} ms a character, the program's start included; "
                  f"{arrived[name]} of {rounds * len(text)} characters arrived")
        self.assertEqual(arrived["voicestand"], rounds * len(text))


class WithoutKeyboard(SessionTest):
    """Ours is the seat's first keyboard: windows hear of it, and have to ask for its keys."""

    def test_the_first_letters_arrive(self):
        window = self.open_terminal("first")
        for run in range(FIRST_TIMES):
            self.type(MIXED)
            window.expect(MIXED * (run + 1), f"run {run}")

    def test_a_window_that_is_busy_when_it_could_hear_of_the_keyboard(self):
        window = self.open_terminal("busy")
        window.process.send_signal(signal.SIGSTOP)
        timer = threading.Timer(0.08, window.process.send_signal, [signal.SIGCONT])
        timer.start()
        self.type(MIXED)
        timer.join()
        window.expect(MIXED)

    def test_beside_wtype(self):
        window = self.open_terminal("wtype")
        text = LONG[:100]
        arrived = {}
        for name, command in {"voicestand": [PROGRAM, "type", "--backend", "virtual-keyboard", text], "wtype": ["wtype", text]}.items():
            subprocess.run(command, env=self.environment, check=True)
            with contextlib.suppress(AssertionError):
                until(lambda: len(window.text()) >= len(text), "the text", 1)
            arrived[name] = len(window.text())
            window.clear()
        print(", ".join(f"{name}: {count} of {len(text)}" for name, count in arrived.items()), "arrived as the first keyboard")
        self.assertEqual(arrived["voicestand"], len(text))


class WithoutSession(ProgramTest):
    def test_no_session(self):
        self.environment.pop("WAYLAND_DISPLAY", None)
        self.assert_refused(self.run_program("type", "--backend", "virtual-keyboard", "a"), 4, "WAYLAND_DISPLAY")

    def test_a_session_that_has_ended(self):
        self.environment["WAYLAND_DISPLAY"] = "wayland-7"
        self.assert_refused(self.run_program("type", "--backend", "virtual-keyboard", "a"), 4, "wayland-7", "compositor")


if __name__ == "__main__":
    if missing := sway_session.missing_programs() + [name for name in ("wtype",) if not sway_session.shutil.which(name)]:
        print(f"skipped: not installed: {', '.join(missing)}")
        raise SystemExit(77)
    unittest.main()
