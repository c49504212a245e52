//! Numbers with an exponent, as the planner can read them.
//!
//! Number literals are read as decimals, which keeps the digits of money but knows no exponent. `1.5e3` is
//! therefore written out as `1500.0`, and what has too many digits for that is read as double precision.

use datafusion::sql::sqlparser::tokenizer::{Token, TokenWithSpan};

/// The most digits a decimal has.
const DIGITS_MAX: usize = 38;

/// Writes the exponents of a statement's numbers out.
pub(super) fn rewrite(tokens: Vec<TokenWithSpan>) -> Vec<TokenWithSpan> {
    let mut written = Vec::with_capacity(tokens.len());
    for token in tokens {
        match &token.token {
            Token::Number(number, false) if number.contains(['e', 'E']) => {
                let span = token.span;
                for token in literal(number) {
                    written.push(TokenWithSpan { token, span });
                }
            }
            _ => written.push(token),
        }
    }
    written
}

fn literal(number: &str) -> Vec<Token> {
    if let Some(plain) = written_out(number) {
        return vec![Token::Number(plain, false)];
    }
    // `CAST('1e300' AS DOUBLE PRECISION)`
    vec![
        Token::make_keyword("CAST"),
        Token::LParen,
        Token::SingleQuotedString(number.to_owned()),
        Token::make_keyword("AS"),
        Token::make_keyword("DOUBLE"),
        Token::make_keyword("PRECISION"),
        Token::RParen,
    ]
}

/// The number without its exponent, unless it has too many digits.
fn written_out(number: &str) -> Option<String> {
    let (mantissa, exponent) = number.split_once(['e', 'E'])?;
    let exponent: i32 = exponent.parse().ok()?;
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let digits = format!("{whole}{fraction}");
    let point = i32::try_from(whole.len()).ok()?.checked_add(exponent)?;
    let places = i32::try_from(digits.len()).ok()?;
    let limit = i32::try_from(DIGITS_MAX).ok()?;
    if point > limit || point < -limit || places > limit || places - point > limit {
        return None;
    }
    let (whole, fraction) = match usize::try_from(point) {
        Ok(point) if point >= digits.len() => (format!("{digits:0<point$}"), String::new()),
        Ok(point) => (digits[..point].to_owned(), digits[point..].to_owned()),
        Err(_) => (String::new(), format!("{}{digits}", "0".repeat(point.unsigned_abs() as usize))),
    };
    let whole = if whole.is_empty() { "0" } else { &whole };
    Some(match fraction.is_empty() {
        true => format!("{whole}.0"),
        false => format!("{whole}.{fraction}"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_exponent_moves_the_point() {
        assert_eq!(written_out("1e3").as_deref(), Some("1000.0"));
        assert_eq!(written_out("1.5e3").as_deref(), Some("1500.0"));
        assert_eq!(written_out("1.25E1").as_deref(), Some("12.5"));
        assert_eq!(written_out("25e-3").as_deref(), Some("0.025"));
        assert_eq!(written_out(".5e0").as_deref(), Some("0.5"));
    }

    #[test]
    fn what_no_decimal_holds_is_read_as_double_precision() {
        assert_eq!(written_out("1e300"), None);
        assert_eq!(written_out("1e-300"), None);
        assert_eq!(literal("1e300").len(), 7);
    }
}
