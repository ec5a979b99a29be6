"""An article saved as plain text: the headline on its first line, paragraphs below."""

import re
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from index.page.body import paragraphs
from index.page.moments import moment_of, written_moment

_PUBLISHED = re.compile(
    r"(?:first )?(?:published|posted|date|ver[oö]ffentlicht(?: am)?|publi[eé](?: le)?|publicado(?: el| em)?|"
    r"pubblicato(?: il)?|gepubliceerd(?: op)?|опубликовано|تاريخ النشر|نشر(?:ت)?(?: في)?|发布时间|發布時間|公開日?|"
    r"yayınlanma(?: tarihi)?|opublikowano)(?: on)?\s*[:：]?\s*(?P<moment>.*\d.*)",
    re.IGNORECASE,
)
_UPDATED = re.compile(
    r"[|,;·(]?\s*(?:last )?(?:updated|modified|aktualisiert|mis à jour|actualizado|تحديث|更新).*", re.IGNORECASE
)
MAX_LINE = 150


def article_of(lines: list[str]) -> dict[str, Any]:
    """The title, text and, where a line states it, date of an article's lines."""
    filled = [line.strip() for line in lines if line.strip()]
    title = filled[0] if filled else ""
    return {"title": title, "published": _published(filled[1:]), "text": paragraphs(filled[1:], title)}


def _published(lines: Iterable[str]) -> datetime | None:
    stated = (found["moment"] for line in lines if len(line) <= MAX_LINE and (found := _PUBLISHED.fullmatch(line)))
    first = _UPDATED.sub("", next(stated, ""))
    return moment_of(first) or written_moment(first)
