//! Names of types: as `format_type` writes them and as people write them.

use super::{BPCHAR, MODIFIER_OFFSET, NUMERIC, PostgresType, VARCHAR, by_id, by_name, numeric_modifier};

/// Types that SQL calls otherwise than `pg_type` does.
const SQL_NAMES: &[(&str, &str)] = &[
    ("bool", "boolean"),
    ("int2", "smallint"),
    ("int4", "integer"),
    ("int8", "bigint"),
    ("float4", "real"),
    ("float8", "double precision"),
    ("numeric", "numeric"),
    ("bpchar", "character"),
    ("varchar", "character varying"),
    ("char", "\"char\""),
    ("bit", "bit"),
    ("varbit", "bit varying"),
    ("time", "time without time zone"),
    ("timetz", "time with time zone"),
    ("timestamp", "timestamp without time zone"),
    ("timestamptz", "timestamp with time zone"),
];

/// Further names that people write.
const OTHER_NAMES: &[(&str, &str)] = &[
    ("int", "int4"),
    ("decimal", "numeric"),
    ("dec", "numeric"),
    ("float", "float8"),
    ("char", "bpchar"),
    ("nchar", "bpchar"),
    ("string", "text"),
];

/// A type as `format_type` writes it. Without a modifier (`None`) a bounded type is called by its bare SQL name.
pub(crate) fn format(id: u32, modifier: Option<i32>) -> String {
    if id == 0 {
        return "-".to_owned();
    }
    let Some(found) = by_id(id) else { return "???".to_owned() };
    if found.element != 0 && found.category == "A" && found.name.starts_with('_') {
        return format!("{}[]", format(found.element, modifier));
    }
    let modifier_given = modifier.unwrap_or(-1);
    if id == BPCHAR && modifier == Some(-1) {
        return "bpchar".to_owned();
    }
    let name = SQL_NAMES.iter().find(|(name, _)| *name == found.name).map_or(found.name, |(_, sql)| *sql);
    if modifier_given < 0 {
        return name.to_owned();
    }
    let described = PostgresType { id, modifier: modifier_given };
    if let Some((precision, scale)) = described.digits() {
        return format!("numeric({precision},{scale})");
    }
    if let Some(length) = described.characters() {
        return format!("{name}({length})");
    }
    match (found.name, name.split_once(' ')) {
        // `timestamp(3) without time zone`: the precision stands in the middle.
        ("time" | "timetz" | "timestamp" | "timestamptz", Some((head, tail))) => {
            format!("{head}({modifier_given}) {tail}")
        }
        ("bit" | "varbit", _) => format!("{name}({modifier_given})"),
        _ => name.to_owned(),
    }
}

/// The type that a text names: `int4`, `character varying(32)`, `pg_catalog.numeric(18,4)[]`.
pub(crate) fn parse(text: &str) -> Option<PostgresType> {
    let text = text.trim();
    if text == "\"char\"" || text == "pg_catalog.\"char\"" {
        return Some(PostgresType { id: 18, modifier: -1 });
    }
    let folded = if text.contains('"') { text.replace('"', "") } else { text.to_ascii_lowercase() };
    let bare = folded.strip_prefix("pg_catalog.").unwrap_or(&folded);
    if let Some(element) = bare.strip_suffix("[]") {
        let element = parse(element.trim_end_matches("[]"))?;
        let array = by_id(element.id)?.array;
        return (array != 0).then_some(PostgresType { id: array, modifier: element.modifier });
    }
    let (name, arguments) = match bare.split_once('(') {
        None => (bare.to_owned(), Vec::new()),
        Some((head, rest)) => {
            let (inside, tail) = rest.split_once(')')?;
            let numbers = inside.split(',').map(|number| number.trim().parse().ok()).collect::<Option<Vec<i32>>>()?;
            (format!("{} {}", head.trim(), tail.trim()).trim().to_owned(), numbers)
        }
    };
    let by_sql_name = SQL_NAMES.iter().find(|(_, sql)| *sql == name).map(|(name, _)| *name);
    let by_other_name = || OTHER_NAMES.iter().find(|(other, _)| *other == name).map(|(_, name)| *name);
    // `timestamp(3)` alone is without time zone, as `timestamp` is.
    let found = by_name(by_sql_name.or_else(by_other_name).unwrap_or(&name))?;
    Some(PostgresType { id: found.id, modifier: modifier(found.id, &name, &arguments) })
}

fn modifier(id: u32, name: &str, arguments: &[i32]) -> i32 {
    match (id, arguments) {
        (NUMERIC, [precision]) => numeric_modifier(*precision, 0),
        (NUMERIC, [precision, scale]) => numeric_modifier(*precision, *scale),
        (VARCHAR | BPCHAR, [length]) => length + MODIFIER_OFFSET,
        // `char` without a length has one character.
        (BPCHAR, []) if name != "bpchar" => 1 + MODIFIER_OFFSET,
        (_, [precision]) => *precision,
        _ => -1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_are_written_as_format_type_writes_them() {
        assert_eq!(format(1700, Some(1_179_656)), "numeric(18,4)");
        assert_eq!(format(1043, Some(36)), "character varying(32)");
        assert_eq!(format(1015, Some(36)), "character varying(32)[]");
        assert_eq!(format(1042, None), "character");
        assert_eq!(format(1042, Some(-1)), "bpchar");
        assert_eq!(format(1184, Some(3)), "timestamp(3) with time zone");
        assert_eq!(format(18, None), "\"char\"");
        assert_eq!(format(22, Some(-1)), "int2vector");
        assert_eq!(format(0, None), "-");
        assert_eq!(format(999_999, None), "???");
    }

    #[test]
    fn a_type_is_found_by_any_of_its_names() {
        let id = |text: &str| parse(text).map(|found| found.id);
        assert_eq!(id("bigint"), Some(20));
        assert_eq!(id("pg_catalog.INT8"), Some(20));
        assert_eq!(id("timestamp (3) with time zone"), Some(1184));
        assert_eq!(id("text[]"), Some(1009));
        assert_eq!(id("_aclitem"), Some(1034));
        assert_eq!(id("\"char\""), Some(18));
        assert_eq!(id("hstore"), None);
        assert_eq!(id("numeric(x)"), None);
    }

    #[test]
    fn what_is_written_is_read_back() {
        for (id, modifier) in [(1700, 1_179_656), (1043, 36), (1042, 7), (1184, 3), (1015, 36), (25, -1), (1009, -1)] {
            assert_eq!(parse(&format(id, Some(modifier))), Some(PostgresType { id, modifier }));
        }
    }
}
