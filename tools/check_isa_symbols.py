#!/usr/bin/env python3
"""Looks for functions that the sources of one instruction set would lend to the rest of the program.

usage: check_isa_symbols.py ARCHIVE

The linker keeps one of several copies of an inline function. If it were one compiled for AVX-512, the program would end
on a machine without it, far from any kernel. So the objects of *_avx2.cpp, *_avxvnni.cpp, *_avx512.cpp and
*_avx512vnni.cpp may define nothing that
others see but their tables.
"""
import argparse
import re
import subprocess
import sys

import source_tree

MEMBER = re.compile(r"(\w+_(avx2|avxvnni|avx512|avx512vnni)\.cpp)\.o\b")
LINE = re.compile(r"^.*?:(?P<member>[^:]+):\s*(?:[0-9a-f]+)?\s+(?P<kind>[A-Za-z])\s(?P<name>.+)$")
TABLE = re.compile(r"voicestand::simd::k\w+Avx(2|Vnni|512|512Vnni)")


def findings_in(listing):
    """What is wrong in the output of `nm --demangle --print-file-name`."""
    findings, tables = [], {}
    for line in listing.splitlines():
        parts = LINE.match(line)
        source = parts and MEMBER.search(parts["member"])
        if not source:
            continue
        tables.setdefault(source[1], 0)
        kind, name = parts["kind"], parts["name"]
        if kind in "RD" and TABLE.fullmatch(name):
            tables[source[1]] += 1
        elif kind.isupper() and kind != "U" or kind in "uvw":
            findings.append(f"{source[1]} lets others use {name} ({kind})")
    findings += [f"{source} defines {count} tables instead of one" for source, count in sorted(tables.items()) if count != 1]
    return findings if tables else ["no object of an instruction set was found"]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("archive")
    archive = parser.parse_args().archive
    listing = subprocess.run(["nm", "--demangle", "--print-file-name", archive], capture_output=True, text=True, check=True)
    return source_tree.report("isa_symbols", findings_in(listing.stdout))


if __name__ == "__main__":
    sys.exit(main())
