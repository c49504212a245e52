//! The discrete Fourier transform of a real series, padded with zeros.

use std::f64::consts::PI;

/// A complex number: real and imaginary part.
pub(super) type Complex = (f64, f64);

/// The transform of the values, padded with zeros to a power of two of at least `length`.
pub(super) fn transform(values: impl Iterator<Item = f64>, length: usize) -> Vec<Complex> {
    let mut line: Vec<Complex> = values.map(|value| (value, 0.0)).collect();
    line.resize(length.max(line.len()).next_power_of_two(), (0.0, 0.0));
    in_place(&mut line);
    line
}

/// Cooley and Tukey (1965), radix 2: bits of the positions reversed, then butterflies of growing width.
fn in_place(line: &mut [Complex]) {
    let count = line.len();
    if count < 2 {
        return;
    }
    let unused = usize::BITS - count.trailing_zeros();
    for position in 0..count {
        let mirrored = position.reverse_bits() >> unused;
        if position < mirrored {
            line.swap(position, mirrored);
        }
    }
    let turns: Vec<Complex> = (0..count / 2)
        .map(|step| {
            let angle = -2.0 * PI * step as f64 / count as f64;
            (angle.cos(), angle.sin())
        })
        .collect();
    let mut half = 1;
    while half < count {
        let stride = count / (2 * half);
        for block in line.chunks_exact_mut(2 * half) {
            let (low, high) = block.split_at_mut(half);
            for (step, (low, high)) in low.iter_mut().zip(high).enumerate() {
                let turned = multiply(*high, turns[step * stride]);
                *high = (low.0 - turned.0, low.1 - turned.1);
                *low = (low.0 + turned.0, low.1 + turned.1);
            }
        }
        half *= 2;
    }
}

fn multiply(a: Complex, b: Complex) -> Complex {
    (a.0 * b.0 - a.1 * b.1, a.0 * b.1 + a.1 * b.0)
}
