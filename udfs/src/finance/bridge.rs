//! Bridges: from one total over steps to another, as waterfall charts draw them.

use crate::table::{ResultColumn, Sink};

/// The name of what has none.
pub(super) const UNNAMED: &str = "(none)";

/// The columns of a bridge, after its `by` columns; `name` is that of its steps.
pub(super) fn columns(name: &'static str) -> Vec<ResultColumn> {
    vec![
        ResultColumn::by(),
        ResultColumn::integer("position"),
        ResultColumn::text(name),
        ResultColumn::text("kind"),
        ResultColumn::number("amount"),
        ResultColumn::number("starts_at"),
        ResultColumn::number("ends_at"),
        ResultColumn::number("share"),
    ]
}

/// A named amount: a total, or a step from one to the other.
pub(super) type Amount<'a> = (&'a str, f64);

/// Writes the rows of a bridge: the total that it begins with, its steps, and the total that it ends with.
pub(super) fn write(out: &mut Sink<'_>, first: Amount<'_>, steps: &[Amount<'_>], last: Amount<'_>) {
    let share = |amount: f64| (first.1 != 0.0).then(|| amount / first.1);
    let mut position = 0;
    let mut row = |(name, amount): Amount<'_>, kind: &str, starts_at: f64, ends_at: f64| {
        position += 1;
        let mut row = out.row();
        row.integer(position).text(name).text(kind).number(amount);
        row.number(starts_at).number(ends_at).number(share(amount));
    };
    row(first, "total", 0.0, first.1);
    let mut reached = first.1;
    for step in steps {
        let kind = if step.1 < 0.0 { "decrease" } else { "increase" };
        row(*step, kind, reached, reached + step.1);
        reached += step.1;
    }
    row(last, "total", 0.0, last.1);
}
