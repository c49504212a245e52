//! Against Newton's method on the dense system, and on labels that can be told apart.

use super::*;
use crate::linalg::inverse::invert;
use crate::random::Random;
use crate::score::feature::{MISSING, OTHER};

/// Newton's method by Gauss–Jordan on the rows as they are, without scaling: coefficients and standard errors.
fn dense(rows: &[Vec<f64>], labels: &[bool], l2: &[f64]) -> (Vec<f64>, Vec<f64>) {
    let width = rows[0].len();
    let mut beta = vec![0.0; width];
    let mut inverse = Vec::new();
    for _ in 0..60 {
        let (mut gradient, mut hessian) = (vec![0.0; width], vec![0.0; width * width]);
        for (row, label) in rows.iter().zip(labels) {
            let sum: f64 = row.iter().zip(&beta).map(|(x, b)| x * b).sum();
            let p = 1.0 / (1.0 + (-sum).exp());
            for i in 0..width {
                gradient[i] += (f64::from(u8::from(*label)) - p) * row[i];
                for j in 0..width {
                    hessian[i * width + j] += p * (1.0 - p) * row[i] * row[j];
                }
            }
        }
        for i in 0..width {
            gradient[i] -= l2[i] * beta[i];
            hessian[i * width + i] += l2[i];
        }
        inverse = invert(hessian, width).unwrap();
        for i in 0..width {
            beta[i] += (0..width).map(|j| inverse[i * width + j] * gradient[j]).sum::<f64>();
        }
    }
    let errors = (0..width).map(|i| inverse[i * (width + 1)].sqrt()).collect();
    (beta, errors)
}

struct Sample {
    x: Vec<f64>,
    y: Vec<f64>,
    category: Vec<u32>,
    labels: Vec<bool>,
}

fn sample(n: usize, seed: u64) -> Sample {
    let mut random = Random::new(seed);
    let x: Vec<f64> = (0..n).map(|_| 1000.0 + 50.0 * random.unit()).collect();
    let y: Vec<f64> = (0..n).map(|_| random.unit() * 0.01).collect();
    let category: Vec<u32> = (0..n).map(|_| random.below(3).saturating_sub(random.below(2)) as u32).collect();
    let labels = (0..n)
        .map(|i| {
            let odds = (x[i] - 1025.0) / 20.0 - 80.0 * y[i] + f64::from(category[i]) * 0.7;
            random.unit() < 1.0 / (1.0 + (-odds).exp())
        })
        .collect();
    Sample { x, y, category, labels }
}

fn close(left: f64, right: f64, relative: f64) -> bool {
    (left - right).abs() <= relative * right.abs().max(1e-6)
}

#[test]
fn it_agrees_with_newtons_method_on_the_dense_system() {
    for (n, seed) in [(60, 1), (400, 2), (3000, 3)] {
        let data = sample(n, seed);
        let features = [Feature::Number(&data.x), Feature::Number(&data.y), Feature::Category(&data.category)];
        let model = fit(&features, &data.labels, 0.0).unwrap();
        assert_eq!(model.status, Status::Ok);
        // The dense system is centred, or Gauss–Jordan without pivots would lose its digits.
        let rows: Vec<Vec<f64>> = (0..n)
            .map(|i| {
                let level = |wanted: u32| f64::from(u8::from(data.category[i] == wanted));
                vec![1.0, data.x[i] - 1025.0, data.y[i], level(1), level(2)]
            })
            .collect();
        let (expected, errors) = dense(&rows, &data.labels, &[0.0; 5]);
        for place in 1..5 {
            let found = &model.coefficients[place];
            assert!(close(found.value, expected[place], 1e-8), "{found:?} {}", expected[place]);
            assert!(close(found.standard_error, errors[place], 1e-8), "{found:?} {}", errors[place]);
        }
        assert!(close(model.coefficients[0].value, expected[0] - 1025.0 * expected[1], 1e-8));
    }
}

#[test]
fn a_penalty_is_on_standardised_features() {
    let data = sample(500, 5);
    let mean = data.y.iter().sum::<f64>() / 500.0;
    let deviation = (data.y.iter().map(|y| (y - mean).powi(2)).sum::<f64>() / 500.0).sqrt();
    let rows: Vec<Vec<f64>> = data.y.iter().map(|y| vec![1.0, (y - mean) / deviation]).collect();
    let (expected, _) = dense(&rows, &data.labels, &[0.0, 7.0]);
    let model = fit(&[Feature::Number(&data.y)], &data.labels, 7.0).unwrap();
    assert!(close(model.coefficients[1].value, expected[1] / deviation, 1e-9));
}

#[test]
fn the_units_of_a_feature_do_not_matter() {
    let data = sample(300, 9);
    let large: Vec<f64> = data.x.iter().map(|x| x * 1e9).collect();
    let small = fit(&[Feature::Number(&data.x)], &data.labels, 0.0).unwrap();
    let scaled = fit(&[Feature::Number(&large)], &data.labels, 0.0).unwrap();
    assert!(close(scaled.coefficients[1].value * 1e9, small.coefficients[1].value, 1e-9));
    assert!(close(scaled.log_likelihood, small.log_likelihood, 1e-12));
}

