//! How deep the tree of a statement is, measured from its tokens.
//!
//! A *level* is a pair of brackets, a CASE … END, or the whole statement. Within a level, separators
//! (commas, and the keywords that begin a clause or a branch) divide tokens into *items*. An item
//! may lean to one side: in `a + b * (c)` every operator can be one step down, and the deepest
//! bracket one more subtree below all of them. Relations stack up in the same way: every further
//! join or comma of a FROM lies on top of the ones before, so does every window and every subquery
//! of an expression, every UNION lies on top of the selects before, and every WITH query on top of
//! those it may refer to. So
//!
//! ```text
//! depth(level)  = 1 + WITH queries + set operators + max over its selects
//! depth(select) = joins + windows and subqueries + max over its items
//! depth(item)   = operators + max over the levels inside it
//! ```
//!
//! is never less than the depth of the tree, and for usual statements close to it.
//!
//! Most keywords are names as well (`a + where + b` is three columns), so a keyword separates only
//! directly after a token that surely ends an operand. Where that is not sure nothing is divided,
//! and the measure can only grow.

use sqlparser::keywords::Keyword;
use sqlparser::tokenizer::Token;

use super::keyword::{Role, role};
use super::level::Level;

/// What [`measure`] finds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Shape {
    /// Levels of the deepest statement.
    pub(super) depth: usize,
    /// Tokens the parser reads again because it tries several ways to read what encloses them.
    pub(super) rereadings: u64,
}

/// Measures all statements of a text.
pub(super) fn measure(tokens: &[Token]) -> Shape {
    let mut walk =
        Walk { outer: Vec::new(), level: Level::new(1), last: Last::Other, dots: 0, depth: 0, rereadings: 0 };
    for token in tokens {
        walk.step(token);
    }
    walk.end_statement();
    Shape { depth: walk.depth, rereadings: walk.rereadings }
}

/// The token before, as far as it decides what the next one means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Last {
    /// A word that is surely a name.
    Name,
    /// A literal or a closing bracket.
    Value,
    /// A period.
    Dot,
    /// An opening bracket.
    Open,
    /// A comma.
    Comma,
    /// THEN or ELSE: an expression begins.
    Branch,
    /// DISTINCT of `IS DISTINCT FROM`.
    IsDistinct,
    /// Any other keyword, which could be a name.
    Keyword(Keyword),
    /// An operator, or nothing yet.
    Other,
}

impl Last {
    fn ends_operand(self) -> bool {
        matches!(self, Last::Name | Last::Value)
    }
}

#[derive(Debug)]
struct Walk {
    /// The levels around the current one, outermost first.
    outer: Vec<Level>,
    level: Level,
    last: Last,
    /// Periods so far in the current dotted name.
    dots: usize,
    depth: usize,
    rereadings: u64,
}

impl Walk {
    fn step(&mut self, token: &Token) {
        if matches!(token, Token::Whitespace(_)) {
            return;
        }
        self.rereadings = self.rereadings.saturating_add(self.level.readings - 1);
        let last = match token {
            Token::Word(word) if word.quote_style.is_some() => self.word(Keyword::NoKeyword),
            Token::Word(word) => self.word(word.keyword),
            Token::LParen | Token::LBracket | Token::LBrace => self.open_bracket(token),
            Token::RParen | Token::RBracket | Token::RBrace => self.close_bracket(),
            Token::Comma => self.comma(),
            Token::Period => self.dot(),
            Token::SemiColon => self.end_statement(),
            // An operand cannot begin with a multiplication: this star means all columns.
            Token::Mul if self.star_is_wildcard() => Last::Value,
            _ if is_literal(token) => Last::Value,
            _ => self.operator(),
        };
        if !matches!(token, Token::Word(_) | Token::Period) {
            self.dots = 0;
        }
        self.last = last;
    }

    fn operator(&mut self) -> Last {
        self.level.operators += 1;
        Last::Other
    }

    fn star_is_wildcard(&self) -> bool {
        matches!(self.last, Last::Open | Last::Comma | Last::Dot | Last::Keyword(Keyword::SELECT))
    }

    fn word(&mut self, keyword: Keyword) -> Last {
        if self.last == Last::Dot {
            return Last::Name;
        }
        self.dots = 0;
        if keyword == Keyword::NoKeyword {
            return Last::Name;
        }
        let after_operand = self.last.ends_operand();
        match role(keyword) {
            // The words that can come between THEN and an operand are operators, so it is a column.
            Role::Plain if self.last == Last::Branch => return Last::Name,
            Role::Introducer if keyword == Keyword::OVER => self.level.side_relations += 1,
            Role::Plain | Role::Retried | Role::Introducer => {}
            Role::Value => return Last::Value,
            Role::Operator => {
                self.level.operators += 1;
                let after_is = matches!(self.last, Last::Keyword(Keyword::IS | Keyword::NOT));
                if keyword == Keyword::DISTINCT && after_is {
                    return Last::IsDistinct;
                }
            }
            Role::Clause => {
                if after_operand {
                    self.level.end_item();
                    self.level.in_from = false;
                }
            }
            Role::Part => {
                if after_operand {
                    self.level.end_item();
                }
                if matches!(keyword, Keyword::THEN | Keyword::ELSE) {
                    return Last::Branch;
                }
            }
            Role::Query => self.query(keyword, after_operand),
            Role::Join => {
                if after_operand {
                    self.level.end_item();
                }
                self.level.joins += 1;
            }
            Role::SetOperator => {
                if after_operand {
                    self.level.end_select();
                    self.level.in_from = false;
                }
                self.level.set_operators += 1;
            }
            Role::From if self.last == Last::IsDistinct => return Last::Other,
            Role::From => {
                if after_operand {
                    self.level.end_item();
                }
                self.level.in_from = true;
            }
            Role::With => {
                self.begin_query();
                self.level.in_with = true;
            }
            Role::Case => {
                let mut case = Level::new(self.level.readings);
                case.is_case = true;
                self.open(case);
            }
            Role::End if self.level.is_case && after_operand => {
                self.close();
                return Last::Value;
            }
            Role::End => {}
        }
        Last::Keyword(keyword)
    }

