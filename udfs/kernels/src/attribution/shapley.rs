//! Shapley attribution: a channel's average contribution over all orders in which channels could have joined.
//!
//! What a coalition of channels is worth is told by the paths that use none but its channels:
//!
//! - [`sum`]: their conversions. Then the value of each path falls in equal parts to its distinct channels,
//!   a closed form; by the position in which a channel first appears, it is *ordered* Shapley;
//! - [`rate`]: their conversions per path, exactly, over all coalitions, for up to twenty channels;
//! - [`sample`]: the same for any number of channels, over a sample of orders, with its standard error.
//!
//! A channel can make a rate worse, so its share can be negative; it is kept, for the shares sum to the whole.
//!
//! Zhao, Mahboobi & Bagheri (2018), *Shapley value methods for attribution modeling*, arXiv:1804.05327.

pub mod rate;
pub mod sample;
pub mod sum;

/// What a channel is credited with.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Share {
    /// The code of the channel.
    pub channel: u32,
    /// The conversions it is credited with.
    pub conversions: f64,
    /// The value it is credited with.
    pub value: f64,
    /// The standard error of the conversions; zero where they are exact.
    pub conversions_error: f64,
    /// The standard error of the value.
    pub value_error: f64,
}

impl Share {
    fn exact(channel: u32, conversions: f64, value: f64) -> Self {
        Self { channel, conversions, value, conversions_error: 0.0, value_error: 0.0 }
    }
}

#[cfg(test)]
mod tests;
