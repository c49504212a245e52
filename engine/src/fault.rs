//! DataFusion's errors in PostgreSQL's words.
//!
//! Clients match on SQLSTATE and on the wording of the common cases (Superset by regular expression), so
//! those are translated; whatever else comes keeps its own message.

mod refusal;

use std::any::Any;

use bellwether_catalog::{Error, ErrorKind};
use bellwether_udfs::{ValueError, ValueErrorKind};
use datafusion::arrow::error::ArrowError;
use datafusion::common::{DataFusionError, SchemaError};
use datafusion::sql::sqlparser::parser::ParserError;

use crate::statement::output_name;

/// Translates an error of planning or execution; `sql` is the statement it is about.
pub(crate) fn from_datafusion(error: DataFusionError, sql: &str) -> Error {
    match error {
        DataFusionError::Diagnostic(diagnostic, inner) => {
            let position = diagnostic.span.and_then(|span| char_position(sql, span.start.line, span.start.column));
            let translated = from_datafusion(*inner, sql);
            match (translated.position(), position) {
                (None, Some(position)) => translated.with_position(position),
                _ => translated,
            }
        }
        DataFusionError::Context(_, inner) => from_datafusion(*inner, sql),
        DataFusionError::Shared(shared) => match std::sync::Arc::try_unwrap(shared) {
            Ok(inner) => from_datafusion(inner, sql),
            Err(shared) => match shared.as_ref() {
                DataFusionError::ResourcesExhausted(message) => exhausted(message),
                other => again(other).unwrap_or_else(|| from_text(&other.strip_backtrace(), sql)),
            },
        },
        DataFusionError::Collection(mut errors) if !errors.is_empty() => from_datafusion(errors.swap_remove(0), sql),
        DataFusionError::SQL(parser, _) => from_parser(*parser, sql),
        DataFusionError::SchemaError(schema, _) => from_schema(*schema, sql),
        DataFusionError::ArrowError(arrow, _) => from_arrow(*arrow, sql),
        DataFusionError::ResourcesExhausted(message) => exhausted(&message),
        DataFusionError::NotImplemented(message) => Error::unsupported(lower_first(&message)),
        DataFusionError::ObjectStore(store) => bellwether_catalog::store::from_object_store(*store),
        DataFusionError::IoError(io) => from_io(io),
        DataFusionError::External(inner) => from_external(inner, sql),
        DataFusionError::ParquetError(parquet) => from_parquet(*parquet),
        DataFusionError::Internal(message) if message.contains("failed to match any signature") => {
            from_text(&message, sql)
        }
        DataFusionError::Internal(message) => Error::internal(lower_first(first_line(&message))),
        DataFusionError::ExecutionJoin(join) if join.is_panic() => from_panic(join.into_panic().as_ref()),
        other => from_text(&other.strip_backtrace(), sql),
    }
}

/// What a panic of the engine tells of. One has a cause outside of it: arrays are addressed with 32 bits, and those who
/// make them stop where a column of texts or lists outgrows that.
pub(crate) fn from_panic(payload: &(dyn Any + Send)) -> Error {
    let message = payload
        .downcast_ref::<&str>()
        .copied()
        .or_else(|| payload.downcast_ref::<String>().map(String::as_str))
        .unwrap_or_default();
    match message.contains("offset overflow") {
        true => too_long(),
        false => Error::internal("the query met a fault of the engine").with_hint("please report the statement"),
    }
}

/// A column of texts or lists has more in one batch than it can address.
fn too_long() -> Error {
    Error::new(ErrorKind::LimitExceeded, "a column would have more than 2147483647 bytes or items in one batch of rows")
        .with_hint("make shorter texts or arrays, or fewer of them in one row")
}

/// Our own error in one that others hold as well, said again.
fn again(error: &DataFusionError) -> Option<Error> {
    match error {
        DataFusionError::Context(_, inner) => again(inner),
        DataFusionError::Shared(inner) => again(inner),
        DataFusionError::External(inner) => {
            let ours = inner.downcast_ref::<Error>()?;
            let mut said = Error::new(ours.kind(), ours.message());
            if let Some(detail) = ours.detail() {
                said = said.with_detail(detail);
            }
            if let Some(hint) = ours.hint() {
                said = said.with_hint(hint);
            }
            Some(said)
        }
        _ => None,
    }
}

