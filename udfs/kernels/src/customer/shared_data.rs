//! The data and reference numbers that tests share. Where they are is told by `BELLWETHER_SHARED`.

use std::path::PathBuf;

use super::weighted::Weighted;

/// A file of the shared data; `None`, and a word about it, where it is not there.
pub(crate) fn text(path: &str) -> Option<String> {
    let shared = std::env::var_os("BELLWETHER_SHARED").map_or_else(|| PathBuf::from("../../../shared"), PathBuf::from);
    let text = std::fs::read_to_string(shared.join(path)).ok();
    if text.is_none() {
        eprintln!("{path} is not in {}: set BELLWETHER_SHARED", shared.display());
    }
    text
}

/// Cells of a file of numbers, without the header.
pub(super) fn lines(path: &str) -> Option<Vec<Vec<f64>>> {
    let number = |cell: &str| cell.trim().parse().unwrap_or(f64::NAN);
    Some(text(path)?.lines().skip(1).map(|line| line.split(',').map(number).collect()).collect())
}

/// The customers of CDNOW: frequency, recency and age in weeks.
pub(super) fn cdnow() -> Option<Weighted<3>> {
    let mut customers = Weighted::new();
    for line in lines("data/clv/cdnow_customers_summary.csv")? {
        customers.update([line[1], line[2], line[3]], 1.0);
    }
    Some(customers)
}
