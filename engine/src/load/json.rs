//! JSON lines as records: one object a line, its keys are the columns.
//!
//! Numbers keep the text they have in the file, so that none loses a digit. Objects and arrays
//! inside stay JSON text, as they are written. A key that occurs twice in a row, a lone surrogate
//! and NUL refuse the row.

use std::borrow::Cow;
use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;

use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

use super::block::{Field, FieldKind, Records, Row};
use super::check::SET_ASIDE;
use super::column::sql_identifier;
use super::reason::shortened;
use super::refusal::Refusal;
use crate::ErrorKind;

/// The deepest nesting of a value.
const DEPTH_MAX: usize = 128;

/// The columns of JSON files: keys and their places.
#[derive(Debug, Clone, Default)]
pub(super) struct Keys {
    pub(super) names: Vec<String>,
    places: HashMap<String, usize>,
}

impl Keys {
    /// The place of a key, which is added when it is new.
    pub(super) fn place(&mut self, key: &str) -> usize {
        if let Some(place) = self.places.get(key) {
            return *place;
        }
        let place = self.names.len();
        self.names.push(key.to_owned());
        self.places.insert(key.to_owned(), place);
        place
    }
}

/// What is wrong with a line.
pub(super) struct LineFault {
    column: Option<String>,
    reason: String,
    hint: String,
}

impl LineFault {
    fn new(reason: impl Into<String>) -> Self {
        Self { column: None, reason: reason.into(), hint: SET_ASIDE.to_owned() }
    }
}

/// Splits lines into the fields of `keys`; a row for every line that is an object of these keys.
pub(super) fn split(mut records: Records, keys: &Keys, file: &Arc<str>) -> (Records, Vec<Refusal>) {
    let rows = std::mem::take(&mut records.rows);
    let mut refusals = Vec::new();
    let mut kept = Vec::with_capacity(rows.len());
    let mut fields = Vec::with_capacity(rows.len() * keys.names.len());
    // Texts with escapes are written anew, behind the text of the file.
    let mut decoded = String::new();
    for row in rows {
        let line = records.raw(&row);
        if line.trim_ascii().is_empty() {
            continue;
        }
        let first = fields.len();
        fields.resize(first + keys.names.len(), Field { start: 0, end: 0, kind: FieldKind::Null });
        let mut put = |key: &str, value: &RawValue| -> Result<(), LineFault> {
            let Some(place) = keys.places.get(key) else {
                let name = sql_identifier(key);
                return Err(LineFault {
                    column: None,
                    reason: format!("the first rows do not have the key {name}"),
                    hint: format!(
                        "declare it, --columns '{name} text', or pass --on-bad-row quarantine to set such rows aside"
                    ),
                });
            };
            fields[first + place] = field(&records.text, value, &mut decoded).map_err(|mut fault| {
                fault.column = Some(key.to_owned());
                fault
            })?;
            Ok(())
        };
        match members(line).and_then(|members| members.iter().try_for_each(|(key, value)| put(key, value))) {
            Ok(()) => kept.push(Row { first: first as u32, fields: keys.names.len() as u32, ..row }),
            Err(LineFault { column, reason, hint }) => {
                fields.truncate(first);
                refusals.push(Refusal {
                    file: Arc::clone(file),
                    line: records.line(&row),
                    column,
                    value: None,
                    kind: ErrorKind::InvalidText,
                    reason,
                    hint,
                    raw: line.to_owned(),
                });
            }
        }
    }
    records.text.push_str(&decoded);
    records.fields = fields;
    records.rows = kept;
    (records, refusals)
}

/// The members of the object that a line is, in order; each key once.
pub(super) fn members(line: &str) -> Result<Vec<(Cow<'_, str>, &RawValue)>, LineFault> {
    let Members(members) = serde_json::from_str(line).map_err(|error| {
        let mut text = error.to_string();
        // The position is within the line, and the line is named already.
        if let Some(at) = text.find(" at line ") {
            text.truncate(at);
        }
        LineFault::new(format!("the line is not a JSON object: {text}, at character {}", error.column()))
    })?;
    let mut seen = std::collections::HashSet::with_capacity(members.len());
    for (key, _) in &members {
        if !seen.insert(key.as_ref()) {
            return Err(LineFault::new(format!("the key {} occurs twice", sql_identifier(key))));
        }
    }
    Ok(members)
}

/// How a value is written, for the types of columns.
pub(super) fn kind(value: &RawValue) -> FieldKind {
    match value.get().as_bytes().first() {
        Some(b'"') => FieldKind::Text,
        Some(b'n') => FieldKind::Null,
        _ => FieldKind::Plain,
    }
}

/// A value's field: within `text`, or behind it in `decoded`.
fn field(text: &str, value: &RawValue, decoded: &mut String) -> Result<Field, LineFault> {
    let raw = value.get();
    let kind = kind(value);
    let mut place = |part: &str| -> (u32, u32) {
        // Values borrow from the text unless they had to be decoded.
        let start = (part.as_ptr() as usize).wrapping_sub(text.as_ptr() as usize);
        if start < text.len() {
            return (start as u32, (start + part.len()) as u32);
        }
        let start = text.len() + decoded.len();
        decoded.push_str(part);
        (start as u32, (start + part.len()) as u32)
    };
    let (start, end) = match kind {
        FieldKind::Null => (0, 0),
        FieldKind::Text => place(&string(raw)?),
        _ => {
            if raw.starts_with(['{', '[']) && depth(raw) > DEPTH_MAX {
                return Err(LineFault::new(format!("{} is nested deeper than {DEPTH_MAX} levels", shortened(raw))));
            }
            place(raw)
        }
    };
    Ok(Field { start, end, kind })
}

