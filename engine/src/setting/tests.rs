//! What settings promise: forms, limits, and what a client is told.

use std::time::Duration;

use super::known::KNOWN;
use super::*;

fn settings() -> Settings {
    let principal = Principal { name: "ana".into(), superuser: false };
    Settings::new(&principal, 300_000)
}

#[test]
fn the_table_is_in_order_and_every_default_is_a_value_of_its_kind() {
    for pair in KNOWN.windows(2) {
        assert!(pair[0].name.to_lowercase() < pair[1].name.to_lowercase(), "{}", pair[1].name);
    }
    for known in KNOWN {
        assert_eq!(known.kind.check(known.name, known.default).unwrap(), known.default, "{}", known.name);
        assert!(known.meaning.ends_with('.'), "{}", known.name);
    }
}

#[test]
fn names_are_compared_without_regard_to_case() {
    let mut settings = settings();
    settings.set("TIMEZONE", "europe/paris").unwrap();
    assert_eq!(settings.get("timezone"), Some("Europe/Paris"));
    assert_eq!(settings.get("TimeZone"), Some("Europe/Paris"));
    assert_eq!(settings.time_zone(), "Europe/Paris");
}

#[test]
fn a_reported_setting_is_reported_when_it_changes() {
    let mut settings = settings();
    let reported = Some(("application_name".to_owned(), "psql".to_owned()));
    assert_eq!(settings.set("Application_Name", "psql").unwrap(), reported);
    assert_eq!(settings.set("application_name", "psql").unwrap(), None);
    assert_eq!(settings.set("extra_float_digits", "3").unwrap(), None);
    assert_eq!(settings.reset("application_name").unwrap(), Some(("application_name".to_owned(), String::new())));
}

#[test]
fn a_new_session_reports_what_drivers_insist_on() {
    let reported = settings().reported();
    for (name, value) in [
        ("server_version", "16.4"),
        ("server_encoding", "UTF8"),
        ("client_encoding", "UTF8"),
        ("DateStyle", "ISO, MDY"),
        ("TimeZone", "UTC"),
        ("integer_datetimes", "on"),
        ("standard_conforming_strings", "on"),
        ("IntervalStyle", "postgres"),
        ("is_superuser", "off"),
        ("session_authorization", "ana"),
        ("application_name", ""),
        ("default_transaction_read_only", "off"),
        ("in_hot_standby", "off"),
    ] {
        assert!(reported.contains(&(name.to_owned(), value.to_owned())), "{name}");
    }
}

#[test]
fn the_announced_version_and_its_number_agree() {
    let settings = settings();
    let (major, minor) = settings.get("server_version").unwrap().split_once('.').unwrap();
    let number = major.parse::<u32>().unwrap() * 10_000 + minor.parse::<u32>().unwrap();
    assert_eq!(settings.get("server_version_num"), Some(number.to_string().as_str()));
}

#[test]
fn a_statement_timeout_stays_within_the_servers() {
    let mut settings = settings();
    assert_eq!(settings.get("statement_timeout"), Some("5min"));
    for (value, shown) in [("5s", "5s"), ("250", "250ms"), ("1min", "1min"), ("10min", "5min"), ("0", "5min")] {
        settings.set("statement_timeout", value).unwrap();
        assert_eq!(settings.get("statement_timeout"), Some(shown));
    }
    assert_eq!(settings.statement_timeout(), Some(Duration::from_secs(300)));
    assert!(settings.set("statement_timeout", "-1").is_err());
}

#[test]
fn a_server_without_a_timeout_takes_any() {
    let mut settings = Settings::new(&Principal::owner(), 0);
    assert_eq!(settings.statement_timeout(), None);
    settings.set("statement_timeout", "1d").unwrap();
    assert_eq!(settings.statement_timeout(), Some(Duration::from_secs(86_400)));
    settings.set("statement_timeout", "0").unwrap();
    assert_eq!(settings.statement_timeout(), None);
}

#[test]
fn the_engines_own_options_are_out_of_reach() {
    let mut settings = settings();
    for name in ["datafusion.runtime.memory_limit", "DataFusion.Execution.batch_size", "datafusion.x"] {
        let error = settings.set(name, "100G").unwrap_err();
        assert_eq!(error.kind(), ErrorKind::PermissionDenied);
        assert_eq!(settings.get(name), None);
    }
}

#[test]
fn a_name_that_is_not_known_is_refused_unless_it_is_dotted() {
    let mut settings = settings();
    let error = settings.set("no_such", "1").unwrap_err();
    assert_eq!(error.kind(), ErrorKind::UndefinedObject);
    assert_eq!(error.message(), "unrecognized configuration parameter \"no_such\"");
    for name in ["bellwether.other", "a.", ".a", "a..b", "a b.c", "", "1a.b"] {
        assert_eq!(settings.set(name, "1").unwrap_err().kind(), ErrorKind::UndefinedObject, "{name}");
    }
    settings.set("MyApp.User", "ana").unwrap();
    assert_eq!(settings.get("myapp.user"), Some("ana"));
    assert!(settings.iter().any(|setting| setting.name == "myapp.user" && setting.value == "ana"));
    settings.reset("myapp.user").unwrap();
    assert_eq!(settings.get("myapp.user"), None);
}

