//! Lists the files of `sql/`, so that the program carries them.

use std::env;
use std::fmt::Write;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

fn main() -> io::Result<()> {
    let folder = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").ok_or_else(missing)?).join("../../sql");
    println!("cargo::rerun-if-changed={}", folder.display());
    let mut list = String::from("[\n");
    for area in entries(&folder)?.into_iter().filter(|path| path.is_dir()) {
        let schema = name(&area);
        for file in entries(&area)?.into_iter().filter(|path| path.extension().is_some_and(|known| known == "sql")) {
            let path = fs::canonicalize(&file)?;
            // Writing to a String cannot fail.
            let _ = writeln!(list, "    (\"{schema}/{}\", include_str!({path:?})),", name(&file));
        }
    }
    list.push(']');
    fs::write(PathBuf::from(env::var_os("OUT_DIR").ok_or_else(missing)?).join("models.rs"), list)
}

fn entries(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut paths = fs::read_dir(folder)?.map(|entry| Ok(entry?.path())).collect::<io::Result<Vec<_>>>()?;
    paths.sort();
    Ok(paths)
}

fn name(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

fn missing() -> io::Error {
    io::Error::other("cargo sets CARGO_MANIFEST_DIR and OUT_DIR")
}
