//! k-means: centres with the least sum of squared distances from points to the nearest of them.
//!
//! Centres are chosen far apart by chance (k-means++ with several candidates for each; Arthur & Vassilvitskii 2007)
//! and moved to the mean of their points until nothing changes (Lloyd 1982);
//! where they rest, single points change over as long as that helps (Hartigan 1975). The best of several starts is kept. The seed
//! determines everything. Of many points the starts see a sample, and the best of them goes on with all points.

use crate::random::Random;
use crate::segment::points::{Points, distance};

/// How often the search is begun anew.
const STARTS: usize = 20;

/// The points that a start sees.
const START_POINTS: usize = 50_000;

/// The most moves of the centres; they nearly always come to rest within fifty.
const MOVES_MAX: usize = 300;

/// The improvement below which a move is the last, relative to the inertia.
const IMPROVEMENT_MIN: f64 = 1e-10;

/// Centres, and how far the points are from them.
#[derive(Debug, Clone, PartialEq)]
pub struct Clusters {
    /// The coordinates of the centres, one after the other; first the centre with the most points.
    pub centres: Vec<f64>,
    /// The points nearest to each centre.
    pub sizes: Vec<usize>,
    /// The sum of the squared distances to the nearest centre.
    pub inertia: f64,
    pub moves: usize,
}

/// At most `k` centres of the points: fewer where there are fewer different points. Points are finite.
pub fn fit(points: Points<'_>, k: usize, seed: u64) -> Clusters {
    let mut random = Random::new(seed);
    let sample = sample(points, &mut random);
    let seen = if sample.is_empty() { points } else { Points::new(&sample, points.dimensions()) };
    let mut best: Option<Clusters> = None;
    for turn in 0..STARTS {
        // Every other start takes its first candidates: choosing the best makes starts resemble each other.
        let candidates = if turn % 2 == 0 { 2 + (k.max(1) as f64).ln() as usize } else { 1 };
        let found = settle(seen, start(seen, k, candidates, &mut random));
        if best.as_ref().is_none_or(|best| found.inertia < best.inertia) {
            best = Some(found);
        }
    }
    let best = best.unwrap_or(Clusters { centres: Vec::new(), sizes: Vec::new(), inertia: 0.0, moves: 0 });
    let found = if sample.is_empty() { best } else { settle(points, best.centres) };
    in_order(found, points.dimensions())
}

/// The place of the centre nearest to a point, of equals the first, and the square of the distance.
pub fn nearest(centres: Points<'_>, point: &[f64]) -> Option<(usize, f64)> {
    let mut nearest: Option<(usize, f64)> = None;
    for (place, centre) in centres.iter().enumerate() {
        let away = distance(centre, point);
        if nearest.is_none_or(|(_, least)| away < least) {
            nearest = Some((place, away));
        }
    }
    nearest
}

/// Some of the points, if there are more than a start needs.
fn sample(points: Points<'_>, random: &mut Random) -> Vec<f64> {
    if points.len() <= START_POINTS {
        return Vec::new();
    }
    let mut sample = Vec::with_capacity(START_POINTS * points.dimensions());
    let mut wanted = START_POINTS;
    for index in 0..points.len() {
        if random.below(points.len() - index) < wanted {
            sample.extend_from_slice(points.point(index));
            wanted -= 1;
        }
    }
    sample
}

/// Centres among the points, each chosen with a chance in proportion to its squared distance from those before it,
/// as the best of some candidates.
fn start(points: Points<'_>, k: usize, candidates: usize, random: &mut Random) -> Vec<f64> {
    let mut centres = Vec::with_capacity(k * points.dimensions());
    if points.is_empty() || k == 0 {
        return centres;
    }
    let first = points.point(random.below(points.len()));
    centres.extend_from_slice(first);
    let mut away: Vec<f64> = points.iter().map(|point| distance(point, first)).collect();
    for _ in 1..k {
        let total: f64 = away.iter().sum();
        if total <= 0.0 {
            break;
        }
        let mut best: Option<(f64, usize, Vec<f64>)> = None;
        for _ in 0..candidates {
            let chosen = choose(&away, random.unit() * total);
            let candidate = points.point(chosen);
            let then: Vec<f64> =
                points.iter().zip(&away).map(|(point, away)| away.min(distance(point, candidate))).collect();
            let sum = then.iter().sum();
            if best.as_ref().is_none_or(|(least, ..)| sum < *least) {
                best = Some((sum, chosen, then));
            }
        }
        if let Some((_, chosen, then)) = best {
            centres.extend_from_slice(points.point(chosen));
            away = then;
        }
    }
    centres
}

