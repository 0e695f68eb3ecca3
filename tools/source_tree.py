"""The repository's own files, for the checks beside this one."""
import os
import pathlib
import subprocess

ROOT = pathlib.Path(__file__).resolve().parent.parent
OUTSIDE = {".git", ".deps", "build", "__pycache__"}


def files(root, *patterns, under=()):
    """Relative paths, sorted, of the tracked files and those that could be; of all files where there is no git."""
    listing = subprocess.run(["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"], cwd=root, capture_output=True)
    if listing.returncode == 0:
        names = os.fsdecode(listing.stdout).split("\0")
        found = {pathlib.Path(name) for name in names if name and (root / name).is_file()}
    else:
        found = {p.relative_to(root) for p in root.rglob("*") if p.is_file() and not OUTSIDE & set(p.relative_to(root).parts)}
    return sorted(p for p in found
                  if (not under or p.parts[0] in under) and (not patterns or any(p.match(pattern) for pattern in patterns)))


def report(check, findings):
    """Prints what was found; returns the exit status."""
    for finding in findings:
        print(f"{check}: {finding}")
    return 1 if findings else 0
