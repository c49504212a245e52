//! Scores: the chance of a label from features, how good such chances are, and rates of few.
//!
//! - [`feature`]: numbers and categories, and whether one of them alone tells the labels apart;
//! - [`logistic`]: logistic regression;
//! - [`boosting`]: gradient boosting, and what each feature adds to a score;
//! - [`calibration`]: chances that come true as often as they say;
//! - [`quality`]: how good chances are, by what came true;
//! - [`evidence`]: what each value of a feature says about the label;
//! - [`shrinkage`]: rates of few rows, drawn towards the rate of all.

pub mod boosting;
pub mod calibration;
pub mod evidence;
pub mod feature;
pub mod logistic;
pub mod quality;
pub mod shrinkage;
