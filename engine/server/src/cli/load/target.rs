//! The table a load goes to, written as in SQL.

use std::fmt;
use std::str::FromStr;

use datafusion::sql::sqlparser::keywords::ALL_KEYWORDS;

/// `table` or `schema.table`; plain names are folded to lower case, quoted ones are taken as they are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Target {
    pub(super) schema: Option<String>,
    pub(super) table: String,
}

impl FromStr for Target {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (first, rest) = name(text)?;
        if rest.is_empty() {
            return Ok(Self { schema: None, table: first });
        }
        let rest = rest.strip_prefix('.').ok_or_else(|| format!("\"{rest}\" follows the name"))?;
        let (table, rest) = name(rest)?;
        if !rest.is_empty() {
            return Err("a table is named by its schema and its name, such as sales.orders".into());
        }
        Ok(Self { schema: Some(first), table })
    }
}

/// As SQL writes it: names that are not plain are quoted.
impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(schema) = &self.schema {
            write!(f, "{}.", quoted(schema))?;
        }
        f.write_str(&quoted(&self.table))
    }
}

/// The name at the start of `text`, and what follows it.
fn name(text: &str) -> Result<(String, &str), String> {
    let missing = "a name is missing; a table is written as in sales.orders";
    let Some(mut rest) = text.strip_prefix('"') else {
        let end = text.find(['.', '"']).unwrap_or(text.len());
        if end == 0 {
            return Err(missing.into());
        }
        return Ok((text[..end].to_lowercase(), &text[end..]));
    };
    let mut name = String::new();
    loop {
        let (part, after) = rest.split_once('"').ok_or("a quote is not closed")?;
        name.push_str(part);
        rest = after;
        // A doubled quote is one quote of the name.
        match rest.strip_prefix('"') {
            Some(after) => {
                name.push('"');
                rest = after;
            }
            None if name.is_empty() => return Err(missing.into()),
            None => return Ok((name, rest)),
        }
    }
}

/// A name as SQL writes it, quoted when it is not plain or could be read as a keyword.
pub(super) fn quoted(name: &str) -> String {
    let plain = name.starts_with(|c: char| c.is_ascii_lowercase() || c == '_')
        && name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
        && ALL_KEYWORDS.binary_search(&name.to_ascii_uppercase().as_str()).is_err();
    if plain { name.to_owned() } else { format!("\"{}\"", name.replace('"', "\"\"")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn target(schema: Option<&str>, table: &str) -> Target {
        Target { schema: schema.map(ToOwned::to_owned), table: table.into() }
    }

    #[test]
    fn names_are_read_as_sql_reads_them() {
        assert_eq!("Orders".parse(), Ok(target(None, "orders")));
        assert_eq!("sales.orders".parse(), Ok(target(Some("sales"), "orders")));
        assert_eq!("\"My \"\"Shop\"\"\".\"a.b\"".parse(), Ok(target(Some("My \"Shop\""), "a.b")));
    }

    #[test]
    fn names_that_are_no_names_are_refused() {
        for text in ["", ".", "a.", ".b", "a.b.c", "\"a", "\"\"", "\"a\"b"] {
            assert!(text.parse::<Target>().is_err(), "{text}");
        }
    }

    #[test]
    fn a_target_reads_back_what_it_shows() {
        for text in ["orders", "sales.orders", "sales.\"order\"", "\"My \"\"Shop\"\"\".\"1\""] {
            assert_eq!(text.parse::<Target>().unwrap().to_string(), text);
        }
    }
}
