//! The extended protocol: Parse, Bind, Describe, Execute and Close.

use std::sync::Arc;

use arrow::datatypes::{DataType, SchemaRef};
use bellwether::{Error, ErrorKind, Outcome, Prepared, RecordStream, Result};
use datafusion::scalar::ScalarValue;

use super::backend;
use super::connection::{Connection, attend};
use super::deallocate::Deallocate;
use super::fault::Fault;
use super::frontend::{Bind, Format, Target};
use super::parameter;
use super::portal::{Portal, State};
use super::rows::Rows;
use super::tag;
use super::types::{Type, oid, parameter_type, textual};
use super::zone::Zone;

/// Prepared statements of a connection, and likewise portals.
const NAMES_MAX: usize = 1000;
/// Bytes of their texts and parameters.
const BYTES_MAX: usize = 64 << 20;

/// A prepared statement.
pub(super) struct Plan {
    /// `None` for a text without a statement.
    prepared: Option<Prepared>,
    /// What the parameters are announced as: the client's own choice, then the plan's.
    parameters: Vec<u32>,
    /// Bytes of the text.
    bytes: usize,
}

impl Plan {
    fn schema(&self) -> Option<&SchemaRef> {
        self.prepared.as_ref().and_then(Prepared::schema)
    }

    fn text(&self) -> &str {
        self.prepared.as_ref().map_or("", |prepared| prepared.statement().text())
    }
}

impl Connection {
    /// Plans a statement under a name; the unnamed one is replaced.
    pub(super) async fn parse(&mut self, name: &str, sql: &str, declared: &[u32]) -> Result<(), Fault> {
        if name.is_empty() {
            self.statements.remove("");
        } else if self.statements.contains_key(name) {
            let message = format!("prepared statement \"{name}\" already exists");
            return Err(Error::new(ErrorKind::DuplicateObject, message).into());
        }
        self.check_room("prepared statements", self.statements.len(), sql.len())?;

        let mut statements = self.session.parse(sql)?;
        let statement = statements.pop();
        if !statements.is_empty() {
            let message = "cannot insert multiple commands into a prepared statement";
            return Err(Error::new(ErrorKind::Syntax, message).into());
        }
        let prepared = match statement {
            None => None,
            Some(statement) => {
                let types: Vec<_> = declared.iter().map(|&oid| parameter_type(oid)).collect();
                let work = self.session.prepare(&statement, &types);
                Some(attend(&mut self.wire, &self.session, work).await??)
            }
        };
        let planned = prepared.as_ref().map(Prepared::parameter_types).unwrap_or_default();
        let mut parameters: Vec<u32> = (0..planned.len().max(declared.len()))
            .map(|index| announced(declared.get(index).copied(), planned.get(index).and_then(Option::as_ref)))
            .collect();
        for (place, name) in prepared.as_ref().map(Prepared::declared_parameters).unwrap_or_default() {
            // What the client says it will send counts more.
            if let Some(parameter) = parameters.get_mut(place).filter(|parameter| **parameter == oid::TEXT) {
                *parameter = textual(name);
            }
        }
        let plan = Plan { prepared, parameters, bytes: sql.len() };
        self.statements.insert(name.to_owned(), Arc::new(plan));
        backend::parse_complete(&mut self.wire.output);
        Ok(())
    }

    /// Gives a prepared statement its parameters; it runs when the portal is executed.
    pub(super) fn bind(&mut self, bind: Bind<'_>) -> Result<(), Fault> {
        let plan = Arc::clone(self.statements.get(bind.statement).ok_or_else(|| no_statement(bind.statement))?);
        if bind.portal.is_empty() {
            self.portals.remove("");
        } else if self.portals.contains_key(bind.portal) {
            let message = format!("portal \"{}\" already exists", bind.portal);
            return Err(Error::new(ErrorKind::DuplicateObject, message).into());
        }
        let bytes = bind.parameters.iter().flatten().map(|value| value.len()).sum();
        self.check_room("portals", self.portals.len(), bytes)?;

        if bind.parameters.len() != plan.parameters.len() {
            return Err(protocol(format!(
                "bind message supplies {} parameters, but prepared statement \"{}\" requires {}",
                bind.parameters.len(),
                bind.statement,
                plan.parameters.len()
            )));
        }
        let parameter_formats = spread(&bind.parameter_formats, bind.parameters.len(), "parameter", "parameters")?;
        let columns = plan.schema().map_or(0, |schema| schema.fields().len());
        let formats = match plan.schema() {
            Some(_) => spread(&bind.result_formats, columns, "result", "columns")?,
            None => Vec::new(),
        };
        let zone = Zone::of(&self.session);
        let planned = plan.prepared.as_ref().map(Prepared::parameter_types).unwrap_or_default();
        let mut parameters = Vec::with_capacity(plan.parameters.len());
        for (index, (&oid, value)) in plan.parameters.iter().zip(&bind.parameters).enumerate() {
            let format = parameter_formats.get(index).copied().unwrap_or(Format::Text);
            let target = planned.get(index).cloned().flatten().or_else(|| parameter_type(oid));
            let target = target.unwrap_or(DataType::Utf8);
            parameters.push(parameter::decode(oid, format, *value, &target, zone)?);
        }
        let portal = Portal { plan, formats, state: State::Bound(parameters), bytes };
        self.portals.insert(bind.portal.to_owned(), portal);
        backend::bind_complete(&mut self.wire.output);
        Ok(())
    }

