#!/usr/bin/env python3
"""Tells the C++ files that clang-format would change.

usage: check_format.py [--root DIR] [--clang-format PROGRAM] [--fix]
"""
import argparse
import pathlib
import re
import subprocess
import sys

import source_tree


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--root", type=pathlib.Path, default=source_tree.ROOT)
    parser.add_argument("--clang-format", default="clang-format-22")
    parser.add_argument("--fix", action="store_true", help="change them")
    arguments = parser.parse_args()
    sources = source_tree.files(arguments.root, "*.h", "*.cpp")
    if not sources:
        return 0
    mode = ["-i"] if arguments.fix else ["--dry-run", "-Werror"]
    result = subprocess.run([arguments.clang_format, "--style=file", *mode, *sources], cwd=arguments.root, capture_output=True, text=True)
    changed = sorted(set(re.findall(r"^(.+?):\d+:\d+: error:", result.stderr, re.MULTILINE)))
    findings = [f"{path} is not as tools/check_format.py --fix would write it" for path in changed]
    if result.returncode != 0 and not findings:
        findings = [result.stderr.strip()]
    return source_tree.report("format", findings)


if __name__ == "__main__":
    sys.exit(main())
