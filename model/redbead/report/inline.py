"""SVG made fit to stand inside a page: no addresses, no style attributes, no name that another figure uses too."""

from __future__ import annotations

import re
from html import escape
from typing import Final

_DROP: Final = (
    re.compile(r"<\?xml.*?\?>", re.DOTALL),
    re.compile(r"<!DOCTYPE.*?>", re.DOTALL),
    re.compile(r"<!--.*?-->", re.DOTALL),
    re.compile(r"<metadata>.*?</metadata>", re.DOTALL),
    re.compile(r'\sxmlns(:\w+)?="[^"]*"'),
)
_STYLE: Final = re.compile(r"<style[^>]*>(.*?)</style>", re.DOTALL)
_INLINE: Final = re.compile(r'\sstyle="([^"]*)"')
_PATH: Final = re.compile(r'\sd="[^"]*"')
_LONG: Final = re.compile(r"(-?\d+\.\d{2})\d+")


def inline(svg: str, name: str, alt: str) -> str:
    """The picture for a page with a strict policy: styles become attributes, identifiers start with the figure's name.

    Parameters
    ----------
    svg
        What matplotlib wrote.
    name
        The figure's name, for its identifiers.
    alt
        What it shows, in words, for those who cannot see it.
    """
    for pattern in _DROP:
        svg = pattern.sub("", svg)
    svg = _STYLE.sub("", svg)
    svg = _INLINE.sub(lambda found: _attributes(found.group(1)), svg)
    svg = svg.replace("xlink:href=", "href=")
    svg = re.sub(r'\b(id="|href="#|url\(#)', rf"\g<1>{name}-", svg)
    svg = _PATH.sub(lambda found: _LONG.sub(r"\1", found.group(0)), svg)
    label = escape(alt, quote=True)
    return svg.strip().replace("<svg ", f'<svg role="img" aria-label="{label}" stroke-linejoin="round" ', 1)


def _attributes(style: str) -> str:
    """Declarations of a style as attributes of their own (all that matplotlib writes have one)."""
    pairs = (part.partition(":") for part in style.split(";") if part.strip())
    return "".join(f' {key.strip()}="{value.strip()}"' for key, _, value in pairs)
