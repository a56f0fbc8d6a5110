"""Yields and forms of every region over the waves that asked for them in the same words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from sto_analysis.monitor.codebook import Codebook
from sto_analysis.monitor.measures import Followed, trend
from sto_analysis.monitor.register import match_panel, read_register, successors
from sto_analysis.monitor.wave import Wave


@dataclass(frozen=True)
class Trajectories:
    """What can be compared over waves; regions under their id of the last wave, mergers followed.

    Parameters
    ----------
    shares : DataFrame
        Share of the yields in the top band, by region and wave (only waves that can be compared, the last always), of
        the yields that the region answered in every wave in which it answered about yields.
    forms : dict of str to DataFrame
        Form → 0/1 by region and wave; NaN where it was not answered, not asked, or asked in other words.
    """

    shares: pd.DataFrame
    forms: dict[str, pd.DataFrame]

    def without(self, regions: set[str]) -> "Trajectories":
        """The same without some regions."""
        left = self.shares.index.difference(list(regions), sort=False)
        return Trajectories(self.shares.loc[left], {name: table.reindex(left) for name, table in self.forms.items()})


def trajectories(waves: Sequence[Wave], codebook: Codebook) -> dict[str, Trajectories]:
    """Follow yields and forms over waves.

    A wave is used if it asked at least half of the last wave's yields in the words of the last, together with all later
    ones that are used, and at least one form.

    Parameters
    ----------
    waves : sequence of Wave
        Earliest first, all cleaned.
    codebook : Codebook
        Items and bands.

    Returns
    -------
    dict of str to Trajectories
        Where it is known of every wave since the first used who answered: ``same`` without the regions in which the
        respondent changed, and, where there are any, ``all`` with them. Otherwise ``unknown``: all regions.
    """
    followed = {(each.measure, each.wave): each for each in trend(waves, codebook)}
    register = read_register("synthetic" if waves[-1].synthetic else "real")
    used, yields, forms = _used(waves, followed)
    top = {wave: _flags(followed["yield_top", wave], yields, register).dropna(how="all") for wave in used}
    long = pd.concat(top, names=["wave", "region"])
    long = long.where(long.notna().groupby("region").transform("all"))
    shares = _wide(long.mean(axis="columns"), used)
    has = pd.concat({w: _flags(followed["borging", w], forms[w], register) for w in used}, names=["wave", "region"])
    found = Trajectories(shares, {str(name): _wide(has[name], used).reindex(shares.index) for name in has})
    since = [wave for wave in waves if wave.wave > used[0]]
    if any(wave.changed_respondents is None for wave in since):
        return {"unknown": found}
    into = successors(register)
    changed = {into.get(region, region) for wave in since for region in wave.changed_respondents or ()}
    return {"same": found.without(changed), **({"all": found} if changed & set(shares.index) else {})}


def _used(
    waves: Sequence[Wave], followed: Mapping[tuple[str, str], Followed]
) -> tuple[list[str], list[str], dict[str, list[str]]]:
    """The waves that can be compared with the last, the yields asked alike in all of them, and the forms of each."""
    last = waves[-1].wave
    asked = {key: dict(zip(each.flags.columns, each.series, strict=True)) for key, each in followed.items()}
    alike = {
        key: [name for name, series in items.items() if series == asked[key[0], last].get(name)]
        for key, items in asked.items()
    }
    used, yields = [last], alike["yield_top", last]
    for wave in [wave.wave for wave in reversed(waves[:-1])]:
        left = [name for name in yields if name in alike["yield_top", wave]]
        if alike["borging", wave] and 2 * len(left) >= len(alike["yield_top", last]) > 0:
            used, yields = [wave, *used], left
    return used, yields, {wave: alike["borging", wave] for wave in used}


def _flags(followed: Followed, concepts: list[str], register: pd.DataFrame) -> pd.DataFrame:
    """Flags as numbers, regions under their id of today; those that several predecessors speak for are left out."""
    panel = match_panel(followed.flags.index, register.index, register)
    return panel.follow(followed.flags[concepts]).astype("Float64").astype(float)


def _wide(values: pd.Series, waves: list[str]) -> pd.DataFrame:
    """One column per wave."""
    return (
        values.reset_index(name="value")
        .pivot_table(index="region", columns="wave", values="value")
        .reindex(columns=waves)
    )
