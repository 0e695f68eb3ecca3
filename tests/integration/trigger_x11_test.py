#!/usr/bin/env python3
"""Hot-keys at an X display: each press and each release once, whatever the keyboard is doing, and not for the window."""
import select
import signal
import sys
import unittest

import x11_session
from x11_session import X11Test, until

CONTROL, SHIFT, ALT, SPACE, SCROLL_LOCK, F13, A, D = 37, 50, 64, 65, 78, 191, 38, 40
CAPS_LOCK, NUM_LOCK = 66, 77
CHORD = (CONTROL, ALT, SPACE)
OLDEST_MS = 1000  # what an event may have been on its way, on a busy machine


class TriggerTest(X11Test):
    def setUp(self):
        super().setUp()
        self.hand = self.probe()
        self.window = self.window("terminal")
        self.window.focus()

    def trigger(self, *bindings):
        trigger = self.probe(*bindings)
        self.assertEqual(trigger.answer(), "ready")
        return trigger

    def press(self, *keys):
        for key in keys:
            self.hand.ask("press", key)

    def release(self, *keys):
        for key in keys:
            self.hand.ask("release", key)

    def assert_told(self, trigger, *expected):
        for words in expected:
            told = trigger.answer()
            self.assertEqual(told.rsplit(" ", 1)[0], words)
            self.assertLess(int(told.rsplit(" ", 1)[1]), OLDEST_MS)

    def assert_no_more(self, trigger, wait_s=0.1):
        """What is awaited here is nothing."""
        ready, _, _ = select.select([trigger.process.stdout], [], [], wait_s)
        self.assertEqual(trigger.answer() if ready else "", "")


class Chords(TriggerTest):
    def test_press_and_release(self):
        trigger = self.trigger("talk=ctrl+alt+space")
        for _ in range(20):
            self.press(*CHORD)
            self.assert_told(trigger, "pressed talk")
            self.release(*reversed(CHORD))
            self.assert_told(trigger, "released talk")
        self.assert_no_more(trigger)
        self.assertEqual(self.window.rest(), "")
        self.assertEqual(self.hand.ask("down"), "locked: 0")

    def test_what_is_held_with_it_may_come_up_first(self):
        trigger = self.trigger("talk=ctrl+alt+space")
        self.press(*CHORD)
        self.assert_told(trigger, "pressed talk")
        self.release(CONTROL, ALT)
        self.assert_no_more(trigger)
        self.release(SPACE)
        self.assert_told(trigger, "released talk")
        self.assertEqual(self.window.rest(), "")

    def test_a_key_that_is_held_for_long_repeats_for_nobody(self):
        trigger = self.trigger("talk=F13", "other=ctrl+alt+space")
        self.press(*CHORD)
        self.assert_told(trigger, "pressed other")
        self.assert_no_more(trigger, 1.5)  # it would begin after 0.66 s
        self.release(*CHORD)
        self.assert_told(trigger, "released other")
        self.assertEqual(self.window.rest(), "")

    def test_taps_that_follow_one_another_at_once(self):
        trigger = self.trigger("talk=ctrl+alt+space", "cancel=Scroll_Lock")
        self.press(CONTROL, ALT)
        for _ in range(100):
            self.press(SPACE)
            self.release(SPACE)
        self.release(CONTROL, ALT)
        for _ in range(100):
            self.press(SCROLL_LOCK)
            self.release(SCROLL_LOCK)
        self.assert_told(trigger, *("pressed talk", "released talk") * 100, *("pressed cancel", "released cancel") * 100)
        self.assert_no_more(trigger)
        self.assertEqual(self.window.rest(), "")

    def test_several_at_once(self):
        trigger = self.trigger("talk=Scroll_Lock", "cancel=ctrl+alt+space", "more=F13")
        self.press(SCROLL_LOCK)
        self.press(*CHORD)
        self.release(SCROLL_LOCK)
        self.release(*CHORD)
        self.press(F13)
        self.release(F13)
        self.assert_told(trigger, "pressed talk", "pressed cancel", "released talk", "released cancel", "pressed more", "released more")

    def test_by_programs(self):
        trigger = self.trigger("talk=ctrl+alt+space")
        for _ in range(5):
            self.server.xdotool("keydown", "ctrl", "keydown", "alt", "keydown", "space")
            self.assert_told(trigger, "pressed talk")
            self.assert_no_more(trigger, 0.02)
            self.server.xdotool("keyup", "space", "keyup", "alt", "keyup", "ctrl")
            self.assert_told(trigger, "released talk")
        self.assertEqual(self.window.rest(), "")

    def test_other_keys_are_the_windows(self):
        trigger = self.trigger("talk=ctrl+alt+space")
        self.press(SPACE)
        self.release(SPACE)
        self.press(SHIFT, SPACE)
        self.release(SHIFT, SPACE)
        self.assertEqual(self.window.wait_for("  "), "  ")
        self.assert_no_more(trigger)

    def test_locks_make_no_difference(self):
        trigger = self.trigger("talk=ctrl+alt+space")
        for lock in (CAPS_LOCK, NUM_LOCK, CAPS_LOCK, NUM_LOCK):
            self.press(lock)
            self.release(lock)
            self.press(*CHORD)
            self.assert_told(trigger, "pressed talk")
            self.release(*CHORD)
            self.assert_told(trigger, "released talk")
        self.assertEqual(self.hand.ask("down"), "locked: 0")

    def test_mouse_buttons(self):
        trigger = self.trigger("talk=button8")
        for _ in range(3):
            self.server.xdotool("mousedown", 8)
            self.assert_told(trigger, "pressed talk")
            self.server.xdotool("mouseup", 8)
            self.assert_told(trigger, "released talk")


