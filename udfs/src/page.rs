//! The page of a function: what a reader asks of it, answered in its own file, and an example with its result.
//!
//! All fields must be filled, so a function without an answer does not compile. The example is run by a test,
//! which compares what it prints. From the page come DataFusion's [`Documentation`], the rows of
//! `information_schema.routines` and `FUNCTIONS.md`.

use std::fmt::Write;

use datafusion::logical_expr::{DocSection, Documentation};

use crate::argument::{Declared, Parameter};

/// What a function's page says. Sentences, in Markdown.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Page {
    /// What it computes: the first sentence stands for the function in lists.
    pub summary: &'static str,
    /// The result: type, unit, range.
    pub result: &'static str,
    /// What NULL, NaN and infinity in the arguments do.
    pub nulls: &'static str,
    /// What it gives where the answer is not defined: no rows, too few rows, zero spread.
    pub undefined: &'static str,
    /// Errors, with their text.
    pub errors: &'static str,
    /// Time and memory.
    pub cost: &'static str,
    /// The paper, section or program it follows.
    pub source: &'static str,
    /// A query that runs on an empty lake.
    pub example: &'static str,
    /// What the example prints: a header and rows, cells separated by `|`, NULL for NULL.
    pub output: &'static str,
}

impl Page {
    /// The page as DataFusion knows it.
    pub(crate) fn documentation(&self, declared: &Declared) -> Documentation {
        let description = format!(
            "{} **Result** {} **Nulls** {} **Undefined** {} **Errors** {} **Cost** {} **Source** {}",
            self.summary, self.result, self.nulls, self.undefined, self.errors, self.cost, self.source
        );
        let section = DocSection { include: true, label: declared.name, description: None };
        let mut builder = Documentation::builder(section, description, declared.syntax())
            .with_sql_example(format!("{}\n\n{}", self.example, self.output));
        for parameter in &declared.parameters {
            builder = builder.with_argument(parameter.name, parameter.sentence());
        }
        builder.build()
    }

    /// The page as Markdown, under a heading of the third level.
    pub(crate) fn markdown(&self, declared: &Declared, kind: &str) -> String {
        let mut text = String::new();
        let answers = [
            ("Result", self.result),
            ("Nulls", self.nulls),
            ("Undefined", self.undefined),
            ("Errors", self.errors),
            ("Cost", self.cost),
            ("Source", self.source),
        ];
        // Writing to a string does not fail.
        let _ = write!(
            text,
            "### {}\n\n*{kind}* — {}\n\n```sql\n{}\n```\n",
            declared.name,
            self.summary,
            declared.syntax()
        );
        if !declared.parameters.is_empty() {
            text.push_str("\n| argument | type | default | meaning |\n|---|---|---|---|\n");
        }
        for parameter in &declared.parameters {
            let _ = writeln!(text, "{}", row(parameter));
        }
        text.push('\n');
        for (name, answer) in answers {
            let _ = writeln!(text, "- **{name}** {answer}");
        }
        let _ = write!(text, "\n```sql\n{}\n```\n\n```text\n{}\n```\n", self.example.trim(), self.output.trim());
        text
    }
}

fn row(parameter: &Parameter) -> String {
    let default = parameter.shown_default().unwrap_or_else(|| "—".to_owned());
    format!("| `{}` | {} | {default} | {} |", parameter.name, parameter.takes.described(), parameter.meaning)
}

/// `FUNCTIONS.md`: all pages, family by family.
pub fn functions_markdown() -> String {
    let mut text = String::from(
        "# Functions\n\nMade by `bellwether functions --write udfs/FUNCTIONS.md` from the functions' own pages; \
         a test runs every example and compares what it prints.\n",
    );
    let functions = crate::function::functions();
    for (family, about) in crate::function::families() {
        let _ = write!(text, "\n## {family}\n\n{about}\n\n| function | kind | |\n|---|---|---|\n");
        for function in functions.iter().filter(|function| function.family == family) {
            let _ = writeln!(
                text,
                "| [`{name}`](#{name}) | {kind} | {summary} |",
                name = function.name,
                kind = function.kind,
                summary = first_sentence(function.summary)
            );
        }
        for function in functions.iter().filter(|function| function.family == family) {
            let _ = write!(text, "\n{}", function.page);
        }
    }
    text
}

fn first_sentence(text: &str) -> &str {
    text.find(". ").map_or(text, |end| &text[..=end])
}
