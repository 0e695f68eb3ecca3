#!/usr/bin/env python3
"""Typing at an X display: every character comes, whatever the layout and whatever the keyboard is doing, and into one window."""
import subprocess
import sys
import time
import unittest

import x11_session
from program import PROGRAM, ProgramTest
from typing_corpus import LINES, MANY, TEXTS
from x11_session import Probe, X11Test, XServer, until

LAYOUTS = ("us", "de", "fr")
MIXED = "Naïve “Ünïcode” – 你好, мир 👍 {[(<@#~^`'\"|\\/>)]}!\tEnd."
CONTROL, SHIFT, ALT, A = 37, 50, 64, 38


class TypingTest(X11Test):
    def type(self, text):
        result = self.run_program("type", "--backend", "x11", text)
        self.assertEqual((result.returncode, result.stderr), (0, ""))

    def assert_types(self, window, text):
        self.type(text)
        self.assertEqual(window.wait_for(text), text)
        window.empty()

    def start(self, probe, text, window="any"):
        path = self.folder / "text"
        path.write_text(text)
        probe.send("type", window, path)


class EveryCharacter(TypingTest):
    def each(self, window):
        for layout in LAYOUTS:
            self.server.layout(layout)
            before = self.server.keymap()
            for name, text in TEXTS.items():
                with self.subTest(layout=layout, text=name):
                    self.assert_types(window, text)
            self.assertEqual(self.server.keymap(), before)

    def test_in_a_terminal(self):
        window = self.window("terminal")
        window.focus()
        self.each(window)

    def test_in_an_entry(self):
        window = self.window("entry")
        self.each(window)
        self.assert_types(window, LINES)

    def test_what_was_typed_is_taken_back(self):
        window = self.window("entry")
        probe = self.probe()
        for layout in LAYOUTS:
            self.server.layout(layout)
            for name, text in TEXTS.items():
                with self.subTest(layout=layout, text=name):
                    self.type("kept " + text)
                    self.assertEqual(window.wait_for("kept " + text), "kept " + text)
                    self.start(probe, text + "\0" + "and said better")
                    self.assertIn("typed", probe.answer())
                    self.assertEqual(window.wait_for("kept and said better"), "kept and said better")
                    window.empty()

    def test_more_than_there_are_keys(self):
        before = self.server.keymap()
        for kind in ("terminal", "entry"):
            with self.subTest(kind):
                window = self.window(kind)
                window.focus()
                self.assert_types(window, MANY)
        self.assertEqual(self.server.keymap(), before)

    def test_time_after_time(self):
        before = self.server.keymap()
        for kind in ("terminal", "entry"):
            window = self.window(kind)
            window.focus()
            for turn in range(100):
                self.type(MIXED)
                self.assertEqual(window.wait_for(MIXED), MIXED, f"turn {turn} in the {kind}")
                window.empty()
            window.shut()
        self.assertEqual(self.server.keymap(), before)

    def test_in_two_layouts_at_once(self):
        self.server.layout("us,ru,de")
        window = self.window("terminal")
        window.focus()
        for group in range(3):
            self.assert_types(window, "Straße, улица & street #%d" % group)
            self.server.xdotool("key", "ISO_Next_Group")