    fn query(&mut self, keyword: Keyword, after_operand: bool) {
        let after_set_operator = matches!(
            self.last,
            Last::Keyword(
                Keyword::UNION
                    | Keyword::EXCEPT
                    | Keyword::INTERSECT
                    | Keyword::MINUS
                    | Keyword::ALL
                    | Keyword::DISTINCT
            )
        );
        self.begin_query();
        self.level.is_query = true;
        if after_operand {
            self.level.end_item();
            self.level.in_with = false;
        }
        if keyword == Keyword::SELECT && (after_operand || after_set_operator) {
            self.level.in_from = false;
        }
    }

    /// Each bracket before a query that stands for a table is tried as that query, then as a join.
    fn begin_query(&mut self) {
        if self.last == Last::Open && self.level.table_brackets > 1 {
            self.level.readings = self.level.readings.saturating_mul(self.level.table_brackets);
        }
    }

    fn comma(&mut self) -> Last {
        self.level.end_item();
        if self.level.in_from {
            self.level.joins += 1;
        }
        Last::Comma
    }

    /// `a.b` is one column; every further part is an access to what is before it.
    fn dot(&mut self) -> Last {
        let first_of_a_name = self.dots == 0 && matches!(self.last, Last::Name | Last::Keyword(_));
        if !first_of_a_name {
            self.level.operators += 1;
        }
        self.dots += 1;
        Last::Dot
    }

    fn open_bracket(&mut self, token: &Token) -> Last {
        let readings = match (token, self.last) {
            // Arguments are read once as named ones and once more as plain ones.
            (Token::LParen, Last::Name) => 2,
            (Token::LParen, Last::Keyword(keyword)) => match role(keyword) {
                Role::Retried => 3,
                Role::Plain => 2,
                _ => 1,
            },
            (Token::LBracket, Last::Name | Last::Keyword(_)) | (Token::LBrace, _) => 2,
            _ => 1,
        };
        let mut level = Level::new(self.level.readings.saturating_mul(readings));
        if *token == Token::LParen && self.stands_for_table() {
            level.table_brackets = if self.last == Last::Open { self.level.table_brackets + 1 } else { 1 };
        }
        // A subscript lies on top of what it is applied to.
        if *token == Token::LBracket {
            self.level.operators += 1;
        }
        self.open(level);
        Last::Open
    }

    fn stands_for_table(&self) -> bool {
        match self.last {
            Last::Keyword(keyword) => {
                matches!(role(keyword), Role::From | Role::Join) || matches!(keyword, Keyword::LATERAL | Keyword::IN)
            }
            Last::Comma => self.level.in_from,
            Last::Open => self.level.table_brackets > 0,
            _ => false,
        }
    }

    fn close_bracket(&mut self) -> Last {
        // A CASE that is still open is either unfinished or was a name; the bracket ends it.
        while self.level.is_case {
            self.close();
        }
        self.close();
        Last::Value
    }

    fn open(&mut self, level: Level) {
        self.outer.push(std::mem::replace(&mut self.level, level));
    }

    /// Closes the current level; the statement itself stays open, for there may be a bracket too many.
    fn close(&mut self) {
        if let Some(outer) = self.outer.pop() {
            let inner = std::mem::replace(&mut self.level, outer);
            self.level.take_in(inner);
        }
    }

    fn end_statement(&mut self) -> Last {
        while !self.outer.is_empty() {
            self.close();
        }
        let (depth, _) = std::mem::replace(&mut self.level, Level::new(1)).end();
        self.depth = self.depth.max(depth);
        Last::Other
    }
}

fn is_literal(token: &Token) -> bool {
    matches!(
        token,
        Token::EOF
            | Token::Number(..)
            | Token::Char(_)
            | Token::SingleQuotedString(_)
            | Token::DoubleQuotedString(_)
            | Token::TripleSingleQuotedString(_)
            | Token::TripleDoubleQuotedString(_)
            | Token::DollarQuotedString(_)
            | Token::SingleQuotedByteStringLiteral(_)
            | Token::DoubleQuotedByteStringLiteral(_)
            | Token::NationalStringLiteral(_)
            | Token::EscapedStringLiteral(_)
            | Token::UnicodeStringLiteral(_)
            | Token::HexStringLiteral(_)
            | Token::Placeholder(_)
    )
}
