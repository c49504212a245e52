//! What columns are called in plans of refreshes, and in a view's table behind the columns that the view shows.

/// A group. A group that the view does not show is in a hidden column of this name.
pub(crate) fn group(place: usize) -> String {
    format!("__group_{place}")
}

/// An aggregate.
pub(super) fn aggregate(place: usize) -> String {
    format!("__aggregate_{place}")
}

/// The hidden column that holds a field of an aggregate's state.
pub(crate) fn state(place: usize, field: usize) -> String {
    format!("__state_{place}_{field}")
}

/// A field of an aggregate's state among the rows that are merged.
pub(super) fn part(place: usize, field: usize) -> String {
    format!("__part_{place}_{field}")
}
