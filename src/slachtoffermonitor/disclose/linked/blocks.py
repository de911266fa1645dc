"""Small parts of a linked set in which counts can move while all others stay as they are."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from slachtoffermonitor.disclose.linked.system import LinkedSet

__all__ = ["Shape", "blocks_around", "shape_of"]

_Cells = NDArray[np.int64]
_Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Shape:
    """Where each cell of a linked set stands: its population, its level (a bit mask of the
    dimensions in which it is no total), its code per dimension as a number (0: total), and whether
    it is of the finest cross-classification that was added.
    """

    population: NDArray[np.int64]
    level: NDArray[np.int64]
    codes: NDArray[np.int64]
    atom: _Mask


def shape_of(linked: LinkedSet) -> Shape:
    """Where does each cell stand?"""
    most = max((len(_dimensions(keys)) for keys in linked.keys), default=0)
    codes = np.zeros((linked.value.size, most), dtype=np.int64)
    population = np.zeros(linked.value.size, dtype=np.int64)
    for number, keys in enumerate(linked.keys):
        cells = keys["cell"].to_numpy()
        population[cells] = number
        for at, dimension in enumerate(_dimensions(keys)):
            codes[cells, at] = keys[dimension].rank("dense").to_numpy()
            codes[cells[(keys[dimension] == "").to_numpy()], at] = 0
    level = [keys["level"].to_numpy() for keys in linked.keys]
    return Shape(
        population=population,
        level=np.concatenate(level) if level else np.empty(0, dtype=np.int64),
        codes=codes,
        atom=linked.atom,
    )


def _dimensions(keys: pl.DataFrame) -> list[str]:
    return [name for name in keys.columns if name.startswith("by ")]


def blocks_around(
    shape: Shape,
    free: _Mask,
    wanted: _Cells,
    *,
    most: int,
    generator: np.random.Generator,
    wider: bool = False,
) -> Iterator[_Cells]:
    """Which parts hold the wanted cells, each of about so many free cells?

    A part is one level with all finer ones, since a count moves only with what it is the sum of;
    where that is too large, a few codes of one of its dimensions, drawn anew at every call. What
    is small as a whole is one part. With `wider` a margin of the level may move too, and all that
    is finer than that.
    """
    levels = _margins(shape, wanted, generator) if wider else shape.level[wanted]
    if free.sum() <= most:
        yield np.flatnonzero(free)
        return
    here = np.unique(np.stack([shape.population[wanted], levels]), axis=1).T
    for number, level in sorted(here.tolist(), key=lambda one: (-one[1].bit_count(), one)):
        inside = free & (shape.population == number)
        has_atoms = bool(shape.atom[inside].any())
        part = inside if has_atoms else inside & (shape.level & level == level)
        apart = shape.atom & part if has_atoms else part
        dimensions = [at for at in range(shape.codes.shape[1]) if has_atoms or level >> at & 1]
        if apart.sum() <= most or not dimensions:
            yield np.flatnonzero(part)
            continue
        at = int(generator.choice(dimensions))
        sought = np.zeros(free.size, dtype=bool)
        sought[wanted[levels == level]] = True
        for codes in _groups(shape.codes[apart, at], most, generator):
            chosen = part & (np.isin(shape.codes[:, at], codes) | (part & ~apart))
            if (chosen & sought).any():
                yield np.flatnonzero(chosen)


def _margins(shape: Shape, wanted: _Cells, generator: np.random.Generator) -> _Cells:
    """Draw for each level one that is directly above it, or the level itself where none is."""
    levels = shape.level[wanted].copy()
    known = set(np.unique(shape.level).tolist())
    for level in np.unique(levels).tolist():
        bits = [1 << at for at in range(shape.codes.shape[1]) if level >> at & 1]
        above = [level & ~bit for bit in bits if level & ~bit in known and level & ~bit]
        if above:
            levels[shape.level[wanted] == level] = generator.choice(above)
    return levels


def _groups(codes: _Cells, most: int, generator: np.random.Generator) -> Iterator[_Cells]:
    """Draw groups of at least two codes with about so many cells each."""
    names, sizes = np.unique(codes, return_counts=True)
    order = generator.permutation(names.size)
    group: list[int] = []
    room = float(most)
    for at in order:
        if len(group) > 1 and sizes[at] > room:
            yield names[group]
            group, room = [], float(most)
        group.append(int(at))
        room -= sizes[at]
    yield names[group]
