"""The words of the monitor: code lists with labels, definitions, dates and mappings.

Lists are data (`data/NAME.toml`), read when first asked for. What stands in another organisation's
code system is data too (`data/targets/`). Nothing here is about a person.
"""

from slachtoffermonitor.vocabulary._bands import (
    age_band,
    age_band_expr,
    duration_band,
    duration_band_expr,
)
from slachtoffermonitor.vocabulary._codes import Code, CodeList
from slachtoffermonitor.vocabulary._countries import citizenship_group, citizenship_group_expr
from slachtoffermonitor.vocabulary._glossary import (
    GlossaryTerm,
    glossary_code_lists,
    glossary_terms,
    render_glossary,
)
from slachtoffermonitor.vocabulary._reading import code_list, code_list_names
from slachtoffermonitor.vocabulary._targets import (
    MappingTarget,
    mapping_target,
    mapping_target_names,
)

__all__ = [
    "Code",
    "CodeList",
    "GlossaryTerm",
    "MappingTarget",
    "age_band",
    "age_band_expr",
    "citizenship_group",
    "citizenship_group_expr",
    "code_list",
    "code_list_names",
    "duration_band",
    "duration_band_expr",
    "glossary_code_lists",
    "glossary_terms",
    "mapping_target",
    "mapping_target_names",
    "render_glossary",
]
