//! The weight of evidence of each value of a feature, and the information of the feature.

/// Rows with one value of a feature, by label.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Cell {
    pub negatives: f64,
    pub positives: f64,
}

/// What a value says about the label.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Evidence {
    /// The logarithm of the share of the negatives over the share of the positives: above 0 it speaks against.
    pub woe: f64,
    /// The part of the information value: never negative.
    pub iv: f64,
}

/// What is added to both counts of a cell that has none of one label, so that its logarithm is finite.
const CONTINUITY: f64 = 0.5;

/// The evidence of each value (Good 1950; Siddiqi 2006), `None` when one of the labels does not occur.
pub fn evidence(cells: &[Cell]) -> Option<Vec<Evidence>> {
    let negatives: f64 = cells.iter().map(|cell| cell.negatives).sum();
    let positives: f64 = cells.iter().map(|cell| cell.positives).sum();
    if negatives <= 0.0 || positives <= 0.0 {
        return None;
    }
    let of = |cell: &Cell| {
        if cell.negatives + cell.positives == 0.0 {
            return Evidence { woe: 0.0, iv: 0.0 };
        }
        let is_empty = cell.negatives == 0.0 || cell.positives == 0.0;
        let added = if is_empty { CONTINUITY } else { 0.0 };
        let (against, towards) = ((cell.negatives + added) / negatives, (cell.positives + added) / positives);
        let woe = (against / towards).ln();
        Evidence { woe, iv: (against - towards) * woe }
    };
    Some(cells.iter().map(of).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_contract_of_the_telco_data_has_its_published_evidence() {
        let cell = |negatives, positives| Cell { negatives, positives };
        let found = evidence(&[cell(2220.0, 1655.0), cell(1307.0, 166.0), cell(1647.0, 48.0)]).unwrap();
        let expected = [(-0.7245363682, 0.3307014739), (1.04525937, 0.1712047573), (2.517267164, 0.7366535617)];
        for (found, (woe, iv)) in found.iter().zip(expected) {
            assert!((found.woe - woe).abs() < 1e-8 && (found.iv - iv).abs() < 1e-8, "{found:?}");
        }
    }

    #[test]
    fn an_empty_cell_is_finite_and_one_label_says_nothing() {
        let cells = [Cell { negatives: 10.0, positives: 0.0 }, Cell { negatives: 5.0, positives: 5.0 }];
        let found = evidence(&cells).unwrap();
        assert!((found[0].woe - (10.5_f64 / 15.0 / (0.5 / 5.0)).ln()).abs() < 1e-12);
        assert!(found.iter().all(|own| own.iv >= 0.0));
        assert_eq!(evidence(&cells[..1]), None);
        assert_eq!(evidence(&[]), None);
    }
}
