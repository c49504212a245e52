//! A parameter as a function declares it: what it takes, what it is for, and what stands in when it is not given.

use datafusion::arrow::datatypes::DataType;
use datafusion::error::Result;

use super::Value;
use super::constant::{Constant, Known};
use crate::error::{CallError, CallErrorKind};

/// What values a column or expression has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Type {
    /// Any number; read as `f64`, decimals too.
    Number,
    /// A whole number; read as `i64`.
    Integer,
    /// A timestamp or date; read as microseconds since 1970 in UTC.
    Time,
    /// Text; read as codes of a dictionary.
    Text,
    /// A boolean.
    Flag,
    /// Steps one after the other: an array of text, or a text with ` > ` between them. Not of table functions.
    Path,
    /// A value with fields: a model, as the function that fits it gives it. Not of table functions.
    Record,
    /// A boolean, or a number that is 0 or 1; read as `f64`.
    Label,
    /// A record that is large: a constant one is given as one row, not as many. Not of table functions.
    Model,
    /// What a model reads of a row: an array of numbers, a record, or values one after the other. Not of table
    /// functions.
    Features,
    /// Anything; carried to the result as it is.
    Any,
}

impl Type {
    /// Whether values of `data_type` can be read as this.
    pub(crate) fn accepts(self, data_type: &DataType) -> bool {
        let plain = match data_type {
            DataType::Dictionary(_, values) => values.as_ref(),
            other => other,
        };
        if *plain == DataType::Null {
            return true;
        }
        match self {
            Self::Number => plain.is_numeric(),
            Self::Integer => plain.is_integer(),
            Self::Time => matches!(plain, DataType::Timestamp(..) | DataType::Date32 | DataType::Date64),
            Self::Text => matches!(plain, DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View),
            Self::Flag => *plain == DataType::Boolean,
            Self::Path => match plain {
                DataType::List(item) | DataType::LargeList(item) => Self::Text.accepts(item.data_type()),
                text => Self::Text.accepts(text),
            },
            Self::Record | Self::Model => matches!(plain, DataType::Struct(_)),
            Self::Label => *plain == DataType::Boolean || plain.is_numeric(),
            Self::Features => match plain {
                DataType::List(item) | DataType::LargeList(item) => {
                    Self::Number.accepts(item.data_type()) || Self::Flag.accepts(item.data_type())
                }
                DataType::Struct(fields) => fields.iter().all(|field| Self::is_feature(field.data_type())),
                plain => Self::is_feature(plain),
            },
            Self::Any => !plain.is_nested(),
        }
    }

    fn is_feature(data_type: &DataType) -> bool {
        [Self::Number, Self::Flag, Self::Text].iter().any(|wanted| wanted.accepts(data_type))
    }

    /// The type in a reader's words.
    pub(crate) fn described(self) -> &'static str {
        match self {
            Self::Number => "number",
            Self::Integer => "integer",
            Self::Time => "timestamp or date",
            Self::Text => "text",
            Self::Flag => "boolean",
            Self::Path => "text or text[]",
            Self::Record | Self::Model => "record",
            Self::Label => "boolean or 0 and 1",
            Self::Features => "number[], record or value",
            Self::Any => "any",
        }
    }
}

/// What a parameter takes.
#[derive(Debug, Clone)]
pub(crate) enum Takes {
    /// A relation.
    Relation,
    /// Values of rows.
    Rows(Type),
    /// The names of columns whose values divide the rows, as an array of text.
    Columns,
    /// The names of columns of numbers, booleans or text, as an array of text.
    Features,
    /// A constant.
    Constant(Constant),
}

impl Takes {
    /// What it takes in a reader's words.
    pub(crate) fn described(&self) -> String {
        match self {
            Self::Relation => "relation".to_owned(),
            Self::Rows(data_type) => data_type.described().to_owned(),
            Self::Columns | Self::Features => "text[] (columns)".to_owned(),
            Self::Constant(constant) => constant.described(),
        }
    }
}

/// What a parameter is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Role {
    /// An argument by position.
    Positional,
    /// A relation a table function reads.
    Input,
    /// An argument by name.
    Named {
        /// Whether rows are grouped by it, under which name in the result.
        key: Option<&'static str>,
        /// Whether the rows of a group are ordered by it.
        orders: bool,
    },
}

