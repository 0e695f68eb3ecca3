#!/usr/bin/env python3
"""What a terminal is given by the keyboard, for tests that type into one.

usage: xterm -e terminal_reader.py FILE

FILE holds at any time all that has come, byte for byte: the terminal's own line editing is off. Each SIGUSR1 empties it.
FILE.ready is there once keys are read.
"""
import os
import signal
import sys
import termios
import tty


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    path = sys.argv[1]
    terminal = sys.stdin.fileno()
    tty.setraw(terminal, termios.TCSANOW)
    out = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_APPEND, 0o600)
    signal.signal(signal.SIGUSR1, lambda *_: os.ftruncate(out, 0))
    open(path + ".ready", "w").close()
    while data := os.read(terminal, 4096):
        os.write(out, data)


if __name__ == "__main__":
    main()
