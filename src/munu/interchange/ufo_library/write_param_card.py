"""Writes param_card.dat, the external parameters of this UFO model in their blocks."""


class ParamCardWriter:
    """``ParamCardWriter(path)`` writes the card; ``generic`` adds masses and widths of all."""

    def __init__(self, filename, list_of_parameters=None, generic=False):
        from .parameters import all_parameters

        chosen = list_of_parameters or all_parameters
        external = [p for p in chosen if p.nature == "external"]
        lines = ["# Parameter card of a UFO model"]
        blocks = sorted({p.lhablock for p in external}, key=lambda b: (b == "DECAY", b))
        for block in blocks:
            lines += ["", f"# {block}"] if block == "DECAY" else ["", f"BLOCK {block}"]
            for p in sorted((p for p in external if p.lhablock == block),
                            key=lambda p: list(p.lhacode)):
                code = " ".join(f"{k:4d}" for k in p.lhacode)
                lead = "DECAY " if block == "DECAY" else "  "
                lines.append(f"{lead}{code} {complex(p.value).real:.16e} # {p.name}")
            if generic and block in ("MASS", "DECAY"):
                lines += self.zeros(block, external)
        with open(filename, "w") as out:
            out.write("\n".join(lines) + "\n")

    @staticmethod
    def zeros(block, external):
        """Masses or widths that no external parameter is: those that vanish."""
        from .particles import all_particles

        lead, of = ("DECAY ", "width") if block == "DECAY" else ("  ", "mass")
        return [f"{lead}{p.pdg_code:4d} {0.0:.16e} # {p.name} : {of}"
                for p in all_particles
                if p.pdg_code > 0 and getattr(p, of).name == "ZERO"]
