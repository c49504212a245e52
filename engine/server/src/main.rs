//! Starts the program.

use std::process::ExitCode;

/// Query engines allocate from many threads at once; mimalloc does that faster than the system's allocator.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    // Two providers of cryptography are among the dependencies: without a choice made first thing,
    // the first TLS connection would panic.
    if rustls::crypto::ring::default_provider().install_default().is_err() {
        eprintln!("error: another provider of cryptography is installed already");
        return ExitCode::FAILURE;
    }
    bellwether_server::run()
}
