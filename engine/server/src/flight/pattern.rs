//! The patterns of catalogue requests: `%` stands for any text, `_` for one character, `\` takes the next literally.

/// Whether `text` as a whole fits `pattern`.
pub(super) fn fits(pattern: &str, text: &str) -> bool {
    let pattern = parse(pattern);
    let text: Vec<char> = text.chars().collect();
    let (mut at, mut part) = (0, 0);
    // The last `%` and how far it reached: a mismatch lets it take one more character.
    let mut retry: Option<(usize, usize)> = None;
    while at < text.len() {
        match pattern.get(part) {
            Some(Part::Text) => {
                retry = Some((part, at));
                part += 1;
                continue;
            }
            Some(Part::Character) => {
                at += 1;
                part += 1;
                continue;
            }
            Some(Part::Literal(literal)) if *literal == text[at] => {
                at += 1;
                part += 1;
                continue;
            }
            _ => {}
        }
        let Some((any, reached)) = retry else {
            return false;
        };
        retry = Some((any, reached + 1));
        at = reached + 1;
        part = any + 1;
    }
    pattern[part..].iter().all(|rest| *rest == Part::Text)
}

/// Whether `text` fits, where no pattern means that everything does.
pub(super) fn fits_if_given(pattern: Option<&str>, text: &str) -> bool {
    pattern.is_none_or(|pattern| fits(pattern, text))
}

#[derive(Debug, PartialEq, Eq)]
enum Part {
    Text,
    Character,
    Literal(char),
}

fn parse(pattern: &str) -> Vec<Part> {
    let mut parts = Vec::with_capacity(pattern.len());
    let mut characters = pattern.chars();
    while let Some(character) = characters.next() {
        parts.push(match character {
            '%' => Part::Text,
            '_' => Part::Character,
            '\\' => Part::Literal(characters.next().unwrap_or('\\')),
            other => Part::Literal(other),
        });
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percent_stands_for_any_text() {
        assert!(fits("%", ""));
        assert!(fits("%", "orders"));
        assert!(fits("ord%", "orders"));
        assert!(fits("%ers", "orders"));
        assert!(fits("%r%r%", "orders"));
        assert!(!fits("%r%r%r%", "orders"));
        assert!(!fits("ord%", "my_orders"));
    }

    #[test]
    fn underscore_stands_for_one_character() {
        assert!(fits("_rders", "orders"));
        assert!(fits("_rders", "ärders"));
        assert!(!fits("_orders", "orders"));
        assert!(!fits("_", ""));
    }

    #[test]
    fn a_backslash_takes_the_next_character_literally() {
        assert!(fits(r"a\_b", "a_b"));
        assert!(!fits(r"a\_b", "axb"));
        assert!(fits(r"100\%", "100%"));
        assert!(fits(r"a\", r"a\"));
    }

    #[test]
    fn a_plain_pattern_fits_itself_alone() {
        assert!(fits("orders", "orders"));
        assert!(!fits("orders", "Orders"));
        assert!(!fits("order", "orders"));
        assert!(fits("", ""));
        assert!(!fits("", "orders"));
    }

    #[test]
    fn many_percents_on_a_long_text_end_quickly() {
        let pattern = "%a".repeat(200) + "b";
        assert!(!fits(&pattern, &"a".repeat(2_000)));
    }

    #[test]
    fn no_pattern_fits_everything() {
        assert!(fits_if_given(None, "orders"));
        assert!(!fits_if_given(Some(""), "orders"));
    }
}
