//! What a keyword does to the tree: which words are operators, which begin a new part.

use sqlparser::keywords::Keyword;

/// What [`nesting`](super::nesting) does at an unquoted word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    /// A name like any other, or a word that changes nothing.
    Plain,
    /// A value that is spelled as a word.
    Value,
    /// An operator, or a word that is followed by a statement or expression of its own.
    Operator,
    /// A function with a syntax of its own, which the parser tries in up to three ways.
    Retried,
    /// A word after which a bracket is never a call.
    Introducer,
    /// Begins a clause of a query after its FROM.
    Clause,
    /// Begins a part within a clause or a CASE.
    Part,
    /// Begins the statement after a WITH list.
    Query,
    /// Joins one more relation.
    Join,
    /// UNION and its kin.
    SetOperator,
    /// FROM, of a query or of a function such as `extract`.
    From,
    /// WITH, of a query or of an option list.
    With,
    /// Opens a CASE.
    Case,
    /// Closes a CASE, if one is open.
    End,
}

/// The role of `keyword`. [`Role::Operator`] must name every word the parser takes as a prefix or
/// infix operator of an expression; for all other roles a missing word only makes the measure
/// larger than the tree.
pub(super) fn role(keyword: Keyword) -> Role {
    match keyword {
        Keyword::NULL | Keyword::TRUE | Keyword::FALSE => Role::Value,

        Keyword::AND
        | Keyword::AT
        | Keyword::BETWEEN
        | Keyword::COLLATE
        | Keyword::DISTINCT
        | Keyword::DIV
        | Keyword::EXPLAIN
        | Keyword::ILIKE
        | Keyword::IN
        | Keyword::INTERVAL
        | Keyword::IS
        | Keyword::LIKE
        | Keyword::MATCH
        | Keyword::MEMBER
        | Keyword::NOT
        | Keyword::NOTNULL
        | Keyword::OPERATOR
        | Keyword::OR
        | Keyword::OVERLAPS
        | Keyword::PRIOR
        | Keyword::REGEXP
        | Keyword::RLIKE
        | Keyword::SIMILAR
        | Keyword::XOR => Role::Operator,

        Keyword::CAST
        | Keyword::CEIL
        | Keyword::CONVERT
        | Keyword::EXTRACT
        | Keyword::FLOOR
        | Keyword::OVERLAY
        | Keyword::POSITION
        | Keyword::SAFE_CAST
        | Keyword::SUBSTR
        | Keyword::SUBSTRING
        | Keyword::TRIM
        | Keyword::TRY_CAST
        | Keyword::TRY_CONVERT => Role::Retried,

        Keyword::ALL
        | Keyword::ANY
        | Keyword::AS
        | Keyword::BY
        | Keyword::EXISTS
        | Keyword::FILTER
        | Keyword::LATERAL
        | Keyword::MATERIALIZED
        | Keyword::OVER
        | Keyword::SOME => Role::Introducer,

        Keyword::FETCH
        | Keyword::GROUP
        | Keyword::HAVING
        | Keyword::LIMIT
        | Keyword::OFFSET
        | Keyword::ORDER
        | Keyword::QUALIFY
        | Keyword::RETURNING
        | Keyword::SET
        | Keyword::WHERE
        | Keyword::WINDOW => Role::Clause,

        Keyword::ELSE | Keyword::ON | Keyword::THEN | Keyword::USING | Keyword::WHEN => Role::Part,

        Keyword::DELETE | Keyword::INSERT | Keyword::MERGE | Keyword::SELECT | Keyword::UPDATE | Keyword::VALUES => {
            Role::Query
        }

        Keyword::APPLY | Keyword::JOIN => Role::Join,
        Keyword::EXCEPT | Keyword::INTERSECT | Keyword::MINUS | Keyword::UNION => Role::SetOperator,
        Keyword::FROM => Role::From,
        Keyword::WITH => Role::With,
        Keyword::CASE => Role::Case,
        Keyword::END => Role::End,
        _ => Role::Plain,
    }
}
