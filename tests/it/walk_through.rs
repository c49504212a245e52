//! The walk-through of `docs/materialized-views.md` prints what the page says it prints.

use bellwether_tests::child;
use bellwether_tests::shared::workspace;

/// A block of statements, and the lines that the page shows below it.
struct Step {
    statements: String,
    shown: Vec<String>,
}

/// The steps of the page up to its first heading below the title.
fn steps() -> Vec<Step> {
    let page = std::fs::read_to_string(workspace().join("docs/materialized-views.md")).expect("the page is there");
    let mut steps: Vec<Step> = Vec::new();
    let mut block: Option<(bool, Vec<String>)> = None;
    for line in page.lines().take_while(|line| !line.starts_with("## ")) {
        match (line.strip_prefix("```"), block.take()) {
            (Some(language), None) => block = Some((language == "sql", Vec::new())),
            (Some(_), Some((true, lines))) => steps.push(Step { statements: lines.join("\n"), shown: Vec::new() }),
            (Some(_), Some((false, lines))) => {
                steps.last_mut().expect("statements come before what they print").shown.extend(lines);
            }
            (None, Some((is_sql, mut lines))) => {
                lines.push(line.trim_end().to_owned());
                block = Some((is_sql, lines));
            }
            (None, None) => {}
        }
    }
    steps
}

#[test]
fn the_walk_through_of_materialized_views_prints_what_it_says() {
    let folder = tempfile::tempdir().unwrap();
    let lake = folder.path().join("lake");
    let steps = steps();
    assert!(steps.len() > 5, "the page has {} steps", steps.len());
    for Step { statements, shown } in steps {
        let output = child::command().arg("--lake").arg(&lake).arg("sql").arg(&statements).output().unwrap();
        let (answers, told) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        // Notices and errors go another way than answers do; each keeps its own order.
        let (mut answers_left, mut told_left) = (answers.lines(), told.lines());
        for line in shown.iter().filter(|line| !line.is_empty()) {
            let is_told = ["notice: ", "error: ", "detail: ", "hint: "].iter().any(|start| line.starts_with(start));
            let left = if is_told { &mut told_left } else { &mut answers_left };
            let is_printed = left.any(|printed| printed.trim_end() == line);
            assert!(is_printed, "after\n{statements}\nthe page shows\n{line}\nprinted was\n{told}{answers}");
        }
    }
}
