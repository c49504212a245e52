//! The rules of the house hold.

use bellwether_tests::tidy;

#[test]
fn no_crate_imports_upwards_or_sideways() {
    assert_eq!(tidy::wrong_edges(), Vec::<String>::new());
}

#[test]
fn every_source_file_has_a_name_that_says_something() {
    assert_eq!(tidy::empty_names(), Vec::<std::path::PathBuf>::new());
}

#[test]
fn every_source_file_opens_with_a_sentence_about_itself() {
    assert_eq!(tidy::nameless_modules(), Vec::<std::path::PathBuf>::new());
}

#[test]
fn every_specification_opens_with_its_claim() {
    assert_eq!(tidy::claimless_specifications(), Vec::<std::path::PathBuf>::new());
}

#[test]
fn every_model_says_what_it_is_and_serves_the_plan() {
    assert_eq!(tidy::wrong_models(), Vec::<String>::new());
}
