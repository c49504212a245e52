//! Numbers as written: `5` is an `integer`, `3000000000` a `bigint`, and `1.5` is `numeric`, as is what is larger. What
//! has more digits than a decimal holds, such as `1e300`, is a `double precision`.

use bellwether_udfs::numeric;
use datafusion::common::plan_err;
use datafusion::error::Result;
use datafusion::logical_expr::Expr;
use datafusion::scalar::ScalarValue;

/// The literal that a number means.
pub(super) fn number(text: &str) -> Result<Expr> {
    let text = text.replace('_', "");
    let value = if let Ok(value) = text.parse::<i32>() {
        ScalarValue::from(value)
    } else if let Ok(value) = text.parse::<i64>() {
        ScalarValue::from(value)
    } else {
        match (numeric::parse(&text), text.parse::<f64>()) {
            (Ok(Some(value)), _) => value,
            // More digits than a decimal has.
            (Err(_) | Ok(None), Ok(value)) if value.is_finite() => ScalarValue::from(value),
            _ => return plan_err!("{text} is not a number"),
        }
    };
    Ok(Expr::Literal(value, None))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value(text: &str) -> ScalarValue {
        match number(text).unwrap() {
            Expr::Literal(value, _) => value,
            other => panic!("{other}"),
        }
    }

    #[test]
    fn a_number_has_the_type_it_needs() {
        assert_eq!(value("2147483647"), ScalarValue::Int32(Some(i32::MAX)));
        assert_eq!(value("-2147483649"), ScalarValue::Int64(Some(-2_147_483_649)));
        assert_eq!(value("9223372036854775808"), ScalarValue::Decimal128(Some(9_223_372_036_854_775_808), 19, 0));
        assert_eq!(value("1.50"), ScalarValue::Decimal128(Some(150), 3, 2));
        assert_eq!(value("1e3"), ScalarValue::Decimal128(Some(1000), 4, 0));
        assert_eq!(value("1.5e-3"), ScalarValue::Decimal128(Some(15), 4, 4));
    }
}
