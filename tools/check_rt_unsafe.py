#!/usr/bin/env python3
"""Counts the ways around the proof of real-time safety (VS_RT_UNSAFE_BEGIN) against a number that may only fall.

usage: check_rt_unsafe.py [--root DIR]

The number stands in tools/rt_unsafe_baseline.txt. A use that is gone lowers it at once, so that it cannot come back.
"""
import argparse
import pathlib
import re
import sys

import source_tree

USE = re.compile(r"^(?!\s*(?:#|//)).*\bVS_RT_UNSAFE_BEGIN\s*\(", re.MULTILINE)
# What else would switch the proof off.
OTHER_WAYS = re.compile(r"Wfunction-effects|ScopedDisabler|__rtsan_disable|VS_INTERNAL_")
HOME = pathlib.Path("src/voicestand/base/realtime.h")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--root", type=pathlib.Path, default=source_tree.ROOT)
    root = parser.parse_args().root
    baseline = int((root / "tools/rt_unsafe_baseline.txt").read_text())
    uses, findings = [], []
    for path in source_tree.files(root, "*.h", "*.cpp", under=("src", "apps")):
        text = (root / path).read_text(errors="replace")
        uses += [f"{path}:{text.count(chr(10), 0, use.start()) + 1}" for use in USE.finditer(text)]
        if path != HOME and OTHER_WAYS.search(text):
            findings.append(f"{path} goes around the proof by other means than VS_RT_UNSAFE_BEGIN")
    if len(uses) > baseline:
        findings.append(f"{len(uses)} uses, {baseline} are allowed: " + ", ".join(uses))
    if len(uses) < baseline:
        findings.append(f"{len(uses)} uses, fewer than the {baseline} allowed: lower tools/rt_unsafe_baseline.txt")
    return source_tree.report("rt_unsafe", findings)


if __name__ == "__main__":
    sys.exit(main())
