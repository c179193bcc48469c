#!/usr/bin/env python3
"""Writes the catalogue in README.md from the claims' own texts.

Usage: catalogue.py LEMMA [--write]    LEMMA: the binary. Without --write: exit status 1 where
README.md is not what the texts say.
"""

import json
import pathlib
import subprocess
import sys

README = pathlib.Path(__file__).with_name("README.md")
MARK = "<!-- From here on written by catalogue.py. -->\n"


def _texts(lemma, topic):
    out = subprocess.run([lemma, "explain", "--json", topic], check=True, text=True,
                         stdout=subprocess.PIPE).stdout
    return json.loads(out)


def _claim(c):
    reads = ", ".join(f"`{t}`" for t in c["reads"]) or "what `W(0)` and the data give"
    return [f"### `{c['name']}`: {c['title']}", "", "    " + c["states"], "",
            f"- {c['kind']}; {c['status']}; {c['source']}",
            f"- assumes: {c['assumes']}", f"- reads: {reads}", f"- proof: {c['proof']}", ""]


def _theorem(t):
    return [f"### `{t['name']}`: {t['title']}", "",
            f"- width: {t['width']}", f"- step: {t['step']}", f"- then: {t['then']}",
            *([f"- also: {t['also']}"] if t["also"] else []),
            f"- {t['status']}; {t['source']}", ""]


def catalogue(lemma):
    claims = _texts(lemma, "claims")
    lines = ["", f"## The {len(claims)} claims", ""]
    for c in claims:
        lines += _claim(c)
    lines += ["## Main theorems", "",
              "Their constants are hidden in O(.) and Omega(.), so they are not judged: `lemma check` "
              "says which of their", "assumptions a run meets, and by what factor it misses the width, "
              "constants taken as 1.", ""]
    for t in _texts(lemma, "theorems"):
        lines += _theorem(t)
    return "\n".join(lines)


def main():
    head = README.read_text(encoding="utf-8").split(MARK)[0]
    text = head + MARK + catalogue(sys.argv[1])
    if "--write" in sys.argv[2:]:
        README.write_text(text, encoding="utf-8")
    elif text != README.read_text(encoding="utf-8"):
        sys.exit("lib/claim/README.md is not what the claims say: lib/claim/catalogue.py LEMMA --write")


main()
