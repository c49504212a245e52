//! Test data that is not part of the source: `BELLWETHER_SHARED`, or `../shared` beside the clone.

use std::path::{Path, PathBuf};

/// The file under the shared folder; without it a printed reason, so that nothing is skipped in silence.
pub fn file(name: &str) -> Option<PathBuf> {
    let folder = std::env::var_os("BELLWETHER_SHARED").map_or_else(|| workspace().join("../shared"), PathBuf::from);
    let path = folder.join(name);
    if path.exists() {
        return Some(path);
    }
    println!("SKIP {name}: not under {}; BELLWETHER_SHARED names the folder", folder.display());
    None
}

/// The root of the workspace.
pub fn workspace() -> PathBuf {
    let tests = Path::new(env!("CARGO_MANIFEST_DIR"));
    tests.parent().expect("the tests are a folder of the workspace").into()
}
