#!/usr/bin/env python3
"""What doctor says is what the machine has."""
import json
import pathlib
import resource
import subprocess
import unittest

from program import PROGRAM, ProgramTest

CPU_FLAGS = set(pathlib.Path("/proc/cpuinfo").read_text().split())
STATES = {"good", "notice", "missing"}


class Doctor(ProgramTest):
    def findings(self, *arguments, **options):
        result = self.run_program("doctor", "--json", *arguments, **options)
        report = json.loads(result.stdout)
        self.assertEqual(result.returncode, 0 if report["good"] else 4, result.stderr)
        for finding in report["findings"]:
            self.assertEqual(set(finding), {"name", "state", "found", "remedy"})
            self.assertIn(finding["state"], STATES)
            self.assertTrue(finding["found"])
        return {finding["name"]: finding for finding in report["findings"]}

    def test_lists_what_there_is(self):
        findings = self.findings()
        self.assertEqual(set(findings), {"machine", "instruction_sets", "realtime_scheduling", "memory_locking", "libraries", "uinput",
                                         "input_devices"})
        sets = findings["instruction_sets"]["found"]
        self.assertIn("scalar", sets)
        self.assertEqual("avx2" in sets, {"avx2", "fma"} <= CPU_FLAGS)
        self.assertEqual("avx512vnni" in sets, {"avx512f", "avx512bw", "avx512dq", "avx512vl", "avx512_vnni"} <= CPU_FLAGS)

    def test_forced_instruction_set_is_in_use(self):
        self.environment["VOICESTAND_FORCE_ISA"] = "scalar"
        finding = self.findings()["instruction_sets"]
        self.assertTrue(finding["found"].startswith("scalar in use"), finding)
        self.assertIn("VOICESTAND_FORCE_ISA", finding["remedy"])

    @unittest.skipIf(resource.getrlimit(resource.RLIMIT_RTPRIO)[0] != 0, "the user may use real-time priorities")
    def test_says_what_grants_real_time(self):
        # Without privileges, and without a bus to ask.
        self.environment["DBUS_SYSTEM_BUS_ADDRESS"] = self.environment["DBUS_SESSION_BUS_ADDRESS"] = "unix:path=/nowhere"
        if pathlib.Path("/usr/bin/setpriv").exists():
            result = subprocess.run(["setpriv", "--bounding-set=-all", "--inh-caps=-all", PROGRAM, "doctor", "--json"],
                                    env=self.environment, stdout=subprocess.PIPE, text=True, timeout=60)
            finding = next(f for f in json.loads(result.stdout)["findings"] if f["name"] == "realtime_scheduling")
            self.assertEqual(finding["state"], "notice", finding)
            self.assertIn("rtprio", finding["remedy"])
        else:
            self.skipTest("setpriv is missing: privileges cannot be given up")

    def test_reads_another_machine(self):
        root = self.folder / "root"
        (root / "proc/self").mkdir(parents=True)
        (root / "proc/self/status").write_text("Cpus_allowed_list:\t4-6\n")
        (root / "proc/meminfo").write_text("MemTotal: 2048000 kB\nMemAvailable: 1024000 kB\n")
        findings = self.findings("--sysroot", root)
        self.assertEqual(set(findings), {"machine"})
        self.assertIn("3 usable cores, 2000 MiB of memory", findings["machine"]["found"])

    def test_a_machine_that_makes_no_sense(self):
        root = self.folder / "root"
        (root / "proc").mkdir(parents=True)
        (root / "proc/meminfo").write_bytes(b"\xff\x00garbage")
        self.assertEqual(self.findings("--sysroot", root)["machine"]["state"], "missing")

    def test_tells_who_may_type_and_hear_keys_everywhere(self):
        findings = self.findings()
        for name, path in (("uinput", "/dev/uinput"), ("input_devices", "/dev/input")):
            finding = findings[name]
            if not pathlib.Path(path).exists():
                self.assertEqual(finding["state"], "notice", finding)
                self.assertIn(path, finding["found"])
                self.assertTrue(finding["remedy"], finding)

    def test_for_people(self):
        result = self.run_program("doctor")
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertRegex(result.stdout, r"(?m)^good +instruction_sets +\S+ in use")


if __name__ == "__main__":
    unittest.main()
