#!/usr/bin/env python3
"""What a shell offers while a command is typed, and the help that every command has."""
import re
import shutil
import subprocess
import unittest

from program import ProgramTest

COMMANDS = {"listen", "transcribe", "dictate", "start", "stop", "toggle", "cancel", "retry", "history", "purge", "status", "type", "keys", "models", "config",
            "bench", "validate", "doctor", "completion"}


class Completion(ProgramTest):
    def script(self, shell):
        result = self.run_program("completion", shell)
        self.assertEqual(result.returncode, 0, result.stderr)
        path = self.folder / shell
        path.write_text(result.stdout)
        return path

    def offered(self, *words):
        """What bash offers for the last of these words."""
        lines = [f"source {self.script('bash')}", f"COMP_WORDS=(voicestand {' '.join(map(repr, words))})",
                 f"COMP_CWORD={len(words)}", "_voicestand", 'printf "%s\\n" "${COMPREPLY[@]}"']
        return set(subprocess.run(["bash", "-c", "\n".join(lines)], capture_output=True, text=True, check=True, cwd=self.folder).stdout.split())

    def test_commands(self):
        self.assertEqual(self.offered(""), COMMANDS)
        self.assertEqual(self.offered("st"), {"start", "stop", "status"})

    def test_commands_in_a_command(self):
        self.assertEqual(self.offered("models", "re"), {"remove", "recommend"})

    def test_options(self):
        self.assertEqual(self.offered("transcribe", "--f"), {"--format"})
        self.assertIn("--help", self.offered("models", "pull", "--"))

    def test_files(self):
        (self.folder / "speech.wav").touch()
        self.assertEqual(self.offered("transcribe", "--format", "json", "sp"), {"speech.wav"})

    def test_other_shells_read_theirs(self):
        for shell in ("zsh", "fish"):
            path = self.script(shell)
            if shutil.which(shell) is not None:  # what the scripts say is bash's; a shell that is there must accept it
                subprocess.run([shell, "-n", path], check=True)
            self.assertIn("voicestand", path.read_text())


class Help(ProgramTest):
    def commands_in(self, text):
        _, _, listed = text.partition("Commands:\n")
        return re.findall(r"^  (\S+)", listed, re.MULTILINE)

    def test_every_command_has_it(self):
        program = self.run_program("--help")
        self.assertEqual(set(self.commands_in(program.stdout)), COMMANDS)
        paths = [[name] for name in self.commands_in(program.stdout)]
        while paths:
            path = paths.pop()
            with self.subTest(path):
                result = self.run_program(*path, "-h")
                self.assertEqual((result.returncode, result.stderr), (0, ""))
                self.assertTrue(result.stdout.startswith("Usage: voicestand " + " ".join(path)), result.stdout)
                paths += [[*path, name] for name in self.commands_in(result.stdout)]


if __name__ == "__main__":
    unittest.main()
