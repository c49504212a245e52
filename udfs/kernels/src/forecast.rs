//! What a series will do: models, their choice by a backtest, and how far they may be wrong.
//!
//! ```ignore
//! let request = Request { model: None, frequency: None, season: None, horizon: 30, level: 0.8, nonnegative: false };
//! let outlook = request.outlook(&times, &values)?;          // rows as they are: gaps, repeated times, NaN
//! outlook.steps[0].value; outlook.model; outlook.status;
//! Model::Ets.forecast(&values, &[12], 18);                  // one model on a whole series
//! ```
//!
//! | step | file |
//! |---|---|
//! | times become steps of the calendar | `frequency` |
//! | rows become a whole series | `series` |
//! | the simplest models | `naive`, `intermittent` |
//! | smoothing | `ets`, `ces`, `theta` |
//! | seasons taken out and put back | `classical`, `mstl` |
//! | all of them by name, and their median | `model`, `ensemble` |
//! | what they would have forecast, and the choice | `backtest`, `auto` |
//! | how good they were | `accuracy` |
//! | seasons | `seasonality` |
//! | intervals | `interval` |
//! | whether a sum will be reached | `goal` |
//! | trend, season and rest | `components` |
//! | all of it together | `outlook` |

mod accuracy;
mod auto;
mod backtest;
mod ces;
mod classical;
mod components;
mod ensemble;
mod ets;
mod frequency;
mod goal;
mod intermittent;
mod interval;
mod model;
mod mstl;
mod naive;
mod outlook;
mod seasonality;
mod series;
mod simplex;
mod theta;

pub use self::accuracy::Score;
pub use self::components::{Component, Components};
pub use self::goal::Projection;
pub use self::model::Model;
pub use self::outlook::{Outlook, Request, Step};
pub use self::seasonality::SeasonFound;
pub use self::series::Series;
