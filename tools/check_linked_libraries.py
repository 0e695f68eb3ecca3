#!/usr/bin/env python3
"""Looks for libraries that a program is linked to and should open when it needs them instead.

usage: check_linked_libraries.py PROGRAM

Whatever is linked is mapped, relocated and kept by everyone who only listens, with all that it is linked to in turn.
"""
import argparse
import re
import subprocess
import sys

import source_tree

ALLOWED = {"libfmt", "libstdc++", "libm", "libgcc_s", "libc", "ld-linux-x86-64", "ld-linux-aarch64"}
NEEDED = re.compile(r"\(NEEDED\).*\[(?P<name>(?P<stem>.+?)\.so[.\d]*)\]")


def findings_in(listing):
    """What is wrong in the output of `readelf --dynamic --wide`."""
    needed = list(NEEDED.finditer(listing))
    if not needed:
        return ["no linked library was found: is this a dynamic program?"]
    return [f"it is linked to {library['name']}: open it when it is needed (lib/posix/shared_library.h)"
            for library in needed if library["stem"] not in ALLOWED]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("program")
    program = parser.parse_args().program
    listing = subprocess.run(["readelf", "--dynamic", "--wide", program], capture_output=True, text=True, check=True)
    return source_tree.report("linked_libraries", findings_in(listing.stdout))


if __name__ == "__main__":
    sys.exit(main())
