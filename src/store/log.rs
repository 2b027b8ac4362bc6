use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::path::Path;

use super::{StoreError, clock, fault, files};

/// The most bytes the log file has before it is begun anew.
const LIMIT: u64 = 256 * 1024;
/// The most characters of a code or a place.
const LONGEST: usize = 120;

/// Adds a line to the log file: the time, a code, and the place in the program, such as `src/tui/app.rs:10`. What
/// could be part of an answer does not get in: everything but letters, digits and `_.:/\-` becomes `?`.
///
/// # Errors
/// What the system says.
pub fn log(file: &Path, code: &str, place: &str) -> Result<(), StoreError> {
    let ms = clock::now().unix_ms;
    let time = jiff::Timestamp::from_millisecond(ms).map_or_else(|_| ms.to_string(), |time| time.to_string());
    let line = format!("{time} {} {}\n", plain(code), plain(place));
    open(file).and_then(|mut file| file.write_all(line.as_bytes())).map_err(|error| fault::of_io(&error, file))
}

fn open(path: &Path) -> io::Result<File> {
    if let Err(error) = files::create_private(path)
        && error.kind() != io::ErrorKind::AlreadyExists
    {
        return Err(error);
    }
    let file = OpenOptions::new().append(true).open(path)?;
    if file.metadata()?.len() >= LIMIT {
        file.set_len(0)?;
    }
    Ok(file)
}

fn plain(text: &str) -> String {
    let allowed = |c: char| c.is_ascii_alphanumeric() || "_.:/\\-".contains(c);
    text.chars().take(LONGEST).map(|c| if allowed(c) { c } else { '?' }).collect()
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn a_line_has_time_code_and_place_and_nothing_else() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("kohesi.log");
        log(&path, "store.full", "src/store/write.rs:10").unwrap();
        log(&path, "panic", "Siti\nRahayu\u{1b}[31m").unwrap();
        let text = fs::read_to_string(&path).unwrap();
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(lines.len(), 2);
        assert!(lines[0].ends_with("Z store.full src/store/write.rs:10"), "{}", lines[0]);
        assert!(lines[1].ends_with("Z panic Siti?Rahayu??31m"), "{}", lines[1]);
    }

    #[test]
    fn the_log_is_begun_anew_when_it_is_full() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("kohesi.log");
        fs::write(&path, vec![b'\n'; usize::try_from(LIMIT).unwrap()]).unwrap();
        log(&path, "a", "b").unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap().lines().count(), 1);
    }
}
