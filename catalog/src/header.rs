//! The header of a model: what its leading comments say of it.
//!
//! ```sql
//! -- What each channel cost and brought. One row per day and channel.
//! -- grain:    on_date, channel
//! -- refresh:  on change
//! -- plan:     1.2.1, 1.2.2
//! -- audits:   unique(grain), not_null(channel), spend >= 0
//! -- example:  select * from marketing.roi_daily order by on_date desc limit 30
//! -- columns:
//! --   on_date  Day of the business.
//! --   spend    Cost of the day, reporting currency.
//! ```
//!
//! A key is one lower-case word with a colon behind it; lines that are indented further continue it. All keys must be
//! there but `refresh`, which makes the view a materialized one.

use crate::{Error, ErrorKind, Result};

/// What a model says of itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Header {
    /// What a row of the model answers, in a sentence or two.
    pub description: String,
    /// The columns whose values occur once.
    pub grain: Vec<String>,
    /// When the rows are made anew, for a view whose rows are kept: `on change`, `daily 03:00`.
    pub refresh: Option<String>,
    /// The bullets of the plan that the model serves: `1.2.1`.
    pub plan: Vec<String>,
    /// What holds for every row.
    pub audits: Vec<Audit>,
    /// A question to the model, as SQL.
    pub example: String,
    /// The columns in their order, each with its meaning and unit.
    pub columns: Vec<(String, String)>,
}

/// Something that holds for the rows of a model.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Audit {
    /// No two rows have the same values in these columns.
    Unique(Vec<String>),
    /// None of these columns is NULL.
    NotNull(Vec<String>),
    /// The condition is true, or NULL, of every row.
    Holds(String),
}

/// The keys of a header, in the order in which they are written.
const KEYS: [&str; 6] = ["grain", "refresh", "plan", "audits", "example", "columns"];

impl Header {
    /// The header of `source`, and the query below it.
    pub fn split(source: &str) -> Result<(Self, &str)> {
        let mut sections = Sections::default();
        let mut rest = source;
        while let Some(comment) = rest.strip_prefix("--") {
            let (line, below) = comment.split_once('\n').unwrap_or((comment, ""));
            sections.add(line)?;
            rest = below;
        }
        let query = rest.trim().trim_end_matches(';').trim_end();
        if query.is_empty() {
            return Err(malformed("there is no query below the header"));
        }
        Ok((sections.read()?, query))
    }
}

/// The text of each key, while the header is read line by line.
#[derive(Debug, Default)]
struct Sections {
    description: Vec<String>,
    keys: Vec<(String, Vec<String>)>,
}

impl Sections {
    fn add(&mut self, line: &str) -> Result<()> {
        let text = line.strip_prefix(' ').unwrap_or(line).trim_end();
        if text.starts_with(' ') {
            match self.keys.last_mut() {
                Some((_, lines)) => lines.push(text.to_owned()),
                None => self.description.push(text.trim().to_owned()),
            }
            return Ok(());
        }
        match text.split_once(':').filter(|(key, _)| is_key(key)) {
            Some((key, _)) if !KEYS.contains(&key) => Err(malformed(format!("`{key}` is not a key of a header"))
                .with_hint(format!("the keys are {}", KEYS.join(", ")))),
            Some((key, _)) if self.keys.iter().any(|(known, _)| known == key) => {
                Err(malformed(format!("`{key}` stands twice in the header")))
            }
            Some((key, value)) => {
                self.keys.push((key.to_owned(), vec![value.trim().to_owned()]));
                Ok(())
            }
            None if self.keys.is_empty() => {
                self.description.push(text.trim().to_owned());
                Ok(())
            }
            None => Err(malformed(format!("`{text}` belongs to no key"))
                .with_hint("indent a line that continues a key, or put it above the first key")),
        }
    }

