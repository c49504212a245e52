//! Points in a space: rows of numbers, one after the other.

/// Points of the same number of dimensions.
#[derive(Debug, Clone, Copy)]
pub struct Points<'a> {
    values: &'a [f64],
    dimensions: usize,
}

impl<'a> Points<'a> {
    /// The points whose coordinates follow each other; an incomplete last one is left out.
    pub fn new(values: &'a [f64], dimensions: usize) -> Self {
        let dimensions = dimensions.max(1);
        Self { values: &values[..values.len() / dimensions * dimensions], dimensions }
    }

    pub fn dimensions(&self) -> usize {
        self.dimensions
    }

    pub fn len(&self) -> usize {
        self.values.len() / self.dimensions
    }

    pub fn is_empty(&self) -> bool {
        self.values.is_empty()
    }

    pub fn point(&self, index: usize) -> &'a [f64] {
        &self.values[index * self.dimensions..(index + 1) * self.dimensions]
    }

    pub fn iter(&self) -> impl Iterator<Item = &'a [f64]> + use<'a> {
        self.values.chunks_exact(self.dimensions)
    }
}

/// The square of the distance between two points.
pub fn distance(left: &[f64], right: &[f64]) -> f64 {
    left.iter().zip(right).map(|(left, right)| (left - right) * (left - right)).sum()
}
