//! How keys compare: the B-tree operator class of each type, as `pg_opclass` and `pg_index` name it.

use std::sync::LazyLock;

/// An operator class.
#[derive(Debug)]
pub(crate) struct OperatorClass {
    pub id: u32,
    pub name: &'static str,
    pub family: u32,
    pub data_type: u32,
}

/// The class of text, which the types that are held as text share.
const TEXT_CLASS: u32 = 3126;

static CLASSES: LazyLock<Vec<OperatorClass>> = LazyLock::new(|| {
    let class = |line: &'static str| {
        let mut words = line.split(' ');
        Some(OperatorClass {
            id: words.next()?.parse().ok()?,
            name: words.next()?,
            family: words.next()?.parse().ok()?,
            data_type: words.next()?.parse().ok()?,
        })
    };
    include_str!("data/operator_classes.txt").lines().filter_map(class).collect()
});

pub(crate) fn all() -> &'static [OperatorClass] {
    &CLASSES
}

/// The class that keys of a type use.
pub(crate) fn of(data_type: u32) -> u32 {
    CLASSES.iter().find(|class| class.data_type == data_type).map_or(TEXT_CLASS, |class| class.id)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bigint_has_its_class_and_a_varchar_that_of_text() {
        assert_eq!(of(20), 3124);
        assert_eq!(of(1043), of(25));
    }
}
