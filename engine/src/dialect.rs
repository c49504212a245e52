//! PostgreSQL's meaning of operators, casts, literals and types, where the planner's differs.
//!
//! It takes two steps, and both happen whenever a statement is planned. [`rewrite`] changes the syntax tree where the
//! planner gives us no say: a literal, a cast or `AT TIME ZONE` becomes an operator of ours. [`Operators`] then plans
//! these and all other operators with the types of their operands at hand. Each topic has one file:
//!
//! | file | |
//! |---|---|
//! | `syntax` | which parts of a syntax tree become operators or functions |
//! | `operator` | the operators, and who plans which |
//! | `set_operation` | types and copies of rows in `UNION`, `INTERSECT` and `EXCEPT` |
//! | `with_ties` | `FETCH FIRST n ROWS WITH TIES` |
//! | `window_name` | windows that begin like named ones |
//! | `hypothetical` | `rank(v) WITHIN GROUP (ORDER BY x)` |
//! | `symmetric` | `BETWEEN SYMMETRIC` |
//! | `moment_word` | `date 'today'` |
//! | `literal` | numbers as written: `integer`, `bigint`, `numeric` |
//! | `arithmetic` | `+ - * / %` of numbers |
//! | `comparison` | values of different types side by side |
//! | `temporal` | dates, times and intervals: arithmetic and comparisons |
//! | `cast` | casts, and literals without a type |
//! | `quantified` | `= ANY (array)` and its kin |
//! | `like_any` | `LIKE ANY (…)` |
//! | `row_in` | `(a, b) IN (SELECT …)` |
//! | `concatenation` | `text \|\| anything` |
//! | `late` | the same rules for what is known only when a plan is analyzed |
//! | `aggregate` | `avg`, `sum` and the ranks of windows |
//! | `named` | arguments by name |
//! | `types` | names of types |
//! | `using_join` | columns that a join makes one |
//! | `whole_row` | relations named as values |
//! | `wildcard` | columns that a select list gives twice |
//! | `constant` | operations on literals, computed at once |
//! | `arity` | calls without the arguments they need |

mod aggregate;
mod arithmetic;
mod arity;
mod cast;
mod comparison;
mod concatenation;
mod constant;
mod distinct_from;
mod hypothetical;
mod late;
mod like_any;
mod literal;
mod moment_word;
mod named;
mod operator;
mod quantified;
mod row_in;
mod set_operation;
mod symmetric;
mod syntax;
mod temporal;
mod types;
mod using_join;
mod whole_row;
mod wildcard;
mod window_name;
mod with_ties;

pub(crate) use arity::check as check_arity;
pub(crate) use late::LateOperators;
pub(crate) use operator::Operators;
pub(crate) use set_operation::settle;
pub(crate) use symmetric::SYMMETRIC;
pub(crate) use syntax::{call, rewrite};
pub(crate) use types::Types;
pub(crate) use whole_row::rewrite as name_rows;
pub(crate) use wildcard::Wildcards;
pub(crate) use window_name::write_out as write_out_windows;
