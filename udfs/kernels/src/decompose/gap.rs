//! Missing values of a series, filled.

/// The series with NaN replaced by the straight line between its neighbours; before the first and after the last
/// value, by that value. None if no value is there.
pub fn interpolate(values: &[f64]) -> Option<Vec<f64>> {
    let mut filled = values.to_vec();
    let mut previous: Option<usize> = None;
    for position in 0..values.len() {
        if values[position].is_nan() {
            continue;
        }
        match previous {
            None => filled[..position].fill(values[position]),
            Some(from) => {
                for between in from + 1..position {
                    let part = (between - from) as f64 / (position - from) as f64;
                    filled[between] = values[from] * (1.0 - part) + values[position] * part;
                }
            }
        }
        previous = Some(position);
    }
    let last = previous?;
    filled[last + 1..].fill(values[last]);
    Some(filled)
}
