//! The only reader of time: everything else is told what now is.

/// Now, in microseconds since 1970.
#[expect(clippy::disallowed_methods, reason = "this is the clock")]
pub(crate) fn now_us() -> i64 {
    chrono::Utc::now().timestamp_micros()
}

/// Now, in milliseconds since 1970.
pub(crate) fn now_ms() -> i64 {
    now_us() / 1000
}
