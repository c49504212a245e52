//! `bellwether load`: real files come in whole, wrong rows are counted to the last one.

mod hostile;

use std::path::Path;
use std::process::Output;

use bellwether_tests::{child, shared};

/// Runs the program on the lake; gives what it printed.
fn bellwether(lake: &Path, arguments: &[&str]) -> Output {
    child::command().arg("--lake").arg(lake).args(arguments).output().expect("the program starts")
}

fn loaded(lake: &Path, arguments: &[&str]) -> String {
    let output = bellwether(lake, arguments);
    let (told, failed) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{arguments:?}: {told}{failed}");
    told.into_owned()
}

fn refused(lake: &Path, arguments: &[&str]) -> String {
    let output = bellwether(lake, arguments);
    assert!(!output.status.success(), "{arguments:?} was not refused");
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// The one row of a query, as CSV without its header.
fn answer(lake: &Path, sql: &str) -> String {
    let csv = loaded(lake, &["sql", sql, "--format", "csv"]);
    csv.lines().skip(1).collect::<Vec<_>>().join("\n")
}

#[test]
fn the_orders_of_cdnow_add_up() {
    let Some(file) = shared::file("data/clv/CDNOW_master.txt") else { return };
    let folder = tempfile::tempdir().unwrap();
    let lake = folder.path().join("lake");
    let path = file.display().to_string();
    // As the README shows it.
    let columns = "customer text, date date, quantity int, dollars decimal(18,4)";
    loaded(&lake, &["load", &path, "--into", "shop.orders", "--columns", columns]);

    // The same sums, from the characters of the file, in whole cents.
    let (mut rows, mut quantity, mut cents) = (0_i64, 0_i64, 0_i64);
    let mut customers = std::collections::BTreeSet::new();
    for line in std::fs::read_to_string(&file).unwrap().lines().skip(1) {
        let fields: Vec<&str> = line.split_whitespace().collect();
        let (whole, fraction) = fields[3].split_once('.').expect("dollars with cents");
        assert_eq!(fraction.len(), 2);
        rows += 1;
        quantity += fields[2].parse::<i64>().unwrap();
        cents += whole.parse::<i64>().unwrap() * 100 + fraction.parse::<i64>().unwrap();
        customers.insert(fields[0].to_owned());
    }
    assert_eq!((rows, customers.len()), (69_659, 23_570));
    let sql =
        "SELECT count(*), count(DISTINCT customer), sum(quantity), sum(dollars), min(date), max(date) FROM shop.orders";
    let customers = customers.len();
    let expected = format!("{rows},{customers},{quantity},{}.{:02}00,1997-01-01,1998-06-30", cents / 100, cents % 100);
    assert_eq!(answer(&lake, sql), expected);
}

#[test]
fn rows_in_are_rows_loaded_plus_rows_quarantined() {
    let folder = tempfile::tempdir().unwrap();
    let (lake, file) = (folder.path().join("lake"), folder.path().join("orders.csv"));
    let mut text = String::from("id,amount,ordered_on\n");
    let mut bad = 0;
    for row in 0..10_000 {
        match row % 100 {
            7 => text.push_str(&format!("{row},not a number,2024-01-01\n")),
            31 => text.push_str(&format!("{row},1.5,2024-02-30\n")),
            53 => text.push_str(&format!("{row},1.5\n")),
            71 => text.push_str(&format!("{row},1.5,2024-01-01,one too many\n")),
            _ => text.push_str(&format!("{row},1.50,2024-01-01\n")),
        }
        bad += i64::from(matches!(row % 100, 7 | 31 | 53 | 71));
    }
    std::fs::write(&file, text).unwrap();
    let path = file.display().to_string();
    let columns = "id bigint, amount numeric(18,2), ordered_on date";
    let load = ["load", &path, "--into", "orders", "--columns", columns];

    let told = refused(&lake, &load);
    for part in ["orders.csv", "line 9", "amount", "not a number"] {
        assert!(told.contains(part), "{part:?} is missing in: {told}");
    }
    let nothing = refused(&lake, &["sql", "SELECT count(*) FROM orders"]);
    assert!(nothing.contains("relation \"orders\" does not exist"), "{nothing}");

    loaded(&lake, &[&load[..], &["--on-bad-row", "quarantine"]].concat());
    assert_eq!(
        answer(&lake, "SELECT count(*), sum(amount) FROM orders"),
        format!("{},{}.00", 10_000 - bad, (10_000 - bad) * 3 / 2)
    );
    assert_eq!(answer(&lake, "SELECT count(*) FROM orders_quarantine"), bad.to_string());
    assert_eq!(answer(&lake, "SELECT count(*) FROM orders_quarantine WHERE reason IS NULL OR reason = ''"), "0");
}

#[test]
fn a_batch_is_loaded_once_however_often_it_is_sent() {
    let folder = tempfile::tempdir().unwrap();
    let (lake, file) = (folder.path().join("lake"), folder.path().join("rows.csv"));
    std::fs::write(&file, "id\n1\n2\n3\n").unwrap();
    let path = file.display().to_string();
    for _ in 0..3 {
        loaded(&lake, &["load", &path, "--into", "rows", "--batch", "nightly:1"]);
    }
    assert_eq!(answer(&lake, "SELECT count(*), sum(id) FROM rows"), "3,6");
    loaded(&lake, &["load", &path, "--into", "rows", "--batch", "nightly:2"]);
    assert_eq!(answer(&lake, "SELECT count(*), sum(id) FROM rows"), "6,12");
}

#[test]
fn upsert_and_replace_do_what_they_say() {
    let folder = tempfile::tempdir().unwrap();
    let lake = folder.path().join("lake");
    let file = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        path.display().to_string()
    };
    let first = file("first.csv", "id,name\n1,ada\n2,bob\n");
    let second = file("second.csv", "id,name\n2,rob\n3,eve\n");
    let names = "SELECT string_agg(name, ' ' ORDER BY id) FROM people";
    loaded(&lake, &["load", &first, "--into", "people"]);
    loaded(&lake, &["load", &second, "--into", "people", "--mode", "upsert", "--key", "id"]);
    assert_eq!(answer(&lake, names), "ada rob eve");
    loaded(&lake, &["load", &first, "--into", "people", "--mode", "replace"]);
    assert_eq!(answer(&lake, names), "ada bob");
    let twice = file("twice.csv", "id,name\n5,one\n5,two\n");
    let told = refused(&lake, &["load", &twice, "--into", "people", "--mode", "upsert", "--key", "id"]);
    assert!(told.contains("id") && told.contains('5'), "the key is not named: {told}");
    assert_eq!(answer(&lake, names), "ada bob");
}

