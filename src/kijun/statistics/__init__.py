"""Arrays in, estimates out. Knows nothing of language models; whatever is random takes an explicit generator."""

from kijun.statistics.acceptability import (
    Acceptability,
    acceptability,
    ahead_for_all_weights,
    front_shares,
    rank_sets,
    tiers,
)
from kijun.statistics.agreement import cohen_kappa, gwet_ac1
from kijun.statistics.attempts import attempt_f
from kijun.statistics.bias import (
    bias_score,
    gaps_by_unit,
    group_contrast,
    group_gaps,
    share_gap,
    slope,
    stereotype_scores,
)
from kijun.statistics.bootstrap import REPLICATES
from kijun.statistics.bounds import bound_of_mean, bound_of_share, one_sided_factor, trials_of_share
from kijun.statistics.calibration import area_under_risk, brier, calibration_error, selective_accuracy
from kijun.statistics.classification import (
    ConfusionMetric,
    binary_f1,
    f1_of_tables,
    macro_f1,
    macro_f1_of_tables,
    matthews,
    matthews_of_tables,
)
from kijun.statistics.clusters import Clusters
from kijun.statistics.correlation import pearson, pearson_spearman_mean, spearman
from kijun.statistics.detection import auc, compare_auc
from kijun.statistics.detectors import DetectorAgreement, detector_agreement
from kijun.statistics.differences import difference_of_estimates, difference_of_shares
from kijun.statistics.figures import Figure, compare_figures
from kijun.statistics.groups import normalised_mean, pooled_group, pooled_stderr
from kijun.statistics.intervals import normal_quantile, rare_share, wilson
from kijun.statistics.means import mean, nothing_measured, proportion
from kijun.statistics.multiplicity import benjamini_hochberg, holm
from kijun.statistics.paired import PairedComparison, compare, minimal_detectable_difference, paired_bootstrap
from kijun.statistics.planning import ratings_needed, ratings_to_go, running_mean, split_budget
from kijun.statistics.prediction_powered import CorrectedMean, corrected_mean, corrected_mean_by_strata
from kijun.statistics.preferences import RatingSpread, mean_confidence, pooled_spread, vote_confidence
from kijun.statistics.ranking import Ranking, RankSet, bradley_terry
from kijun.statistics.rater_models import RaterModel, dawid_skene
from kijun.statistics.reliability import fleiss_kappa, krippendorff_alpha, many_rater_ac1, raw_agreement
from kijun.statistics.robustness import answer_agreement, performance_drop, relative_drop, spread, worst_case
from kijun.statistics.unequal_chances import corrected_mean_by_design
from kijun.statistics.unscored import bounds_for_unscored
from kijun.statistics.weight_ranges import corners_of_weights, draw_weights, weights_near

__all__ = [
    "REPLICATES",
    "Acceptability",
    "Clusters",
    "ConfusionMetric",
    "CorrectedMean",
    "DetectorAgreement",
    "Figure",
    "PairedComparison",
    "RankSet",
    "Ranking",
    "RaterModel",
    "RatingSpread",
    "acceptability",
    "ahead_for_all_weights",
    "answer_agreement",
    "area_under_risk",
    "attempt_f",
    "auc",
    "benjamini_hochberg",
    "bias_score",
    "binary_f1",
    "bound_of_mean",
    "bound_of_share",
    "bounds_for_unscored",
    "bradley_terry",
    "brier",
    "calibration_error",
    "cohen_kappa",
    "compare",
    "compare_auc",
    "compare_figures",
    "corners_of_weights",
    "corrected_mean",
    "corrected_mean_by_design",
    "corrected_mean_by_strata",
    "dawid_skene",
    "detector_agreement",
    "difference_of_estimates",
    "difference_of_shares",
    "draw_weights",
    "f1_of_tables",
    "fleiss_kappa",
    "front_shares",
    "gaps_by_unit",
    "group_contrast",
    "group_gaps",
    "gwet_ac1",
    "holm",
    "krippendorff_alpha",
    "macro_f1",
    "macro_f1_of_tables",
    "many_rater_ac1",
    "matthews",
    "matthews_of_tables",
    "mean",
    "mean_confidence",
    "minimal_detectable_difference",
    "normal_quantile",
    "normalised_mean",
    "nothing_measured",
    "one_sided_factor",
    "paired_bootstrap",
    "pearson",
    "pearson_spearman_mean",
    "performance_drop",
    "pooled_group",
    "pooled_spread",
    "pooled_stderr",
    "proportion",
    "rank_sets",
    "rare_share",
    "ratings_needed",
    "ratings_to_go",
    "raw_agreement",
    "relative_drop",
    "running_mean",
    "selective_accuracy",
    "share_gap",
    "slope",
    "spearman",
    "split_budget",
    "spread",
    "stereotype_scores",
    "tiers",
    "trials_of_share",
    "vote_confidence",
    "weights_near",
    "wilson",
    "worst_case",
]
