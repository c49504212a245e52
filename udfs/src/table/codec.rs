//! Operators of table functions as bytes: the function's name, what was given for each parameter, and the columns of
//! its inputs. Whoever reads them binds the call anew, so both sides must know the same functions.

use std::sync::Arc;

use datafusion::arrow::datatypes::{Schema, SchemaRef};
use datafusion::common::{exec_datafusion_err, exec_err, internal_err, not_impl_err};
use datafusion::error::Result;
use datafusion::execution::TaskContext;
use datafusion::logical_expr::{Expr, lit};
use datafusion::physical_plan::ExecutionPlan;
use datafusion::scalar::ScalarValue;
use datafusion_proto::physical_plan::{PhysicalExtensionCodec, PhysicalProtoConverterExtension};
use datafusion_proto::protobuf;
use prost::Message;

use super::TableFunction;
use super::call::{Given, Planned, literal};
use super::operator::{Stage, TableFunctionExec};
use crate::adapter::bytes::{Reader, Writer};

/// Writes and reads the operators of this crate's table functions.
#[derive(Debug, Default)]
pub struct TableFunctionCodec;

impl PhysicalExtensionCodec for TableFunctionCodec {
    fn try_encode(
        &self,
        node: Arc<dyn ExecutionPlan>,
        buf: &mut Vec<u8>,
        _converter: &dyn PhysicalProtoConverterExtension,
    ) -> Result<()> {
        let Some(operator) = node.downcast_ref::<TableFunctionExec>() else {
            return not_impl_err!("{} cannot be sent", node.name());
        };
        let mut writer = Writer::new(Vec::new());
        write(operator, &mut writer)?;
        buf.extend_from_slice(&writer.finish());
        Ok(())
    }

    fn try_decode(
        &self,
        buf: &[u8],
        inputs: &[Arc<dyn ExecutionPlan>],
        _ctx: &TaskContext,
        _converter: &dyn PhysicalProtoConverterExtension,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let (call, stage) = read(&mut Reader::new(buf)?)?;
        Ok(Arc::new(TableFunctionExec::new(Arc::new(call), stage, inputs.to_vec())?))
    }
}

fn write(operator: &TableFunctionExec, writer: &mut Writer) -> Result<()> {
    let call = operator.call();
    writer.text(call.name());
    writer.u8(match operator.stage() {
        Stage::Groups => 0,
        Stage::Fold => 1,
        Stage::Merge => 2,
        Stage::Match => 3,
        Stage::Pass => 4,
    });
    writer.count(call.schemas.len() as u64);
    for schema in &call.schemas {
        writer.bytes(&protobuf::Schema::try_from(schema.as_ref())?.encode_to_vec());
    }
    writer.count(call.given.len() as u64);
    for given in &call.given {
        match given {
            Given::Missing => writer.u8(0),
            Given::Column(name) => {
                writer.u8(1);
                writer.text(name);
            }
            Given::Columns(names) => {
                writer.u8(2);
                writer.count(names.len() as u64);
                names.iter().for_each(|name| writer.text(name));
            }
            Given::Constant(expr) => {
                let Some(value) = literal(expr) else {
                    return internal_err!("{} was planned without all of its constants", call.name());
                };
                writer.u8(3);
                writer.bytes(&protobuf::ScalarValue::try_from(value)?.encode_to_vec());
            }
        }
    }
    Ok(())
}

fn read(reader: &mut Reader<'_>) -> Result<(Planned, Stage)> {
    let name = reader.text()?;
    let Some(function) = TableFunction::find(name) else { return exec_err!("there is no table function {name} here") };
    let stage = match reader.u8()? {
        0 => Stage::Groups,
        1 => Stage::Fold,
        2 => Stage::Merge,
        3 => Stage::Match,
        4 => Stage::Pass,
        other => return exec_err!("there is no stage {other} of a table function"),
    };
    let damaged = |error: prost::DecodeError| exec_datafusion_err!("an operator of {name} cannot be read: {error}");
    let mut schemas: Vec<SchemaRef> = Vec::new();
    for _ in 0..reader.length(1)? {
        let schema = protobuf::Schema::decode(reader.bytes()?).map_err(damaged)?;
        schemas.push(Arc::new(Schema::try_from(&schema)?));
    }
    let mut given = Vec::new();
    for _ in 0..reader.length(1)? {
        given.push(match reader.u8()? {
            0 => Given::Missing,
            1 => Given::Column(reader.text()?.to_owned()),
            2 => {
                let mut names = Vec::new();
                for _ in 0..reader.length(1)? {
                    names.push(reader.text()?.to_owned());
                }
                Given::Columns(names)
            }
            3 => Given::Constant(constant(&protobuf::ScalarValue::decode(reader.bytes()?).map_err(damaged)?)?),
            other => return exec_err!("there is no argument of kind {other}"),
        });
    }
    if given.len() != function.declared.parameters.len() {
        return exec_err!("{name} takes other arguments here");
    }
    Ok((Planned::new(function, given, schemas)?, stage))
}

fn constant(value: &protobuf::ScalarValue) -> Result<Expr> {
    Ok(lit(ScalarValue::try_from(value)?))
}