#[test]
fn names_of_ones_own_are_few_and_short() {
    let mut settings = settings();
    for number in 0..64 {
        settings.set(&format!("app.n{number}"), &"x".repeat(1024)).unwrap();
    }
    settings.set("app.n0", "again").unwrap();
    assert_eq!(settings.set("app.n64", "").unwrap_err().kind(), ErrorKind::LimitExceeded);
    assert_eq!(settings.set("app.n0", &"x".repeat(1025)).unwrap_err().kind(), ErrorKind::LimitExceeded);
    settings.reset("app.n0").unwrap();
    settings.set("app.n64", "").unwrap();
    let long = format!("app.{}", "n".repeat(200));
    assert_eq!(settings.set(&long, "").unwrap_err().kind(), ErrorKind::LimitExceeded);
}

#[test]
fn what_is_fixed_stays() {
    let mut settings = settings();
    assert!(settings.set("server_version", "17.0").is_err());
    assert!(settings.reset("server_version").is_err());
    assert_eq!(settings.get("server_version"), Some("16.4"));
}

#[test]
fn a_session_acts_as_its_own_user_only() {
    let mut settings = settings();
    settings.set("role", "none").unwrap();
    settings.set("role", "ana").unwrap();
    settings.set("session_authorization", "ana").unwrap();
    assert_eq!(settings.set("role", "bob").unwrap_err().kind(), ErrorKind::PermissionDenied);
    assert_eq!(settings.set("session_authorization", "none").unwrap_err().kind(), ErrorKind::PermissionDenied);
}

#[test]
fn values_are_checked_and_brought_into_their_usual_form() {
    let mut settings = settings();
    for (name, value, shown) in [
        ("jit", "FALSE", "off"),
        ("jit", "y", "on"),
        ("client_encoding", "utf-8", "UTF8"),
        ("standard_conforming_strings", "1", "on"),
        ("client_min_messages", "WARNING", "warning"),
        ("transaction_isolation", "Read Committed", "read committed"),
        ("application_name", "caf\u{e9}\n", "caf??"),
        ("bellwether.batch", "007", "7"),
        ("bellwether.batch", "", ""),
    ] {
        settings.set(name, value).unwrap();
        assert_eq!(settings.get(name), Some(shown), "{name}");
    }
    for (name, value) in [
        ("jit", "maybe"),
        ("jit", ""),
        ("client_encoding", "LATIN1"),
        ("standard_conforming_strings", "off"),
        ("extra_float_digits", "4"),
        ("extra_float_digits", "9223372036854775808"),
        ("bytea_output", "escape"),
        ("bellwether.batch", "-1"),
        ("bellwether.batch", "one"),
    ] {
        assert!(settings.set(name, value).is_err(), "{name} = {value}");
    }
}

#[test]
fn a_local_value_ends_with_its_transaction() {
    let mut settings = settings();
    settings.set("TimeZone", "Asia/Tokyo").unwrap();
    settings.set_local("TimeZone", "UTC").unwrap();
    settings.set_local("TimeZone", "Europe/Paris").unwrap();
    assert_eq!(settings.get("TimeZone"), Some("Europe/Paris"));
    assert_eq!(settings.commit(), [("TimeZone".to_owned(), "Asia/Tokyo".to_owned())]);
    assert_eq!(settings.get("TimeZone"), Some("Asia/Tokyo"));
    assert!(settings.commit().is_empty());
}

#[test]
fn a_value_set_after_a_local_one_stays() {
    let mut settings = settings();
    settings.set_local("TimeZone", "UTC").unwrap();
    settings.set("TimeZone", "Asia/Tokyo").unwrap();
    settings.commit();
    assert_eq!(settings.get("TimeZone"), Some("Asia/Tokyo"));
}

#[test]
fn a_transaction_that_is_rolled_back_leaves_no_setting_behind() {
    let mut settings = settings();
    settings.set("search_path", "sales").unwrap();
    let snapshot = settings.snapshot();
    settings.set("search_path", "other").unwrap();
    settings.set_local("TimeZone", "Asia/Tokyo").unwrap();
    let reported = settings.restore(snapshot);
    assert_eq!(reported, [("search_path".to_owned(), "sales".to_owned()), ("TimeZone".to_owned(), "UTC".to_owned())]);
    assert!(settings.commit().is_empty());
    assert_eq!(settings.get("search_path"), Some("sales"));
}

#[test]
fn reset_goes_back_to_the_start_of_the_session() {
    let mut settings = settings();
    settings.set_at_start("search_path", "sales").unwrap();
    settings.set_at_start("statement_timeout", "1min").unwrap();
    settings.set("search_path", "other").unwrap();
    settings.set("statement_timeout", "1s").unwrap();
    assert_eq!(settings.reset_all(), [("search_path".to_owned(), "sales".to_owned())]);
    assert_eq!(settings.get("statement_timeout"), Some("1min"));
    let search_path = settings.iter().find(|setting| setting.name == "search_path").unwrap();
    assert_eq!((search_path.value, search_path.default, search_path.kind), ("sales", "sales", "string"));
}