/// A parameter. Made by [`Parameter::value`] for functions by position, by the others for table functions.
#[derive(Debug, Clone)]
pub(crate) struct Parameter {
    pub name: &'static str,
    /// What it means, with unit. A sentence.
    pub meaning: &'static str,
    pub takes: Takes,
    pub role: Role,
    /// Whether it may be given any number of times.
    pub repeats: bool,
    /// Which inputs of a table function have the column: all, unless told.
    pub inputs: Option<&'static [usize]>,
    /// The inputs whose rows are seen where the column is NULL, rather than left out. Of keys and orders.
    keeps_nulls: &'static [usize],
    /// Whether its default is a column that an input may lack.
    pub taken_if_there: bool,
    required: bool,
    default: Option<(Known, String)>,
}

impl Parameter {
    fn new(name: &'static str, meaning: &'static str, takes: Takes, role: Role) -> Self {
        Self {
            name,
            meaning,
            takes,
            role,
            repeats: false,
            inputs: None,
            keeps_nulls: &[],
            taken_if_there: false,
            required: true,
            default: None,
        }
    }

    /// An expression over rows, by position.
    pub(crate) fn value(name: &'static str, data_type: Type, meaning: &'static str) -> Self {
        Self::new(name, meaning, Takes::Rows(data_type), Role::Positional)
    }

    /// A constant, by position.
    pub(crate) fn option(name: &'static str, constant: Constant, meaning: &'static str) -> Self {
        Self::new(name, meaning, Takes::Constant(constant), Role::Positional)
    }

    /// A relation that a table function reads: a subquery, or the name of a table, view or CTE.
    pub(crate) fn input(name: &'static str, meaning: &'static str) -> Self {
        Self::new(name, meaning, Takes::Relation, Role::Input)
    }

    /// A column whose values group the rows. The result has it under the name `column`.
    /// Rows where it is NULL are left out.
    pub(crate) fn key(name: &'static str, column: &'static str, meaning: &'static str) -> Self {
        Self::new(name, meaning, Takes::Rows(Type::Any), Role::Named { key: Some(column), orders: false })
    }

    /// A timestamp or date by which the rows of each group are ordered. Rows where it is NULL are left out.
    pub(crate) fn order(name: &'static str, meaning: &'static str) -> Self {
        Self::new(name, meaning, Takes::Rows(Type::Time), Role::Named { key: None, orders: true })
    }

    /// A column.
    pub(crate) fn rows(name: &'static str, data_type: Type, meaning: &'static str) -> Self {
        Self::new(name, meaning, Takes::Rows(data_type), Role::Named { key: None, orders: false })
    }

    /// The columns for each of whose values there is a result of its own. NULL is a value.
    pub(crate) fn by() -> Self {
        let meaning = "Columns for each of whose values there is a result of its own.";
        Self::new("by", meaning, Takes::Columns, Role::Named { key: None, orders: false }).optional()
    }

    /// Columns of numbers, booleans or text, each of which is read. A function has at most one such parameter.
    pub(crate) fn features(name: &'static str, meaning: &'static str) -> Self {
        Self::new(name, meaning, Takes::Features, Role::Named { key: None, orders: false })
    }

    /// A constant, by name.
    pub(crate) fn constant(name: &'static str, constant: Constant, meaning: &'static str) -> Self {
        Self::new(name, meaning, Takes::Constant(constant), Role::Named { key: None, orders: false })
    }

    /// The same constant by position.
    #[must_use]
    pub(crate) fn by_position(mut self) -> Self {
        self.role = Role::Positional;
        self
    }

    /// May be left out: [`super::Arguments::has`] tells.
    #[must_use]
    pub(crate) fn optional(mut self) -> Self {
        self.required = false;
        self
    }

    /// May be given any number of times, at least once; only the last parameter.
    #[must_use]
    pub(crate) fn repeated(mut self) -> Self {
        self.repeats = true;
        self
    }

    /// Only these inputs have the column.
    #[must_use]
    pub(crate) fn of(mut self, inputs: &'static [usize]) -> Self {
        self.inputs = Some(inputs);
        self
    }

    /// Rows of these inputs are seen where it is NULL: NULL is a key of its own, or a time before all others.
    #[must_use]
    pub(crate) fn with_nulls(mut self, inputs: &'static [usize]) -> Self {
        self.keeps_nulls = inputs;
        self
    }

