"""The rules once more, as plain sentences of code: slow, obvious, and read by a jurist.

The decision table is held against this for every question. Nothing here reads the table.
"""

from datetime import date

AVG = date(2018, 5, 25)
OTHER_GROUNDS = date(2019, 10, 1)
LAW_BASES = {"POL": "WPG", "KMAR": "WPG", "NLA": "BPBOD"}
NOTHING = ("GEEN", "TELLING", "red")


def obvious_verdict(situation, policy, on):
    """Give basis, what may be sent, and the light."""
    counting = situation.purpose == "STATISTIEK"
    most = "PSEUDONIEM" if counting else "VOLLEDIG"
    if situation.reporter in LAW_BASES and situation.purpose != "ZORG":
        return LAW_BASES[situation.reporter], most, "green"
    consent = valid_consent(situation, policy, on)
    if consent:
        return consent[0], most, consent[1]
    refused = situation.consent == "INGETROKKEN"
    minor = situation.age in ("L00_15", "L16_17")
    if situation.officer_decided and not counting and (minor or not refused):
        return "VITAAL", "VOLLEDIG", "amber"
    may_weigh = policy.contested_ground and on >= OTHER_GROUNDS and not refused
    organisation = situation.reporter not in LAW_BASES and situation.reporter != "ZELF"
    if may_weigh and organisation and situation.purpose != "ZORG":
        return "GERECHTV", "PSEUDONIEM", "amber"
    return NOTHING


def valid_consent(situation, policy, on):
    """Give the basis and the light when somebody consented who may."""
    adult, child = situation.age == "L18_PLUS", situation.age == "L00_15"
    youth = situation.age == "L16_17"
    decides_alone = adult or (youth and policy.minors == "TOT_16")
    represented = child or (youth and policy.minors == "TOT_18")
    if situation.consent == "ZELF" and decides_alone:
        return "TOEST_ZELF", "green"
    if situation.consent == "OUDER" and represented and "OUDER" not in situation.suspects:
        return "TOEST_OUDER", "green"
    if situation.consent == "VOOGD" and "VOOGD" not in situation.suspects:
        if represented:
            return "TOEST_VOOGD", "green"
        if adult:
            return "TOEST_VOOGD", "amber"
    if situation.consent == "MONDELING" and adult and on < AVG:
        return "TOEST_ZELF", "amber"
    return None