fn from_external(inner: Box<dyn std::error::Error + Send + Sync>, sql: &str) -> Error {
    let inner = match inner.downcast::<Error>() {
        Ok(ours) => return *ours,
        Err(other) => other,
    };
    let inner = match inner.downcast::<DataFusionError>() {
        Ok(datafusion) => return from_datafusion(*datafusion, sql),
        Err(other) => other,
    };
    let inner = match inner.downcast::<bellwether_udfs::CallError>() {
        Ok(call) => return from_call(&call, sql),
        Err(other) => other,
    };
    let inner = match inner.downcast::<bellwether_udfs::LimitExceeded>() {
        Ok(limit) => return Error::new(ErrorKind::LimitExceeded, limit.to_string()),
        Err(other) => other,
    };
    let inner = match inner.downcast::<bellwether_udfs::ValueError>() {
        Ok(value) => return from_value(&value),
        Err(other) => other,
    };
    match inner.downcast::<ArrowError>() {
        Ok(arrow) => from_arrow(*arrow, sql),
        Err(other) => from_text(&other.to_string(), sql),
    }
}

fn from_value(error: &ValueError) -> Error {
    let kind = match error.kind() {
        ValueErrorKind::InvalidText => ErrorKind::InvalidText,
        ValueErrorKind::InvalidDatetime => ErrorKind::InvalidDatetime,
        ValueErrorKind::OutOfRange => ErrorKind::NumericOutOfRange,
        ValueErrorKind::DatetimeOutOfRange => ErrorKind::DatetimeOutOfRange,
        ValueErrorKind::DivisionByZero => ErrorKind::DivisionByZero,
        ValueErrorKind::InvalidParameter => ErrorKind::InvalidParameter,
        ValueErrorKind::InvalidRegularExpression => ErrorKind::InvalidRegularExpression,
        ValueErrorKind::InvalidLogarithm => ErrorKind::InvalidLogarithm,
        ValueErrorKind::InvalidPower => ErrorKind::InvalidPower,
        ValueErrorKind::Syntax => ErrorKind::Syntax,
        ValueErrorKind::UndefinedFunction => ErrorKind::UndefinedFunction,
        ValueErrorKind::CannotCoerce => ErrorKind::CannotCoerce,
    };
    Error::new(kind, error.message())
}

/// A call that one of our functions refuses.
fn from_call(call: &bellwether_udfs::CallError, sql: &str) -> Error {
    use bellwether_udfs::CallErrorKind;
    let kind = match call.kind() {
        CallErrorKind::Invalid => ErrorKind::InvalidParameter,
        CallErrorKind::UndefinedColumn => ErrorKind::UndefinedColumn,
        CallErrorKind::UndefinedFunction => ErrorKind::UndefinedFunction,
        CallErrorKind::TypeMismatch => ErrorKind::TypeMismatch,
    };
    let mut error = Error::new(kind, call.message());
    if let Some(hint) = call.hint() {
        error = error.with_hint(hint);
    }
    match call.argument().and_then(|argument| place_of_argument(sql, argument)) {
        Some(position) => error.with_position(position),
        None => error,
    }
}

fn from_parquet(error: parquet::errors::ParquetError) -> Error {
    if let parquet::errors::ParquetError::External(inner) = error {
        return match inner.downcast::<object_store::Error>() {
            Ok(store) => bellwether_catalog::store::from_object_store(*store),
            Err(other) => Error::corrupt("a data file cannot be read").with_detail(other.to_string()),
        };
    }
    Error::corrupt("a data file cannot be read").with_detail(error.to_string())
}

fn from_io(error: std::io::Error) -> Error {
    match error.kind() {
        std::io::ErrorKind::StorageFull => Error::new(ErrorKind::DiskFull, "the disk is full").with_source(error),
        _ => Error::io("reading or writing a file failed").with_detail(error.to_string()).with_source(error),
    }
}

fn exhausted(message: &str) -> Error {
    if message.contains("disk space") || message.contains("temporary director") {
        return Error::new(ErrorKind::DiskFull, "the spill area is full")
            .with_detail(first_line(message))
            .with_hint("raise spill_bytes, or ask for less at a time");
    }
    Error::new(ErrorKind::OutOfMemory, "the query needs more memory than it may use")
        .with_detail(first_line(message))
        .with_hint("filter earlier, select fewer columns, or raise memory_bytes")
}

