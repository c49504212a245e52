//! Which materialized views hold rows of before the latest changes of what they read.

use bellwether::{Result, Session};

use crate::cli::answer::Answer;
use crate::cli::report;

/// All of them: a view may be behind because another one is.
const LISTED: &str = "select schema_name || '.' || view_name as view, array_to_string(stale_bases, ', ') as changed, \
     array_to_string(upstream, ', ') as upstream, as_of::text as as_of, refresh, last_error \
     from system.materialized_views order by schema_name, view_name";

/// What is known of a materialized view.
#[derive(Debug)]
struct View {
    name: String,
    /// The tables that have changed since its rows were made.
    changed: String,
    upstream: Vec<String>,
    as_of: Option<String>,
    /// Whether it is refreshed without being told to.
    by_itself: bool,
    failure: Option<String>,
}

/// Says which views are behind and why, each with what brings it up to date.
pub(super) async fn tell(session: &Session) -> Result<()> {
    let listed = Answer::to(session, LISTED).await?;
    let text = |column: &str, row: usize| listed.text(column, row).unwrap_or_default();
    let views: Vec<View> = (0..listed.len())
        .map(|row| View {
            name: text("view", row),
            changed: text("changed", row),
            upstream: text("upstream", row).split(", ").filter(|name| !name.is_empty()).map(str::to_owned).collect(),
            as_of: listed.text("as_of", row),
            by_itself: text("refresh", row) != "manual",
            failure: listed.text("last_error", row),
        })
        .collect();
    let mut told = false;
    for view in &views {
        if let Some(reason) = reason(view, &views) {
            report::line(format_args!("{} {reason}", view.name))?;
            told = true;
        }
    }
    if told {
        report::line(
            "a running server refreshes those that refresh by themselves; refresh materialized view NAME does it now",
        )?;
    }
    Ok(())
}

/// Why a view's rows are not those of now; `None` when they are.
fn reason(view: &View, views: &[View]) -> Option<String> {
    if let Some(failure) = &view.failure {
        return Some(format!("could not be refreshed: {failure}"));
    }
    let Some(as_of) = &view.as_of else { return Some("was never filled".into()) };
    let by_itself = if view.by_itself { "" } else { ", and is refreshed when told to" };
    if !view.changed.is_empty() {
        return Some(format!("is of {as_of}, before changes of {}{by_itself}", view.changed));
    }
    let below: Vec<&str> = views
        .iter()
        .filter(|other| view.upstream.contains(&other.name) && !other.changed.is_empty())
        .map(|other| other.name.as_str())
        .collect();
    (!below.is_empty()).then(|| format!("is of {as_of} and reads {}, which is behind{by_itself}", below.join(", ")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn view(name: &str, changed: &str, upstream: &[&str]) -> View {
        View {
            name: name.into(),
            changed: changed.into(),
            upstream: upstream.iter().map(|name| (*name).to_owned()).collect(),
            as_of: Some("2026-01-02".into()),
            by_itself: true,
            failure: None,
        }
    }

    #[test]
    fn a_view_is_behind_with_what_it_reads() {
        let views = [view("s.low", "core.events", &[]), view("s.high", "", &["s.low"]), view("s.other", "", &[])];
        let told: Vec<Option<String>> = views.iter().map(|view| reason(view, &views)).collect();
        assert_eq!(told[0].as_deref(), Some("is of 2026-01-02, before changes of core.events"));
        assert_eq!(told[1].as_deref(), Some("is of 2026-01-02 and reads s.low, which is behind"));
        assert_eq!(told[2], None);
    }

    #[test]
    fn failures_and_views_without_rows_come_first() {
        let failed = View { failure: Some("no space".into()), ..view("s.a", "core.events", &[]) };
        assert_eq!(reason(&failed, &[]).as_deref(), Some("could not be refreshed: no space"));
        let empty = View { as_of: None, ..view("s.b", "", &[]) };
        assert_eq!(reason(&empty, &[]).as_deref(), Some("was never filled"));
    }

    #[test]
    fn a_manual_view_says_so() {
        let manual = View { by_itself: false, ..view("s.a", "core.events", &[]) };
        assert!(reason(&manual, &[]).is_some_and(|told| told.ends_with("and is refreshed when told to")));
    }
}
