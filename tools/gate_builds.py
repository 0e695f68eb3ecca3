"""The two builds that the performance gate compares, out of one folder.

Both commits are built in the same work tree, one after the other: what the compiler is told is the same, down to the paths
that end up in the programs, and the second build compiles only what differs.
"""
import os
import pathlib
import shutil
import signal
import subprocess
import time

PROGRAMS = ("voicestand", "voicestand-bench")
COMPILED = ("src", "apps", "bench", "cmake", "models", "CMakeLists.txt", "CMakePresets.json", "tools/deps.lock.json")
MAINLINES = ("upstream/main", "origin/main", "main")
DEEPEN = "200"  # commits that a shallow clone fetches to find the base
DAY_S = 24 * 60 * 60


class NotJudged(Exception):
    """There is nothing to compare, or no way to; no fault of the change."""


class Broken(Exception):
    """The gate was called wrongly, or the head does not build."""


class Deadline:
    def __init__(self, seconds):
        self.end = time.monotonic() + seconds

    def left(self):
        return self.end - time.monotonic()


def run_in_time(command, deadline, **options):
    """The finished process, its output text in `stdout`; NotJudged where the time is up, and then all it started is ended."""
    options = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, **options}
    process = subprocess.Popen([str(word) for word in command], stdin=subprocess.DEVNULL, text=True, errors="replace", start_new_session=True, **options)
    try:
        output, _ = process.communicate(timeout=max(deadline.left(), 0.1))
    except subprocess.TimeoutExpired:
        raise NotJudged(f"the time was up during '{pathlib.Path(command[0]).name}'") from None
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.communicate()
    return subprocess.CompletedProcess(command, process.returncode, output)


class History:
    """What git knows of the repository in `root`."""

    def __init__(self, root):
        self.root = root

    def git(self, *arguments, root=None):
        """The output's text; None where git fails."""
        result = subprocess.run(["git", *arguments], cwd=root or self.root, capture_output=True, text=True)
        return result.stdout.strip() if result.returncode == 0 else None

    def commit(self, name):
        found = self.git("rev-parse", "--verify", "--quiet", f"{name}^{{commit}}")
        if found is None:
            raise Broken(f"'{name}' is no commit here")
        return found

    def describe(self, commit):
        return self.git("log", "-1", "--format=%h %s", commit) or commit

    def changed_since(self, base, head):
        """The files that are compiled, or decide how, and differ."""
        return (self.git("diff", "--name-only", base, head, "--", *COMPILED) or "").splitlines()

    def uncommitted(self):
        return bool(self.git("status", "--porcelain", "--untracked-files=no"))

    def base_of(self, head):
        """Where the head left the main line. Where it is the main line, what that was a day before the head, so that small steps
        add up; if it is no older, the commit before. NotJudged where none is here."""
        base = self._find_base(head)
        if base is None and self.git("rev-parse", "--is-shallow-repository") == "true":
            self.git("fetch", "--quiet", "--deepen", DEEPEN)
            base = self._find_base(head)
        if base is None:
            raise NotJudged("no commit to compare with: the clone holds neither the main line nor a commit before the head")
        return base

    def _find_base(self, head):
        for mainline in MAINLINES:
            base = self.git("merge-base", mainline, head)
            if base and base != head:
                return base
        day_before = int(self.git("log", "-1", "--format=%ct", head)) - DAY_S
        older = self.git("rev-list", "-1", f"--before={day_before}", head)
        return older or self.git("rev-parse", "--verify", "--quiet", f"{head}~1^{{commit}}")

    def accepted(self, base, head):
        """The patterns of results that may become slower: what commits say in trailers `Slower: PATTERN[, PATTERN…]`."""
        trailers = self.git("log", "--format=%(trailers:key=Slower,valueonly,separator=%x2C)", f"{base}..{head}") or ""
        return sorted({pattern.strip() for line in trailers.splitlines() for pattern in line.split(",") if pattern.strip()})


class Workshop:
    """build/gate/: the work tree, and a folder with the programs of each side."""

    def __init__(self, root, deadline):
        self.root, self.deadline = root, deadline
        self.folder = root / "build" / "gate"
        self.tree = self.folder / "tree"
        self.history = History(root)

    def check_out(self, commit):
        self.folder.mkdir(parents=True, exist_ok=True)
        done = None
        if (self.tree / ".git").exists():
            done = self.history.git("checkout", "--quiet", "--force", "--detach", commit, root=self.tree)
        if done is None:
            shutil.rmtree(self.tree, ignore_errors=True)
            self.history.git("worktree", "prune")
            done = self.history.git("worktree", "add", "--quiet", "--force", "--detach", str(self.tree), commit)
        if done is None:
            raise NotJudged(f"git makes no work tree in {self.tree}")
        bundle = self.tree / ".deps"
        if not bundle.is_symlink():
            bundle.symlink_to(self.root / ".deps")

    def build(self, commit, side):
        """The folder with the commit's programs. NotJudged where the time is up, Broken where it does not build."""
        self.check_out(commit)
        build = self.tree / "build" / "release"
        # Objects of a release name no folder, so that a cache may give what another folder's build has made.
        environment = os.environ | {"CCACHE_BASEDIR": str(self.tree), "CCACHE_NOHASHDIR": "1"}
        for command in (["cmake", "-S", self.tree, "--preset", "release", "-DBUILD_TESTING=OFF", f"-DVOICESTAND_BUNDLE_DIR={self.root / '.deps'}"],
                        ["cmake", "--build", build, "--parallel", "--target", *PROGRAMS]):
            result = run_in_time(command, self.deadline, cwd=self.tree, env=environment)
            if result.returncode != 0:
                raise Broken(f"{commit[:12]} does not build:\n{result.stdout[-4000:]}")
        target = self.folder / side
        target.mkdir(exist_ok=True)
        for program in PROGRAMS:
            shutil.copy2(build / program, target / program)
        return target

    def same_programs(self, base, head):
        """Whether two folders' programs differ at most in the name of the commit that they were built from."""
        names = [self.history.git("describe", "--always", "--abbrev=12", commit) or commit for commit in (base, head)]
        if len(names[0]) != len(names[1]):
            return False
        return all((self.folder / "base" / program).read_bytes().replace(names[0].encode(), names[1].encode())
                   == (self.folder / "head" / program).read_bytes() for program in PROGRAMS)