    fn read(self) -> Result<Header> {
        let description = self.description.join(" ").trim().to_owned();
        if description.is_empty() {
            return Err(malformed("the header does not say what the model answers")
                .with_hint("begin with a sentence about one row: -- … One row per customer."));
        }
        let grain = self.words("grain")?;
        Ok(Header {
            refresh: self.keys.iter().any(|(key, _)| key == "refresh").then(|| self.text("refresh")).transpose()?,
            plan: self.words("plan")?,
            audits: self.audits(&grain)?,
            example: self.text("example")?.split_whitespace().collect::<Vec<_>>().join(" "),
            columns: self.columns()?,
            description,
            grain,
        })
    }

    fn lines(&self, key: &str) -> Result<&[String]> {
        match self.keys.iter().find(|(known, _)| known == key) {
            Some((_, lines)) => Ok(lines),
            None => Err(malformed(format!("the header has no `{key}`"))),
        }
    }

    fn text(&self, key: &str) -> Result<String> {
        let text = self.lines(key)?.join("\n").trim().to_owned();
        if text.is_empty() { Err(malformed(format!("`{key}` is empty"))) } else { Ok(text) }
    }

    fn words(&self, key: &str) -> Result<Vec<String>> {
        Ok(words(&self.text(key)?))
    }

    fn audits(&self, grain: &[String]) -> Result<Vec<Audit>> {
        let text = self.text("audits")?;
        Ok(Audit::list(&text, grain))
    }

    /// A column starts at the indentation of the first one; what is indented further belongs to the one before.
    fn columns(&self) -> Result<Vec<(String, String)>> {
        let mut columns: Vec<(String, String)> = Vec::new();
        let mut first = None;
        for line in self.lines("columns")?.iter().filter(|line| !line.trim().is_empty()) {
            let indent = line.len() - line.trim_start().len();
            match columns.last_mut() {
                Some((_, meaning)) if first.is_some_and(|first| indent > first) => {
                    meaning.push(' ');
                    meaning.push_str(line.trim());
                }
                _ => {
                    first.get_or_insert(indent);
                    let (name, meaning) = line.trim().split_once(' ').ok_or_else(|| {
                        malformed(format!("column `{}` has no meaning", line.trim()))
                            .with_hint("write the name, then what it is and its unit")
                    })?;
                    columns.push((name.to_owned(), meaning.trim().to_owned()));
                }
            }
        }
        if columns.is_empty() { Err(malformed("`columns` is empty")) } else { Ok(columns) }
    }
}

impl Audit {
    /// The audits of a list as headers have it, for rows of this grain.
    pub fn list(text: &str, grain: &[String]) -> Vec<Self> {
        at_commas(text).into_iter().map(|audit| Self::read(audit, grain)).collect()
    }

    fn read(text: &str, grain: &[String]) -> Self {
        let inside = |name: &str| text.strip_prefix(name)?.trim_start().strip_prefix('(')?.strip_suffix(')');
        if let Some(columns) = inside("unique") {
            let columns = words(columns);
            return Self::Unique(if columns == ["grain"] { grain.to_vec() } else { columns });
        }
        match inside("not_null") {
            Some(columns) => Self::NotNull(words(columns)),
            None => Self::Holds(text.split_whitespace().collect::<Vec<_>>().join(" ")),
        }
    }
}

/// As the header says it, with the grain's columns in full.
impl std::fmt::Display for Audit {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Unique(columns) => write!(f, "unique({})", columns.join(", ")),
            Self::NotNull(columns) => write!(f, "not_null({})", columns.join(", ")),
            Self::Holds(condition) => f.write_str(condition),
        }
    }
}

fn is_key(word: &str) -> bool {
    !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_lowercase())
}

fn words(text: &str) -> Vec<String> {
    text.split(',').map(|word| word.trim().to_owned()).filter(|word| !word.is_empty()).collect()
}

