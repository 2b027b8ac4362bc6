use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use zeroize::Zeroizing;

use super::{StoreError, fault};

/// A small text file's content; none where there is no such file. The size is checked before anything is read.
///
/// # Errors
/// [`StoreError::TooBig`] above `limit` bytes, [`StoreError::NotText`] where it is not UTF-8, or what the system says.
pub fn read_text(path: &Path, limit: u64) -> Result<Option<String>, StoreError> {
    let Some(bytes) = read_bytes(path, limit)? else { return Ok(None) };
    String::from_utf8(bytes).map(Some).map_err(|_| StoreError::NotText { path: path.to_owned() })
}

/// The content of a small file that may hold a secret, wiped from memory when it is dropped; none where there is no such
/// file.
///
/// # Errors
/// As [`read_text`], but that it may have any bytes.
pub fn read_secret(path: &Path, limit: u64) -> Result<Option<Zeroizing<Vec<u8>>>, StoreError> {
    Ok(read_bytes(path, limit)?.map(Zeroizing::new))
}

/// Whether there is something of this name, if only a link to nothing.
#[must_use]
pub fn is_there(path: &Path) -> bool {
    path.symlink_metadata().is_ok()
}

fn read_bytes(path: &Path, limit: u64) -> Result<Option<Vec<u8>>, StoreError> {
    let said = |error: io::Error| fault::of_io(&error, path);
    let metadata = match fs::metadata(path) {
        Ok(metadata) => metadata,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(said(error)),
    };
    if !metadata.is_file() {
        // A pipe or a device would keep us waiting.
        return Err(StoreError::NotText { path: path.to_owned() });
    }
    let too_big = |size| StoreError::TooBig { path: path.to_owned(), size, limit };
    if metadata.len() > limit {
        return Err(too_big(metadata.len()));
    }
    // Long enough for all of it, so that no copy stays behind where it grew.
    let mut bytes = Vec::with_capacity(usize::try_from(metadata.len()).unwrap_or_default() + 1);
    // It may grow meanwhile.
    File::open(path).and_then(|file| file.take(limit + 1).read_to_end(&mut bytes)).map_err(said)?;
    if bytes.len() as u64 > limit {
        return Err(too_big(bytes.len() as u64));
    }
    Ok(Some(bytes))
}

/// Every TOML file of a folder that can be read, by name: its name without ending, and its text. A folder that is not
/// there has none.
#[must_use]
pub fn texts_in(folder: &Path, limit: u64) -> Vec<(String, String)> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path());
    let mut paths: Vec<PathBuf> =
        entries.filter(|path| path.extension().is_some_and(|ending| ending == "toml")).collect();
    paths.sort();
    let text = |path: &PathBuf| {
        let name = path.file_stem()?.to_str()?.to_owned();
        Some((name, read_text(path, limit).ok()??))
    };
    paths.iter().filter_map(text).collect()
}

/// Writes a whole file, or nothing: into `<name>.part` beside it, readable by this person alone, synced, renamed, and
/// the folder synced. The folder must be there. A symbolic link is followed when its file is replaced.
///
/// # Errors
/// [`StoreError::Exists`] where there is such a file and it is not to be replaced, or what the system says.
pub fn write_durably(path: &Path, bytes: &[u8], replace: bool) -> Result<(), StoreError> {
    let target = if replace { fs::canonicalize(path).unwrap_or_else(|_| path.to_owned()) } else { path.to_owned() };
    if !replace && path.symlink_metadata().is_ok() {
        return Err(StoreError::Exists { path: path.to_owned() });
    }
    let part = beside(&target, ".part");
    let written = write_part(&part, bytes).and_then(|()| {
        if replace { fs::rename(&part, &target) } else { rename_new(&part, &target) }?;
        target.parent().map_or(Ok(()), sync_folder)
    });
    written.map_err(|error| {
        // It may be gone already: a part that was renamed and whose folder would not sync.
        let _ = fs::remove_file(&part);
        fault::of_io(&error, path)
    })
}

/// The most bytes of a text that is edited.
const LARGEST_EDITED: u64 = 1 << 16;

/// Changes a text file and makes it and its folder where they are missing. What `edit` refuses leaves it as it was.
///
/// # Errors
/// What the system says; within, what `edit` says.
pub fn edit_text<E>(path: &Path, edit: impl Fn(&str) -> Result<String, E>) -> Result<Result<(), E>, StoreError> {
    let text = read_text(path, LARGEST_EDITED)?.unwrap_or_default();
    let edited = match edit(&text) {
        Ok(edited) => edited,
        Err(refused) => return Ok(Err(refused)),
    };
    path.parent().map_or(Ok(()), make_folder)?;
    write_durably(path, edited.as_bytes(), true).map(Ok)
}

