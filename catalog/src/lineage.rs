//! The order of models: each behind all that it reads.

use std::collections::BTreeMap;

use crate::model::{Model, ModelName};
use crate::{Error, ErrorKind, Result};

/// The models in an order in which each can be made: what it reads comes first. Names that no model bears are
/// tables of the lake, or missing; making the model tells.
pub fn in_order(models: Vec<Model>) -> Result<Vec<Model>> {
    let mut waiting = BTreeMap::new();
    for model in models {
        if let Some(twice) = waiting.insert(model.name.clone(), model) {
            return Err(Error::new(ErrorKind::DuplicateTable, format!("there are two models {}", twice.name)));
        }
    }
    let mut ordered = Vec::with_capacity(waiting.len());
    while !waiting.is_empty() {
        let ready: Vec<ModelName> = waiting
            .values()
            .filter(|model| !model.reads.iter().any(|read| waiting.contains_key(read)))
            .map(|model| model.name.clone())
            .collect();
        if ready.is_empty() {
            return Err(cycle(&waiting));
        }
        ordered.extend(ready.iter().filter_map(|name| waiting.remove(name)));
    }
    Ok(ordered)
}

/// Where every model waits for another, following any of them leads round a circle.
fn cycle(waiting: &BTreeMap<ModelName, Model>) -> Error {
    let mut path: Vec<&ModelName> = Vec::new();
    let mut next = waiting.keys().next();
    while let Some(name) = next {
        if let Some(start) = path.iter().position(|earlier| *earlier == name) {
            path.drain(..start);
            path.push(name);
            break;
        }
        path.push(name);
        next = waiting.get(name).and_then(|model| model.reads.iter().find(|read| waiting.contains_key(read)));
    }
    let path: Vec<String> = path.iter().map(ToString::to_string).collect();
    Error::new(ErrorKind::InvalidParameter, format!("models read each other in a circle: {}", path.join(" → ")))
        .with_hint("let one of them read the tables below instead")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::tests::model;

    fn order(models: &[(&str, &str)]) -> Result<Vec<String>> {
        let models = models.iter().map(|(name, query)| model(name, query)).collect::<Result<_>>()?;
        Ok(in_order(models)?.iter().map(|model| model.name.to_string()).collect())
    }

    #[test]
    fn a_model_comes_after_all_that_it_reads() {
        let ordered = order(&[
            ("a.top", "select * from b.middle join c.base using (x)"),
            ("b.middle", "select * from c.base"),
            ("c.base", "select * from core.orders"),
        ]);
        assert_eq!(ordered.unwrap(), ["c.base", "b.middle", "a.top"]);
    }

    #[test]
    fn a_circle_is_refused_with_its_path() {
        let error = order(&[
            ("a.outside", "select * from b.one"),
            ("b.one", "select * from c.two"),
            ("c.two", "select * from b.one"),
        ]);
        assert_eq!(error.unwrap_err().message(), "models read each other in a circle: b.one → c.two → b.one");
    }

    #[test]
    fn a_model_that_reads_itself_is_a_circle() {
        let error = order(&[("a.one", "select * from a.one")]).unwrap_err();
        assert_eq!(error.message(), "models read each other in a circle: a.one → a.one");
    }

    #[test]
    fn two_models_of_one_name_are_refused() {
        let error = order(&[("a.one", "select 1"), ("a.one", "select 2")]).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::DuplicateTable);
    }
}
