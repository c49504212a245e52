//! How well clusters are apart: each point's distance to its own against that to the next cluster (Rousseeuw 1987).

use crate::random::Random;
use crate::segment::kmeans::{self, Clusters};
use crate::segment::points::{Points, distance};

/// The points between which distances are measured: time is their square.
const POINTS_MAX: usize = 2000;

/// The mean silhouette of points and the cluster of each, from −1 to 1; `None` with fewer than two clusters.
pub fn silhouette(points: Points<'_>, clusters: &[usize]) -> Option<f64> {
    let count = clusters.iter().max()? + 1;
    let mut sizes = vec![0_usize; count];
    clusters.iter().for_each(|cluster| sizes[*cluster] += 1);
    if sizes.iter().filter(|size| **size > 0).count() < 2 {
        return None;
    }
    let mut total = 0.0;
    let mut sums = vec![0.0; count];
    for (point, own) in points.iter().zip(clusters) {
        if sizes[*own] < 2 {
            continue;
        }
        sums.fill(0.0);
        for (other, cluster) in points.iter().zip(clusters) {
            sums[*cluster] += distance(point, other).sqrt();
        }
        let within = sums[*own] / (sizes[*own] - 1) as f64;
        let others = (0..count).filter(|cluster| cluster != own && sizes[*cluster] > 0);
        let next = others.map(|cluster| sums[cluster] / sizes[cluster] as f64).fold(f64::INFINITY, f64::min);
        let widest = within.max(next);
        total += if widest > 0.0 { (next - within) / widest } else { 0.0 };
    }
    Some(total / points.len() as f64)
}

/// The clusters of the number, from 2 to `most`, whose silhouette is highest, and that silhouette. With fewer than
/// two different points there is one cluster and no silhouette.
pub fn best(points: Points<'_>, most: usize, seed: u64) -> (Clusters, Option<f64>) {
    let sample = chosen(points.len(), seed);
    let dimensions = points.dimensions();
    let values: Vec<f64> = sample.iter().flat_map(|index| points.point(*index)).copied().collect();
    let sampled = Points::new(&values, dimensions);
    let mut best: Option<(Clusters, f64)> = None;
    for k in 2..=most.min(points.len().saturating_sub(1)) {
        let found = kmeans::fit(points, k, seed);
        if found.sizes.len() < k {
            break;
        }
        let centres = Points::new(&found.centres, dimensions);
        let place = |point| kmeans::nearest(centres, point).map_or(0, |(place, _)| place);
        let clusters: Vec<usize> = sampled.iter().map(place).collect();
        let Some(width) = silhouette(sampled, &clusters) else { continue };
        if best.as_ref().is_none_or(|(_, widest)| width > *widest) {
            best = Some((found, width));
        }
    }
    match best {
        Some((clusters, width)) => (clusters, Some(width)),
        None => (kmeans::fit(points, 1, seed), None),
    }
}

/// Points in order, each as likely as any other.
fn chosen(points: usize, seed: u64) -> Vec<usize> {
    let mut random = Random::new(seed);
    let mut wanted = POINTS_MAX.min(points);
    let mut chosen = Vec::with_capacity(wanted);
    for index in 0..points {
        if random.below(points - index) < wanted {
            chosen.push(index);
            wanted -= 1;
        }
    }
    chosen
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_pairs_by_hand() {
        // Within 1; to the other pair 9.5 or 10.5 on average.
        let points = [0.0, 1.0, 10.0, 11.0];
        let found = silhouette(Points::new(&points, 1), &[0, 0, 1, 1]).unwrap();
        let expected = (2.0 * (9.5 / 10.5) + 2.0 * (8.5 / 9.5)) / 4.0;
        assert!((found - expected).abs() < 1e-12);
        assert_eq!(silhouette(Points::new(&points, 1), &[0, 0, 0, 0]), None);
    }

    #[test]
    fn the_number_of_heaps_is_found() {
        let mut random = Random::new(2);
        let mut values = Vec::new();
        for index in 0..900 {
            let heap = index % 3;
            values.push(f64::from(heap) * 5.0 + random.unit());
            values.push(f64::from(heap % 2) * 5.0 + random.unit());
        }
        let (found, width) = best(Points::new(&values, 2), 8, 1);
        assert_eq!(found.sizes, [300; 3]);
        assert!(width.unwrap() > 0.8);
    }

    #[test]
    fn equal_points_are_one_cluster() {
        let (found, width) = best(Points::new(&[2.0; 30], 1), 8, 1);
        assert_eq!((found.sizes, width), (vec![30], None));
    }
}