fn from_arrow(error: ArrowError, sql: &str) -> Error {
    match error {
        ArrowError::OffsetOverflowError(_) => too_long(),
        ArrowError::DivideByZero => Error::new(ErrorKind::DivisionByZero, "division by zero"),
        ArrowError::ExternalError(inner) => from_external(inner, sql),
        ArrowError::CastError(message)
        | ArrowError::ParseError(message)
        | ArrowError::InvalidArgumentError(message) => from_text(&message, sql),
        ArrowError::ComputeError(message) | ArrowError::ArithmeticOverflow(message) => {
            if message.to_lowercase().contains("overflow") {
                return Error::new(ErrorKind::NumericOutOfRange, "a number is out of range").with_detail(message);
            }
            from_text(&message, sql)
        }
        other => from_text(&other.to_string(), sql),
    }
}

fn from_schema(error: SchemaError, sql: &str) -> Error {
    match error {
        SchemaError::FieldNotFound { field, valid_fields } if output_name::is_ambiguous(&field, &valid_fields) => {
            Error::new(ErrorKind::AmbiguousColumn, format!("column reference \"{}\" is ambiguous", field.name))
                .with_hint("name the columns apart with AS where they are selected")
        }
        SchemaError::FieldNotFound { field, valid_fields } => {
            let name = match &field.relation {
                Some(relation) => format!("{}.{}", relation.table(), field.name),
                None => format!("\"{}\"", field.name),
            };
            let mut error = Error::new(ErrorKind::UndefinedColumn, format!("column {name} does not exist"));
            let named = valid_fields.iter().filter(|valid| !output_name::is_marked(&valid.name));
            let close = named.min_by_key(|valid| distance(&valid.name, &field.name));
            if let Some(close) = close.filter(|close| distance(&close.name, &field.name) <= 3) {
                error = error.with_hint(format!("did you mean \"{}\"?", close.flat_name()));
            }
            match place_of(sql, &field.name) {
                Some(position) => error.with_position(position),
                None => error,
            }
        }
        SchemaError::AmbiguousReference { field } => {
            Error::new(ErrorKind::AmbiguousColumn, format!("column reference \"{}\" is ambiguous", field.name))
                .with_hint("put the table's name or alias in front of it")
        }
        SchemaError::DuplicateUnqualifiedField { name } | SchemaError::DuplicateQualifiedField { name, .. } => {
            Error::new(ErrorKind::DuplicateColumn, format!("column \"{name}\" specified more than once"))
        }
    }
}

/// A parse error as PostgreSQL words it, with the place.
pub(crate) fn from_parser(error: ParserError, sql: &str) -> Error {
    match error {
        ParserError::RecursionLimitExceeded => Error::new(ErrorKind::TooComplex, "the statement is nested too deeply")
            .with_hint("split it into steps with WITH"),
        ParserError::TokenizerError(message) | ParserError::ParserError(message) => {
            let position = position_in(&message, sql);
            let fact = match found_in(&message) {
                Some("EOF") => "syntax error at end of input".to_owned(),
                Some(found) => format!("syntax error at or near \"{}\"", found.trim_matches('\'')),
                None => format!("syntax error: {}", lower_first(strip_place(&message))),
            };
            let mut error = Error::new(ErrorKind::Syntax, fact).with_detail(lower_first(strip_place(&message)));
            if let Some(position) = position {
                error = error.with_position(position);
            }
            error
        }
    }
}

fn found_in(message: &str) -> Option<&str> {
    let (_, found) = message.split_once("found: ")?;
    Some(strip_place(found))
}

fn strip_place(message: &str) -> &str {
    message.split(" at Line:").next().unwrap_or(message)
}

fn position_in(message: &str, sql: &str) -> Option<usize> {
    let (_, place) = message.rsplit_once(" at Line: ")?;
    let (line, column) = place.split_once(", Column: ")?;
    char_position(sql, line.trim().parse().ok()?, column.trim().parse().ok()?)
}

/// The place of a character, counted from one over the whole text, from its line and column counted from one.
fn char_position(sql: &str, line: u64, column: u64) -> Option<usize> {
    if line == 0 || column == 0 {
        return None;
    }
    let mut before = 0;
    for (index, text) in sql.split('\n').enumerate() {
        if index as u64 + 1 == line {
            return Some(before + usize::try_from(column).ok()?);
        }
        before += text.chars().count() + 1;
    }
    None
}

/// Where a named argument of a function is given: `name =>`.
fn place_of_argument(sql: &str, name: &str) -> Option<usize> {
    let folded = sql.to_ascii_lowercase();
    let name = name.to_ascii_lowercase();
    for (byte, _) in folded.match_indices(&name) {
        let before = folded[..byte].chars().next_back();
        let after = folded[byte + name.len()..].trim_start_matches('"').trim_start();
        let is_word = before.is_none_or(|c| !c.is_alphanumeric() && c != '_');
        if is_word && (after.starts_with("=>") || after.starts_with(":=")) {
            return Some(sql[..byte].chars().count() + 1);
        }
    }
    None
}