class Hands(TypingTest):
    """What the user's hands do meanwhile."""

    def setUp(self):
        super().setUp()
        self.terminal = self.window("terminal")
        self.terminal.focus()

    def assert_nothing_is_down(self, probe):
        self.assertEqual(probe.ask("down"), "locked: 0")

    def test_held_modifiers_are_held_again(self):
        probe = self.probe()
        for keys in ((CONTROL,), (CONTROL, ALT), (SHIFT,), (CONTROL, ALT, SHIFT)):
            with self.subTest(keys=keys):
                for key in keys:
                    probe.ask("press", key)
                self.start(probe, MIXED)
                self.assertTrue(probe.answer().startswith(f"{len(MIXED)} typed"))
                self.assertEqual(self.terminal.wait_for(MIXED), MIXED)
                self.assertEqual(probe.ask("down").split()[:-2], [str(key) for key in sorted(keys)])
                for key in keys:
                    probe.ask("release", key)
                self.assert_nothing_is_down(probe)
                self.terminal.empty()
                self.assert_types(self.terminal, "Plain")
                self.server.xdotool("key", "shift+x")
                self.assertEqual(self.terminal.wait_for("X"), "X", "other programs find their keyboard as it was")
                self.terminal.empty()

    def test_modifiers_of_another_program(self):
        for key in ("Control_L", "Shift_L", "Alt_L", "Super_L"):
            with self.subTest(key):
                self.server.xdotool("keydown", key)
                self.assert_types(self.terminal, MIXED)
                probe = self.probe()
                self.assertNotEqual(probe.ask("down"), "locked: 0")
                self.server.xdotool("keyup", key)
                self.assert_nothing_is_down(probe)

    def test_a_modifier_that_another_program_has_left_down(self):
        probe = self.probe()
        probe.ask("press", SHIFT)
        self.server.xdotool("keydown", "Shift_L")
        probe.ask("release", SHIFT)
        self.assert_nothing_is_down(probe)
        self.assert_types(self.terminal, "Shift, all the same")

    def test_a_modifier_that_is_let_go_of_in_time_is_waited_for(self):
        probe, hand = self.probe(10_000), self.probe()
        hand.ask("press", CONTROL)
        self.start(probe, "word")
        time.sleep(0.05)  # the user's
        self.assertEqual(self.terminal.text(), "")
        hand.ask("release", CONTROL)
        self.assertTrue(probe.answer().startswith("4 typed"))
        self.assertEqual(self.terminal.wait_for("word"), "word")
        self.assert_nothing_is_down(probe)

    def test_a_modifier_that_is_let_go_of_meanwhile_stays_up(self):
        text = "all the while the hand moves " * 400
        probe, hand = self.probe(), self.probe()
        hand.ask("press", CONTROL)
        self.start(probe, text)
        until(self.terminal.text, "the first character")
        hand.ask("release", CONTROL)
        self.assertIn(f"{len(text)} typed", probe.answer())
        self.assertEqual(self.terminal.wait_for(text), text)
        self.assert_nothing_is_down(probe)

    def test_a_key_of_the_text_that_is_held(self):
        probe = self.probe()
        self.server.run("xdotool", "windowfocus", "--sync", self.terminal.id)
        probe.ask("press", A)
        until(lambda: self.terminal.text().startswith("a"), "the user's own letter")
        self.start(probe, "banana")
        self.assertIn("6 typed", probe.answer())
        probe.ask("release", A)
        self.assertRegex(self.terminal.rest(), "^a+banana$")
        self.assert_nothing_is_down(probe)

    def test_caps_lock_stays_on(self):
        self.server.xdotool("key", "Caps_Lock")
        self.addCleanup(self.server.xdotool, "key", "Caps_Lock")
        probe = self.probe()
        for window in (self.terminal, self.window("entry")):
            window.focus()
            for text in (MIXED, TEXTS["accents"], TEXTS["cyrillic"], TEXTS["greek"], TEXTS["every key"]):
                self.assert_types(window, text)
            self.assertEqual(probe.ask("down"), "locked: 2")

    def test_num_lock_stays_on(self):
        self.server.xdotool("key", "Num_Lock")
        self.addCleanup(self.server.xdotool, "key", "Num_Lock")
        self.assert_types(self.terminal, MIXED + TEXTS["every key"])

    def test_layouts_that_are_switched_meanwhile(self):
        self.server.layout("us,de")
        text = "Zyklus, 'yes' & [no] " * 1500
        probe = self.probe()
        self.start(probe, text)
        until(self.terminal.text, "the first character")
        for _ in range(5):
            self.server.xdotool("key", "ISO_Next_Group")
        self.assertIn(f"{len(text)} typed", probe.answer())
        self.assertEqual(self.terminal.wait_for(text), text)

    def test_layouts_that_are_changed(self):
        """Xlib reads keys with the layout of the moment: what a window has not yet come to when it changes is lost to it."""
        probe = self.probe()
        for layout in ("de", "fr", "us,ru", "gr"):
            self.server.layout(layout)
            for _ in range(3):
                self.start(probe, MIXED)
                self.assertIn(f"{len(MIXED)} typed", probe.answer())
                self.assertEqual(self.terminal.wait_for(MIXED), MIXED)
                self.terminal.empty()


