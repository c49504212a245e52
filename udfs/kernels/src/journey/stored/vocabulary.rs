//! Texts by codes, in the order in which they were met.

use std::collections::HashMap;

/// Texts, each with a code.
#[derive(Debug, Clone, Default)]
pub struct Vocabulary {
    codes: HashMap<Box<str>, u32>,
    texts: Vec<Box<str>>,
    text_bytes: usize,
}

impl Vocabulary {
    /// No texts.
    pub fn new() -> Self {
        Self::default()
    }

    /// The code of a text, a new one if it was not met before.
    pub fn code(&mut self, text: &str) -> u32 {
        if let Some(&code) = self.codes.get(text) {
            return code;
        }
        let code = self.texts.len() as u32;
        self.codes.insert(text.into(), code);
        self.texts.push(text.into());
        self.text_bytes += 2 * text.len();
        code
    }

    /// The texts, by code.
    pub fn texts(&self) -> &[Box<str>] {
        &self.texts
    }

    /// The texts in byte order, and for every code its place among them.
    pub fn ranked(&self) -> (Vec<&str>, Vec<u32>) {
        let mut order: Vec<usize> = (0..self.texts.len()).collect();
        order.sort_unstable_by_key(|&code| &self.texts[code]);
        let mut ranks = vec![0; self.texts.len()];
        order.iter().zip(0..).for_each(|(&code, rank)| ranks[code] = rank);
        (order.iter().map(|&code| self.texts[code].as_ref()).collect(), ranks)
    }

    /// The memory it holds beside its own size.
    pub fn heap_bytes(&self) -> usize {
        self.text_bytes + self.codes.capacity() * 2 * size_of::<(Box<str>, u32)>()
    }
}
