#!/usr/bin/env python3
"""A window with a text entry of GTK, for tests that type into it.

usage: entry_window.py FILE [TITLE]

Prints "ready" once the entry has the keyboard, "left" and "ready" as it loses it and gets it back. FILE holds at any time
what the entry holds. SIGUSR1 empties the entry, and then prints "empty".
"""
import os
import signal
import sys

import gi

gi.require_version("Gtk", "3.0")
from gi.repository import GLib, Gtk  # noqa: E402


def say(word):
    print(word, flush=True)


class EntryWindow:
    def __init__(self, path, title):
        self.path = path
        self.view = Gtk.TextView()
        self.buffer = self.view.get_buffer()
        self.buffer.connect("changed", lambda _: self.save())
        self.view.connect("focus-in-event", lambda *_: say("ready"))
        self.view.connect("focus-out-event", lambda *_: say("left"))
        window = Gtk.Window(title=title)
        window.set_default_size(600, 300)
        window.add(self.view)
        window.connect("destroy", Gtk.main_quit)
        window.show_all()
        GLib.unix_signal_add(GLib.PRIORITY_DEFAULT, signal.SIGUSR1, self.clear)
        GLib.unix_signal_add(GLib.PRIORITY_DEFAULT, signal.SIGTERM, Gtk.main_quit)
        self.save()

    def save(self):
        text = self.buffer.get_text(self.buffer.get_start_iter(), self.buffer.get_end_iter(), True)
        unfinished = self.path + ".new"
        with open(unfinished, "w", encoding="utf-8", newline="") as out:
            out.write(text)
        os.replace(unfinished, self.path)

    def clear(self):
        self.buffer.set_text("")
        say("empty")
        return True


def main():
    if len(sys.argv) not in (2, 3):
        sys.exit(__doc__)
    EntryWindow(sys.argv[1], sys.argv[2] if len(sys.argv) == 3 else "entry")
    Gtk.main()


if __name__ == "__main__":
    main()
