//! What is told of a fault of the program itself.

use bellwether::is_contained;

/// From now on a panic is a log line that says where it was. What it says of the data it met is for those who look for
/// it (`--log debug`), and one that is a decoder's word for damaged input is an error elsewhere.
pub(super) fn log() {
    std::panic::set_hook(Box::new(|panic| {
        if is_contained() {
            return;
        }
        let place = panic.location().map(ToString::to_string).unwrap_or_default();
        tracing::error!(place, "the program met a fault; please report it");
        tracing::debug!(%panic, "the fault");
    }));
}
