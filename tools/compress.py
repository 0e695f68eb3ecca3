#!/usr/bin/env python3
"""Compresses each file into one beside it, FILE.gz, which is the same whenever FILE is.

usage: compress.py FILE…
"""
import gzip
import pathlib
import sys

for name in sys.argv[1:]:
    path = pathlib.Path(name)
    path.with_name(path.name + ".gz").write_bytes(gzip.compress(path.read_bytes(), 9, mtime=0))
