//! The page of all models, as Markdown: what each answers, its grain, an example, its columns.

use std::fmt::Write;

use super::Model;

/// The areas in the order in which a reader meets them.
const AREAS: [(&str, &str); 9] = [
    ("core", "The facts, by the names people use."),
    ("marketing", "What advertising costs, and what it brings."),
    ("customer", "Who the customers are, what they are worth, and how they came."),
    ("signals", "What is not as it was."),
    ("planning", "What comes next, and what it takes."),
    ("market", "Where the business stands among others."),
    ("operations", "Calls, leads, sales and service, day by day."),
    ("finance", "Cash, profit and budgets."),
    ("integration", "From the first lead to the revenue, across systems."),
];

/// All models, by area and name.
pub fn models_markdown(models: &[Model]) -> String {
    let mut text = String::from(
        "# Ready views\n\nMade by `bellwether model pages --write docs/views.md` from the headers of the models in `sql/`.\n\
         Every view reads `core`, or a view that does; `bellwether model install` makes them in a lake.\n",
    );
    for (area, answers) in AREAS {
        let mut of_area: Vec<&Model> = models.iter().filter(|model| model.name.schema == area).collect();
        if of_area.is_empty() {
            continue;
        }
        of_area.sort_by(|a, b| a.name.cmp(&b.name));
        // Writing to a String cannot fail, here and below.
        let _ = write!(text, "\n## {area}\n\n{answers}\n\n| view | |\n|---|---|\n");
        for model in &of_area {
            let _ = writeln!(text, "| [`{0}`](#{1}) | {2} |", model.name, anchor(model), model.header.description);
        }
        for model in of_area {
            page(&mut text, model);
        }
    }
    text
}

fn page(text: &mut String, model: &Model) {
    let header = &model.header;
    let audits: Vec<String> = header.audits.iter().map(|audit| format!("`{audit}`")).collect();
    let _ = write!(text, "\n### {}\n\n{}\n\n", model.name, header.description);
    let _ = writeln!(text, "- **Grain** {}", header.grain.join(", "));
    if let Some(refresh) = &header.refresh {
        let _ = writeln!(text, "- **Materialized**, refreshed {refresh}");
    }
    let _ = writeln!(text, "- **Plan** {}", header.plan.join(", "));
    let _ = write!(text, "- **Holds** {}\n\n```sql\n{}\n```\n\n", audits.join(", "), header.example);
    text.push_str("| column | |\n|---|---|\n");
    for (name, meaning) in &header.columns {
        let _ = writeln!(text, "| {name} | {} |", meaning.replace('|', "\\|"));
    }
}

/// The anchor that Markdown gives a heading of this name.
fn anchor(model: &Model) -> String {
    format!("{}{}", model.name.schema, model.name.name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::tests::model;

    #[test]
    fn a_page_lists_every_view_under_its_area_in_order() {
        let models = [model("finance.runway", "select 1").unwrap(), model("marketing.roi", "select 1").unwrap()];
        let text = models_markdown(&models);
        let places = ["## marketing", "[`marketing.roi`](#marketingroi)", "### marketing.roi", "## finance"];
        let found: Vec<usize> = places.iter().map(|place| text.find(place).unwrap()).collect();
        assert!(found.is_sorted(), "{found:?} in\n{text}");
    }
}
