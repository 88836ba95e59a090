"""All limits together: published ones, those munu computes, and what they say of a point."""

from __future__ import annotations

from munu.atlas.answer import Answer
from munu.atlas.answers import Answers
from munu.atlas.charges import charges, radii
from munu.atlas.check import Check, check
from munu.atlas.combine import combine
from munu.atlas.computed import computed
from munu.atlas.contours import contours
from munu.atlas.inject import Injection, inject
from munu.atlas.joint import Joint, joint
from munu.atlas.lines import Line, model_line, naturalness_line
from munu.atlas.moments import Moments, fundamental
from munu.atlas.own import bound, bounds
from munu.atlas.published import get, names, published, read, theirs
from munu.atlas.quote import quoted, said
from munu.atlas.unions import outlines, union
from munu.atlas.verdict import Verdict, Verdicts, verdict

__all__ = ["Answer", "Answers", "Check", "Injection", "Joint", "Line", "Moments", "Verdict",
           "Verdicts", "bound", "bounds", "charges", "check", "combine", "computed", "contours",
           "fundamental", "get", "inject", "joint", "model_line", "names", "naturalness_line",
           "outlines", "published", "quoted", "radii", "read", "said", "theirs", "union", "verdict"]