    /// Tells parameters and columns of a statement, or the columns of a portal.
    pub(super) fn describe(&mut self, target: Target<'_>) -> Result<(), Fault> {
        let (schema, formats) = match target {
            Target::Statement(name) => {
                let plan = self.statements.get(name).ok_or_else(|| no_statement(name))?;
                backend::parameter_description(&mut self.wire.output, &plan.parameters);
                (plan.schema().cloned(), None)
            }
            Target::Portal(name) => {
                match self.portals.get(name) {
                    Some(portal) => (portal.plan.schema().cloned(), Some(&portal.formats)),
                    // A cursor declared in SQL is a portal of that name.
                    None => (Some(self.session.cursor_schema(name).ok_or_else(|| no_portal(name))?), None),
                }
            }
        };
        match (schema, formats) {
            (None, _) => backend::no_data(&mut self.wire.output),
            (Some(schema), Some(formats)) => backend::row_description(&mut self.wire.output, &schema, formats)?,
            (Some(schema), None) => {
                // The formats are not known before Bind; text is what PostgreSQL says then.
                let formats = vec![Format::Text; schema.fields().len()];
                backend::row_description(&mut self.wire.output, &schema, &formats)?;
            }
        }
        Ok(())
    }

    /// Runs a portal, or goes on with it, for at most `max_rows` rows; zero or less means all.
    pub(super) async fn execute(&mut self, name: &str, max_rows: i32) -> Result<(), Fault> {
        let max = u64::try_from(max_rows).ok().filter(|&max| max > 0);
        // Taken out while it runs: an error on the way ends the portal.
        let mut portal = self.portals.remove(name).ok_or_else(|| no_portal(name))?;
        portal.state = match std::mem::replace(&mut portal.state, State::Done) {
            State::Bound(parameters) => self.start(&portal, parameters, max).await?,
            State::Open(rows) => self.send_rows(rows, &portal, max).await?,
            State::Exhausted => {
                backend::command_complete(&mut self.wire.output, &tag::of_rows(portal.plan.text(), 0));
                State::Exhausted
            }
            State::Done => {
                let message = format!("portal \"{name}\" cannot be run");
                return Err(Error::new(ErrorKind::UndefinedCursor, message).into());
            }
        };
        self.portals.insert(name.to_owned(), portal);
        Ok(())
    }

    async fn start(&mut self, portal: &Portal, parameters: Vec<ScalarValue>, max: Option<u64>) -> Result<State, Fault> {
        let Some(prepared) = &portal.plan.prepared else {
            backend::empty_query(&mut self.wire.output);
            return Ok(State::Bound(parameters));
        };
        if let Some(deallocate) = Deallocate::read(portal.plan.text()) {
            self.deallocate(&deallocate)?;
            return Ok(State::Done);
        }
        if self.copy(prepared.statement()).await? {
            return Ok(State::Done);
        }
        let work = self.session.execute(prepared, parameters);
        match attend(&mut self.wire, &self.session, work).await?? {
            Outcome::Done(done) => {
                self.done(&done);
                Ok(State::Done)
            }
            Outcome::Rows(stream) => {
                check_columns(&stream, portal.plan.schema())?;
                let rows = Rows::new(stream, portal.formats.clone(), Zone::of(&self.session));
                self.send_rows(Box::new(rows), portal, max).await
            }
        }
    }