class Windows(TypingTest):
    LONG = "into this window and into no other one: " * 500

    def test_what_has_the_focus_is_known(self):
        probe = self.probe()
        terminal, entry = self.window("terminal"), self.window("entry")
        self.assertEqual(probe.ask("focused"), f"{entry.id} Entry_window.py window")
        terminal.focus()
        self.assertEqual(probe.ask("focused"), f"{terminal.id} XTerm terminal")

    def test_nothing_goes_to_the_window_that_takes_the_focus(self):
        for kind, text in (("terminal", self.LONG), ("entry", self.LONG), ("terminal", self.LONG.replace("window", "okno – 窗"))):
            with self.subTest(kind):
                one, other = self.window(kind, "one"), self.window("terminal", "other")
                before = self.server.keymap()
                one.focus()
                probe = self.probe()
                self.start(probe, text, window=one.id)
                until(one.text, "the first character")
                other.focus()
                answer = probe.answer()
                self.assertIn("window_changed", answer)
                count = int(answer.split()[0])
                self.assertLess(count, len(text))
                self.assertEqual(one.wait_for(text[:count]), text[:count])
                self.assertEqual(other.rest(), "")
                self.assertEqual(self.server.keymap(), before)
                one.shut()
                other.shut()

    def test_a_window_that_never_had_it_gets_nothing(self):
        one, other = self.window("terminal", "one"), self.window("terminal", "other")
        one.focus()
        probe = self.probe()
        self.start(probe, "secret – 密", window=other.id)
        self.assertIn("0 window_changed", probe.answer())
        self.assertEqual((one.rest(), other.rest()), ("", ""))

    def test_a_window_that_closes(self):
        one, other = self.window("terminal", "one"), self.window("terminal", "other")
        before = self.server.keymap()
        one.focus()
        probe = self.probe()
        self.start(probe, self.LONG.replace("window", "窗"), window=one.id)
        until(one.text, "the first character")
        one.close()
        self.assertIn("window_changed", probe.answer())
        self.assertEqual(other.rest(), "")
        self.assertEqual(self.server.keymap(), before)

    def test_a_display_that_goes_away(self):
        with XServer() as server, server.terminal() as terminal:
            terminal.focus()
            probe = Probe(server)
            self.addCleanup(probe.close)
            self.start(probe, self.LONG)
            until(terminal.text, "the first character")
            server.process.kill()
            self.assertIn("failed", probe.answer())


class Refusals(TypingTest):
    def test_no_display(self):
        for display, words in (("", "no X display"), (":12345", ":12345"), ("nonsense", "nonsense")):
            with self.subTest(display=display):
                self.environment["DISPLAY"] = display
                self.assert_refused(self.run_program("type", "--backend", "x11", "text"), 4, words)
        self.assertEqual(self.run_program("type", "text").stdout, "text", "auto writes to standard output then")


class HowLongItTakes(TypingTest):
    TURNS = 3

    def measure(self, window, command, text):
        window.empty()
        begin = time.monotonic()
        subprocess.run(command, env=self.server.environment, check=True, timeout=60, stdout=subprocess.DEVNULL)
        ended = time.monotonic()
        if window.wait_for(text, limit_s=0.5) == text:
            ended = time.monotonic()
        right = sum(a == b for a, b in zip(window.text(), text))
        return (ended - begin) * 1000 / len(text), right / len(text) * 100

    def test_beside_xdotool(self):
        """Printed, and not judged: milliseconds a character with the start of the program, and how many stand where they belong."""
        ways = {"voicestand": [PROGRAM, "type", "--backend", "x11"], "xdotool type": ["xdotool", "type"],
                "xdotool type --delay 0": ["xdotool", "type", "--delay", "0"]}
        print()
        for kind in ("terminal", "entry"):
            window = self.window(kind)
            window.focus()
            for name in ("english", "accents"):
                text = TEXTS[name]
                figures = {way: [] for way in ways}
                for _ in range(self.TURNS):
                    for way, command in ways.items():
                        figures[way].append(self.measure(window, [*command, text], text))
                for way, measured in figures.items():
                    times, arrived = [m[0] for m in measured], [m[1] for m in measured]
                    print(f"{kind:9}{name:9}{way:24}{sorted(times)[len(times) // 2]:7.2f} ms a character, {min(arrived):5.1f} % right")
                self.assertEqual([right for _, right in figures["voicestand"]], [100.0] * self.TURNS)
            window.shut()


if __name__ == "__main__":
    if lacking := x11_session.missing():
        print("skipped: not installed: " + ", ".join(lacking))
        sys.exit(77)
    unittest.main()