/// The text a JSON string stands for.
fn string(raw: &str) -> Result<Cow<'_, str>, LineFault> {
    let inner = raw.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).unwrap_or(raw);
    if !inner.contains('\\') {
        return Ok(Cow::Borrowed(inner));
    }
    let text: String = serde_json::from_str(raw)
        .map_err(|_| LineFault::new(format!("{} has an escape that stands for no character", shortened(inner))))?;
    if text.contains('\0') {
        return Err(LineFault::new(format!("{} holds the character NUL, which no text holds", shortened(inner))));
    }
    Ok(Cow::Owned(text))
}

/// How deep brackets nest in valid JSON.
fn depth(raw: &str) -> usize {
    let (mut depth, mut deepest): (usize, usize) = (0, 0);
    let mut in_string = false;
    let mut bytes = raw.bytes();
    while let Some(byte) = bytes.next() {
        match byte {
            b'\\' if in_string => {
                bytes.next();
            }
            b'"' => in_string = !in_string,
            b'{' | b'[' if !in_string => {
                depth += 1;
                deepest = deepest.max(depth);
            }
            b'}' | b']' if !in_string => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    deepest
}

/// An object's members with their values as they are written.
struct Members<'a>(Vec<(Cow<'a, str>, &'a RawValue)>);

/// A key, borrowed from the line when it has no escapes.
#[derive(Deserialize)]
struct Key<'a>(#[serde(borrow)] Cow<'a, str>);

impl<'de> Deserialize<'de> for Members<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(MembersVisitor)
    }
}

struct MembersVisitor;

impl<'de> Visitor<'de> for MembersVisitor {
    type Value = Members<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<M: MapAccess<'de>>(self, mut map: M) -> Result<Self::Value, M::Error> {
        let mut members = Vec::new();
        while let Some((Key(key), value)) = map.next_entry::<Key<'de>, &'de RawValue>()? {
            members.push((key, value));
        }
        Ok(Members(members))
    }
}

#[cfg(test)]
mod tests {
    use super::super::block::Block;
    use super::super::check::check;
    use super::super::split::{Separator, Splitter};
    use super::*;

    fn splitted(text: &str, keys: &[&str]) -> (Vec<Vec<Option<String>>>, Vec<String>) {
        let mut all = Keys::default();
        for key in keys {
            all.place(key);
        }
        let mut block = Block { bytes: text.as_bytes().to_vec(), first_line: 1, ..Block::default() };
        Splitter { separator: Separator::Line, quote: None }.split(&mut block, true, usize::MAX).unwrap();
        let file = "events.jsonl".into();
        let (records, refusals) = check(block, None, &file);
        assert!(refusals.is_empty());
        let (records, refusals) = split(records, &all, &file);
        let rows = records
            .rows
            .iter()
            .map(|row| {
                (0..keys.len())
                    .map(|index| records.field(row, index))
                    .map(|field| (field.kind != FieldKind::Null).then(|| records.written(field).to_owned()))
                    .collect()
            })
            .collect();
        (rows, refusals.into_iter().map(|refusal| refusal.into_error().message().to_owned()).collect())
    }

    #[test]
    fn values_keep_their_text() {
        let lines = "{\"a\": 12345678901234567890.10, \"b\": \"é\\n\\u00e9\"}\n\n{\"b\": null, \"a\": [1, {\"x\": \"]\"}]}\r\n{}\n";
        let (rows, faults) = splitted(lines, &["a", "b"]);
        assert_eq!(faults, Vec::<String>::new());
        assert_eq!(rows[0], [Some("12345678901234567890.10".into()), Some("é\né".into())]);
        assert_eq!(rows[1], [Some("[1, {\"x\": \"]\"}]".into()), None]);
        assert_eq!(rows[2], [None, None]);
    }

    #[test]
    fn each_fault_names_its_line() {
        let lines =
            "{\"a\":1}\n[1]\n{\"a\":1,\"a\":2}\n{\"a\":\"\\ud800\"}\n{\"a\":\"\\u0000\"}\n{\"b\":1}\n{\"a\":1\n";
        let (rows, faults) = splitted(lines, &["a"]);
        assert_eq!(rows.len(), 1);
        assert!(faults[0].starts_with("events.jsonl line 2: the line is not a JSON object: "), "{}", faults[0]);
        assert_eq!(faults[1], "events.jsonl line 3: the key a occurs twice");
        assert_eq!(faults[2], "events.jsonl line 4, column a: \"\\ud800\" has an escape that stands for no character");
        assert_eq!(
            faults[3],
            "events.jsonl line 5, column a: \"\\u0000\" holds the character NUL, which no text holds"
        );
        assert_eq!(faults[4], "events.jsonl line 6: the first rows do not have the key b");
        assert!(faults[5].starts_with("events.jsonl line 7: the line is not a JSON object: "), "{}", faults[5]);
    }

    #[test]
    fn deep_nesting_is_refused() {
        let deep = format!("{{\"a\":{}{}}}\n", "[".repeat(129), "]".repeat(129));
        let (_, faults) = splitted(&deep, &["a"]);
        assert!(faults[0].ends_with("is nested deeper than 128 levels"), "{}", faults[0]);
        let (rows, _) = splitted(&format!("{{\"a\":{}{}}}\n", "[".repeat(128), "]".repeat(128)), &["a"]);
        assert_eq!(rows.len(), 1);
    }
}
