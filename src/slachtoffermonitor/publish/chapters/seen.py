"""The chapters on who is seen and who is not: the hidden number, victims in view, who reports."""

from __future__ import annotations

from slachtoffermonitor.ground import Text
from slachtoffermonitor.publish.chapters.shape import Chapter, Section, View

__all__ = ["SEEN"]

SEEN: tuple[Chapter, ...] = (
    Chapter(
        slug=Text("hidden-number").message,
        title=Text("Hidden number"),
        lead=Text(
            "Most victims are never registered. Their number can only be estimated, from the "
            "overlap between lists of those who are seen. Different models give different "
            "answers, so this page never gives one number alone."
        ),
        sections=(
            Section(
                key="models",
                heading=Text("Several models, side by side"),
                words=(
                    Text(
                        "All rows use the same lists of the same persons, and count the whole "
                        "period together. The models differ in which lists they allow to depend "
                        "on each other. Nothing in the lists alone proves which model is right."
                    ),
                    Text(
                        "Read it like this: where all models agree, the figure is firm. Where "
                        "they differ, the evidence does not yet decide."
                    ),
                ),
                figures=("hidden-number-models",),
            ),
            Section(
                key="published",
                heading=Text("Estimates published so far"),
                figures=("published-estimates",),
            ),
            Section(
                key="test",
                heading=Text("Does the method find a number that is known?"),
                words=(
                    Text(
                        "In a simulated nation the true number is known. The estimate from its "
                        "lists should have the true number within its interval."
                    ),
                ),
                figures=("hidden-number-by-year",),
            ),
        ),
    ),
    Chapter(
        slug=Text("victims-in-view").message,
        title=Text("Victims in view"),
        lead=Text(
            "Who was registered as a presumed victim of human trafficking, by year, form, age, "
            "sex and citizenship. A fall in these figures can mean fewer victims, or less sight "
            "of them."
        ),
        sections=(
            Section(
                key="number",
                heading=Text("Number"),
                figures=("registered-by-year",),
                tables=("key_figures",),
            ),
            Section(
                key="form",
                heading=Text("Form of exploitation"),
                words=(
                    Text(
                        "One victim can be exploited in several forms, so the forms add up to more "
                        "than the number of victims."
                    ),
                ),
                figures=(
                    "registered-by-form",
                    "registered-by-form-domestic-sexual",
                    "register-by-year-form",
                ),
                views=(
                    View(
                        label=Text("Domestic and cross-border sexual exploitation, by year"),
                        table="register_by_year_form",
                        choice="rows=year&columns=form&only.form=BSU&only.form=GSU",
                    ),
                ),
            ),
            Section(
                key="sectors",
                heading=Text("Sectors"),
                words=(
                    Text(
                        "The sector follows from the form of exploitation. Little is published "
                        "on it; what is there stands in the same table as the forms."
                    ),
                ),
                figures=("register-by-year-sector",),
                views=(
                    View(
                        label=Text("Published figures by form and sector"),
                        table="registered_by_form",
                        choice="rows=group&columns=&where.measure=share_of_victims",
                    ),
                ),
            ),
            Section(
                key="age",
                heading=Text("Age"),
                figures=("registered-by-age-age-0-17", "register-by-year-age"),
                views=(
                    View(
                        label=Text("Minors, by year and form of exploitation"),
                        table="register_by_year_form_age",
                        choice="rows=year&columns=form&where.age_band=L00_17",
                    ),
                    View(
                        label=Text("Domestic sexual exploitation, by year and age"),
                        table="register_by_year_form_age",
                        choice="rows=year&columns=age_band&where.form=BSU",
                    ),
                ),
            ),
            Section(
                key="sex",
                heading=Text("Sex"),
                figures=("register-by-year-sex",),
                tables=("registered_by_sex",),
                views=(
                    View(
                        label=Text("Sex, by year, for one form of exploitation"),
                        table="register_by_year_form_sex",
                        choice="rows=year&columns=sex&where.form=GSU",
                    ),
                ),
            ),
            Section(
                key="citizenship",
                heading=Text("Citizenship"),
                figures=("registered-by-citizenship-latest", "register-by-year-citizenship"),
                views=(
                    View(
                        label=Text("Citizenship, by year, for labour exploitation"),
                        table="register_by_year_form_citizenship",
                        choice="rows=year&columns=citizenship_group&where.form=ARB",
                    ),
                ),
            ),
            Section(
                key="elsewhere",
                heading=Text("Other countries"),
                words=(
                    Text(
                        "Other countries count in other ways: who reports, what counts as a victim "
                        "and in which year differ. These figures stand side by side, not in one "
                        "series."
                    ),
                ),
                tables=("other_countries",),
            ),
        ),
    ),
    Chapter(
        slug=Text("who-reports").message,
        title=Text("Who reports"),
        lead=Text(
            "Some organisations must report a victim, some may, and some may not. So a change in "
            "who reports is easily taken for a change in the number of victims."
        ),
        sections=(
            Section(
                key="reporters",
                heading=Text("All who report"),
                words=(
                    Text(
                        "A notification is not a victim: several reporters can report the same "
                        "person, so reporters add up to more than the number of victims."
                    ),
                ),
                figures=("registered-by-reporter", "register-by-year-reporter"),
            ),
            Section(
                key="must",
                heading=Text("Who must report"),
                words=(
                    Text(
                        "Police, border police and labour inspectorate must report every presumed "
                        "victim, also without consent."
                    ),
                ),
                figures=("registered-by-reporter-police",),
            ),
            Section(
                key="may",
                heading=Text("Who may report"),
                words=(
                    Text(
                        "Care, shelter, youth care and others may report a victim when there is a "
                        "legal basis. Most often that is the consent of the victim."
                    ),
                ),
                figures=("registered-by-reporter-non-investigative",),
            ),
            Section(
                key="may-not",
                heading=Text("Who may not report"),
                words=(
                    Text(
                        "Without consent or another legal basis nobody in this group may say who a "
                        "victim is. For a minor a parent or guardian has to agree, and a parent "
                        "can be the suspect. Such victims are missing from the register. A "
                        "reporter may still report how many victims there were, without saying "
                        "who."
                    ),
                ),
                tables=("silent_reporters",),
                alone=True,
            ),
        ),
    ),
    Chapter(
        slug=Text("online-platforms").message,
        title=Text("Online platforms"),
        lead=Text(
            "Victims are recruited, coerced and advertised online. Who knows on which platform can "
            "look there, and can ask the platform to act."
        ),
        sections=(
            Section(
                key="platforms",
                heading=Text("Platforms that reporters name"),
                words=(
                    Text(
                        "For many victims no platform is known, and one victim can be on several. "
                        "So these figures say which platforms are seen, not how large the part "
                        "of each is."
                    ),
                ),
                figures=("register-by-year-platform",),
                views=(
                    View(
                        label=Text("Platforms side by side, by year"),
                        table="register_by_year_platform",
                        choice="rows=platform&columns=year",
                    ),
                ),
            ),
        ),
    ),
    Chapter(
        slug=Text("chat-line").message,
        title=Text("Chat line"),
        lead=Text(
            "Some victims tell their story for the first time in a chat, without a name. They are "
            "not in the register, and cannot be counted with it."
        ),
        sections=(
            Section(
                key="chat",
                heading=Text("Victims in the chat"),
                figures=("chat-line-total",),
                tables=("chat_line",),
            ),
        ),
    ),
)
