"""Sentences that the results choose."""

from sto_analysis.report.sentences.associations import (
    association_sentences,
    flagged_sentence,
    index_sentence,
    plain_sentences,
)
from sto_analysis.report.sentences.checks import (
    cells_sentence,
    missing_sentence,
    registration_sentence,
    robustness_sentences,
    truth_sentence,
)
from sto_analysis.report.sentences.region import (
    discuss_sentences,
    own_borging_sentence,
    own_model_sentences,
    own_places_sentence,
    own_sentences,
)
from sto_analysis.report.sentences.summary import answer_sentences, national_sentences, summary_sentences
from sto_analysis.report.sentences.wave import change_sentences, fieldwork_sentence, response_sentence

__all__ = [
    "answer_sentences", "association_sentences", "cells_sentence", "change_sentences", "discuss_sentences",
    "fieldwork_sentence", "flagged_sentence", "index_sentence", "missing_sentence", "national_sentences",
    "own_borging_sentence", "own_model_sentences", "own_places_sentence", "own_sentences", "plain_sentences",
    "registration_sentence", "response_sentence", "robustness_sentences", "summary_sentences", "truth_sentence",
]  # fmt: skip
