#!/usr/bin/env python3
"""A program of GTK that has copied something, for tests.

usage: clipboard_owner.py FORMAT=FILE…

Offers each file in its format, says "copied", and "replaced" when something else is on the clipboard.
"""
import pathlib
import sys

import gi

gi.require_version("Gdk", "3.0")
gi.require_version("Gtk", "3.0")
from gi.repository import Gdk, GLib, Gtk  # noqa: E402


def main():
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    formats = [argument.split("=", 1) for argument in sys.argv[1:]]
    contents = [pathlib.Path(path).read_bytes() for _, path in formats]
    # The clipboard's own call for this is not to be had from Python: a widget has the selection.
    window = Gtk.Invisible()
    for number, (name, _) in enumerate(formats):
        Gtk.selection_add_target(window, Gdk.SELECTION_CLIPBOARD, Gdk.Atom.intern(name, False), number)
    window.connect("selection-get", lambda _, data, number, __: data.set(data.get_target(), 8, contents[number]))
    window.connect("selection-clear-event", lambda *_: print("replaced", flush=True))
    GLib.unix_signal_add(GLib.PRIORITY_DEFAULT, 15, Gtk.main_quit)
    if not Gtk.selection_owner_set(window, Gdk.SELECTION_CLIPBOARD, Gdk.CURRENT_TIME):
        sys.exit("the clipboard is not to be had")
    print("copied", flush=True)
    Gtk.main()


if __name__ == "__main__":
    main()
