//! Models as bytes inside their record, and models read back from the records of a batch.

use bellwether_kernels::score::boosting::{BinSet, Child, Cuts, Model, Node, Tree};
use bellwether_kernels::score::calibration::Calibration;
use bellwether_kernels::score::logistic::Term;
use datafusion::arrow::array::{Array, ArrayRef, AsArray, BinaryArray};
use datafusion::arrow::compute::cast;
use datafusion::arrow::datatypes::DataType;
use datafusion::error::Result;

use super::frame::Known;
use super::regression::Regression;
use crate::adapter::bytes::{Reader, Writer, damaged};
use crate::adapter::column::{Column, Columns};
use crate::error::CallError;

/// The field of the record that holds the bytes.
pub(super) const FIELD: &str = "encoded";

/// What the bytes begin with.
const LOGISTIC: u8 = 1;
const BOOSTED: u8 = 2;

/// A model of either kind, and the features it reads.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Encoded {
    pub known: Vec<Known>,
    pub model: Learnt,
}

#[derive(Debug, Clone, PartialEq)]
pub(super) enum Learnt {
    Logistic(Regression),
    Boosted(Model),
}

impl Encoded {
    pub(super) fn bytes(&self) -> Vec<u8> {
        let mut writer = Writer::new(Vec::new());
        writer.u8(match self.model {
            Learnt::Logistic(_) => LOGISTIC,
            Learnt::Boosted(_) => BOOSTED,
        });
        writer.count(self.known.len() as u64);
        for known in &self.known {
            writer.text(&known.name);
            let levels = known.levels.as_ref();
            writer.count(levels.map_or(0, |levels| levels.len() as u64 + 1));
            levels.into_iter().flatten().for_each(|level| writer.text(level));
        }
        match &self.model {
            Learnt::Logistic(regression) => write_regression(regression, &mut writer),
            Learnt::Boosted(model) => write_model(model, &mut writer),
        }
        writer.finish()
    }

    /// Reads what [`Self::bytes`] wrote. The bytes may come from anywhere.
    pub(super) fn read(bytes: &[u8]) -> Result<Self> {
        let mut reader = Reader::new(bytes)?;
        let kind = reader.u8()?;
        let mut known = Vec::new();
        for _ in 0..reader.length(2)? {
            let name = reader.text()?.to_owned();
            let levels = match reader.length(1)?.checked_sub(1) {
                None => None,
                Some(count) => Some((0..count).map(|_| Ok(reader.text()?.to_owned())).collect::<Result<_>>()?),
            };
            known.push(Known { name, levels });
        }
        let model = match kind {
            LOGISTIC => Learnt::Logistic(read_regression(&mut reader, known.len())?),
            BOOSTED => Learnt::Boosted(read_model(&mut reader, known.len())?),
            _ => return Err(damaged()),
        };
        if reader.is_done() { Ok(Self { known, model }) } else { Err(damaged()) }
    }
}

fn write_regression(regression: &Regression, writer: &mut Writer) {
    writer.count(regression.terms.len() as u64);
    for (term, value, mean) in &regression.terms {
        match term {
            Term::Intercept => writer.u8(0),
            Term::Number { feature } => {
                writer.u8(1);
                writer.count(*feature as u64);
            }
            Term::Level { feature, level } => {
                writer.u8(2);
                writer.count(*feature as u64);
                writer.u32(*level);
            }
        }
        writer.f64(*value);
        writer.f64(*mean);
    }
}

fn read_regression(reader: &mut Reader<'_>, features: usize) -> Result<Regression> {
    let mut terms = Vec::new();
    for _ in 0..reader.length(17)? {
        let kind = reader.u8()?;
        let mut feature = || -> Result<usize> {
            let feature = usize::try_from(reader.count()?).map_err(|_| damaged())?;
            if feature < features { Ok(feature) } else { Err(damaged()) }
        };
        let term = match kind {
            0 => Term::Intercept,
            1 => Term::Number { feature: feature()? },
            2 => Term::Level { feature: feature()?, level: reader.u32()? },
            _ => return Err(damaged()),
        };
        terms.push((term, reader.f64()?, reader.f64()?));
    }
    Ok(Regression { terms })
}