/// The place where the sum of the weights passes a mark.
fn choose(weights: &[f64], mark: f64) -> usize {
    let mut sum = 0.0;
    let mut last = 0;
    for (place, weight) in weights.iter().enumerate().filter(|(_, weight)| **weight > 0.0) {
        sum += weight;
        last = place;
        if sum > mark {
            break;
        }
    }
    last
}

/// Moves the centres until neither they nor single points want to move.
fn settle(points: Points<'_>, centres: Vec<f64>) -> Clusters {
    let mut settled = lloyd(points, centres);
    while settled.moves < MOVES_MAX {
        let Some(centres) = exchange(points, &settled) else { break };
        let next = lloyd(points, centres);
        if next.inertia >= settled.inertia {
            break;
        }
        settled = Clusters { moves: settled.moves + next.moves.max(1), ..next };
    }
    settled
}

/// The centres after every point went over to another cluster where both are better for it, centres following it
/// at once; `None` if no point did. The nearest centre need not be the best: a point pulls its own centre along.
fn exchange(points: Points<'_>, clusters: &Clusters) -> Option<Vec<f64>> {
    let dimensions = points.dimensions();
    let (mut centres, mut sizes) = (clusters.centres.clone(), clusters.sizes.clone());
    let mut has_moved = false;
    for point in points.iter() {
        let (own, away) = nearest(Points::new(&clusters.centres, dimensions), point)?;
        let size = sizes[own] as f64;
        if sizes[own] < 2 || away == 0.0 {
            continue;
        }
        let loss = |place: usize, centre: &[f64]| {
            let size = sizes[place] as f64;
            size / (size + 1.0) * distance(centre, point)
        };
        let gain = size / (size - 1.0) * distance(&centres[own * dimensions..(own + 1) * dimensions], point);
        let others = centres.chunks_exact(dimensions).enumerate().filter(|(place, _)| *place != own);
        let best = others.map(|(place, centre)| (loss(place, centre), place)).min_by(|l, r| l.0.total_cmp(&r.0));
        let Some((_, other)) = best.filter(|(least, _)| *least < gain * (1.0 - IMPROVEMENT_MIN)) else { continue };
        has_moved = true;
        let larger = sizes[other] as f64;
        for (dimension, value) in point.iter().enumerate() {
            let left = &mut centres[own * dimensions + dimension];
            *left -= (value - *left) / (size - 1.0);
            let joined = &mut centres[other * dimensions + dimension];
            *joined += (value - *joined) / (larger + 1.0);
        }
        sizes[own] -= 1;
        sizes[other] += 1;
    }
    has_moved.then_some(centres)
}

/// Moves every centre to the mean of its points until nothing changes.
fn lloyd(points: Points<'_>, mut centres: Vec<f64>) -> Clusters {
    let dimensions = points.dimensions();
    let k = centres.len() / dimensions;
    let mut sums = vec![0.0; centres.len()];
    let mut sizes = vec![0_usize; k];
    let (mut inertia, mut moves) = (f64::INFINITY, 0);
    loop {
        sums.fill(0.0);
        sizes.fill(0);
        let mut total = 0.0;
        let mut farthest = (0.0, 0);
        for (index, point) in points.iter().enumerate() {
            let Some((place, away)) = nearest(Points::new(&centres, dimensions), point) else { continue };
            sizes[place] += 1;
            total += away;
            if away > farthest.0 {
                farthest = (away, index);
            }
            let sum = &mut sums[place * dimensions..(place + 1) * dimensions];
            sum.iter_mut().zip(point).for_each(|(sum, value)| *sum += value);
        }
        let improved = inertia - total;
        inertia = total;
        if moves >= MOVES_MAX || improved <= IMPROVEMENT_MIN * total {
            return Clusters { centres, sizes, inertia, moves };
        }
        moves += 1;
        for ((centre, sum), size) in centres.chunks_exact_mut(dimensions).zip(sums.chunks_exact(dimensions)).zip(&sizes)
        {
            match size {
                // A centre without points goes to where the worst point is.
                0 => centre.copy_from_slice(points.point(farthest.1)),
                size => centre.iter_mut().zip(sum).for_each(|(centre, sum)| *centre = sum / *size as f64),
            }
        }
    }
}

