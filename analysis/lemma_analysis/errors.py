"""What is wrong with a file, in one sentence that says what to do instead."""

import difflib


class RecordError(Exception):
    """A file that cannot be read as what was asked for."""


class MissingTable(RecordError, KeyError):
    """A table, or a constant, that the file does not have."""

    def __str__(self):  # KeyError would show it in quotation marks
        return self.args[0]


class MissingPackage(RecordError, ImportError):
    """A Python package that this needs and that is not installed."""


class WriteError(RecordError, OSError):
    """A file that cannot be written: a full disk, a folder that is not there."""


def harmless(words):
    """Text that may be a file's, for a terminal to show, not to obey: control characters but
    newline and tab, also of the direction of writing, and what is no UTF-8, as \\xNN, a byte
    each."""
    def escaped(c):
        lost = "surrogateescape" if "\udc80" <= c <= "\udcff" else "surrogatepass"
        return "".join(f"\\x{byte:02X}" for byte in c.encode("utf-8", lost))

    return "".join(c if c.isprintable() or c in "\n\t" else escaped(c) for c in str(words))


def shown(words):
    """What a file says, in one line."""
    return harmless(" ".join(str(words).split()))


def nearest(word, words):
    """', did you mean "..."?' with the nearest of words, or ''."""
    near = difflib.get_close_matches(word, list(words), 1, 0.5)
    return f', did you mean "{near[0]}"?' if near else ""


def need(module, package, what):
    """Imports a module, or says which Debian package has it.

    what: the thing that needs it, "a data frame".
    """
    import importlib  # pylint: disable=import-outside-toplevel

    try:
        return importlib.import_module(module)
    except ImportError as error:
        raise MissingPackage(
            f"{what} needs the Python module {module}, which is not installed: "
            f"apt install {package} (or pip install {module.split('.', maxsplit=1)[0]})") from error