/// Where a name stands in the statement, as a whole word.
fn place_of(sql: &str, name: &str) -> Option<usize> {
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    let folded = sql.to_ascii_lowercase();
    let name = name.to_ascii_lowercase();
    for (byte, _) in folded.match_indices(&name) {
        let before = folded[..byte].chars().next_back();
        let after = folded[byte + name.len()..].chars().next();
        if !before.is_some_and(is_word) && !after.is_some_and(is_word) {
            return Some(sql[..byte].chars().count() + 1);
        }
    }
    None
}

/// Sorts a bare message into a kind.
fn from_text(message: &str, sql: &str) -> Error {
    let message = output_name::without_marks(message);
    let message = message
        .trim_start_matches("Error during planning: ")
        .trim_start_matches("Execution error: ")
        .trim_start_matches("Arrow error: ")
        .trim_start_matches("Cast error: ")
        .trim_start_matches("Parser error: ")
        .trim_start_matches("External error: ");
    if message.contains("offset overflow") {
        return too_long();
    }
    if let Some(refusal) = refusal::of(message) {
        return refusal;
    }
    if let Some(name) = quoted_before(message, "table '", "' not found") {
        let name = as_written(name.strip_prefix("lake.").unwrap_or(name), sql);
        let error = Error::new(ErrorKind::UndefinedTable, format!("relation \"{name}\" does not exist"));
        let bare = name.rsplit('.').next().unwrap_or(name);
        return match place_of(sql, bare) {
            Some(position) => error.with_position(position),
            None => error,
        };
    }
    let table_function = quoted_before(message, "table function '", "' not found")
        .or_else(|| quoted_before(message, "Table function '", "' not found"));
    if let Some(name) = table_function {
        let mut error = Error::new(ErrorKind::UndefinedFunction, format!("function {name} does not exist"));
        let close = bellwether_udfs::functions().into_iter().min_by_key(|function| distance(function.name, name));
        if let Some(close) = close.filter(|close| distance(close.name, name) <= 3) {
            error = error.with_hint(format!("did you mean {}?", close.name));
        }
        return match place_of(sql, name) {
            Some(position) => error.with_position(position),
            None => error,
        };
    }
    if let Some(rest) = message.strip_prefix("Invalid function '") {
        let (name, suggestion) = rest.split_once("'.").unwrap_or((rest, ""));
        let mut error = Error::new(ErrorKind::UndefinedFunction, format!("function {name} does not exist"));
        if let Some(other) = quoted_before(suggestion, "Did you mean '", "'") {
            error = error.with_hint(format!("did you mean {other}?"));
        }
        return match place_of(sql, name) {
            Some(position) => error.with_position(position),
            None => error,
        };
    }
    if let Some((_, exhaustion)) = message.split_once("Resources exhausted: ") {
        return exhausted(exhaustion);
    }
    if message.contains("Divide by zero") {
        return Error::new(ErrorKind::DivisionByZero, "division by zero");
    }
    let miscast = quoted_before(message, "Cannot cast string '", "' to value of ")
        .or_else(|| quoted_before(message, "Cannot cast value '", "' to value of "));
    if let Some(text) = miscast {
        let target = message.rsplit("to value of ").next().unwrap_or("").trim_end_matches(" type");
        return Error::new(
            ErrorKind::InvalidText,
            format!("invalid input syntax for type {}: \"{text}\"", postgres_type(target)),
        );
    }
    if let Some((_, target)) =
        message.split_once("Can't cast value ").and_then(|(_, rest)| rest.split_once(" to type "))
    {
        let target = target.split_whitespace().next().unwrap_or(target);
        return Error::new(ErrorKind::NumericOutOfRange, format!("{} out of range", postgres_type(target)));
    }
    if let Some(text) = quoted_before(message, "Error parsing timestamp from '", "'") {
        return Error::new(ErrorKind::InvalidText, format!("invalid input syntax for type timestamp: \"{text}\""));
    }
    if message.contains("Could not parse") || message.contains("Unable to parse") || message.contains("not a valid") {
        return Error::new(ErrorKind::InvalidText, lower_first(first_line(message)));
    }
    if message.contains("is too large to store in a Decimal") {
        return Error::new(ErrorKind::NumericOutOfRange, "numeric field overflow").with_detail(first_line(message));
    }
    if message.to_lowercase().contains("overflow")
        || message.contains("is out of range")
        || message.contains("is too large to store")
    {
        return Error::new(ErrorKind::NumericOutOfRange, "a number is out of range").with_detail(first_line(message));
    }
    if let Some(refusal) =
        quoted_before(message, "user-defined coercion failed with: External error: ", ". No function matches")
    {
        // Of an error on the way through the planner only the words are left: the fact, and the hint in brackets.
        let (fact, hint) = match refusal.strip_suffix(')').and_then(|open| open.split_once(" (")) {
            Some((fact, hint)) => (fact, Some(hint)),
            None => (refusal, None),
        };
        let error = Error::new(ErrorKind::UndefinedFunction, fact);
        return match hint {
            Some(hint) => error.with_hint(hint),
            None => error,
        };
    }
    if let Some(name) = quoted_before(message, "Function '", "' failed to match any signature") {
        return Error::new(
            ErrorKind::UndefinedFunction,
            format!("function {name} does not take arguments of these types"),
        )
        .with_hint("cast the arguments to types the function takes");
    }
    if message.contains("No function matches the given name and argument types")
        || message.contains("Failed to coerce arguments")
    {
        return Error::new(ErrorKind::UndefinedFunction, lower_first(first_line(message)))
            .with_hint("cast the arguments to types the function takes");
    }
    if message.contains("coerce")
        || message.contains("type mismatch")
        || message.contains("Cannot infer common argument type")
    {
        return Error::new(ErrorKind::TypeMismatch, lower_first(first_line(message)));
    }
    if message.contains("would make a value of") || message.contains("the limit is") {
        return Error::new(ErrorKind::LimitExceeded, lower_first(first_line(message)));
    }
    if message.contains("not supported") || message.contains("Unsupported") || message.contains("not implemented") {
        return Error::unsupported(lower_first(first_line(message)));
    }
    Error::invalid_parameter(lower_first(first_line(message)))
}

