"""The one rounding rule of the compendium: half up."""

from decimal import ROUND_HALF_UP, Decimal


def round_half_up(value: float, digits: int = 0) -> float:
    """Round half away from zero, as Dutch official statistics print.

    Parameters
    ----------
    value : float
        What to round; its shortest decimal form is what is rounded, so 2.675 gives 2.68.
    digits : int
        Decimals to keep.

    Returns
    -------
    float
        The rounded value.
    """
    quantum = Decimal(1).scaleb(-digits)
    return float(Decimal(repr(float(value))).quantize(quantum, rounding=ROUND_HALF_UP))


def percentage(count: int, base: int) -> int:
    """Whole percentage `count` of `base`, rounded half up in exact integers.

    Parameters
    ----------
    count, base : int
        ``0 <= count <= base`` and ``base > 0``.

    Returns
    -------
    int
        A percentage from 0 to 100.

    Raises
    ------
    ValueError
        When the two do not make a share.
    """
    if base <= 0 or not 0 <= count <= base:
        raise ValueError(f"{count} of {base} is not a share")
    return (200 * count + base) // (2 * base)
