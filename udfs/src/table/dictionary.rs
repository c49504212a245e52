//! Texts as codes: each text of a column is hashed once, short ones that repeat not even that.

use std::collections::HashMap;
use std::mem::size_of;

use datafusion::arrow::array::{Array, ArrayRef, AsArray, StringArray, StringBuilder};
use datafusion::arrow::compute::cast;
use datafusion::arrow::datatypes::{ArrowDictionaryKeyType, DataType, Int8Type, Int16Type, Int32Type, Int64Type};
use datafusion::common::resources_datafusion_err;
use datafusion::error::Result;

use super::rows::NULL_CODE;

/// Places in the table of short texts seen lately.
const RECENT: usize = 1024;

/// The texts of a column, in the order in which they were first seen.
#[derive(Debug)]
pub(super) struct Dictionary {
    codes: HashMap<Box<str>, u32>,
    texts: Vec<Box<str>>,
    text_bytes: usize,
    /// Short texts with their codes. A text of up to 15 bytes and its length are one word, compared at once.
    recent: Vec<(u128, u32)>,
}

impl Dictionary {
    pub(super) fn new() -> Self {
        Self { codes: HashMap::new(), texts: Vec::new(), text_bytes: 0, recent: vec![(u128::MAX, 0); RECENT] }
    }

    /// Adds the codes of a batch of texts.
    pub(super) fn encode(&mut self, array: &ArrayRef, codes: &mut Vec<u32>) -> Result<()> {
        match array.data_type() {
            DataType::Dictionary(key, _) => match key.as_ref() {
                DataType::Int8 => self.encode_dictionary::<Int8Type>(array, codes),
                DataType::Int16 => self.encode_dictionary::<Int16Type>(array, codes),
                DataType::Int32 => self.encode_dictionary::<Int32Type>(array, codes),
                DataType::Int64 => self.encode_dictionary::<Int64Type>(array, codes),
                _ => self.encode_plain(&cast(array, &DataType::Utf8)?, codes),
            },
            DataType::Utf8 => self.encode_plain(array, codes),
            DataType::Utf8View => self.encode_views(array, codes),
            _ => self.encode_plain(&cast(array, &DataType::Utf8)?, codes),
        }
    }

    fn encode_plain(&mut self, array: &ArrayRef, codes: &mut Vec<u32>) -> Result<()> {
        let texts = array.as_string::<i32>();
        codes.reserve(texts.len());
        for row in 0..texts.len() {
            codes.push(if texts.is_null(row) { NULL_CODE } else { self.code(texts.value(row))? });
        }
        Ok(())
    }

    /// Texts that lie beside one another need no copy to be looked at.
    fn encode_views(&mut self, array: &ArrayRef, codes: &mut Vec<u32>) -> Result<()> {
        let texts = array.as_string_view();
        codes.reserve(texts.len());
        for row in 0..texts.len() {
            codes.push(if texts.is_null(row) { NULL_CODE } else { self.code(texts.value(row))? });
        }
        Ok(())
    }

    /// A column that comes with a dictionary of its own needs only that one translated.
    fn encode_dictionary<K: ArrowDictionaryKeyType>(&mut self, array: &ArrayRef, codes: &mut Vec<u32>) -> Result<()> {
        let dictionary = array.as_dictionary::<K>();
        let mut translated = Vec::new();
        self.encode_plain(&cast(dictionary.values(), &DataType::Utf8)?, &mut translated)?;
        codes.reserve(dictionary.len());
        for row in 0..dictionary.len() {
            codes.push(dictionary.key(row).map_or(NULL_CODE, |key| translated[key]));
        }
        Ok(())
    }

    #[inline]
    fn code(&mut self, text: &str) -> Result<u32> {
        let Some(word) = word(text) else { return self.find(text) };
        // The highest bits of the product depend on all bytes.
        let place = (word as u64 ^ (word >> 64) as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 54;
        let (known, code) = self.recent[place as usize % RECENT];
        if known == word {
            return Ok(code);
        }
        let code = self.find(text)?;
        self.recent[place as usize % RECENT] = (word, code);
        Ok(code)
    }

    fn find(&mut self, text: &str) -> Result<u32> {
        if let Some(code) = self.codes.get(text) {
            return Ok(*code);
        }
        let code = u32::try_from(self.texts.len())
            .ok()
            .filter(|code| *code < NULL_CODE)
            .ok_or_else(|| resources_datafusion_err!("a column has more texts than can be counted"))?;
        self.codes.insert(text.into(), code);
        self.texts.push(text.into());
        self.text_bytes += 2 * text.len();
        Ok(code)
    }

    /// The texts in alphabetical order, and the place of each code in it.
    pub(super) fn in_order(&self) -> (StringArray, Vec<u32>) {
        let mut order: Vec<u32> = (0..self.texts.len() as u32).collect();
        order.sort_unstable_by(|a, b| self.texts[*a as usize].cmp(&self.texts[*b as usize]));
        let mut ranks = vec![0; order.len()];
        let mut builder = StringBuilder::with_capacity(order.len(), self.text_bytes / 2);
        for (rank, code) in (0..).zip(&order) {
            ranks[*code as usize] = rank;
            builder.append_value(&self.texts[*code as usize]);
        }
        (builder.finish(), ranks)
    }

    /// The memory it holds.
    pub(super) fn size(&self) -> usize {
        let entry = size_of::<(Box<str>, u32)>() + size_of::<Box<str>>();
        self.text_bytes + self.codes.capacity() * entry + self.recent.len() * size_of::<(u128, u32)>()
    }
}

/// A text of up to 15 bytes as a word that no other text has.
#[inline]
fn word(text: &str) -> Option<u128> {
    let bytes = text.as_bytes();
    if bytes.len() > 15 {
        return None;
    }
    let mut word = [0_u8; 16];
    word[..bytes.len()].copy_from_slice(bytes);
    word[15] = bytes.len() as u8;
    Some(u128::from_le_bytes(word))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use datafusion::arrow::array::{DictionaryArray, StringViewArray};

    use super::*;

    fn encoded(dictionary: &mut Dictionary, array: ArrayRef) -> Vec<u32> {
        let mut codes = Vec::new();
        dictionary.encode(&array, &mut codes).unwrap();
        codes
    }

    #[test]
    fn a_text_has_one_code_however_it_comes() {
        let mut dictionary = Dictionary::new();
        let long = "a text that is longer than fifteen bytes";
        let plain = StringArray::from(vec![Some("b"), None, Some("a"), Some(long), Some("b"), Some("")]);
        assert_eq!(encoded(&mut dictionary, Arc::new(plain)), [0, NULL_CODE, 1, 2, 0, 3]);
        let coded: DictionaryArray<Int32Type> = vec![Some(long), None, Some("a")].into_iter().collect();
        assert_eq!(encoded(&mut dictionary, Arc::new(coded)), [2, NULL_CODE, 1]);
        let views = StringViewArray::from(vec![Some("a"), Some(long), None, Some("")]);
        assert_eq!(encoded(&mut dictionary, Arc::new(views)), [1, 2, NULL_CODE, 3]);
    }

    #[test]
    fn ranks_follow_the_alphabet() {
        let mut dictionary = Dictionary::new();
        encoded(&mut dictionary, Arc::new(StringArray::from(vec!["pear", "apple", "fig"])));
        let (texts, ranks) = dictionary.in_order();
        assert_eq!(texts, StringArray::from(vec!["apple", "fig", "pear"]));
        assert_eq!(ranks, [2, 0, 1]);
    }
}
