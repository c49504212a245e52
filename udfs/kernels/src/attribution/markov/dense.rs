//! Removal effects of all channels by one inverse, for chains whose states are channels.
//!
//! With `N = (I − Q)⁻¹`, a walk from the start reaches channel `c` with the chance `N_sc / N_cc`, where `N_sc`,
//! the visits, are known from the counts. From there it brings `h_c`, the solution of `(I − Q) h = r`. All of
//! that is lost without `c`, and nothing else: `P − P_c = N_sc h_c / N_cc`, a product, so nothing cancels.

use super::chain::Chain;
use crate::linalg::inverse;

/// For each state, what is lost of the conversions and of the value without it; `None` if no walk ever ends.
pub(super) fn losses(chain: &Chain) -> Option<Vec<[f64; 2]>> {
    let n = chain.len();
    let mut matrix = vec![0.0; n * n];
    for (state, row) in matrix.chunks_exact_mut(n).enumerate() {
        row[state] = 1.0;
        for &(next, chance) in chain.row(state) {
            row[next as usize] -= chance;
        }
    }
    let inverse = inverse::invert(matrix, n)?;
    let mut losses = Vec::with_capacity(n);
    for (state, row) in inverse.chunks_exact(n).enumerate() {
        let reached = chain.visits[state] / row[state];
        losses.push([reached * dot(row, &chain.conversion), reached * dot(row, &chain.value)]);
    }
    Some(losses)
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}
