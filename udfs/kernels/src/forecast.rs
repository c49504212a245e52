//! What a series will do: models, their weights by a backtest, and how far they may be wrong.
//!
//! ```ignore
//! let request = Request { horizon: 30, ..Request::default() };
//! let outlook = request.outlook(Rows::new(&times, &values))?;   // rows as they are: gaps, repeated times, NaN
//! outlook.steps[0].value; outlook.model; outlook.status;
//! Model::Ets.forecast(&values, &[12], 18);                  // one model on a whole series
//! ```
//!
//! | step | file |
//! |---|---|
//! | times become steps of the calendar | `frequency` |
//! | rows become a whole series | `rows`, `series` |
//! | holidays and other events taken out and put back | `events` |
//! | the simplest models | `naive`, `intermittent` |
//! | smoothing | `ets`, `ces`, `theta` |
//! | seasons taken out and put back | `classical`, `mstl` |
//! | all of them by name, and their median | `model`, `ensemble` |
//! | what they would have forecast, and their weights | `backtest`, `notes`, `auto` |
//! | how good they were | `accuracy` |
//! | seasons | `seasonality` |
//! | intervals | `interval`, `presumed` |
//! | whether a sum will be reached | `goal` |
//! | trend, season and rest | `components` |
//! | all of it together | `outlook` |
//! | sums of series that must hold | `reconcile` |

mod accuracy;
mod auto;
mod backtest;
mod ces;
mod classical;
mod components;
mod ensemble;
mod ets;
mod events;
mod frequency;
mod goal;
mod intermittent;
mod interval;
mod model;
mod mstl;
mod naive;
mod notes;
mod outlook;
mod presumed;
mod reconcile;
mod rows;
mod seasonality;
mod series;
mod simplex;
#[cfg(test)]
mod study;
mod theta;

pub use self::accuracy::Score;
pub use self::components::{Component, Components};
pub use self::goal::Projection;
pub use self::model::Model;
pub use self::outlook::{Outlook, Request, Step};
pub use self::reconcile::{Sum, bottom_up, min_trace};
pub use self::rows::Rows;
pub use self::seasonality::SeasonFound;
pub use self::series::{Series, Steps};
