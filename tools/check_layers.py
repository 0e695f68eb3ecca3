#!/usr/bin/env python3
"""Holds every #include in src/, apps/ and bench/ against layers.toml.

usage: check_layers.py [--root DIR]
"""
import argparse
import fnmatch
import pathlib
import re
import sys
import tomllib

import source_tree

INCLUDE = re.compile(r'^\s*#\s*(?:include|include_next|import)\b\s*(.*)$')
TARGET = re.compile(r'(["<])([^">]+)[">]')
STANDARD = re.compile(r'[a-z_0-9]+')
TEST = re.compile(r"_test(_\w+)?\.(cpp|h)$")  # thing_test.cpp, and what such files share: thing_test_folder.h
C_STANDARD = {f"{name}.h" for name in "assert ctype errno fenv float inttypes limits locale math setjmp stdarg stddef stdint stdio string uchar wchar".split()}


def matches(name, patterns):
    return any(fnmatch.fnmatchcase(name, pattern) for pattern in patterns)


def module_of(path):
    """The module that a path under src/voicestand/ (as a header is named), apps/, bench/ or tests/ belongs to."""
    parts = path.parts
    if parts[0] == "src":
        parts = parts[2:]
    elif parts[0] == "voicestand":
        parts = parts[1:]
    if len(parts) < 2:
        return ""
    return "/".join(parts[:2]) if parts[0] == "lib" else parts[0]


def rule(table, module):
    """The most exact entry for a module; None where there is none."""
    if module in table:
        return table[module]
    return next((table[pattern] for pattern in table if fnmatch.fnmatchcase(module, pattern)), None)


def judge_own(layers, module, header, test):
    target = module_of(pathlib.PurePath(header))
    allowed = rule(layers["modules"], module) + (layers["tests"].get(module, []) if test else [])
    if target == module or matches(target, allowed):
        return None
    if header.removeprefix("voicestand/") in (rule(layers["headers"], module) or []):
        return None
    return f"{module} may not include {header}"


def judge_outside(layers, module, header, test):
    if test or STANDARD.fullmatch(header) or header in C_STANDARD:
        return None
    for group in layers["outside"]:
        if matches(header, group["headers"]):
            if matches(module, group["modules"]) or matches(module, layers["outside"][-1]["modules"]):
                return None
            return f"{module} may not include <{header}> ({group['what']})"
    return f"{module} may not include <{header}>"


def check_file(root, path, layers):
    module = module_of(path)
    if rule(layers["modules"], module) is None:
        return [f"{path}: '{module or path.parent}' is no module of layers.toml"]
    test = TEST.search(path.name) is not None
    findings = []
    for number, line in enumerate((root / path).read_text(errors="replace").splitlines(), 1):
        found = INCLUDE.match(line)
        if not found:
            continue
        target = TARGET.match(found[1])
        if not target:
            verdict = f"the name of an included file must stand in the line itself: {line.strip()}"
        elif ".." in target[2].split("/"):
            verdict = f"no way up: {target[2]}"
        elif target[2].startswith("voicestand/"):
            verdict = judge_own(layers, module, target[2], test)
        elif target[1] == "<":
            verdict = judge_outside(layers, module, target[2], test)
        else:
            verdict = None if test or path.parts[0] != "src" else f"own headers are named from voicestand/ on: {target[2]}"
        if verdict:
            findings.append(f"{path}:{number}: {verdict}")
    return findings


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--root", type=pathlib.Path, default=source_tree.ROOT)
    root = parser.parse_args().root
    layers = tomllib.loads((root / "layers.toml").read_text())
    sources = source_tree.files(root, "*.h", "*.cpp", under=("src", "apps", "bench"))
    return source_tree.report("layers", [finding for path in sources for finding in check_file(root, path, layers)])


if __name__ == "__main__":
    sys.exit(main())