class Layouts(TriggerTest):
    def test_a_letter_that_no_layout_has(self):
        self.server.layout("ru")
        trigger = self.trigger("talk=ctrl+alt+d")
        self.press(CONTROL, ALT, D)
        self.assert_told(trigger, "pressed talk")
        self.release(D, ALT, CONTROL)
        self.assert_told(trigger, "released talk")

    def test_the_second_layout_in_force(self):
        self.server.layout("us,de,ru")
        trigger = self.trigger("talk=ctrl+alt+space")
        for _ in range(3):
            self.server.xdotool("key", "ISO_Next_Group")
            self.press(*CHORD)
            self.assert_told(trigger, "pressed talk")
            self.release(*CHORD)
            self.assert_told(trigger, "released talk")

    def test_a_layout_that_changes_takes_the_hot_key_along(self):
        y, z = 29, 52
        trigger = self.trigger("talk=super+z")
        for layout, key in (("de", y), ("us", z), ("de", y)):
            self.server.layout(layout)

            def pressed():
                self.press(133, key)
                ready, _, _ = select.select([trigger.process.stdout], [], [], 0.05)
                self.release(key, 133)
                return ready

            until(pressed, f"the hot-key in the layout {layout}")
            self.assert_told(trigger, "pressed talk", "released talk")
            self.assert_no_more(trigger)


class TypedMeanwhile(TriggerTest):
    def test_what_is_typed_is_neither_press_nor_release(self):
        trigger = self.trigger("talk=ctrl+alt+space", "more=F13")
        sink = self.probe()
        text = "Words with spaces  – 你好, мир. " * 20
        (self.folder / "text").write_text(text)
        self.press(*CHORD)
        self.assert_told(trigger, "pressed talk")
        for _ in range(5):
            sink.send("type", self.window.id, self.folder / "text")
            self.assertIn("typed", sink.answer())
            self.assertEqual(self.window.wait_for(text), text)
            self.window.empty()
        self.assert_no_more(trigger)
        self.release(*CHORD)
        self.assert_told(trigger, "released talk")
        self.assert_no_more(trigger)
        self.assertEqual(self.hand.ask("down"), "locked: 0")


class Refusals(TriggerTest):
    def test_what_another_program_has(self):
        self.trigger("talk=ctrl+alt+space")
        other = self.probe("talk=ctrl+alt+space")
        answer = other.answer()
        self.assertIn("another program has taken this hot-key", answer)
        self.assertIn("ctrl+alt+space", answer)

    def test_what_the_keyboard_does_not_have(self):
        self.assertIn("no such key", self.probe("talk=F35").answer())


class Keys(TriggerTest):
    def test_names_are_printed_in_the_words_of_the_configuration(self):
        with self.started("keys") as process:
            self.assertIn("press a key", process.stderr.readline())
            self.press(CONTROL, ALT, SPACE)
            self.release(SPACE, ALT, CONTROL)
            self.press(SCROLL_LOCK, A)
            self.release(SCROLL_LOCK, A)
            self.server.xdotool("click", 8)
            lines = [process.stdout.readline().strip() for _ in range(6)]
            self.assertEqual(lines, ["Control_L", "ctrl+Alt_L", "ctrl+alt+space", "Scroll_Lock", "a", "button8"])
            process.send_signal(signal.SIGINT)
            self.assertEqual(process.wait(10), 130)

    def test_no_display(self):
        self.environment["DISPLAY"] = ""
        self.assert_refused(self.run_program("keys"), 4, "no X display")


if __name__ == "__main__":
    if lacking := x11_session.missing():
        print("skipped: not installed: " + ", ".join(lacking))
        sys.exit(77)
    unittest.main()