#[test]
fn separated_labels_have_finite_coefficients_and_name_the_feature() {
    let x: Vec<f64> = (0..40).map(f64::from).collect();
    let noise: Vec<f64> = (0..40).map(|i| f64::from((i * 7) % 11)).collect();
    let labels: Vec<bool> = (0..40).map(|i| i >= 20).collect();
    let model = fit(&[Feature::Number(&noise), Feature::Number(&x)], &labels, 0.0).unwrap();
    assert_eq!(model.status, Status::Separated(Some(1)));
    assert!(model.coefficients.iter().all(|own| own.value.is_finite() && own.standard_error.is_finite()));
    assert!(model.coefficients[2].value > 0.0 && model.coefficients[2].value < 10.0);
    // Two features together.
    let left: Vec<f64> = (0..40).map(|i| f64::from(i % 10)).collect();
    let right: Vec<f64> = (0..40).map(|i| f64::from(i % 10) + if i >= 20 { 0.5 } else { -0.5 }).collect();
    let model = fit(&[Feature::Number(&left), Feature::Number(&right)], &labels, 0.0).unwrap();
    assert_eq!(model.status, Status::Separated(None));
    assert!(model.coefficients.iter().all(|own| own.value.is_finite()));
}

#[test]
fn a_level_with_one_label_only_is_separated_in_part() {
    let codes: Vec<u32> = (0..200).map(|i| u32::from(i % 10 == 0)).collect();
    let labels: Vec<bool> = (0..200).map(|i| i % 10 == 0 || i % 3 == 0).collect();
    let model = fit(&[Feature::Category(&codes)], &labels, 0.0).unwrap();
    assert_eq!(model.status, Status::Separated(None));
    // Firth adds half a row to each cell: 20.5 : 0.5 against 60.5 : 120.5.
    let expected = (20.5_f64 / 0.5).ln() - (60.5_f64 / 120.5).ln();
    assert!(close(model.coefficients[1].value, expected, 1e-6), "{model:?}");
}

#[test]
fn features_that_repeat_others_or_never_vary_are_left_out() {
    let data = sample(200, 4);
    let twice: Vec<f64> = data.x.iter().map(|x| 2.0 * x - 5.0).collect();
    let constant = vec![3.0; 200];
    let features = [Feature::Number(&data.x), Feature::Number(&constant), Feature::Number(&twice)];
    let model = fit(&features, &data.labels, 0.0).unwrap();
    let kept: Vec<bool> = model.coefficients.iter().map(|own| own.is_kept).collect();
    assert_eq!(kept, [true, true, false, false]);
    let alone = fit(&features[..1], &data.labels, 0.0).unwrap();
    assert!(close(model.coefficients[1].value, alone.coefficients[1].value, 1e-9));
}

#[test]
fn what_is_missing_has_a_coefficient_of_its_own() {
    let mut data = sample(400, 8);
    (0..400).step_by(5).for_each(|i| data.x[i] = f64::NAN);
    (0..400).step_by(7).for_each(|i| data.category[i] = MISSING);
    (0..400).step_by(9).for_each(|i| data.category[i] = OTHER);
    let model = fit(&[Feature::Number(&data.x), Feature::Category(&data.category)], &data.labels, 0.0).unwrap();
    let terms: Vec<Term> = model.coefficients.iter().map(|own| own.term).collect();
    let level = |feature, level| Term::Level { feature, level };
    let expected = [Term::Intercept, Term::Number { feature: 0 }, level(0, MISSING), level(1, 1), level(1, 2)];
    assert_eq!(terms[..5], expected);
    assert_eq!(terms[5..], [level(1, OTHER), level(1, MISSING)]);
    assert_eq!(model.status, Status::Ok);
}

#[test]
fn labels_that_say_nothing_give_no_model() {
    let x: Vec<f64> = (0..50).map(f64::from).collect();
    let model = fit(&[Feature::Number(&x)], &[true; 50], 0.0).unwrap();
    assert_eq!((model.status, model.coefficients.len()), (Status::OneClass, 0));
    let few: Vec<bool> = (0..50).map(|i| i < 4).collect();
    assert_eq!(fit(&[Feature::Number(&x)], &few, 0.0).unwrap().status, Status::InsufficientData);
    assert_eq!(fit(&[Feature::Number(&[])], &[], 0.0).unwrap().status, Status::InsufficientData);
    let codes: Vec<u32> = (0..5000).collect();
    let labels: Vec<bool> = (0..5000).map(|i| i % 2 == 0).collect();
    assert_eq!(fit(&[Feature::Category(&codes)], &labels, 0.0), Err(TooManyCoefficients(5000)));
}

#[test]
fn numbers_beyond_all_bounds_do_not_panic() {
    let x: Vec<f64> = (0..50).map(|i| if i % 2 == 0 { 1e308 } else { -1e308 }).collect();
    let labels: Vec<bool> = (0..50).map(|i| i % 3 == 0).collect();
    assert!(fit(&[Feature::Number(&x)], &labels, 0.0).is_ok());
}