    /// The column of this name is taken when none is given and an input has it.
    #[must_use]
    pub(crate) fn or_column(mut self, column: &str) -> Self {
        self.taken_if_there = true;
        self.or(column)
    }

    /// The value when it is not given: a text or choice.
    #[must_use]
    pub(crate) fn or(self, default: &str) -> Self {
        self.or_known(Known::Text(default.to_owned()), format!("`'{default}'`"))
    }

    /// The value when it is not given: a number.
    #[must_use]
    pub(crate) fn or_number(self, default: f64) -> Self {
        self.or_known(Known::Number(default), format!("`{default}`"))
    }

    /// The value when it is not given: an integer.
    #[must_use]
    pub(crate) fn or_integer(self, default: i64) -> Self {
        self.or_known(Known::Integer(default), format!("`{default}`"))
    }

    /// The value when it is not given: a boolean.
    #[must_use]
    pub(crate) fn or_flag(self, default: bool) -> Self {
        self.or_known(Known::Flag(default), format!("`{default}`"))
    }

    /// The value when it is not given: so many days.
    #[must_use]
    pub(crate) fn or_days(self, days: i64) -> Self {
        const DAY_MICROS: i64 = 86_400_000_000;
        self.or_known(Known::Micros(days * DAY_MICROS), format!("`INTERVAL '{days} days'`"))
    }

    /// The value when it is not given: so many hours.
    #[must_use]
    pub(crate) fn or_hours(self, hours: i64) -> Self {
        const HOUR_MICROS: i64 = 3_600_000_000;
        self.or_known(Known::Micros(hours * HOUR_MICROS), format!("`INTERVAL '{hours} hours'`"))
    }

    /// The value when it is not given: texts.
    #[must_use]
    pub(crate) fn or_texts(self, default: &[&str]) -> Self {
        let shown: Vec<String> = default.iter().map(|text| format!("'{text}'")).collect();
        let known = Known::Texts(default.iter().map(|text| (*text).to_owned()).collect());
        self.or_known(known, format!("`ARRAY[{}]`", shown.join(", ")))
    }

    fn or_known(mut self, default: Known, shown: String) -> Self {
        self.required = false;
        self.default = Some((default, shown));
        self
    }

    /// Whether a call must give it.
    pub(crate) fn is_required(&self) -> bool {
        self.required
    }

    /// Whether input `input` of a table function has the column.
    pub(crate) fn is_in(&self, input: usize) -> bool {
        self.inputs.is_none_or(|inputs| inputs.contains(&input))
    }

    /// Whether rows of input `input` are seen where it is NULL.
    pub(crate) fn keeps_nulls(&self, input: usize) -> bool {
        self.keeps_nulls.contains(&input)
    }

    /// The name of the result's column that it groups by, if it does.
    pub(crate) fn key_name(&self) -> Option<&'static str> {
        match self.role {
            Role::Named { key, .. } => key,
            Role::Positional | Role::Input => None,
        }
    }

    /// Whether it orders the rows of a group.
    pub(crate) fn is_order(&self) -> bool {
        matches!(self.role, Role::Named { orders: true, .. })
    }

    /// Its value in a call that does not give it.
    pub(crate) fn absent(&self, function: &str) -> Result<Value> {
        match (&self.default, self.required) {
            (Some((default, _)), _) => Ok(Value::Known(default.clone())),
            (None, false) => Ok(Value::Missing),
            (None, true) => Err(CallError::new(
                CallErrorKind::UndefinedFunction,
                format!("{function} needs its argument {}", self.name),
            )
            .with_hint(format!("{}: {}", self.takes.described(), self.meaning))
            .into()),
        }
    }

    /// The default as it stands in documents.
    pub(crate) fn shown_default(&self) -> Option<String> {
        match &self.default {
            Some((_, shown)) => Some(shown.clone()),
            None if self.required => None,
            None => Some("none".to_owned()),
        }
    }

    /// Type, default and meaning in a sentence.
    pub(crate) fn sentence(&self) -> String {
        let default = match self.shown_default() {
            Some(default) => format!(", default {}", default.replace('`', "")),
            None => String::new(),
        };
        format!("{}{default}. {}", self.takes.described(), self.meaning)
    }
}
