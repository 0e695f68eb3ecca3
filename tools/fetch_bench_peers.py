#!/usr/bin/env python3
"""Fetches the engines that `voicestand bench vad` measures itself against, pinned in tools/bench_peers.lock.json, into .deps/bench-peers/.

usage: fetch_bench_peers.py [--dest DIR]

Nothing else needs them: a benchmark leaves out what is not there. For x86-64 alone.
"""
import argparse
import json
import pathlib

import fetch_deps


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--dest", type=pathlib.Path, default=fetch_deps.HERE.parent / ".deps" / "bench-peers")
    arguments = parser.parse_args()
    lock = json.loads((fetch_deps.HERE / "bench_peers.lock.json").read_text())
    for package in lock["packages"]:
        fetch_deps.fetch(package, lock, arguments.dest)


if __name__ == "__main__":
    main()
