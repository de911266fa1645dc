"""A trial before synthetic records leave: part of the records is synthesised and attacked."""

from __future__ import annotations

from collections.abc import Callable

import polars as pl

from slachtoffermonitor.disclose.attack.microdata.attacking import MicrodataAttack, attack_microdata
from slachtoffermonitor.disclose.synthetic.synthesis import SyntheticRecords
from slachtoffermonitor.ground import ReleaseError

__all__ = ["try_synthesis"]

_KEPT = 0.8


def try_synthesis(
    records: pl.DataFrame, make: Callable[[pl.DataFrame], SyntheticRecords], *, seed: int = 0
) -> MicrodataAttack:
    """What would attackers learn of records like these? Four fifths are synthesised, and attacked.

    The others are the control: what is learned of them too is no breach. Nothing of the trial
    leaves. What goes wrong if misused: the trial speaks of one epsilon and one set of fields;
    after a change of either it says nothing.

    Args:
        records: in the CTDC schema, one row for each person.
        make: synthesises a part of them, as the whole will be.
        seed: of the choice of the part and of the attacks.

    Raises:
        ReleaseError: an attack stands.

    """
    mixed = records.sample(fraction=1, shuffle=True, seed=seed)
    size = int(_KEPT * records.height)
    kept, control = mixed.head(size), mixed.tail(records.height - size)
    made = make(kept)
    found = attack_microdata(
        kept, made.fields(), control, epsilon=made.epsilon, delta=made.delta, seed=seed
    )
    standing = found.standing()
    if standing:
        raise ReleaseError(
            f"these attacks learn too much from a trial: {', '.join(standing)}; "
            "lower epsilon, or leave fields out"
        )
    return found