#[test]
fn a_file_that_cannot_be_read_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let lake = folder.path().join("lake");
    let missing = refused(&lake, &["load", "no-such-file.csv", "--into", "t"]);
    assert!(missing.contains("no-such-file.csv"), "{missing}");

    let file = folder.path().join("latin.csv");
    std::fs::write(&file, b"id,name\n1,ada\n2,Zo\xeb\n").unwrap();
    let told = refused(&lake, &["load", &file.display().to_string(), "--into", "t"]);
    for part in ["latin.csv", "line 3", "UTF-8"] {
        assert!(told.contains(part), "{part:?} is missing in: {told}");
    }

    let file = folder.path().join("broken.parquet");
    std::fs::write(&file, b"PAR1 and then nothing of the kind PAR1").unwrap();
    let told = refused(&lake, &["load", &file.display().to_string(), "--into", "t"]);
    assert!(told.contains("broken.parquet"), "{told}");
}

#[test]
fn a_check_of_the_lake_finds_what_was_broken() {
    let folder = tempfile::tempdir().unwrap();
    let (lake, file) = (folder.path().join("lake"), folder.path().join("rows.csv"));
    std::fs::write(&file, "id\n1\n2\n3\n").unwrap();
    loaded(&lake, &["load", &file.display().to_string(), "--into", "rows"]);
    loaded(&lake, &["check"]);

    let backup = folder.path().join("backup").display().to_string();
    loaded(&lake, &["backup", &backup]);
    let restored = folder.path().join("restored");
    loaded(&restored, &["restore", &backup]);
    assert_eq!(answer(&restored, "SELECT sum(id) FROM rows"), "6");

    let mut folders = vec![lake.clone()];
    let mut data = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "parquet") {
                data.push(path);
            }
        }
    }
    let broken = data.iter().max().expect("the lake has data files");
    let mut bytes = std::fs::read(broken).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    std::fs::write(broken, bytes).unwrap();
    let output = bellwether(&lake, &["check"]);
    assert!(!output.status.success(), "a broken file passes the check");
    let told = format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    let name = broken.file_name().unwrap().to_string_lossy();
    assert!(told.contains(name.as_ref()), "the file is not named: {told}");
}
