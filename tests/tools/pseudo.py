"""A pseudo-terminal with `lemma watch` in it."""

import fcntl
import os
import pty
import re
import select
import struct
import subprocess
import termios

from cli import ENVIRONMENT, LEMMA, check

PATIENCE = 100  # seconds until something is called stuck


class Terminal:
    """Runs `lemma words...` in a terminal of so many rows and columns; .text is what it was
    sent."""

    def __init__(self, *words, folder, rows=24, columns=80, term="xterm"):
        self.master, slave = pty.openpty()
        self.resize(rows, columns)
        self.process = subprocess.Popen(
            [LEMMA, *map(str, words)], cwd=folder, stdin=slave, stdout=slave,
            stderr=slave, env={**ENVIRONMENT, "TERM": term, "LC_ALL": "C.UTF-8"})
        os.close(slave)
        self.text = ""

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        os.close(self.master)

    def resize(self, rows, columns):
        """Sets the size, of which a program in the foreground would be told."""
        fcntl.ioctl(self.master, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def _read(self):
        """False at the end."""
        ready, _, _ = select.select([self.master], [], [], PATIENCE)
        check(ready, "nothing is drawn any more:", self.text)
        try:
            piece = os.read(self.master, 65536)
        except OSError:  # the other end is closed
            piece = b""
        self.text += piece.decode(errors="replace")
        return piece != b""

    def until(self, pattern, after=0):
        """Reads until the pattern is in the text after a place; the place behind it."""
        while True:
            found = re.compile(pattern).search(self.text, after)
            if found:
                return found.end()
            check(self._read(), pattern, "was never shown:", self.text)

    def end(self):
        """Reads all; the exit status."""
        while self._read():
            pass
        return self.process.wait(timeout=PATIENCE)


def plain(text):
    """Without movements of the cursor."""
    return re.sub("\x1b\\[[?0-9]*[A-Za-z]", "", text).replace("\r", "")