/// A full name without the schema that the statement did not write.
fn as_written<'a>(full: &'a str, sql: &str) -> &'a str {
    let Some((schema, name)) = full.split_once('.') else { return full };
    let sql = sql.to_lowercase().replace('"', "");
    if sql.contains(&format!("{}.", schema.to_lowercase())) { full } else { name }
}

fn postgres_type(arrow: &str) -> &str {
    match arrow {
        "Int16" => "smallint",
        "Int32" => "integer",
        "Int64" => "bigint",
        "Float32" => "real",
        "Float64" => "double precision",
        "Boolean" => "boolean",
        "Date32" => "date",
        "Utf8" | "Utf8View" | "LargeUtf8" => "text",
        other if other.starts_with("Decimal") => "numeric",
        other if other.starts_with("Timestamp") => "timestamp",
        other => other,
    }
}

fn quoted_before<'a>(message: &'a str, start: &str, end: &str) -> Option<&'a str> {
    let (_, rest) = message.split_once(start)?;
    let (quoted, _) = rest.split_once(end)?;
    Some(quoted)
}

fn first_line(message: &str) -> &str {
    message.lines().next().unwrap_or(message)
}

fn lower_first(message: &str) -> String {
    let mut letters = message.chars();
    match letters.next() {
        // An abbreviation in capitals stays.
        Some(first) if !letters.clone().next().is_some_and(char::is_uppercase) => {
            first.to_lowercase().chain(letters).collect()
        }
        _ => message.to_owned(),
    }
}

fn distance(a: &str, b: &str) -> usize {
    datafusion::common::utils::datafusion_strsim::levenshtein(&a.to_lowercase(), &b.to_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_table_reads_as_in_postgresql_and_points_at_the_name() {
        let error = from_text("table 'lake.public.orders' not found", "select * from orders");
        assert_eq!(error.message(), "relation \"orders\" does not exist");
        assert_eq!(error.position(), Some(15));
    }

    #[test]
    fn a_syntax_error_names_the_token_and_its_place() {
        let parser = ParserError::ParserError("Expected: an expression, found: FROM at Line: 2, Column: 3".into());
        let error = from_parser(parser, "select\n  FROM t");
        assert_eq!(error.message(), "syntax error at or near \"FROM\"");
        assert_eq!(error.position(), Some(10));
    }

    #[test]
    fn a_text_that_is_no_number_names_the_type_postgresql_would() {
        let error = from_text("Cannot cast string 'x' to value of Int64 type", "");
        assert_eq!(error.message(), "invalid input syntax for type bigint: \"x\"");
        assert_eq!(error.kind(), ErrorKind::InvalidText);
    }
}
