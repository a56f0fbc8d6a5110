"""What notebooks 02 to 04 compute of the tables of a test before they write them."""

import pandas as pd

from sto_analysis.monitor.codebook import Codebook


def shifted(shares: pd.DataFrame) -> pd.DataFrame:
    return shares.assign(shift=shares["weighted"] - shares["share"])


def gaps(shares: pd.DataFrame) -> pd.DataFrame:
    by = {measure: rows.set_index("concept")["share"] for measure, rows in shares.groupby("measure")}
    found = (by["urgency"] - by["yield_top"]).rename("gap").rename_axis("concept").reset_index()
    return found.sort_values("gap", ascending=False, kind="stable")


def bands(spread: pd.DataFrame, codebook: Codebook) -> pd.DataFrame:
    levels = {name: codebook.scales[question.scale].levels for name, question in codebook.questions.items()}
    places = zip(spread["question"], spread["position"], strict=True)
    found = spread.assign(band=[levels[question][position].band for question, position in places])
    by = ["question", "concept", "band", "base"]
    return found.groupby(by, sort=False)["share"].sum(min_count=1).reset_index()


def compared(change: pd.DataFrame) -> pd.DataFrame:
    return change.assign(**{f"{when}_share": change[when] / change["base"] for when in ("earlier", "later")}).assign(
        compared=len(change)
    )


def agreeing(backtest: pd.DataFrame) -> pd.DataFrame:
    return backtest.assign(agreeing=backtest["equal"].sum(), compared=len(backtest))


def counted(associations: pd.DataFrame) -> pd.DataFrame:
    p = associations["p_adjusted"]
    return associations.assign(exposures=len(p), tested_together=p.notna().sum(), flagged=(p < 0.05).sum())


def same_way(robustness: pd.DataFrame) -> pd.DataFrame:
    others = robustness["estimated"] - robustness["positives"]
    return robustness.assign(same_way=robustness["positives"].where(robustness["odds_ratio"] > 1, others))


def pooled(table: pd.DataFrame) -> pd.DataFrame:
    return table.assign(forms=table["first"].notna().sum())
