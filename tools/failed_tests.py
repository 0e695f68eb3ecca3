#!/usr/bin/env python3
"""Prints what the failed tests of a ctest run said last.

usage: failed_tests.py JUNIT_FILE...

The files are those of `ctest --output-junit`; one that is not there is left out.
"""
import pathlib
import sys
import xml.etree.ElementTree as ElementTree

LAST_LINES = 60


def main():
    for path in map(pathlib.Path, sys.argv[1:]):
        if not path.exists():
            continue
        for case in ElementTree.parse(path).iter("testcase"):
            if case.get("status") != "fail":
                continue
            print(f"\n{path.stem}: failed: {case.get('name')}")
            output = case.findtext("system-out") or ""
            print("\n".join(output.rstrip().splitlines()[-LAST_LINES:]))


if __name__ == "__main__":
    main()
