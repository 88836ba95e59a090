"""The tables of ``docs/performance.md``: rows as the tests of one run measured them.

A table stands between ``<!-- NAME:begin -->`` and ``<!-- NAME:end -->``; what is outside is written
by hand, what is inside never.
"""

from dataclasses import dataclass, field

import numpy as np

BLOCKS = {
    "bench": ("CPU time of one core, the least of several runs; a ratio is the baseline's time "
              "over munu's.", ("task", "munu", "baseline, same run", "ratio")),
    "growth": ("CPU time at a size, at ten and at a hundred times it; the power is that of the "
               "last step.", ("what", "n", "time at n", "10 n", "100 n", "power")),
    "workers": ("The same work by one and by two workers, in time by the clock; the cost is CPU "
                "time of both over that of one.", ("what", "one", "two", "faster", "cost")),
    "map": ("CPU time of `munu map` from the shell.", ("part", "CPU time", "share")),
    "peers": ("", ("peer", "does", "peer", "munu", "ratio", "numbers apart")),
}


def shown(seconds):
    """Two digits and a unit: 16 ms."""
    if isinstance(seconds, str):
        return seconds
    size, unit = next((x for x in ((1, "s"), (1e-3, "ms"), (1e-6, "µs"))
                       if seconds >= 0.995 * x[0]), (1e-9, "ns"))
    return f"{digits(seconds / size)} {unit}"


def digits(x):
    """Two digits, large ones as a power: 0.19, 5.3, 230, 3e5."""
    if x >= 9950:
        return f"{x:.0e}".replace("e+0", "e").replace("e+", "e")
    return f"{float(f'{x:.2g}'):g}"


@dataclass
class Rows:
    """What has been measured, block by block; ``missing`` says why a block is not whole."""

    of: dict = field(default_factory=lambda: {name: [] for name in BLOCKS})
    missing: dict = field(default_factory=dict)

    def speed(self, task, munu, baseline="", theirs=None):
        """munu's seconds (or a text of its own), and those of a named baseline."""
        ratio = "" if theirs is None or isinstance(munu, str) else digits(theirs / munu)
        said = baseline if theirs is None else f"{baseline}: {shown(theirs)}"
        return self._add("bench", task, shown(munu), said, ratio)

    def count(self, task, what, ours, baseline, theirs):
        """How many evaluations, points or masses each took: no clock has a part in it."""
        return self._add("bench", task, f"{ours} {what}", f"{baseline}: {digits(theirs)}",
                         digits(theirs / ours))

    def growth(self, what, sizes, seconds):
        """Seconds at three sizes; returns the power of the last step."""
        power = np.log(seconds[2] / seconds[1]) / np.log(sizes[2] / sizes[1])
        self._add("growth", what, f"{sizes[0]}", *map(shown, seconds), f"{power:.2f}")
        return power

    def workers(self, what, clock, cpu):
        """Seconds by the clock and of all cores, by one worker and by two."""
        return self._add("workers", what, *map(shown, clock), digits(clock[0] / clock[1]),
                         digits(cpu[1] / cpu[0]))

    def parts(self, seconds):
        """Where a whole goes, part by part."""
        whole = sum(seconds.values())
        for part, x in seconds.items():
            self._add("map", part, shown(x), f"{100 * x / whole:.0f} %")

    def peer(self, peer, does, theirs, ours, apart):
        """Other people's code in the same process."""
        return self._add("peers", peer, does, shown(theirs), shown(ours), digits(theirs / ours),
                         apart)

    def _add(self, block, *cells):
        self.of[block].append(cells)
        print("\n  " + " | ".join(c for c in cells if c))

    def written(self, text):
        """The page with every block anew that is whole; of the others it keeps what it has."""
        for name in BLOCKS:
            if name not in self.missing:
                text = put(text, name, self.of[name])
        return text


def put(text, name, rows):
    """The text with one table in the place of what stood there."""
    begin, end = (f"<!-- {name}:{x} -->" for x in ("begin", "end"))
    if text.count(begin) != 1 or text.count(end) != 1 or not rows:
        raise ValueError(f"{name}: {len(rows)} rows, and the page must have one {begin} and one "
                         f"{end}")
    head, columns = BLOCKS[name]
    lines = [" | ".join(r).join(("| ", " |")) for r in (columns, ["---"] * len(columns), *rows)]
    before, _, rest = text.partition(begin)
    return "\n".join([before + begin, *([head, ""] if head else []), *lines,
                      end + rest.partition(end)[2]])
