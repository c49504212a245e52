//! Decoders of what comes from outside: on damaged input they may panic where they should return an error.

use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind};

thread_local! {
    static CONTAINED: Cell<bool> = const { Cell::new(false) };
}

/// Runs a decoder; `None` when it panicked, which is its word for damaged input. It must not be used again after that.
pub fn contained<T>(decode: impl FnOnce() -> T) -> Option<T> {
    let outer = CONTAINED.replace(true);
    let decoded = catch_unwind(AssertUnwindSafe(decode));
    CONTAINED.set(outer);
    decoded.ok()
}

/// Whether this thread is within [`contained`], so that a panic is an answer and no fault to report.
pub fn is_contained() -> bool {
    CONTAINED.get()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_is_no_answer_and_leaves_nothing_behind() {
        assert_eq!(contained(|| is_contained()), Some(true));
        assert_eq!(contained(|| -> u8 { panic!("damaged") }), None);
        assert!(!is_contained());
        assert_eq!(contained(|| (contained(|| -> u8 { panic!("inside") }), is_contained())), Some((None, true)));
    }
}
