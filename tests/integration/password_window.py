#!/usr/bin/env python3
"""A window with an entry for text and one for a password, for tests that dictate.

usage: password_window.py FOLDER

The Tab key goes from one to the other. Prints "text" or "password", whichever has got the keyboard, and "left" when neither
has. FOLDER/text and FOLDER/password hold at any time what the two hold. SIGSTOP makes it an application that hangs.
"""
import pathlib
import sys

import gi

gi.require_version("Gtk", "3.0")
from gi.repository import Gtk  # noqa: E402


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    folder = pathlib.Path(sys.argv[1])
    box = Gtk.Box(orientation=Gtk.Orientation.VERTICAL)
    for name in ("text", "password"):
        entry = Gtk.Entry(visibility=name == "text")
        if name == "password":
            entry.set_input_purpose(Gtk.InputPurpose.PASSWORD)
        file = folder / name
        file.write_text("")
        entry.connect("changed", lambda its, file=file: file.write_text(its.get_text()))
        entry.connect("focus-in-event", lambda *_, name=name: print(name, flush=True))
        entry.connect("focus-out-event", lambda *_: print("left", flush=True))
        box.add(entry)
    window = Gtk.Window(title="login")
    window.set_default_size(400, 100)
    window.add(box)
    window.connect("destroy", Gtk.main_quit)
    window.show_all()
    Gtk.main()


if __name__ == "__main__":
    main()
