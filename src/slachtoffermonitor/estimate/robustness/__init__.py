"""How far an estimate can be trusted: everything that moves it, and linkage as one of these."""

from slachtoffermonitor.estimate.robustness.admission import (
    AdmittedInterval,
    intervals_by_models_admitted,
)
from slachtoffermonitor.estimate.robustness.judgement import Spread
from slachtoffermonitor.estimate.robustness.linkages._linked import LinkedEstimate
from slachtoffermonitor.estimate.robustness.linkages.combined import combine_linkages
from slachtoffermonitor.estimate.robustness.linkages.result import LinkageEstimate
from slachtoffermonitor.estimate.robustness.linkages.tables import tabulate_linkages
from slachtoffermonitor.estimate.robustness.plots import (
    admission_chart,
    sensitivity_chart,
    tornado_chart,
    trajectory_chart,
)
from slachtoffermonitor.estimate.robustness.reliability import (
    HiddenList,
    Trajectory,
    TrajectoryStep,
    hide_each_list,
    trace_trajectories,
)
from slachtoffermonitor.estimate.robustness.report import RobustnessReport, assess_robustness
from slachtoffermonitor.estimate.robustness.selection import Selection
from slachtoffermonitor.estimate.robustness.sensitivity import (
    SensitivityCurve,
    SensitivityPoint,
    sensitivity_curve,
)
from slachtoffermonitor.estimate.robustness.variants import Variant

__all__ = [
    "AdmittedInterval",
    "HiddenList",
    "LinkageEstimate",
    "LinkedEstimate",
    "RobustnessReport",
    "Selection",
    "SensitivityCurve",
    "SensitivityPoint",
    "Spread",
    "Trajectory",
    "TrajectoryStep",
    "Variant",
    "admission_chart",
    "assess_robustness",
    "combine_linkages",
    "hide_each_list",
    "intervals_by_models_admitted",
    "sensitivity_chart",
    "sensitivity_curve",
    "tabulate_linkages",
    "tornado_chart",
    "trace_trajectories",
    "trajectory_chart",
]
