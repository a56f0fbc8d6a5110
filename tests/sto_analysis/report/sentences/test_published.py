"""What the published page says first."""

import pandas as pd

from sto_analysis.known import Known, Source
from sto_analysis.monitor.codebook import Codebook
from sto_analysis.report.context import Context
from sto_analysis.report.plain import plain
from sto_analysis.report.sentences.published import callouts, in_words, main_points

ASPECTS = ["teachers", "mbo_alignment", "image", "cooperation"]
SAID = {"positive": 9.0, "attention": 4.0}


def _shares(urgency: list[float], top: list[float], low: list[float]) -> pd.DataFrame:
    columns = {"urgency_later": urgency, "yield_top": top, "yield_low": low}
    rows = [
        {"measure": name, "concept": concept, "share": share, "result": f"published_shares:{name}.{concept}"}
        for name, shares in columns.items()
        for concept, share in zip(ASPECTS, shares, strict=True)
    ]
    return pd.DataFrame(rows)


def _gaps(shares: pd.DataFrame) -> pd.DataFrame:
    by = {name: rows.set_index("concept")["share"] for name, rows in shares.groupby("measure")}
    return (by["urgency_later"] - by["yield_top"]).rename("gap").rename_axis("concept").reset_index()


SHARES = _shares([0.88, 0.88, 0.86, 0.69], [0.43, 0.39, 0.82, 0.82], [0.14, 0.33, 0.04, 0.0])


def test_callouts_tell_urgency_yield_and_attention_of_what_lags_behind(codebook: Codebook):
    told = callouts(Context("nl", codebook), SHARES, _gaps(SHARES))
    assert [plain(each) for each in told] == [
        "88% van de programmaleiders noemt Docenten en Aansluiting mbo (heel) urgent",
        "39% tot 43% ziet daar (veel) opbrengst",
        "minder aandacht gaat daar nu naar uit",
    ]
    assert 'data-result="share.urgency_later.teachers"' in told[0]


def test_attention_is_told_only_where_it_goes_one_way(codebook: Codebook):
    shares = _shares([0.8, 0.5, 0.8, 0.5], [0.3, 0.5, 0.3, 0.5], [0.1] * 4)
    assert len(callouts(Context("nl", codebook), shares, _gaps(shares))) == 2  # teachers less, image more
    shares = _shares([0.5, 0.5, 0.8, 0.5], [0.5, 0.5, 0.3, 0.5], [0.1] * 4)
    assert plain(callouts(Context("en", codebook), shares, _gaps(shares))[2]) == "much attention goes there now"


def test_the_main_points_are_chosen_by_the_figures(codebook: Codebook):
    points = main_points(Context("nl", codebook), SHARES, _gaps(SHARES), ["teachers"], SAID, 2 / 3)
    told = [plain(each) for each in points]
    assert told[0].startswith("Bij Aansluiting mbo ziet een derde (33%) van de programmaleiders geen of weinig")
    assert told[1] == "De meeste opbrengst is er bij Beeldvorming en Samenwerking: 82% ziet daar (veel) opbrengst."
    assert "Alleen bij Docenten zetten" in told[2]
    assert told[3].startswith("Twee derde werkt aan borging")
    assert told[4].endswith("Ook zij zijn bezorgd over: Docenten en Aansluiting mbo.")


def test_what_is_not_there_is_not_told(codebook: Codebook):
    themes = {name: theme.model_copy(update={"aspects": []}) for name, theme in codebook.interview_themes.items()}
    bare = codebook.model_copy(update={"interview_themes": themes})
    points = main_points(Context("en", bare), SHARES, _gaps(SHARES), [], SAID, 0.5)
    assert len(points) == 4
    assert plain(points[2]).startswith("Half work on")
    assert plain(points[3]).endswith("4 points of attention.")


def test_a_share_that_is_no_fraction_stays_a_percentage(codebook: Codebook):
    context = Context("nl", codebook)
    assert in_words(context, 0.43) == "43%"
    assert plain(in_words(context, Known(0.75, Source("a", table="b")))) == "drie kwart (75%)"
