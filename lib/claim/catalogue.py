#!/usr/bin/env python3
"""Writes the catalogues in the READMEs of claims, here and in ../scaling, from their own texts.

Usage: catalogue.py LEMMA [--write]    LEMMA: the binary. Without --write: exit status 1 where
a README.md is not what the texts say.
"""

import json
import pathlib
import subprocess
import sys

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


def _law(law):
    predicted = "" if law["predicted"] is None else f"; predicted {law['predicted']:.4g}"
    return f"- `{law['law']}`{predicted}; {law['status']}; {law['source']}"


def rates(lemma):
    types = _texts(lemma, "rates")
    lines = ["", f"## The {len(types)} quantities and their {sum(len(t['laws']) for t in types)} laws", ""]
    for t in types:
        lines += [f"### `{t['name']}`: {t['title']}", "", "    " + t["quantity"], "",
                  f"- reads: {t['reads']}", *(_law(law) for law in t["laws"]), ""]
    return "\n".join(lines)


def main():
    rooms = pathlib.Path(__file__).resolve().parents[1]
    stale = []
    for readme, texts in ((rooms / "claim/README.md", catalogue), (rooms / "scaling/README.md", rates)):
        old = readme.read_text(encoding="utf-8")
        new = old.split(MARK)[0] + MARK + texts(sys.argv[1])
        if "--write" in sys.argv[2:]:
            readme.write_text(new, encoding="utf-8")
        elif new != old:
            stale.append(str(readme.relative_to(rooms.parent)))
    if stale:
        sys.exit(f"{', '.join(stale)}: not what the claims say: lib/claim/catalogue.py LEMMA --write")


main()
