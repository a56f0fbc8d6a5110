"""Stacked answers, counted by item, pattern of predictors and category."""

from dataclasses import dataclass

import numpy as np

from sto_analysis.analysis.arrays import Floats, Ints


@dataclass(frozen=True)
class Stack:
    """Answers to several items, one row per answer; for one model, or for m models of n rows each.

    Parameters
    ----------
    y : ndarray of int, shape (n,) or (m, n)
        Category of each answer, counted from 0 within its item.
    item : ndarray of int, shape (n,) or (m, n)
        Item of each answer, counted from 0.
    x : ndarray of float, shape (n, p) or (m, n, p)
        Predictors; p may be 0.
    """

    y: Ints
    item: Ints
    x: Floats


@dataclass(frozen=True)
class Counts:
    """Answers counted by item, pattern of predictors and category, for m models.

    Parameters
    ----------
    n : ndarray, shape (m, items, patterns, categories)
        Answers.
    x : ndarray, shape (m or 1, patterns, p)
        Predictors of each pattern; one table when all models share them.
    """

    n: Floats
    x: Floats


def tabulate(stack: Stack) -> Counts:
    """Count the answers of each model.

    Parameters
    ----------
    stack : Stack
        Answers and predictors.

    Returns
    -------
    Counts
        At least two categories.
    """
    x, pattern = patterns(stack.x)
    m = max(len(np.atleast_2d(array)) for array in (stack.y, stack.item, pattern))
    return Counts(count(stack.y, stack.item, pattern, x.shape[1], np.arange(m)[:, None]), x)


def count(y: Ints, item: Ints, pattern: Ints, n_patterns: int, model: Ints) -> Floats:
    """Count answers by model, item, pattern of predictors and category.

    Parameters
    ----------
    y, item, pattern, model : ndarray of int
        Of each answer, counted from 0; broadcast against each other.
    n_patterns : int
        Patterns there are.

    Returns
    -------
    ndarray, shape (models, items, n_patterns, categories)
        At least two categories.
    """
    models, items, k = int(model.max()) + 1, int(item.max()) + 1, max(int(y.max()) + 1, 2)
    cell = ((model * items + item) * n_patterns + pattern) * k + y
    counts = np.bincount(cell.ravel(), minlength=models * items * n_patterns * k)
    return np.asarray(counts, dtype=float).reshape(models, items, n_patterns, k)


def patterns(x: Floats) -> tuple[Floats, Ints]:
    """Distinct rows of each table of predictors, and which of them each row is.

    Parameters
    ----------
    x : ndarray, shape (n, p) or (m, n, p)
        Predictors.

    Returns
    -------
    values : ndarray, shape (1 or m, most, p)
        Distinct rows, padded with zeros to the most that a table has.
    pattern : ndarray of int, shape (1 or m, n)
    """
    found = []
    for table in x[None] if x.ndim == 2 else x:
        order = np.lexsort(table.T) if table.shape[1] else np.arange(len(table))
        new = np.r_[True, (np.diff(table[order], axis=0) != 0).any(axis=1)]
        pattern = np.empty(len(table), dtype=np.int64)
        pattern[order] = np.cumsum(new) - 1
        found.append((table[order][new], pattern))
    values = np.zeros((len(found), max(len(rows) for rows, _ in found), x.shape[-1]))
    for place, (rows, _) in zip(values, found, strict=True):
        place[: len(rows)] = rows
    return values, np.stack([pattern for _, pattern in found])
