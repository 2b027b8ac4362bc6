//! The kohesi program: arguments in, exit code out.

use std::io;
use std::process::ExitCode;

fn main() -> ExitCode {
    kohesi::cli::main(std::env::args_os(), &mut io::stdout().lock(), &mut io::stderr().lock())
}