/// Writes a new file of this name into a folder, or of the name with a number before its ending where there are
/// such files already. The path that was written.
///
/// # Errors
/// What the system says.
pub fn write_beside_others(folder: &Path, name: &str, bytes: &[u8]) -> Result<PathBuf, StoreError> {
    make_folder(folder)?;
    let (stem, ending) = name.rsplit_once('.').unwrap_or((name, "txt"));
    let numbered = (2..).map(|number: u64| format!("{stem}-{number}.{ending}"));
    for name in std::iter::once(name.to_owned()).chain(numbered) {
        let path = folder.join(name);
        match write_durably(&path, bytes, false) {
            Err(StoreError::Exists { .. }) => {}
            written => return written.map(|()| path),
        }
    }
    Err(StoreError::Exists { path: folder.join(name) })
}

fn write_part(part: &Path, bytes: &[u8]) -> io::Result<()> {
    // One left behind by a power cut is nobody's.
    match fs::remove_file(part) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let mut file = create_private(part)?;
    file.write_all(bytes)?;
    file.sync_all()
}

/// The path with `suffix` added to its file name.
pub(super) fn beside(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    name.into()
}

/// A new file that this person alone can read; an error where there is one of that name.
pub(super) fn create_private(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

/// Whether others on this machine may read or change a file or folder.
pub(super) fn is_open_to_others(path: &Path) -> bool {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        fs::metadata(path).is_ok_and(|file| file.permissions().mode() & 0o077 != 0)
    }
    #[cfg(not(unix))]
    {
        let _ = path;
        false
    }
}

/// Takes others' rights to a file or folder away.
pub(super) fn keep_to_oneself(path: &Path) -> io::Result<()> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = if path.is_dir() { 0o700 } else { 0o600 };
        fs::set_permissions(path, fs::Permissions::from_mode(mode))
    }
    #[cfg(not(unix))]
    {
        let _ = path;
        Ok(())
    }
}

/// Takes others' rights to the file away, where it is there and the file system knows rights.
pub(super) fn make_private(path: &Path) {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        if fs::metadata(path).is_ok_and(|file| file.permissions().mode() & 0o077 != 0) {
            let _ = fs::set_permissions(path, fs::Permissions::from_mode(0o600));
        }
    }
    #[cfg(not(unix))]
    let _ = path;
}

/// Makes a folder and those above it that are missing, for this person alone, and syncs their names. Folders that are
/// there are left as they are.
///
/// # Errors
/// What the system says.
pub fn make_folder(path: &Path) -> Result<(), StoreError> {
    let missing: Vec<&Path> = path.ancestors().take_while(|folder| !folder.exists()).collect();
    for folder in missing.into_iter().rev().filter(|folder| !folder.as_os_str().is_empty()) {
        let mut builder = fs::DirBuilder::new();
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        let made = builder.create(folder).or_else(|error| if folder.is_dir() { Ok(()) } else { Err(error) });
        let above = folder.parent().filter(|above| !above.as_os_str().is_empty()).unwrap_or(Path::new("."));
        made.and_then(|()| sync_folder(above)).map_err(|error| fault::of_io(&error, folder))?;
    }
    if path.is_dir() { Ok(()) } else { Err(fault::of_io(&io::ErrorKind::NotADirectory.into(), path)) }
}

/// Makes a file's content outlast a power cut. Windows does so for those alone who may write it.
pub(super) fn sync_file(path: &Path) -> io::Result<()> {
    OpenOptions::new().write(true).open(path)?.sync_all()
}

/// Makes the names in a folder outlast a power cut. Windows has no such call; its file systems keep a journal.
pub(super) fn sync_folder(folder: &Path) -> io::Result<()> {
    if cfg!(windows) {
        return Ok(());
    }
    let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
    match File::open(folder)?.sync_all() {
        // Some file systems keep names without being asked and know no such call.
        Err(error) if matches!(error.kind(), io::ErrorKind::InvalidInput | io::ErrorKind::Unsupported) => Ok(()),
        synced => synced,
    }
}

/// Renames, and never over a file that is there.
pub(super) fn rename_new(from: &Path, to: &Path) -> io::Result<()> {
    #[cfg(target_os = "linux")]
    {
        use rustix::fs::{CWD, RenameFlags, renameat_with};
        use rustix::io::Errno;
        match renameat_with(CWD, from, CWD, to, RenameFlags::NOREPLACE) {
            Err(Errno::INVAL | Errno::NOSYS) => {}
            renamed => return renamed.map_err(io::Error::from),
        }
    }
    if to.symlink_metadata().is_ok() {
        return Err(io::ErrorKind::AlreadyExists.into());
    }
    fs::rename(from, to)
}

