//! Lists as PostgreSQL's arrays of one dimension.

use bellwether::Result;

use super::values::List;
use crate::pgwire::frontend::Format;
use crate::pgwire::zone::Zone;

/// `{1,NULL,"a b"}`, a vector `1 2`.
pub(super) fn text(list: &List<'_>, row: usize, zone: Zone, out: &mut Vec<u8>) -> Result<()> {
    let mut element = Vec::new();
    if list.is_vector {
        for (place, index) in list.range(row).enumerate() {
            if place > 0 {
                out.push(b' ');
            }
            list.element.values.text(index, zone, out)?;
        }
        return Ok(());
    }
    out.push(b'{');
    for (place, index) in list.range(row).enumerate() {
        if place > 0 {
            out.push(b',');
        }
        if list.element.is_null(index) {
            out.extend_from_slice(b"NULL");
            continue;
        }
        element.clear();
        list.element.values.text(index, zone, &mut element)?;
        write_element(&element, out);
    }
    out.push(b'}');
    Ok(())
}

/// Dimensions, whether NULLs occur, the element type, length and first index; then the elements.
pub(super) fn binary(list: &List<'_>, row: usize, zone: Zone, out: &mut Vec<u8>) -> Result<()> {
    let range = list.range(row);
    let dimensions = i32::from(!range.is_empty());
    let has_nulls = i32::from(range.clone().any(|index| list.element.is_null(index)));
    out.extend_from_slice(&dimensions.to_be_bytes());
    out.extend_from_slice(&has_nulls.to_be_bytes());
    out.extend_from_slice(&list.element_oid.to_be_bytes());
    if range.is_empty() {
        return Ok(());
    }
    out.extend_from_slice(&(range.len() as u32).to_be_bytes());
    out.extend_from_slice(&i32::from(!list.is_vector).to_be_bytes());
    for index in range {
        list.element.write(index, Format::Binary, zone, out)?;
    }
    Ok(())
}

/// Quotes what could be read as something else.
fn write_element(element: &[u8], out: &mut Vec<u8>) {
    let special = |&byte: &u8| matches!(byte, b'{' | b'}' | b',' | b'"' | b'\\' | b' ' | b'\t'..=b'\r');
    if !element.is_empty() && !element.iter().any(|byte| special(byte)) && !element.eq_ignore_ascii_case(b"NULL") {
        out.extend_from_slice(element);
        return;
    }
    out.push(b'"');
    for &byte in element {
        if matches!(byte, b'"' | b'\\') {
            out.push(b'\\');
        }
        out.push(byte);
    }
    out.push(b'"');
}

#[cfg(test)]
mod tests {
    use arrow::array::{Array, FixedSizeListArray, Int32Array, LargeListArray, ListArray, StringArray};
    use arrow::buffer::OffsetBuffer;
    use arrow::datatypes::{DataType, Field, Int32Type};

    use super::super::tests::{binary, text};

    #[test]
    fn arrays_look_as_in_postgresql() {
        let numbers = ListArray::from_iter_primitive::<Int32Type, _, _>([Some([Some(1), None, Some(-3)])]);
        assert_eq!(text(&numbers), "{1,NULL,-3}");
        let empty = LargeListArray::from_iter_primitive::<Int32Type, _, _>([Some([None; 0])]);
        assert_eq!(text(&empty), "{}");
        let words = StringArray::from(vec!["a", "", "null", "b c", "d\"e\\f", "{", "x,y", "ä"]);
        let length = words.len();
        let list = ListArray::new(
            Field::new_list_field(DataType::Utf8, true).into(),
            OffsetBuffer::from_lengths([length]),
            std::sync::Arc::new(words),
            None,
        );
        assert_eq!(text(&list), r#"{a,"","null","b c","d\"e\\f","{","x,y",ä}"#);
    }

    #[test]
    fn a_slice_shows_its_own_elements() {
        let field = Field::new_list_field(DataType::Int32, true).into();
        let values = Int32Array::from(vec![1, 2, 3, 4]);
        let list = FixedSizeListArray::new(field, 2, std::sync::Arc::new(values), None);
        assert_eq!(text(&list.slice(1, 1)), "{3,4}");
    }

    #[test]
    fn the_binary_form_is_that_of_array_send() {
        let numbers = ListArray::from_iter_primitive::<Int32Type, _, _>([Some([Some(7), None])]);
        let expected: [i32; 8] = [1, 1, 23, 2, 1, 4, 7, -1];
        assert_eq!(binary(&numbers), expected.map(i32::to_be_bytes).concat());
        let empty = ListArray::from_iter_primitive::<Int32Type, _, _>([Some([None; 0])]);
        assert_eq!(binary(&empty), [0_i32, 0, 23].map(i32::to_be_bytes).concat());
    }
}
