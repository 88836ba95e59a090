"""The logger ``munu``: silent unless somebody listens, as ``munu -v`` does."""

from __future__ import annotations

import logging

log = logging.getLogger("munu")
log.addHandler(logging.NullHandler())