/// The parts between commas that stand in no brackets and no quotes.
fn at_commas(text: &str) -> Vec<&str> {
    let (mut parts, mut start, mut depth, mut quoted) = (Vec::new(), 0, 0_usize, false);
    for (index, character) in text.char_indices() {
        match character {
            '\'' => quoted = !quoted,
            '(' if !quoted => depth += 1,
            ')' if !quoted => depth = depth.saturating_sub(1),
            ',' if !quoted && depth == 0 => {
                parts.push(&text[start..index]);
                start = index + 1;
            }
            _ => {}
        }
    }
    parts.push(&text[start..]);
    parts.into_iter().map(str::trim).filter(|part| !part.is_empty()).collect()
}

fn malformed(message: impl Into<String>) -> Error {
    Error::new(ErrorKind::InvalidParameter, message)
}

#[cfg(test)]
mod tests {
    use super::*;

    const MODEL: &str = "\
-- Calls by hour and weekday.
-- One row per hour and weekday.
-- grain:    weekday, hour
-- plan:     3.3.3
-- audits:   unique(grain), not_null(calls, weekday),
--           state in ('a,b', 'c'), calls >= 0
-- example:  select weekday, hour
--           from operations.call_heatmap
-- columns:
--   weekday  Day of the week, 1 Monday to 7 Sunday.
--   hour     Hour of the day, 0 to 23,
--            local time.

select 1;
";

    fn refusal(source: &str) -> String {
        Header::split(source).unwrap_err().message().to_owned()
    }

    #[test]
    fn a_header_says_what_a_model_is_and_the_query_is_what_is_below() {
        let (header, query) = Header::split(MODEL).unwrap();
        assert_eq!(query, "select 1");
        assert_eq!(header.description, "Calls by hour and weekday. One row per hour and weekday.");
        assert_eq!(header.grain, ["weekday", "hour"]);
        assert_eq!(header.refresh, None);
        assert_eq!(header.plan, ["3.3.3"]);
        assert_eq!(header.example, "select weekday, hour from operations.call_heatmap");
        assert_eq!(header.columns[1], ("hour".to_owned(), "Hour of the day, 0 to 23, local time.".to_owned()));
    }

    #[test]
    fn audits_are_split_at_commas_outside_of_brackets_and_quotes() {
        let (header, _) = Header::split(MODEL).unwrap();
        let audits: Vec<String> = header.audits.iter().map(ToString::to_string).collect();
        assert_eq!(
            audits,
            ["unique(weekday, hour)", "not_null(calls, weekday)", "state in ('a,b', 'c')", "calls >= 0"]
        );
    }

    #[test]
    fn a_header_with_refresh_is_that_of_a_materialized_view() {
        let (header, _) = Header::split(&MODEL.replace("-- plan:", "-- refresh:  daily 03:00\n-- plan:")).unwrap();
        assert_eq!(header.refresh.as_deref(), Some("daily 03:00"));
    }

    #[test]
    fn a_header_that_lacks_a_key_is_refused_by_its_name() {
        assert_eq!(refusal(&MODEL.replace("-- plan:     3.3.3\n", "")), "the header has no `plan`");
        assert_eq!(refusal(&MODEL.replace("plan:     3.3.3", "plan:")), "`plan` is empty");
    }

    #[test]
    fn what_is_no_key_is_refused_rather_than_ignored() {
        assert_eq!(refusal(&MODEL.replace("-- plan:", "-- plans:")), "`plans` is not a key of a header");
        assert_eq!(refusal(&MODEL.replace("-- plan:", "-- grain:")), "`grain` stands twice in the header");
        assert_eq!(
            refusal(&MODEL.replace("--           from", "-- from")),
            "`from operations.call_heatmap` belongs to no key"
        );
    }

    #[test]
    fn a_header_without_a_query_or_a_sentence_is_refused() {
        assert_eq!(refusal("-- Calls.\n-- grain: a\n"), "there is no query below the header");
        assert_eq!(refusal("-- grain: a\nselect 1"), "the header does not say what the model answers");
    }
}
