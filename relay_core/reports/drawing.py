"""Draws charts: reads specs from standard input, writes pictures to standard output, both as JSON.

A program of its own, started by `pictures`: the library runs JavaScript, holds the interpreter for
a second when it begins, and gives little of its memory back. A process that sends messages could
not afford that.
"""

import json
import sys
from base64 import b64encode

import vl_convert

_NOWHERE: list[str] = []
"""From where a spec may load data."""
_DOTS = 2.0
"""Pixels of a picture to one of the chart: sharp on paper and on a dense screen."""


def main() -> None:
    """Draw every spec of `{"form": "svg" or "png", "specs": […]}`."""
    asked = json.load(sys.stdin)
    drawn = [_drawn(spec, form=asked["form"]) for spec in asked["specs"]]
    json.dump([b64encode(picture).decode() for picture in drawn], sys.stdout)


def _drawn(spec: str, *, form: str) -> bytes:
    if form == "png":
        return vl_convert.vegalite_to_png(spec, scale=_DOTS, allowed_base_urls=_NOWHERE)
    return vl_convert.vegalite_to_svg(spec, allowed_base_urls=_NOWHERE).encode()


if __name__ == "__main__":
    main()
