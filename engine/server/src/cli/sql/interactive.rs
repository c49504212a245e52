//! The prompt: lines with history until a semicolon, and the few backslash commands people expect.

use std::path::PathBuf;

use bellwether::{Error, Result};
use rustyline::Editor;
use rustyline::error::ReadlineError;
use rustyline::history::DefaultHistory;
use rustyline::validate::{ValidationContext, ValidationResult, Validator};

use super::runner::Runner;
use super::{catalogue, terminator};
use crate::cli::report;

const HELP: &str = "\
\x20 select …;    SQL runs when it ends with a semicolon; Ctrl-C ends it sooner
  \\d           tables and views
  \\d NAME      columns of a table or view
  \\dt          tables
  \\?           this help
  \\q           leave";

/// What a line asks for.
#[derive(Debug, PartialEq, Eq)]
enum Input<'a> {
    Nothing,
    Sql(&'a str),
    Relations,
    Tables,
    Describe(&'a str),
    Help,
    Quit,
    Unknown(&'a str),
}

/// Reads and runs until `\q`, `exit` or the end of input.
pub(super) async fn run(runner: &mut Runner) -> Result<()> {
    let mut editor: Editor<Prompt, DefaultHistory> = Editor::new().map_err(terminal_failed)?;
    editor.set_helper(Some(Prompt));
    let history = std::env::home_dir().map(|home| home.join(".bellwether_history"));
    if let Some(path) = history.as_ref().filter(|path| path.exists()) {
        // A history that cannot be read is no reason not to work.
        let _ = editor.load_history(path);
    }
    report::line("SQL ends with a semicolon; \\? for help, \\q to leave.")?;
    loop {
        let line = match editor.readline("bellwether> ") {
            Ok(line) => line,
            Err(ReadlineError::Interrupted) => continue,
            Err(ReadlineError::Eof) => return Ok(()),
            Err(error) => return Err(terminal_failed(error)),
        };
        remember(&mut editor, &line, history.as_ref())?;
        let input = read(&line);
        if input == Input::Quit {
            return Ok(());
        }
        runner.forget_results();
        match answer(runner, input).await {
            Err(error) if report::is_closed_pipe(&error) => return Err(error),
            Err(error) => report::error(&error),
            Ok(()) => {}
        }
    }
}

/// Runs a text that is not typed at the prompt but starts as its commands do, such as `\d`.
pub(super) async fn run_command(runner: &mut Runner, line: &str) -> Result<()> {
    answer(runner, read(line)).await
}

async fn answer(runner: &mut Runner, input: Input<'_>) -> Result<()> {
    match input {
        Input::Nothing | Input::Quit => Ok(()),
        Input::Sql(text) => runner.run(text).await,
        Input::Relations => catalogue::show_relations(runner).await,
        Input::Tables => catalogue::show_tables(runner).await,
        Input::Describe(name) => catalogue::describe(runner, name).await,
        Input::Help => report::line(HELP),
        Input::Unknown(command) => {
            Err(Error::invalid_parameter(format!("there is no command {command}")).with_hint("\\? lists the commands"))
        }
    }
}

fn read(line: &str) -> Input<'_> {
    let line = line.trim();
    let Some(command) = line.strip_prefix('\\') else {
        return match line.trim_end_matches(';') {
            "" => Input::Nothing,
            "exit" | "quit" => Input::Quit,
            "help" => Input::Help,
            _ => Input::Sql(line),
        };
    };
    let (name, argument) = command.split_once(char::is_whitespace).unwrap_or((command, ""));
    match (name, argument.trim().trim_end_matches(';')) {
        ("d", "") => Input::Relations,
        ("d", relation) => Input::Describe(relation),
        ("dt", "") => Input::Tables,
        ("?", "") => Input::Help,
        ("q", "") => Input::Quit,
        _ => Input::Unknown(line),
    }
}

/// Whether Enter runs what is typed instead of starting another line.
fn is_complete(input: &str) -> bool {
    let typed = input.trim();
    matches!(typed, "" | "exit" | "quit" | "help") || typed.starts_with('\\') || terminator::is_terminated(typed)
}

fn remember(editor: &mut Editor<Prompt, DefaultHistory>, line: &str, history: Option<&PathBuf>) -> Result<()> {
    if !editor.add_history_entry(line).map_err(terminal_failed)? {
        return Ok(());
    }
    if let Some(path) = history {
        // As above: working without a history file is better than not working.
        let _ = editor.append_history(path);
    }
    Ok(())
}

fn terminal_failed(error: ReadlineError) -> Error {
    Error::io(format!("the terminal cannot be used: {error}")).with_source(error)
}

/// What the line editor asks while one types.
struct Prompt;

impl Validator for Prompt {
    fn validate(&self, context: &mut ValidationContext<'_>) -> rustyline::Result<ValidationResult> {
        Ok(if is_complete(context.input()) { ValidationResult::Valid(None) } else { ValidationResult::Incomplete })
    }
}

impl rustyline::completion::Completer for Prompt {
    type Candidate = String;
}

impl rustyline::hint::Hinter for Prompt {
    type Hint = String;
}

impl rustyline::highlight::Highlighter for Prompt {}

impl rustyline::Helper for Prompt {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn backslash_commands_are_told_from_sql() {
        assert_eq!(read("\\d"), Input::Relations);
        assert_eq!(read("\\d sales.orders;"), Input::Describe("sales.orders"));
        assert_eq!(read("\\dt"), Input::Tables);
        assert_eq!(read(" \\q "), Input::Quit);
        assert_eq!(read("exit;"), Input::Quit);
        assert_eq!(read("\\dx"), Input::Unknown("\\dx"));
        assert_eq!(read("select 1;"), Input::Sql("select 1;"));
        assert_eq!(read(" ; "), Input::Nothing);
    }

    #[test]
    fn sql_goes_on_until_its_semicolon() {
        assert!(!is_complete("select 1"));
        assert!(is_complete("select\n1;"));
        assert!(is_complete("\\d"));
        assert!(is_complete(""));
    }
}
