"""The doubt about a linkage: what else it could have been, and how good it is."""

from slachtoffermonitor.link.doubt.clerical import clerical_sample
from slachtoffermonitor.link.doubt.imputing import ImputedLinkage, impute
from slachtoffermonitor.link.doubt.quality import LinkageQuality, linkage_quality

__all__ = ["ImputedLinkage", "LinkageQuality", "clerical_sample", "impute", "linkage_quality"]
