"""Siblings are strangers, and only plots draws: read off the graph of the package's imports.

Members of a room share files with an underscore, the noun's file and public files that are no
members.  Run as a script it prints what is wrong with the ``munu`` that is imported, one line each.
"""

import sys


def wrong():
    """Lines on members that know a sibling, and on files outside plots that draw."""
    import grimp

    from munu import _rooms

    graph = grimp.build_graph("munu", include_external_packages=True, cache_dir=None)
    out = []
    for room in _rooms.kinds():
        members = {_rooms.dotted(p) for p in _rooms.members(room).values()}
        out += [f"{one} lies in a folder without __init__.py" for one in members - graph.modules]
        for one in sorted(members & graph.modules):
            out += [f"{one} imports {other}: members of {room} do not know each other; share a "
                    "file with an underscore"
                    for other in sorted(graph.find_modules_directly_imported_by(one) & members)]
    return out + [f"{one} imports matplotlib: only plots draws"
                  for one in sorted(graph.find_modules_that_directly_import("matplotlib"))
                  if not one.startswith("munu.plots.")]


if __name__ == "__main__":
    sys.stdout.writelines(f"{line}\n" for line in wrong())
