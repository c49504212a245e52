//! PostgreSQL's keywords, and names in quotes where they need them.

use std::collections::HashMap;
use std::sync::LazyLock;

/// A keyword.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Keyword {
    pub word: &'static str,
    /// `U` unreserved, `C` unreserved that cannot name a function or type, `T` reserved that can, `R` reserved.
    pub category: &'static str,
    /// Whether it may be a column's label without AS.
    pub is_bare_label: bool,
}

static KEYWORDS: LazyLock<Vec<Keyword>> = LazyLock::new(|| {
    let keyword = |line: &'static str| {
        let mut words = line.split(' ');
        let (word, category, bare) = (words.next()?, words.next()?, words.next()?);
        Some(Keyword { word, category, is_bare_label: bare == "t" })
    };
    include_str!("data/keywords.txt").lines().filter(|line| !line.starts_with('#')).filter_map(keyword).collect()
});

static CATEGORIES: LazyLock<HashMap<&'static str, &'static str>> =
    LazyLock::new(|| KEYWORDS.iter().map(|keyword| (keyword.word, keyword.category)).collect());

pub(crate) fn all() -> &'static [Keyword] {
    &KEYWORDS
}

/// A name as SQL, in quotes only where it could be read as something else.
pub(crate) fn quoted(name: &str) -> String {
    let is_plain = name.starts_with(|first: char| first.is_ascii_lowercase() || first == '_')
        && name.chars().all(|letter| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == '_')
        && CATEGORIES.get(name).is_none_or(|category| *category == "U");
    if is_plain { name.to_owned() } else { crate::names::quote(name) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_quoted_where_they_need_it() {
        assert_eq!(quoted("orders"), "orders");
        assert_eq!(quoted("Orders"), "\"Orders\"");
        assert_eq!(quoted("select"), "\"select\"");
        assert_eq!(quoted("comment"), "comment");
        assert_eq!(quoted("2nd"), "\"2nd\"");
        assert_eq!(quoted(""), "\"\"");
    }
}