    async fn send_rows(&mut self, mut rows: Box<Rows>, portal: &Portal, max: Option<u64>) -> Result<State, Fault> {
        let sent = rows.send(&mut self.wire, &self.session, max).await?;
        if sent.is_complete {
            backend::command_complete(&mut self.wire.output, &tag::of_rows(portal.plan.text(), sent.rows));
            return Ok(State::Exhausted);
        }
        backend::portal_suspended(&mut self.wire.output);
        Ok(State::Open(rows))
    }

    /// Forgets a statement or a portal; one that is not there is forgotten already.
    pub(super) fn close(&mut self, target: Target<'_>) {
        match target {
            Target::Statement(name) => drop(self.statements.remove(name)),
            Target::Portal(name) => drop(self.portals.remove(name)),
        }
        backend::close_complete(&mut self.wire.output);
    }

    /// Refuses what would make a connection hold too much.
    fn check_room(&self, what: &str, count: usize, more_bytes: usize) -> Result<()> {
        let statements = self.statements.values().map(|plan| plan.bytes);
        let portals = self.portals.values().map(|portal| portal.bytes);
        let held: usize = statements.chain(portals).sum();
        if count < NAMES_MAX && (held == 0 || held.saturating_add(more_bytes) <= BYTES_MAX) {
            return Ok(());
        }
        Err(Error::new(ErrorKind::LimitExceeded, format!("a connection holds {count} {what} with {held} bytes"))
            .with_detail(format!("the limits are {NAMES_MAX} of each and {BYTES_MAX} bytes together"))
            .with_hint("close statements and portals that are no longer needed, or run DEALLOCATE ALL"))
    }
}

/// What a parameter is announced as. A type the client declares is the one it will send.
fn announced(declared: Option<u32>, planned: Option<&DataType>) -> u32 {
    const UNKNOWN: u32 = 705;
    match (declared.unwrap_or(0), planned) {
        (0 | UNKNOWN, Some(planned)) => Type::of_arrow(planned).oid,
        (0 | UNKNOWN, None) => oid::TEXT,
        (declared, _) => declared,
    }
}

/// Formats for each of `count` values: none given means text, one stands for all.
fn spread(formats: &[Format], count: usize, kind: &str, things: &str) -> Result<Vec<Format>, Fault> {
    match formats {
        [] => Ok(vec![Format::Text; count]),
        [one] => Ok(vec![*one; count]),
        many if many.len() == count => Ok(many.to_vec()),
        many => Err(protocol(format!("bind message has {} {kind} formats but {count} {things}", many.len()))),
    }
}

/// The rows must have the columns the client was told, or it would misread them.
fn check_columns(stream: &RecordStream, described: Option<&SchemaRef>) -> Result<()> {
    let types = |schema: &SchemaRef| schema.fields().iter().map(|field| Type::of(field).oid).collect::<Vec<_>>();
    if described.map(types) == Some(types(&stream.schema())) {
        return Ok(());
    }
    Err(Error::unsupported("cached plan must not change result type")
        .with_hint("prepare the statement again: its tables have changed since"))
}

fn protocol(message: String) -> Fault {
    Fault::Error(Error::new(ErrorKind::Protocol, message))
}

/// A statement of that name was not prepared, or is closed.
pub(super) fn no_statement(name: &str) -> Error {
    let message = if name.is_empty() {
        "unnamed prepared statement does not exist".to_owned()
    } else {
        format!("prepared statement \"{name}\" does not exist")
    };
    Error::new(ErrorKind::UndefinedStatement, message)
}

fn no_portal(name: &str) -> Error {
    Error::new(ErrorKind::UndefinedCursor, format!("portal \"{name}\" does not exist"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_declared_type_is_announced_as_declared_and_others_as_planned() {
        assert_eq!(announced(Some(1043), Some(&DataType::Utf8)), 1043);
        assert_eq!(announced(Some(0), Some(&DataType::Int64)), oid::INT8);
        assert_eq!(announced(Some(705), None), oid::TEXT);
        assert_eq!(announced(None, Some(&DataType::Date32)), oid::DATE);
    }

    #[test]
    fn formats_are_none_one_or_as_many_as_values() {
        assert_eq!(spread(&[], 2, "result", "columns").unwrap(), [Format::Text; 2]);
        assert_eq!(spread(&[Format::Binary], 2, "result", "columns").unwrap(), [Format::Binary; 2]);
        assert!(spread(&[Format::Binary; 3], 2, "result", "columns").is_err());
        assert_eq!(spread(&[Format::Binary], 0, "result", "columns").unwrap(), []);
    }
}
