//! `DateStyle`: dates are always written as ISO 8601; the order of day and month may be declared.

use super::kind::{invalid, unsupported};
use crate::Result;

/// `value` in its usual form: the style, a comma, the order.
pub(super) fn check(name: &str, value: &str) -> Result<String> {
    let mut order = "MDY";
    for word in value.split(',') {
        match word.trim().to_ascii_lowercase().as_str() {
            "iso" | "default" => {}
            "mdy" | "us" | "noneuro" | "noneuropean" => order = "MDY",
            "dmy" | "euro" | "european" => order = "DMY",
            "ymd" => order = "YMD",
            "sql" | "postgres" | "german" => {
                return Err(
                    unsupported(name, value).with_hint("dates are written as ISO 8601; format them with to_char")
                );
            }
            _ => return Err(invalid(name, value).with_hint("ISO, with MDY, DMY or YMD")),
        }
    }
    Ok(format!("ISO, {order}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ErrorKind;

    #[test]
    fn the_style_stays_iso_whatever_the_order() {
        for (value, shown) in
            [("ISO", "ISO, MDY"), ("iso, dmy", "ISO, DMY"), ("YMD", "ISO, YMD"), ("European", "ISO, DMY")]
        {
            assert_eq!(check("DateStyle", value).unwrap(), shown);
        }
    }

    #[test]
    fn other_styles_are_refused() {
        assert_eq!(check("DateStyle", "German").unwrap_err().kind(), ErrorKind::Unsupported);
        assert_eq!(check("DateStyle", "fancy").unwrap_err().kind(), ErrorKind::InvalidParameter);
        assert_eq!(check("DateStyle", "").unwrap_err().kind(), ErrorKind::InvalidParameter);
    }
}
