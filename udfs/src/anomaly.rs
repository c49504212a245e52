//! What is not as it should be: unusual values, alarms of series, changes of level.

mod anomaly_iqr;
mod anomaly_mad;
mod anomaly_score;
mod anomaly_zscore;
mod changepoints;
mod detect_anomalies;
mod frame;
mod series;

use crate::function::Function;

/// What the family is about.
pub(crate) const ABOUT: &str = "What is not as it should be: unusual values, alarms of series, changes of level.";

pub(crate) fn functions() -> Vec<Function> {
    vec![
        detect_anomalies::function(),
        changepoints::function(),
        anomaly_score::function(),
        anomaly_mad::function(),
        anomaly_zscore::function(),
        anomaly_iqr::function(),
    ]
}
