"""Which lists could see whom: lists that did not exist in a year or do not cover a group."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from slachtoffermonitor.ground import InputError, Problem

__all__ = ["Gap", "possible_cells"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """A part of the population that a list cannot see, or that does not exist.

    Leaving a gap out makes the model take "could not be seen by this list" for "was not seen by
    it", and the hidden number comes out too high.

    Attributes:
        where: covariate → its levels in the gap, as text; a group is in the gap when each named
            covariate has one of its named levels.
        list: the list that does not cover these groups; None when no such person can exist.

    Example:
        >>> Gap.parse("I:year=2010,2011;sex=V")
        Gap(where={'year': ('2010', '2011'), 'sex': ('V',)}, list='I')

    """

    where: Mapping[str, tuple[str, ...]]
    list: str | None = None

    @classmethod
    def parse(cls, text: str) -> Gap:
        """Read `LIST:COVARIATE=LEVEL,LEVEL;COVARIATE=LEVEL`; without `LIST:` nobody exists there.

        Raises:
            InputError: not that notation.

        """
        head, colon, rest = text.partition(":")
        name, conditions = (head.strip(), rest) if colon else (None, head)
        where: dict[str, tuple[str, ...]] = {}
        for part in conditions.split(";"):
            covariate, equals, levels = part.partition("=")
            values = tuple(level.strip() for level in levels.split(",") if level.strip())
            if not equals or not covariate.strip() or not values or name == "":
                raise InputError(
                    Problem(
                        what="is not a gap in the coverage of a list",
                        found=text,
                        allowed="LIST:COLUMN=LEVEL,LEVEL;COLUMN=LEVEL",
                    )
                )
            where[covariate.strip()] = values
        return cls(where=where, list=name)


def possible_cells(
    lists: Sequence[str],
    covariates: Sequence[str],
    levels: Sequence[Sequence[str]],
    gaps: Sequence[Gap],
) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Tell which capture histories can occur in which group, and which groups can.

    Returns:
        bool, 2^lists × groups (row 0, seen by no list, always False); and bool, groups.

    Raises:
        InputError: a gap names a list, a covariate or a level that is not there.

    """
    _refuse(lists, covariates, levels, gaps)
    sizes = [len(names) for names in levels]
    groups = int(np.prod(sizes, dtype=np.int64)) if sizes else 1
    codes = np.unravel_index(np.arange(groups), sizes) if sizes else ()
    histories = np.arange(1 << len(lists))
    possible = np.ones((histories.size, groups), dtype=np.bool_)
    possible[0] = False
    exists = np.ones(groups, dtype=np.bool_)
    for gap in gaps:
        inside = np.ones(groups, dtype=np.bool_)
        for name, named in gap.where.items():
            index = covariates.index(name)
            inside &= np.isin(codes[index], [levels[index].index(level) for level in named])
        if gap.list is None:
            exists &= ~inside
        else:
            on = (histories >> lists.index(gap.list)) & 1 == 1
            possible[np.ix_(on, inside)] = False
    possible[:, ~exists] = False
    return possible, exists


def _refuse(
    lists: Sequence[str],
    covariates: Sequence[str],
    levels: Sequence[Sequence[str]],
    gaps: Sequence[Gap],
) -> None:
    problems = []
    for gap in gaps:
        if gap.list is not None and gap.list not in lists:
            problems.append(
                Problem(
                    what="a gap in coverage is of a list that is not there",
                    found=gap.list,
                    allowed=", ".join(lists),
                )
            )
        for name, named in gap.where.items():
            known = levels[covariates.index(name)] if name in covariates else ()
            if name not in covariates:
                problems.append(
                    Problem(
                        what="a gap in coverage is of a covariate that is not in the model",
                        found=name,
                        allowed=", ".join(covariates),
                    )
                )
            elif not set(named) <= set(known):
                problems.append(
                    Problem(
                        what="a gap in coverage is of a level that is not there",
                        column=name,
                        found=", ".join(sorted(set(named) - set(known))),
                        allowed=", ".join(known),
                    )
                )
    if problems:
        raise InputError(problems)
