//! The simple protocol: a text of any number of statements, run in order until one fails.

use bellwether::Outcome;

use super::backend;
use super::connection::{Connection, attend};
use super::deallocate::Deallocate;
use super::fault::Fault;
use super::frontend::Format;
use super::rows::Rows;
use super::tag;
use super::zone::Zone;

impl Connection {
    /// Runs the statements of a text and sends what each gives.
    pub(super) async fn simple_query(&mut self, sql: &str) -> Result<(), Fault> {
        // As in PostgreSQL, the unnamed statement and portal end with a simple query.
        self.statements.remove("");
        self.portals.remove("");
        let statements = self.session.parse(sql)?;
        if statements.is_empty() {
            backend::empty_query(&mut self.wire.output);
            return Ok(());
        }
        for statement in &statements {
            if let Some(deallocate) = Deallocate::read(statement.text()) {
                self.deallocate(&deallocate)?;
                continue;
            }
            if self.copy(statement).await? {
                continue;
            }
            let prepared = attend(&mut self.wire, &self.session, self.session.prepare(statement, &[])).await??;
            let work = self.session.execute(&prepared, Vec::new());
            match attend(&mut self.wire, &self.session, work).await?? {
                Outcome::Rows(stream) => {
                    let schema = stream.schema();
                    let formats = vec![Format::Text; schema.fields().len()];
                    backend::row_description(&mut self.wire.output, &schema, &formats)?;
                    let mut rows = Rows::new(stream, formats, Zone::of(&self.session));
                    let sent = rows.send(&mut self.wire, &self.session, None).await?;
                    backend::command_complete(&mut self.wire.output, &tag::of_rows(statement.text(), sent.rows));
                }
                Outcome::Done(done) => self.done(&done),
            }
        }
        Ok(())
    }
}
