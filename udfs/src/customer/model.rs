//! Models as values: what functions that fit them give, and what functions that predict with them take.
//!
//! A model is a record: its parameters, their standard errors with `_se` after the name, `log_likelihood`, `n`,
//! `iterations` and `status`, and what else its function tells.

use std::sync::Arc;

use bellwether_kernels::customer::fit::{Fit, Status};
use bellwether_kernels::customer::weighted::Weighted;
use datafusion::arrow::array::{
    Array, ArrayRef, AsArray, Float64Array, Float64Builder, Int64Builder, StringArray, StringBuilder, StructArray,
};
use datafusion::arrow::compute::cast;
use datafusion::arrow::datatypes::{DataType, Field, Fields, Float64Type};
use datafusion::error::Result;

use crate::adapter::aggregate::{Call, State};
use crate::adapter::bytes::{Reader, Writer, damaged};
use crate::adapter::column::{Column, Columns};
use crate::argument::{Parameter, Type};
use crate::error::{CallError, CallErrorKind};

/// A function that fits a model of `P` parameters to rows of `C` numbers.
#[derive(Debug, Clone, Copy)]
pub(super) struct Fitted<const C: usize, const P: usize> {
    /// Its name.
    pub function: &'static str,
    /// The names of the parameters.
    pub parameters: [&'static str; P],
    /// Which rows the model is not made for: the number of a refusal, if it is one.
    pub refuse: fn(&[f64; C]) -> Option<u8>,
    /// The refusals by number: the argument, and what it must be.
    pub refusals: &'static [(&'static str, &'static str)],
    /// Whether the model leaves a row out.
    pub skip: fn(&[f64; C]) -> bool,
    /// Finds the parameters.
    pub fit: fn(&Weighted<C>) -> Fit<P>,
    /// A number that is told beside: its name, and what it is.
    pub beside: Option<(&'static str, fn(&Weighted<C>) -> Option<f64>)>,
}

/// The argument that says how often a row is there.
pub(super) fn weight() -> Parameter {
    let meaning = "How many customers the row stands for, at least 0; 1 when it is not given.";
    Parameter::value("weight", Type::Number, meaning).optional()
}

impl<const C: usize, const P: usize> Fitted<C, P> {
    /// The type of the result.
    pub(super) fn data_type(&self) -> DataType {
        DataType::Struct(self.fields())
    }

    fn fields(&self) -> Fields {
        let mut fields = Vec::with_capacity(2 * P + 5);
        for name in self.parameters {
            fields.push(Field::new(name, DataType::Float64, true));
        }
        for name in self.parameters {
            fields.push(Field::new(format!("{name}_se"), DataType::Float64, true));
        }
        fields.push(Field::new("log_likelihood", DataType::Float64, true));
        if let Some((name, _)) = self.beside {
            fields.push(Field::new(name, DataType::Float64, true));
        }
        fields.push(Field::new("n", DataType::Int64, false));
        fields.push(Field::new("iterations", DataType::Int64, false));
        fields.push(Field::new("status", DataType::Utf8, false));
        fields.into()
    }
}

/// The rows of a group, or the first thing that is wrong with them.
#[derive(Debug, Clone, Default)]
pub(super) struct Rows<const C: usize> {
    pub rows: Weighted<C>,
    /// The number of a refusal.
    pub refused: Option<u8>,
}

/// What a weight must be has no number of its own among the refusals of a function.
const WEIGHT_REFUSED: u8 = u8::MAX;

impl<const C: usize> Rows<C> {
    /// Adds a row of the first arguments that is there `weight` times, unless one of them is NULL.
    pub(super) fn add(
        &mut self,
        columns: &Columns,
        row: usize,
        weight: f64,
        refuse: fn(&[f64; C]) -> Option<u8>,
        skip: fn(&[f64; C]) -> bool,
    ) {
        let mut numbers = [0.0; C];
        for (argument, number) in numbers.iter_mut().enumerate() {
            match number_of(columns, argument, row) {
                Some(given) => *number = given,
                None => return,
            }
        }
        let refused = if weight.is_finite() && weight >= 0.0 { refuse(&numbers) } else { Some(WEIGHT_REFUSED) };
        match refused {
            Some(refused) => self.refuse(refused),
            None if weight > 0.0 && !skip(&numbers) => self.rows.update(numbers, weight),
            None => {}
        }
    }

    /// Adds the rows of another.
    pub(super) fn merge(&mut self, other: &Self) {
        self.rows.merge(&other.rows);
        if let Some(refused) = other.refused {
            self.refuse(refused);
        }
    }

    /// Of several refusals the least number stays, so that the order of rows does not matter.
    fn refuse(&mut self, refused: u8) {
        self.refused = Some(self.refused.map_or(refused, |before| before.min(refused)));
    }
}

/// The number of an argument, 1 and 0 for true and false; `None` when it is NULL.
fn number_of(columns: &Columns, argument: usize, row: usize) -> Option<f64> {
    match columns.column(argument) {
        Some(Column::Flag(flags)) => flags.is_valid(row).then(|| f64::from(u8::from(flags.value(row)))),
        _ => columns.number(argument, row),
    }
}

impl<const C: usize, const P: usize> Call for Fitted<C, P> {
    type State = Rows<C>;

    fn empty(&self) -> Rows<C> {
        Rows::default()
    }

    fn update(&self, state: &mut Rows<C>, columns: &Columns, row: usize) {
        let weight = match columns.column(C) {
            None => Some(1.0),
            Some(_) => columns.number(C, row),
        };
        if let Some(weight) = weight {
            state.add(columns, row, weight, self.refuse, self.skip);
        }
    }

    fn merge(&self, state: &mut Rows<C>, other: Rows<C>) {
        state.merge(&other);
    }

    fn evaluate(&self, states: &[Rows<C>]) -> Result<ArrayRef> {
        let mut numbers: Vec<Float64Builder> = (0..2 * P + 1).map(|_| Float64Builder::new()).collect();
        let mut beside = Float64Builder::new();
        let (mut ns, mut iterations, mut statuses) = (Int64Builder::new(), Int64Builder::new(), StringBuilder::new());
        for state in states {
            if let Some(refused) = state.refused {
                return Err(self::refused(self.function, self.refusals, refused).into());
            }
            let fit = (self.fit)(&state.rows);
            let believed = fit.status == Status::Ok;
            let values = fit.parameters.iter().chain(&fit.errors).chain([&fit.log_likelihood]);
            for (builder, value) in numbers.iter_mut().zip(values) {
                builder.append_option(believed.then_some(*value));
            }
            if let Some((_, tell)) = self.beside {
                beside.append_option(tell(&state.rows));
            }
            ns.append_value(state.rows.added().iter().map(|(_, weight)| weight).sum::<f64>().round() as i64);
            iterations.append_value(fit.iterations.into());
            statuses.append_value(fit.status.name());
        }
        let mut arrays: Vec<ArrayRef> = Vec::with_capacity(2 * P + 5);
        for builder in &mut numbers {
            arrays.push(Arc::new(builder.finish()));
        }
        if self.beside.is_some() {
            arrays.push(Arc::new(beside.finish()));
        }
        arrays.push(Arc::new(ns.finish()));
        arrays.push(Arc::new(iterations.finish()));
        arrays.push(Arc::new(statuses.finish()));
        Ok(Arc::new(StructArray::try_new(self.fields(), arrays, None)?))
    }
}

/// The error for a row that `refusals` has something against.
pub(super) fn refused(function: &str, refusals: &[(&str, &str)], number: u8) -> CallError {
    let weight = ("weight", "must be a finite number that is not negative");
    let (argument, must) = refusals.get(usize::from(number)).copied().unwrap_or(weight);
    CallError::invalid(format!("argument {argument} of {function} {must}"))
        .with_hint("leave out the rows where it is not, with WHERE")
        .at(argument)
}

impl<const C: usize> State for Rows<C> {
    fn save(&self, writer: &mut Writer) {
        writer.u8(self.refused.map_or(0, |_| 1));
        writer.u8(self.refused.unwrap_or(0));
        let rows = self.rows.added();
        writer.count(rows.len() as u64);
        for (row, weight) in rows {
            row.iter().for_each(|number| writer.f64(*number));
            writer.f64(*weight);
        }
    }

    fn load(reader: &mut Reader<'_>) -> Result<Self> {
        let (is_refused, number) = (reader.u8()?, reader.u8()?);
        let refused = match is_refused {
            0 => None,
            1 => Some(number),
            _ => return Err(damaged()),
        };
        let mut rows = Weighted::new();
        for _ in 0..reader.length(8 * (C + 1))? {
            let mut row = [0.0; C];
            for number in &mut row {
                *number = reader.f64()?;
            }
            let weight = reader.f64()?;
            if !row.iter().all(|number| number.is_finite()) || !weight.is_finite() || weight <= 0.0 {
                return Err(damaged());
            }
            rows.update(row, weight);
        }
        Ok(Self { rows, refused })
    }

    fn heap_bytes(&self) -> usize {
        self.rows.heap_bytes()
    }
}

/// The argument of functions that predict.
pub(super) fn argument(meaning: &'static str) -> Parameter {
    Parameter::value("model", Type::Record, meaning)
}

/// Refuses a type that is not that of a model with these parameters, which `maker` gives.
pub(super) fn check(function: &str, maker: &str, names: &[&str], given: Option<&DataType>) -> Result<()> {
    let is_model = match given {
        Some(DataType::Struct(fields)) => {
            names.iter().all(|name| fields.iter().any(|field| field.name() == name && field.data_type().is_numeric()))
        }
        // While a statement is described NULL stands for a value.
        given => given.is_none_or(|given| *given == DataType::Null),
    };
    if is_model {
        return Ok(());
    }
    let fact = format!("argument model of {function} must be a model of {maker}, with {}", names.join(", "));
    Err(CallError::new(CallErrorKind::TypeMismatch, fact)
        .with_hint(format!("{maker}(…) gives one; the column or subquery here is another"))
        .at("model")
        .into())
}

/// The models of the rows of a batch.
#[derive(Debug)]
pub(super) struct Models<const P: usize> {
    models: StructArray,
    parameters: [Float64Array; P],
    status: Option<StringArray>,
}

impl<const P: usize> Models<P> {
    /// The models of an argument; `None` where it is NULL in all rows, or no model.
    pub(super) fn read(columns: &Columns, argument: usize, names: [&str; P]) -> Result<Option<Self>> {
        let Some(Column::Any(array)) = columns.column(argument) else { return Ok(None) };
        let Some(models) = array.as_struct_opt() else { return Ok(None) };
        let mut parameters = Vec::with_capacity(P);
        for name in names {
            let Some(values) = models.column_by_name(name) else { return Ok(None) };
            parameters.push(cast(values, &DataType::Float64)?.as_primitive::<Float64Type>().clone());
        }
        let Ok(parameters) = parameters.try_into() else { return Ok(None) };
        let status = match models.column_by_name("status") {
            Some(status) => Some(cast(status, &DataType::Utf8)?.as_string::<i32>().clone()),
            None => None,
        };
        Ok(Some(Self { models: models.clone(), parameters, status }))
    }

    /// The parameters of the model of a row; `None` where it is NULL or not to be believed.
    pub(super) fn at(&self, row: usize) -> Option<[f64; P]> {
        if self.models.is_null(row) {
            return None;
        }
        if let Some(status) = &self.status
            && !(status.is_valid(row) && status.value(row) == Status::Ok.name())
        {
            return None;
        }
        let mut parameters = [0.0; P];
        for (parameter, values) in parameters.iter_mut().zip(&self.parameters) {
            if values.is_null(row) {
                return None;
            }
            *parameter = values.value(row);
        }
        parameters.iter().all(|parameter| parameter.is_finite() && *parameter > 0.0).then_some(parameters)
    }
}

#[cfg(test)]
mod tests {
    use bellwether_kernels::customer::sbg;

    use super::*;
    use crate::adapter::aggregate::{load, saved};

    const CALL: Fitted<2, 2> = Fitted {
        function: "sbg_fit",
        parameters: ["alpha", "beta"],
        refuse: |row| (row[0] < 0.0).then_some(0),
        refusals: &[("periods", "must not be negative")],
        skip: |row| row[0] == 0.0,
        fit: sbg::fit,
        beside: None,
    };

    fn rows(periods: &[f64]) -> Rows<2> {
        let mut state = CALL.empty();
        periods.iter().for_each(|length| state.rows.update([*length, 1.0], 1.0));
        state
    }

    #[test]
    fn merging_with_empty_changes_nothing_and_a_state_survives_its_bytes() {
        let state = rows(&[1.0, 2.0, 2.0, 5.0]);
        let mut merged = state.clone();
        CALL.merge(&mut merged, CALL.empty());
        assert_eq!(merged.rows.rows(), state.rows.rows());
        let loaded: Rows<2> = load(saved([&state]).value(0)).unwrap();
        assert_eq!(loaded.rows.rows(), state.rows.rows());
        let refused = Rows { refused: Some(3), ..rows(&[]) };
        assert_eq!(load::<Rows<2>>(saved([&refused]).value(0)).unwrap().refused, Some(3));
    }

    #[test]
    fn the_first_refusal_stays_whatever_the_order() {
        let of = |refused| Rows { refused, ..rows(&[1.0]) };
        for (left, right) in [(Some(2), Some(1)), (Some(1), Some(2)), (None, Some(1)), (Some(1), None)] {
            let mut merged = of(left);
            CALL.merge(&mut merged, of(right));
            assert_eq!(merged.refused, Some(1));
        }
        let error = CALL.evaluate(&[of(Some(0))]).unwrap_err().to_string();
        assert!(error.contains("argument periods of sbg_fit must not be negative"), "{error}");
    }
}
