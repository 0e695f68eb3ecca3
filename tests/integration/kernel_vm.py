"""A kernel of its own for a test: this system's or the one of Debian's package, emulated, with one program in it."""
import lzma
import pathlib
import re
import shutil
import subprocess

EMULATOR = "qemu-system-x86_64"


def lacking():
    """Why there can be none here; nothing when there can."""
    if subprocess.run(["uname", "-m"], stdout=subprocess.PIPE, text=True).stdout.strip() != "x86_64":
        return "the emulated computer is an x86_64"
    return None if shutil.which(EMULATOR) else f"{EMULATOR} is missing"


class Kernel:
    """`image`, and `modules`: the content of each by its name."""

    def __init__(self, image, modules):
        self.image, self.modules = image, modules

    @classmethod
    def installed(cls, modules):
        for folder in sorted(pathlib.Path("/lib/modules").glob("*"), reverse=True):
            images = [path for path in (folder / "vmlinuz", pathlib.Path("/boot/vmlinuz-" + folder.name)) if path.exists()]
            found = cls._modules_below(folder, modules)
            if images and found is not None:
                return cls(images[0].read_bytes(), found)
        return None

    @classmethod
    def fetched(cls, modules, folder):
        """Debian's, by its package; nothing where there is no such package."""
        if not shutil.which("apt-get") or not shutil.which("dpkg-deb"):
            return None
        depends = subprocess.run(["apt-cache", "depends", "linux-image-amd64"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        names = re.findall(r"Depends: (linux-image-\S+)", depends.stdout)
        if not names or subprocess.run(["apt-get", "download", names[0]], cwd=folder, stdout=subprocess.DEVNULL,
                                       stderr=subprocess.DEVNULL, timeout=300).returncode != 0:
            return None
        package = next(folder.glob("linux-image-*.deb"))
        tree = folder / "kernel"
        tree.mkdir()
        archive = subprocess.Popen(["dpkg-deb", "--fsys-tarfile", package], stdout=subprocess.PIPE)
        subprocess.run(["tar", "-x", "-C", tree, "--wildcards", "./boot/vmlinuz-*", "*/modules.builtin",
                        *(f"*/{name}.ko*" for name in modules)], stdin=archive.stdout, stderr=subprocess.DEVNULL)
        archive.stdout.close()
        archive.wait()
        image = next(tree.glob("boot/vmlinuz-*"), None)
        found = cls._modules_below(tree, modules)
        return cls(image.read_bytes(), found) if image and found is not None else None

    @staticmethod
    def _modules_below(folder, names):
        """What is built in needs no file."""
        found = {}
        for name in names:
            path = next(folder.rglob(f"{name}.ko*"), None)
            if path is None:
                if not any(f"/{name}.ko" in listed.read_text() for listed in folder.rglob("modules.builtin")):
                    return None
            elif path.suffix == ".xz":
                found[name] = lzma.decompress(path.read_bytes())
            elif path.suffix == ".zst":
                found[name] = subprocess.run(["zstd", "-dc", path], stdout=subprocess.PIPE, check=True).stdout
            else:
                found[name] = path.read_bytes()
        return found


class FileSystem:
    """What the kernel starts with, in the form of cpio that it reads."""

    def __init__(self):
        self._bytes = bytearray()
        self._folders = set()
        self._files = 0

    def _entry(self, name, mode, content=b"", device=(0, 0)):
        self._files += 1
        encoded = name.encode() + b"\0"
        numbers = (self._files, mode, 0, 0, 1, 0, len(content), 0, 0, *device, len(encoded), 0)
        self._bytes += b"070701" + "".join(f"{number:08x}" for number in numbers).encode() + encoded
        self._bytes += b"\0" * (-len(self._bytes) % 4) + content
        self._bytes += b"\0" * (-len(self._bytes) % 4)

    def folder(self, path):
        path = path.strip("/")
        if path and path not in self._folders:
            self._folders.add(path)
            self.folder(str(pathlib.PurePosixPath(path).parent) if "/" in path else "")
            self._entry(path, 0o40755)

    def file(self, path, content, mode=0o755):
        self.folder(path.rpartition("/")[0])
        self._entry(path.strip("/"), 0o100000 | mode, content)

    def console(self):
        self.folder("dev")
        self._entry("dev/console", 0o20600, device=(5, 1))

    def program(self, path, program):
        """And the libraries that it is linked to, where they are here."""
        self.file(path, pathlib.Path(program).read_bytes())
        listed = subprocess.run(["ldd", program], stdout=subprocess.PIPE, text=True, check=True).stdout
        for library in re.findall(r"(/\S+) \(0x", listed):
            self.library(library)

    def library(self, path):
        if path not in self._folders:
            self._folders.add(path)
            self.file(path, pathlib.Path(path).read_bytes())

    def tree(self, folder):
        for path in sorted(pathlib.Path(folder).rglob("*")):
            if path.is_file():
                self.file(str(path), path.read_bytes(), 0o644)

    def packed(self):
        self._entry("TRAILER!!!", 0)
        return bytes(self._bytes)


def run(kernel, files, folder, timeout):
    """What the program /init has printed, until it switched the computer off. It is emulated whole: where hardware could help, it
    may be broken in ways that only show as a machine that stands still."""
    (folder / "image").write_bytes(kernel.image)
    (folder / "files").write_bytes(files.packed())
    command = [EMULATOR, "-M", "pc", "-accel", "tcg", "-cpu", "max", "-m", "384", "-smp", "1", "-nodefaults", "-display", "none", "-no-reboot",
               "-serial", "stdio", "-kernel", folder / "image", "-initrd", folder / "files", "-append", "console=ttyS0 quiet panic=-1"]
    result = subprocess.run(list(map(str, command)), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                            timeout=timeout)
    return result.stdout.decode(errors="replace").replace("\r", "")