fn write_model(model: &Model, writer: &mut Writer) {
    for cuts in &model.cuts {
        match cuts {
            Cuts::Category => writer.count(0),
            Cuts::Number(cuts) => {
                writer.count(cuts.len() as u64 + 1);
                cuts.iter().for_each(|cut| writer.f64(*cut));
            }
        }
    }
    writer.f64(model.base);
    writer.f64(model.calibration.slope);
    writer.count(model.calibration.knots.len() as u64);
    for (score, odds) in &model.calibration.knots {
        writer.f64(*score);
        writer.f64(*odds);
    }
    writer.count(model.trees.len() as u64);
    for tree in &model.trees {
        writer.u8(tree.nodes.len() as u8);
        for node in &tree.nodes {
            writer.count(u64::from(node.feature));
            node.left_bins.0.iter().for_each(|word| writer.count(*word));
            for child in [node.left, node.right] {
                writer.u8(match child {
                    Child::Node(node) => node,
                    Child::Leaf(leaf) => leaf | 0x80,
                });
            }
        }
        tree.values.iter().for_each(|value| writer.f64(*value));
        tree.covers.iter().for_each(|cover| writer.count(*cover as u64));
    }
}

fn read_model(reader: &mut Reader<'_>, features: usize) -> Result<Model> {
    let mut cuts = Vec::new();
    for _ in 0..features {
        cuts.push(match usize::try_from(reader.count()?).map_err(|_| damaged())?.checked_sub(1) {
            None => Cuts::Category,
            Some(count) if count <= usize::from(u8::MAX) => {
                Cuts::Number((0..count).map(|_| reader.f64()).collect::<Result<_>>()?)
            }
            Some(_) => return Err(damaged()),
        });
    }
    let base = reader.f64()?;
    let slope = reader.f64()?;
    let mut knots = Vec::new();
    for _ in 0..reader.length(16)? {
        knots.push((reader.f64()?, reader.f64()?));
    }
    let mut trees = Vec::new();
    for _ in 0..reader.length(10)? {
        let count = usize::from(reader.u8()?);
        let mut nodes = Vec::with_capacity(count);
        for _ in 0..count {
            let feature = u16::try_from(reader.count()?).map_err(|_| damaged())?;
            let mut left_bins = BinSet::default();
            for word in &mut left_bins.0 {
                *word = reader.count()?;
            }
            let mut child = || -> Result<Child> {
                let byte = reader.u8()?;
                Ok(if byte & 0x80 == 0 { Child::Node(byte) } else { Child::Leaf(byte & 0x7f) })
            };
            nodes.push(Node { feature, left_bins, left: child()?, right: child()? });
        }
        let values = (0..=count).map(|_| reader.f64()).collect::<Result<_>>()?;
        let covers = (0..=count).map(|_| Ok(reader.count()? as f64)).collect::<Result<_>>()?;
        trees.push(Tree { nodes, values, covers });
    }
    let model = Model { cuts, trees, base, calibration: Calibration { knots, slope } };
    if model.is_sound() { Ok(model) } else { Err(damaged()) }
}

/// The bytes of the models of a batch: one for all rows, or one for each.
pub(super) fn models(columns: &Columns, argument: usize, function: &str) -> Result<BinaryArray> {
    let wrong = || {
        CallError::invalid(format!("argument model of {function} must be a model that was learnt"))
            .at("model")
            .with_hint("logistic_fit and gradient_boost_fit give models")
    };
    let Some(Column::Any(records)) = columns.column(argument) else { return Err(wrong().into()) };
    let records: &ArrayRef = records;
    let record = records.as_struct_opt().ok_or_else(wrong)?;
    let bytes = record.column_by_name(FIELD).ok_or_else(wrong)?;
    if !matches!(bytes.data_type(), DataType::Binary | DataType::LargeBinary | DataType::BinaryView) {
        return Err(wrong().into());
    }
    let bytes = cast(bytes, &DataType::Binary)?;
    let bytes = bytes.as_binary::<i32>();
    let nulls = datafusion::arrow::buffer::NullBuffer::union(bytes.nulls(), record.nulls());
    let (offsets, values, _) = bytes.clone().into_parts();
    Ok(BinaryArray::try_new(offsets, values, nulls)?)
}

/// Runs of rows with equal models: the bytes, NULL for none, and the rows. One model stands for all rows.
pub(super) fn runs(models: &BinaryArray, rows: usize) -> Vec<(Option<&[u8]>, std::ops::Range<usize>)> {
    let model = |row: usize| models.is_valid(row).then(|| models.value(row));
    if models.len() == 1 {
        return vec![(model(0), 0..rows)];
    }
    let mut runs: Vec<(Option<&[u8]>, std::ops::Range<usize>)> = Vec::new();
    for row in 0..models.len() {
        match runs.last_mut() {
            Some((known, run)) if *known == model(row) => run.end = row + 1,
            _ => runs.push((model(row), row..row + 1)),
        }
    }
    runs
}
