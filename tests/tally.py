#!/usr/bin/env python3
"""Adds up test cases, not programs, from the logs of `meson test`: tally.py LOGFOLDER."""

import glob
import json
import re
import sys

SKIPPED = re.compile(r"^ok \d+(?: -)? (.*?)\s*#\s*skip\w*\s*(.*)$", re.IGNORECASE | re.MULTILINE)
CASE = re.compile(r"^(not )?ok\b[^#\n]*(#\s*skip)?", re.IGNORECASE | re.MULTILINE)


def tally(program):
    """Cases of one program as (passed, failed, skipped)."""
    passed = failed = skipped = 0
    for fail, skip in CASE.findall(program.get("stdout", "")):
        if skip:
            skipped += 1
        elif fail:
            failed += 1
        else:
            passed += 1
    bad = program["result"] in ("FAIL", "ERROR", "TIMEOUT", "INTERRUPT", "UNEXPECTEDPASS")
    if bad and failed == 0:  # it crashed, or never said which case failed
        failed = 1
    if not bad and passed + skipped == 0:  # not TAP: the program is the case
        if program["result"] == "SKIP":
            skipped = 1
        else:
            passed = 1
    return passed, failed, skipped


def main():
    programs = []
    for name in glob.glob(sys.argv[1] + "/testlog*.json"):
        with open(name, encoding="utf-8") as log:
            programs += [json.loads(line) for line in log if line.strip()]
    for program in programs:
        if tally(program)[1]:
            print(f"failed: {program['name']} ({program['result'].lower()})")
    for program in programs:
        for case, reason in SKIPPED.findall(program.get("stdout", "")):
            print(f"skipped: {program['name'].split(':')[-1].strip()}, {case}: {reason or 'no reason given'}")
    passed, failed, skipped = (sum(c) for c in zip(*map(tally, programs))) if programs else (0, 0, 0)
    print(f"{passed} passed, {failed} failed, {skipped} skipped")
    return 1 if failed or passed == 0 else 0


sys.exit(main())