/// Gives two names each other's place at one stroke, so that neither is ever missing. False where the system or the
/// file system cannot.
pub(super) fn exchange(one: &Path, other: &Path) -> io::Result<bool> {
    #[cfg(target_os = "linux")]
    {
        use rustix::fs::{CWD, RenameFlags, renameat_with};
        use rustix::io::Errno;
        match renameat_with(CWD, one, CWD, other, RenameFlags::EXCHANGE) {
            Err(Errno::INVAL | Errno::NOSYS) => Ok(false),
            exchanged => exchanged.map(|()| true).map_err(io::Error::from),
        }
    }
    #[cfg(not(target_os = "linux"))]
    {
        let _ = (one, other);
        Ok(false)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_read_within_its_limit() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("settings.toml");
        assert_eq!(read_text(&path, 10), Ok(None));
        fs::write(&path, "0123456789").unwrap();
        assert_eq!(read_text(&path, 10), Ok(Some("0123456789".to_owned())));
        assert_eq!(read_text(&path, 9), Err(StoreError::TooBig { path: path.clone(), size: 10, limit: 9 }));
        fs::write(&path, [0xff]).unwrap();
        assert_eq!(read_text(&path, 10), Err(StoreError::NotText { path }));
        assert_eq!(read_text(folder.path(), 10).unwrap_err().code(), "store.not_text");
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_file_without_end_or_size_is_not_read() {
        assert_eq!(read_text(Path::new("/dev/zero"), 10).unwrap_err().code(), "store.not_text");
        // It says it has no bytes, and has more than the limit.
        assert_eq!(read_text(Path::new("/proc/self/maps"), 10).unwrap_err().code(), "store.too_big");
    }

    #[test]
    fn a_file_is_written_whole_and_for_its_owner_alone() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("profile.md");
        write_durably(&path, b"one", false).unwrap();
        assert_eq!(write_durably(&path, b"two", false), Err(StoreError::Exists { path: path.clone() }));
        assert_eq!(fs::read(&path).unwrap(), b"one");
        fs::write(beside(&path, ".part"), "left behind by a power cut").unwrap();
        write_durably(&path, b"three", true).unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"three");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "the part is gone");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        }
    }

    #[test]
    fn a_file_beside_others_replaces_none() {
        let folder = tempfile::tempdir().unwrap();
        let names = ["a", "b", "c"].map(|text| {
            let path = write_beside_others(folder.path(), "profile.md", text.as_bytes()).unwrap();
            assert_eq!(fs::read_to_string(&path).unwrap(), text);
            path.file_name().unwrap().to_owned().into_string().unwrap()
        });
        assert_eq!(names, ["profile.md", "profile-2.md", "profile-3.md"]);
    }

    #[test]
    fn a_failed_write_leaves_nothing_behind() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("taken");
        fs::create_dir(&path).unwrap();
        fs::write(path.join("file"), "").unwrap();
        assert_eq!(write_durably(&path, b"x", true).unwrap_err().code(), "store.io");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
        assert_eq!(write_durably(&folder.path().join("no/such"), b"x", true).unwrap_err().code(), "store.io");
    }

    #[test]
    fn a_rename_never_replaces() {
        let folder = tempfile::tempdir().unwrap();
        let (from, to) = (folder.path().join("a"), folder.path().join("b"));
        fs::write(&from, "a").unwrap();
        fs::write(&to, "b").unwrap();
        assert_eq!(rename_new(&from, &to).unwrap_err().kind(), io::ErrorKind::AlreadyExists);
        assert_eq!((fs::read(&from).unwrap(), fs::read(&to).unwrap()), (b"a".to_vec(), b"b".to_vec()));
    }

    #[test]
    fn a_folder_is_made_with_those_above_it() {
        let folder = tempfile::tempdir().unwrap();
        let deep = folder.path().join("a/b");
        make_folder(&deep).unwrap();
        make_folder(&deep).unwrap();
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            for made in [&deep, &folder.path().join("a")] {
                assert_eq!(fs::metadata(made).unwrap().permissions().mode() & 0o777, 0o700);
            }
        }
        fs::write(deep.join("file"), "").unwrap();
        assert_eq!(make_folder(&deep.join("file")).unwrap_err().code(), "store.io");
        assert_eq!(make_folder(&deep.join("file/folder")).unwrap_err().code(), "store.io");
    }
}
