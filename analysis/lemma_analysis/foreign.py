"""What lemma never writes: a file that has it is refused before anything is read.

A stranger's record could show numbers of another file, by a link or by data that are kept
there, or claim more of them than memory holds. lemma's own readers (lib/record) keep the same
limits.
"""

import math
import os

from h5py import h5, h5d, h5g, h5l, h5o, h5t, h5z

from .errors import RecordError, shown

DEPTH, GROUPS = 16, 1024  # more levels or groups is no record's
RATIO, ROOM = 1100, 1 << 20  # deflate shrinks at most about 1032 times
FILTERS = (h5z.FILTER_DEFLATE, h5z.FILTER_SHUFFLE, h5z.FILTER_FLETCHER32)
LINKS = {h5l.TYPE_SOFT: "a soft link", h5l.TYPE_EXTERNAL: "a link to another file"}


def check_all(path, file):
    """Raises RecordError for the first thing in the file that lemma does not write: links
    that are not hard, groups that hold themselves, data kept elsewhere, behind other filters,
    or larger than the file can hold. Nothing is followed and no number is read."""
    Walk(path).descend(file.id, "", (h5o.get_info(file.id).addr,))


class Walk:
    """One walk through a file by its links; every object is looked at once."""

    def __init__(self, path):
        self.path = path
        self.seen = set()
        self.groups = 0

    def refuse(self, place, what):
        """Raises the RecordError of a place."""
        raise RecordError(f"{self.path}: {shown(place)} {shown(what)}; lemma writes no such "
                          f"files and reads none")

    def descend(self, group, place, above):
        """Looks at what a group holds; above: the addresses of the groups it is in."""
        links = []

        def note(name, info):  # natively: HDF5 1.10 sorts what a damaged file lacks
            links.append((name.decode("utf-8", "replace"), name, info.type, info.u))

        group.links.iterate(note, order=h5.ITER_NATIVE, info=True)
        for word, name, kind, address in links:
            inner = f"{place}/{word}"
            if kind != h5l.TYPE_HARD:
                self.refuse(inner, f"is {LINKS.get(kind, 'a link of an unknown kind')}")
            if address in above:
                self.refuse(inner, "leads back to a group that it is in")
            if address not in self.seen:
                self.seen.add(address)
                self.look(h5o.open(group, name), inner, (*above, address))

    def look(self, item, place, addresses):
        """Looks at an object that was not met before."""
        if isinstance(item, h5g.GroupID):
            self.groups += 1
            if len(addresses) - 1 > DEPTH or self.groups > GROUPS:  # the first is the root
                self.refuse(place, f"is one group too many: expected up to {GROUPS}, "
                                   f"{DEPTH} levels deep")
            self.descend(item, place, addresses)
        elif isinstance(item, h5d.DatasetID):
            self.look_at_data(item, place)

    def look_at_data(self, data, place):
        """Where a data set's numbers are, what they go through, how many it claims."""
        made = data.get_create_plist()
        layout = made.get_layout()
        if layout not in (h5d.COMPACT, h5d.CONTIGUOUS, h5d.CHUNKED):
            self.refuse(place, "is virtual: its numbers are those of other data")
        if layout == h5d.CONTIGUOUS and made.get_external_count() > 0:
            self.refuse(place, "keeps its numbers in another file")
        for number in range(made.get_nfilters()):
            which, _, _, name = made.get_filter(number)
            if which not in FILTERS:
                self.refuse(place, f"has the filter {which} ({name.decode('ascii', 'replace')}), "
                                   f"expected deflate, shuffle or fletcher32 alone")
        kind = data.get_type()
        size = kind.get_size()
        if place.startswith("/run/") and not _is_plain(kind, size):
            self.refuse(place, "holds neither numbers nor text of a fixed length")
        chunk = made.get_chunk() if layout == h5d.CHUNKED else ()
        for shape in (data.shape or (), chunk):  # a row, of none too, and a chunk are read whole
            claimed = size * math.prod(max(1, length) for length in shape)
            if claimed > ROOM and claimed > ROOM + RATIO * os.stat(self.path).st_size:
                self.refuse(place, f"claims to hold {claimed:.4g} bytes, more than the file can")


def _is_plain(kind, size):
    """Whether a type is one that lemma writes: what HDF5 says of others' sizes is not all."""
    if kind.get_class() == h5t.STRING:
        return not kind.is_variable_str()
    return kind.get_class() in (h5t.INTEGER, h5t.FLOAT) and size <= 8