/// The centres by size, of equals by their coordinates.
fn in_order(clusters: Clusters, dimensions: usize) -> Clusters {
    let centres = Points::new(&clusters.centres, dimensions);
    let mut order: Vec<usize> = (0..centres.len()).collect();
    order.sort_by(|&left, &right| {
        let by_size = clusters.sizes[right].cmp(&clusters.sizes[left]);
        let (left, right) = (centres.point(left), centres.point(right));
        by_size.then_with(|| left.partial_cmp(right).unwrap_or(std::cmp::Ordering::Equal))
    });
    Clusters {
        centres: order.iter().flat_map(|place| centres.point(*place)).copied().collect(),
        sizes: order.iter().map(|place| clusters.sizes[*place]).collect(),
        ..clusters
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The least inertia of all ways to divide the points among `k` centres.
    fn exhaustive(points: Points<'_>, k: usize) -> f64 {
        let mut least = f64::INFINITY;
        for code in 0..k.pow(points.len() as u32) {
            let mut inertia = 0.0;
            for cluster in 0..k {
                let own: Vec<&[f64]> = (0..points.len())
                    .filter(|index| code / k.pow(*index as u32) % k == cluster)
                    .map(|index| points.point(index))
                    .collect();
                for dimension in 0..points.dimensions() {
                    let mean = own.iter().map(|point| point[dimension]).sum::<f64>() / own.len().max(1) as f64;
                    inertia += own.iter().map(|point| (point[dimension] - mean).powi(2)).sum::<f64>();
                }
            }
            least = least.min(inertia);
        }
        least
    }

    #[test]
    fn it_finds_the_best_of_all_divisions_of_few_points() {
        let mut random = Random::new(5);
        for case in 0..20 {
            let values: Vec<f64> = (0..18).map(|_| random.unit()).collect();
            let points = Points::new(&values, 2);
            for k in [2, 3] {
                let found = fit(points, k, case);
                assert!((found.inertia - exhaustive(points, k)).abs() < 1e-9, "case {case}, k {k}");
            }
        }
    }

    #[test]
    fn a_seed_determines_the_centres() {
        let mut random = Random::new(9);
        let values: Vec<f64> = (0..600).map(|_| random.unit()).collect();
        let points = Points::new(&values, 3);
        assert_eq!(fit(points, 4, 1), fit(points, 4, 1));
        let found = fit(points, 4, 2);
        assert_eq!(found.sizes.iter().sum::<usize>(), 200);
        assert!(found.sizes.is_sorted_by(|left, right| left >= right));
    }

    #[test]
    fn more_centres_than_different_points_are_not_made() {
        let values = [1.0, 1.0, 2.0, 2.0, 2.0];
        let found = fit(Points::new(&values, 1), 4, 1);
        assert_eq!((found.centres, found.sizes, found.inertia), (vec![2.0, 1.0], vec![3, 2], 0.0));
        assert!(fit(Points::new(&[], 2), 3, 1).centres.is_empty());
        assert!(fit(Points::new(&[1.0], 1), 0, 1).centres.is_empty());
    }

    #[test]
    fn many_points_are_sampled_first() {
        let values: Vec<f64> = (0..120_000).map(|i| f64::from(i % 3) * 10.0 + f64::from(i % 7) * 0.01).collect();
        let found = fit(Points::new(&values, 1), 3, 1);
        assert_eq!(found.sizes, [40_000; 3]);
    }
}
