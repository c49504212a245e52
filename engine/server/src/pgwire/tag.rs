//! Command tags: what was done and to how many rows, as clients parse it.

use bellwether::Done;

/// The tag of a statement without rows. `INSERT` carries the object id it once had, always 0 now.
pub(super) fn of_done(done: &Done) -> String {
    match (&*done.command, done.rows) {
        ("INSERT", Some(rows)) => format!("INSERT 0 {rows}"),
        (command, Some(rows)) => format!("{command} {rows}"),
        (command, None) => command.to_owned(),
    }
}

/// The tag of a statement that gave rows.
pub(super) fn of_rows(statement: &str, rows: u64) -> String {
    let end = statement.find(|character: char| !character.is_ascii_alphabetic()).unwrap_or(statement.len());
    let word = statement.get(..end).unwrap_or_default().to_ascii_uppercase();
    match &*word {
        "SHOW" | "EXPLAIN" => word,
        "FETCH" => format!("FETCH {rows}"),
        _ => format!("SELECT {rows}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_count_as_clients_expect() {
        let done = |command: &str, rows| Done { command: command.into(), rows, ..Done::default() };
        assert_eq!(of_done(&done("INSERT", Some(3))), "INSERT 0 3");
        assert_eq!(of_done(&done("UPDATE", Some(0))), "UPDATE 0");
        assert_eq!(of_done(&done("CREATE TABLE", None)), "CREATE TABLE");
        assert_eq!(of_rows("with x as (select 1) table x", 1), "SELECT 1");
        assert_eq!(of_rows("(values (1))", 1), "SELECT 1");
        assert_eq!(of_rows("show timezone", 1), "SHOW");
        assert_eq!(of_rows("fetch 10 from c", 7), "FETCH 7");
    }
}
