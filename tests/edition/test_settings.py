"""monitor.toml is read strictly, and what is written is read back the same."""

from dataclasses import replace
from datetime import date

import pytest

from slachtoffermonitor.edition import Settings, read_settings, render_settings
from slachtoffermonitor.ground import InputError


def written(folder, text):
    path = folder / "monitor.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_what_is_written_is_read_back(tmp_path):
    settings = Settings()
    settings = replace(
        settings,
        edition=replace(settings.edition, name="2016-2020", first_year=2016, last_year=2020),
        follow=replace(settings.follow, horizons_years=(2, 4)),
        deliveries=replace(settings.deliveries, source="files", observed_until=date(2021, 6, 30)),
        disclosure=replace(
            settings.disclosure, method="cell-key", approvals=('Ann "A" B', "Bob"), budget=2.5
        ),
    )
    assert read_settings(written(tmp_path, render_settings(settings))) == settings


def test_what_is_left_out_has_its_default(tmp_path):
    settings = read_settings(written(tmp_path, "[edition]\nseed = 7\n"))
    assert settings.edition.seed == 7
    assert settings.disclosure == Settings().disclosure


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("[edition", "is not valid TOML"),
        ("[editie]\n", "unknown section; found editie; allowed: edition, deliveries"),
        ("[edition]\nsed = 1\n", "unknown setting in [edition]; found sed"),
        ("edition = 3\n", "'edition' is not a section"),
        ("[edition]\nseed = 'x'\n", "[edition] seed is of the wrong kind; found 'x'"),
        ("[edition]\nseed = true\n", "[edition] seed is of the wrong kind; found True"),
        ("[edition]\nseed = -1\n", "seed is negative"),
        ("[edition]\nfirst_year = 2024\n", "first_year to last_year is no window"),
        ("[deliveries]\nsource = 'internet'\n", "source is not known"),
        ("[deliveries]\nobserved_until = 2001-01-01\n", "before the window ends"),
        ("[deliveries]\npersons = 3\n", "too small"),
        ("[estimate]\nbootstrap = 10\n", "too few replicates"),
        ("[estimate]\nlists = 1\n", "out of reach"),
        ("[estimate]\nlevel = 95\n", "level has no interval"),
        ("[follow]\nclearing_days = -3\n", "negative clearing period"),
        ("[follow]\nhorizons_years = [1, 'x']\n", "horizons_years is of the wrong kind"),
        ("[disclosure]\nmethod = 'magic'\n", "method is of the wrong kind; found 'magic'"),
        ("[disclosure]\nminimum = 1\n", "[disclosure] the minimum count protects nobody"),
        ("[disclosure]\napprovals = 'Ann'\n", "approvals is of the wrong kind"),
    ],
)
def test_wrong_settings_are_refused_by_name(tmp_path, text, what):
    path = written(tmp_path, text)
    with pytest.raises(InputError) as refused:
        read_settings(path)
    assert what in str(refused.value)
    assert str(path) in str(refused.value)


def test_all_wrong_settings_are_told_at_once(tmp_path):
    path = written(tmp_path, "[edition]\nsed = 1\nname = 4\n[x]\n")
    with pytest.raises(InputError) as refused:
        read_settings(path)
    assert len(refused.value.problems) == 3


def test_a_folder_without_settings_says_how_to_make_them(tmp_path):
    with pytest.raises(InputError, match="slachtoffermonitor new"):
        read_settings(tmp_path / "monitor.toml")
