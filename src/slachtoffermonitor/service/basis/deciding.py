"""The decision: the first row that fits, and what follows from it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from slachtoffermonitor.ground import InputError, Problem
from slachtoffermonitor.service.basis.reading import current_rules
from slachtoffermonitor.service.basis.rules import (
    Light,
    Row,
    Rules,
    RuleSet,
    Source,
    WithdrawalEffect,
    Words,
)
from slachtoffermonitor.service.basis.situation import Policy, Situation
from slachtoffermonitor.vocabulary import code_list

__all__ = ["Verdict", "content_rank", "may_report", "withdrawal_effect"]

_COUNT = "TELLING"


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What may be reported, on which basis, and what is missing for more.

    `ask` names who may be asked for written consent (ZELF, OUDER, VOOGD), never a suspect; it is
    empty when consent would give no more. `officer_may_decide` says that a named privacy or
    child-protection officer could decide that a vital interest requires the report. `instead`
    names another purpose for which more may be sent now. `rule_set`, `rule` and `rules_version`
    say by which row this was decided, so that it can be decided again.
    """

    situation: Situation
    policy: Policy
    on: date
    rules_version: str
    rule_set: str
    rule: str
    basis: str
    article: str
    sources: tuple[Source, ...]
    may_send: str
    light: Light
    reason: Words
    needs: tuple[str, ...]
    ask: tuple[str, ...]
    officer_may_decide: bool
    instead: str | None

    def allows(self, content: str) -> bool:
        """Say whether a report with this content (a code of `report_contents`) may be sent."""
        return content_rank(content) <= content_rank(self.may_send)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Found:
    row: Row
    may_send: str


def content_rank(content: str) -> int:
    """How much about a person does a content say: 0 nothing, 1 without a name, 2 all?"""
    return int(code_list("report_contents")[content].attributes["rank"])


def may_report(
    situation: Situation, *, on: date, policy: Policy | None = None, rules: Rules | None = None
) -> Verdict:
    """May this reporter report this person for this purpose, with this consent, on this day?

    The answer is for one purpose. It does not judge whether a signature is real, or whether
    somebody is a victim. A jurist must have verified the rules before anybody relies on them:
    `Source.reading` says which sources were read.

    Assumes:
        `on` is the day on which the report is made, not that of the exploitation.

    Returns:
        The verdict: the same question gives the same answer, by web, upload and interface.

    Raises:
        InputError: a day before the rules begin.

    Example:
        >>> from datetime import date
        >>> verdict = may_report(Situation(reporter="POL"), on=date(2026, 9, 1))
        >>> verdict.basis, verdict.may_send, verdict.light
        ('WPG', 'VOLLEDIG', 'green')

    """
    chosen, rules = policy or Policy(), rules or current_rules()
    rule_set = rules.rule_set(on)
    found = _decide(situation, chosen, rules, rule_set)
    limited = found.may_send != rules.purposes[situation.purpose].at_most
    row = found.row
    return Verdict(
        situation=situation,
        policy=chosen,
        on=on,
        rules_version=rules.version,
        rule_set=rule_set.id,
        rule=row.id,
        basis=row.then.basis,
        article=_article(row.then.basis, rule_set),
        sources=row.sources,
        may_send=found.may_send,
        light=row.then.light,
        reason=row.reason,
        needs=row.then.needs,
        ask=_to_ask(situation, chosen, rules) if limited else (),
        officer_may_decide=_more_by_officer(situation, chosen, rules, rule_set),
        instead=_instead(situation, chosen, rules, rule_set) if limited else None,
    )


def withdrawal_effect(basis: str, *, rules: Rules | None = None) -> WithdrawalEffect:
    """What is left of a report on this basis when consent is withdrawn, and what of figures?

    Raises:
        InputError: no such basis.

    """
    for effect in (rules or current_rules()).withdrawals:
        if basis in effect.bases:
            return effect
    raise InputError(
        Problem(
            what="no such legal basis",
            found=repr(basis),
            allowed=", ".join(code_list("legal_bases")),
        )
    )


def _decide(situation: Situation, policy: Policy, rules: Rules, rule_set: RuleSet) -> _Found:
    facts: Mapping[str, str | bool] = {
        "rule_sets": rule_set.id,
        "reporters": situation.reporter,
        "classes": situation.reporter_class,
        "purposes": situation.purpose,
        "ages": situation.age,
        "consents": situation.consent,
        "giver_is_asked": situation.giver in rules.asks[policy.minors][situation.age],
        "giver_suspected": situation.giver in situation.suspects,
        "contested_ground": policy.contested_ground,
        "officer_decided": situation.officer_decided,
    }
    row = next(row for row in rules.rows if row.when.fits(facts))
    most = rules.purposes[situation.purpose].at_most
    return _Found(row=row, may_send=min(row.then.may_send, most, key=content_rank))


def _to_ask(situation: Situation, policy: Policy, rules: Rules) -> tuple[str, ...]:
    asked = rules.asks[policy.minors][situation.age]
    return tuple(giver for giver in asked if giver not in situation.suspects)


def _more_by_officer(situation: Situation, policy: Policy, rules: Rules, rule_set: RuleSet) -> bool:
    now = _decide(situation, policy, rules, rule_set)
    decided = _decide(replace(situation, officer_decided=True), policy, rules, rule_set)
    return content_rank(decided.may_send) > content_rank(now.may_send)


def _instead(situation: Situation, policy: Policy, rules: Rules, rule_set: RuleSet) -> str | None:
    now = _decide(situation, policy, rules, rule_set)
    for purpose in rules.purposes[situation.purpose].instead:
        other = _decide(replace(situation, purpose=purpose), policy, rules, rule_set)
        if content_rank(other.may_send) > content_rank(now.may_send):
            return purpose
    return None


def _article(basis: str, rule_set: RuleSet) -> str:
    general = str(code_list("legal_bases")[basis].attributes.get("article", ""))
    return rule_set.articles.get(basis, general)
