"""The design of a model on lists × covariates, never written out as a matrix of cells.

Each term has one column per combination of the levels of its covariates; a cell has exactly one
of them, when its history holds the lists of the term. So XᵀWX is made of margins of W: for every
pair of terms and every group, the sum of W over the histories that hold the lists of both. That
takes groups × terms² additions, where the matrix of cells would take 2^lists times as many.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from slachtoffermonitor.estimate.groups._loglinear import _kernels

__all__ = ["Design", "subset_sums", "superset_sums"]

Floats = NDArray[np.float64]
Whole = NDArray[np.int64]
Flags = NDArray[np.bool_]
Numbers = TypeVar("Numbers", np.float64, np.int64)


class Design:
    """The columns of a model, and products with its matrix.

    Args:
        terms: bitmasks over lists, then covariates; increasing, with every subset of each.
        lists: the number of lists.
        codes: per covariate, the level in each group.
        sizes: per covariate, the number of levels.

    """

    def __init__(
        self, terms: Sequence[int], lists: int, codes: Sequence[Whole], sizes: Sequence[int]
    ) -> None:
        self.terms = tuple(terms)
        self.histories = 1 << lists
        self.groups = codes[0].size if codes else 1
        self.on = np.array([term & (self.histories - 1) for term in self.terms], dtype=np.int64)
        self.starts = np.zeros(len(self.terms) + 1, dtype=np.int64)
        columns = np.zeros((len(self.terms), self.groups), dtype=np.int64)
        for i, term in enumerate(self.terms):
            width = 1
            for k, size in enumerate(sizes):
                if term >> (lists + k) & 1:
                    columns[i] = columns[i] * size + codes[k]
                    width *= size
            columns[i] += self.starts[i]
            self.starts[i + 1] = self.starts[i] + width
        self.columns = columns
        self.width = int(self.starts[-1])
        self._by_group = np.ascontiguousarray(columns.T)
        self._unions = self.on[:, None] | self.on[None, :]

    def predict(self, solution: Floats) -> Floats:
        """Give X times the solution: 2^lists × groups, row 0 for the hidden persons."""
        values = np.zeros((self.histories, self.groups))
        for on, columns in zip(self.on, self.columns, strict=True):
            values[on] += solution[columns]
        return subset_sums(values)

    def margins(self, values: Floats) -> Floats:
        """Give Xᵀ times the values of the cells: one number per column."""
        sums = superset_sums(values)
        return np.concatenate(
            [
                np.bincount(columns - start, weights=sums[on], minlength=int(stop - start))
                for on, columns, start, stop in zip(
                    self.on, self.columns, self.starts[:-1], self.starts[1:], strict=True
                )
            ]
        )

    def gram(self, weights: NDArray[Numbers]) -> NDArray[Numbers]:
        """Give XᵀWX, of the type of the weights; whole numbers must not overflow."""
        sums = np.ascontiguousarray(superset_sums(weights).T)
        out = np.zeros((self.width, self.width), dtype=sums.dtype)
        _kernels.add_pairs(sums, self._unions, self._by_group, out)
        lower = np.tril(out, -1)
        return np.asarray(out + lower.T, dtype=sums.dtype)

    def touches(self, marked: Flags) -> Flags:
        """Tell which cells are in one of the marked columns."""
        values = np.zeros((self.histories, self.groups), dtype=np.int64)
        for on, columns in zip(self.on, self.columns, strict=True):
            values[on] += marked[columns]
        return np.asarray(subset_sums(values) > 0)

    def hidden_rows(self) -> NDArray[np.int64]:
        """Give the rows of the hidden persons of each group: groups × columns of 0 and 1."""
        rows = np.zeros((self.groups, self.width), dtype=np.int64)
        for columns in self.columns[self.on == 0]:
            rows[np.arange(self.groups), columns] = 1
        return rows

    def weighted_rows(self, histories: Whole, weights: Floats) -> Floats:
        """Give, per row of weights over the groups at one history, the weighted sum of rows of X.

        Args:
            histories: k histories.
            weights: k × groups.

        Returns:
            k × columns.

        """
        out = np.zeros((histories.size, self.width))
        for on, start, stop, member in self._membership():
            held = (histories & on) == on
            out[held, start:stop] = weights[held] @ member
        return out

    def matrix(self, cells: Flags) -> sparse.csr_matrix:
        """Write the matrix out for these cells, in order: for tests and linear programmes."""
        histories, groups = np.nonzero(cells)
        held = (histories[:, None] & self.on[None, :]) == self.on[None, :]
        rows, terms = np.nonzero(held)
        columns = self.columns[terms, groups[rows]]
        shape = (histories.size, self.width)
        return sparse.csr_matrix((np.ones(rows.size), (rows, columns)), shape=shape)

    def _membership(self) -> Iterator[tuple[int, int, int, sparse.csr_matrix]]:
        """Give per term its lists, its columns, and which group has which of them."""
        each = np.arange(self.groups)
        for i, on in enumerate(self.on):
            start, stop = int(self.starts[i]), int(self.starts[i + 1])
            at = (np.ones(self.groups), (each, self.columns[i] - start))
            yield int(on), start, stop, sparse.csr_matrix(at, shape=(self.groups, stop - start))


def subset_sums(values: NDArray[Numbers]) -> NDArray[Numbers]:
    """Give at each history the sum over the histories that it holds."""
    return _sums(values, into=1)


def superset_sums(values: NDArray[Numbers]) -> NDArray[Numbers]:
    """Give at each history the sum over the histories that hold it."""
    return _sums(values, into=0)


def _sums(values: NDArray[Numbers], into: int) -> NDArray[Numbers]:
    out = np.ascontiguousarray(values).copy()
    _kernels.sum_over_lists(out, into)
    return out
