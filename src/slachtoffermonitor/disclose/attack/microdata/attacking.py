"""All attacks on synthetic records at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from slachtoffermonitor.disclose.attack.microdata.codes import as_release
from slachtoffermonitor.disclose.attack.microdata.inferring import inference
from slachtoffermonitor.disclose.attack.microdata.linking import linkability
from slachtoffermonitor.disclose.attack.microdata.membership import Membership, membership
from slachtoffermonitor.disclose.attack.microdata.outcome import MicrodataRisk
from slachtoffermonitor.disclose.attack.microdata.singling import singling_out
from slachtoffermonitor.ground import InputError, Problem

__all__ = ["MicrodataAttack", "attack_microdata"]

_WIDTHS = (2, 4, 6)
_WRONG = 0.05


@dataclass(frozen=True, slots=True, kw_only=True)
class MicrodataAttack:
    """What singling out, linking, inferring and telling members found."""

    risks: tuple[MicrodataRisk, ...]
    membership: Membership

    def standing(self, limit: float = 0.05) -> tuple[str, ...]:
        """Which attacks stand: certainly above the limit, or against what was promised?"""
        found = [f"{one.kind} ({one.target})" for one in self.risks if one.stands(limit)]
        told = self.membership
        return (*found, "membership") if told.broken or told.low > limit else tuple(found)


def attack_microdata(
    records: pl.DataFrame,
    synthetic: pl.DataFrame,
    control: pl.DataFrame,
    *,
    secrets: Sequence[str] | None = None,
    epsilon: float | None = None,
    delta: float = 0.0,
    attacks: int = 500,
    seed: int = 0,
) -> MicrodataAttack:
    """What do synthetic records say of the people in the records, more than of anybody else?

    What goes wrong if misused: without a control an attack counts as a risk what synthetic records
    are for, namely what is true of everybody. The control must be records of the same kind, drawn
    at random, that the synthesis never saw. An attack that finds nothing is no proof: `weak` says
    where it did no better than guessing.

    Assumes:
        One row is one person; columns are codes, or numbers, which are cut into ten bands.

    Args:
        records: what the synthetic records were made of.
        synthetic: the synthetic records.
        control: other records, at random from the same source.
        secrets: columns to infer; all of them when left out.
        epsilon: what was promised; the attack on membership is held against e^epsilon.
        delta: what was promised.
        attacks: how many of each kind.
        seed: of all chance in the attacks.

    Returns:
        Risks with intervals that all hold at once with 95%: singling out with two, four and six
        columns, linkability, and inference of each secret; and the attack on membership.

    Raises:
        InputError: too few rows or columns in common, or an unknown secret.

    Source: Giomi and others (2023), PoPETs 2023(2); Stadler and others (2022), USENIX Security 31.

    """
    draw = np.random.default_rng(seed)
    release = as_release(records, synthetic, control, draw)
    hidden = release.columns if secrets is None else tuple(secrets)
    unknown = [
        Problem(what="no such column to infer", column=one, allowed=", ".join(release.columns))
        for one in hidden
        if one not in release.columns
    ]
    if unknown or attacks < 1:
        raise InputError(unknown or "the number of attacks must be at least 1")
    widths = dict.fromkeys(min(one, len(release.columns)) for one in _WIDTHS)
    # so many intervals that one of twenty would be wrong by chance: they hold all together
    sure = 1 - _WRONG / (len(widths) + len(hidden) + 2)
    risks = [
        singling_out(release, attacks=attacks, columns=one, confidence=sure, draw=draw)
        for one in widths
    ]
    risks.append(linkability(release, attacks=attacks, confidence=sure, draw=draw))
    risks += [
        inference(release, one, attacks=attacks, confidence=sure, draw=draw) for one in hidden
    ]
    return MicrodataAttack(
        risks=tuple(risks),
        membership=membership(
            release, attacks=2 * attacks, confidence=sure, draw=draw, epsilon=epsilon, delta=delta
        ),
    )
