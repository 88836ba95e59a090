"""Where the CPU time of ``munu map`` goes: ``python tests/bench/map_parts.py FOLDER``.

The command in this process, its functions wrapped by a clock that charges each moment to the
innermost part; the last line is one JSON object, part -> seconds.
"""

import functools
import json
import sys
import time


class Clock:
    """CPU time since the process began, part by part."""

    def __init__(self, first):
        self.spent, self.now, self.last = {}, [first], 0.0

    def tick(self):
        moment = time.process_time()
        self.spent[self.now[-1]] = self.spent.get(self.now[-1], 0.0) + moment - self.last
        self.last = moment

    def enter(self, part):
        self.tick()
        self.now.append(part)

    def leave(self):
        self.tick()
        self.now.pop()

    def wrap(self, owner, name, part):
        """A function of a module or of a class, charged to a part; the part may ask the call."""
        inner = getattr(owner, name)

        @functools.wraps(inner)
        def outer(*args, **kwargs):
            self.enter(part(kwargs) if callable(part) else part)
            try:
                return inner(*args, **kwargs)
            finally:
                self.leave()

        setattr(owner, name, outer)


def main(folder):
    """Imports one by one, then the command."""
    clock = Clock("Python begins")
    clock.enter("the command line imported")
    from munu.cli.__main__ import main as munu

    clock.leave()
    clock.enter("NumPy and matplotlib imported")
    import matplotlib.backends.backend_agg  # noqa: F401
    from matplotlib.figure import Figure

    clock.leave()
    clock.enter("the map's own modules imported")
    from munu import _data
    from munu.plots import _map_bounds, _map_content, _map_panel, map

    clock.leave()
    clock.wrap(_map_content, "gather", "published tables and kept bounds read")
    for name in ("of", "union"):
        clock.wrap(_map_bounds, name, "their outlines and the union, mass by mass")
    clock.wrap(_map_panel.Panel, "write", "labels")
    clock.wrap(Figure, "savefig", lambda told: f"{told['format']} drawn")
    clock.wrap(_data, "write", "numbers written")
    clock.wrap(map, "draw", "curves, legend, layout")
    clock.enter("the command itself")
    code = munu(["map", "--out", folder])
    clock.leave()
    clock.tick()
    print(json.dumps(clock.spent))
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
