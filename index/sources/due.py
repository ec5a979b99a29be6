"""When a page is asked for again that nobody dates: the longer it has not changed, the more seldom."""

from hashlib import blake2b

from index.marks import Mark

DAY_S = 86_400.0
SHARE = 0.1
"""A page is asked for again after at most this share of the time since it changed,"""
LONGEST_S = 30 * DAY_S
"""and after at most this time."""
YOUNG_S = 10 * DAY_S


def is_due(mark: Mark, now: float, *, vouched: bool) -> bool:
    """Whether a page is to be asked for; `vouched` where what lists it says that it is as it was."""
    if vouched and not mark.rejected:
        return False
    # A page may have been no article for one night only, so that no date vouches for that for ever.
    wait_s = LONGEST_S if vouched else min(SHARE * max(0.0, now - mark.changed), LONGEST_S)
    return not 0 <= now - mark.at < wait_s * _spread(mark)


def sent_with(mark: Mark | None, now: float) -> Mark | None:
    """What to ask for a page with: nothing where it has long been no article, since the reader may have got better."""
    return None if mark and mark.rejected and now - mark.changed > YOUNG_S else mark


def _spread(mark: Mark) -> float:
    """From 0.5 to 1, by the page and when it was asked for: what was read in one night is never due in one."""
    digest = blake2b(f"{mark.key} {mark.at:.0f}".encode(errors="replace"), digest_size=4).digest()
    return 0.5 + int.from_bytes(digest) / 2**33
