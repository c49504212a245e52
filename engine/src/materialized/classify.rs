//! How changes of its tables can be taken over into a view.

use bellwether_catalog::RefreshClass;

use super::Planned;
use super::layout::Layout;
use super::shape::Shape;
use crate::Result;
use crate::rewrite::block::Unfit;
use crate::statement::Scope;

/// A definition as far as it can be taken apart.
#[derive(Debug)]
pub(crate) struct Classified {
    pub class: RefreshClass,
    /// Why it is not merged, when it is not.
    pub reason: Option<String>,
    /// What incremental refreshes work with; nothing for views that are computed whole.
    pub(super) parts: Option<(Shape, Option<Layout>)>,
}

/// The class of a definition.
pub(crate) fn classify(scope: &Scope, planned: &Planned) -> Result<Classified> {
    let whole = |reason: String| Classified { class: RefreshClass::Whole, reason: Some(reason), parts: None };
    if let Some(reason) = &planned.unsettled {
        return Ok(whole(reason.clone()));
    }
    let shape = match Shape::of(&planned.state, &planned.plan) {
        Ok(shape) => shape,
        Err(Unfit::Because(reason)) => return Ok(whole(reason)),
        Err(Unfit::Failed(error)) => return Err(scope.error(error)),
    };
    let Some((layout, reason)) = Layout::of(&shape).map_err(|error| scope.error(error))? else {
        return Ok(Classified { class: RefreshClass::Merge, reason: None, parts: Some((shape, None)) });
    };
    let class = match &reason {
        None => RefreshClass::Merge,
        Some(_) => RefreshClass::Groups,
    };
    match layout.unfindable() {
        Some(unfindable) if class == RefreshClass::Groups => {
            let reason = reason.into_iter().chain([unfindable]).collect::<Vec<_>>().join(", and ");
            Ok(whole(reason))
        }
        _ => Ok(Classified { class, reason, parts: Some((shape, Some(layout))) }),
    }
}
