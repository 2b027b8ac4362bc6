use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use super::files;

/// Free bytes below which the facilitator is told: 50 MB.
pub const LITTLE_SPACE: u64 = 50_000_000;

/// How a folder is shared with other machines.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Shared {
    /// It is on another machine; the file system's name, such as `nfs`.
    Network(String),
    /// A program copies it to a server; the folder's name that says so, such as `Dropbox`.
    Cloud(String),
}

/// How the folder, or the nearest one above it that is there, is shared; none where it is this machine's own.
pub(super) fn shared(folder: &Path) -> Option<Shared> {
    let real = real(folder);
    network(&real).map(Shared::Network).or_else(|| cloud(&real).map(Shared::Cloud))
}

/// The path with the links in the part of it that is there resolved.
fn real(folder: &Path) -> PathBuf {
    for above in folder.ancestors().filter(|above| !above.as_os_str().is_empty()) {
        if let (Ok(real), Ok(rest)) = (fs::canonicalize(above), folder.strip_prefix(above)) {
            return real.join(rest);
        }
    }
    folder.to_owned()
}

/// Beginnings of the names of folders that a program copies to a server.
const CLOUDS: [&str; 17] = [
    "onedrive",
    "dropbox",
    "google drive",
    "googledrive",
    "my drive",
    "nextcloud",
    "owncloud",
    "iclouddrive",
    "icloud drive",
    "icloud~",
    "mobile documents",
    "cloudstorage",
    "box sync",
    "pcloud",
    "megasync",
    "yandex.disk",
    "proton drive",
];

fn cloud(path: &Path) -> Option<String> {
    path.components().find_map(|part| {
        let name = part.as_os_str().to_string_lossy();
        let lower = name.to_lowercase();
        let named = |cloud: &str| {
            let rest = lower.strip_prefix(cloud);
            rest.is_some_and(|rest| !rest.starts_with(char::is_alphanumeric) || cloud.ends_with('~'))
        };
        CLOUDS.into_iter().any(named).then(|| name.into_owned())
    })
}

#[cfg(target_os = "linux")]
fn network(path: &Path) -> Option<String> {
    use std::os::unix::fs::MetadataExt;
    let there = path.ancestors().find(|above| above.exists())?;
    let kind = rustix::fs::statfs(there).ok()?.f_type;
    // The kernel's magic numbers are 32 bits, sign-extended on some machines.
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "magic numbers are 32 bits")]
    let magic = kind as u32;
    if magic != FUSE {
        return NETWORKS.iter().find(|(number, _)| *number == magic).map(|(_, name)| (*name).to_owned());
    }
    let device = fs::metadata(there).ok()?.dev();
    let mounts = fs::read_to_string("/proc/self/mountinfo").ok()?;
    let device = format!("{}:{}", rustix::fs::major(device), rustix::fs::minor(device));
    mounted_as(&mounts, &device).filter(|name| is_network_in_user_space(name)).map(str::to_owned)
}

/// `statfs(2)`: file systems whose files are on another machine, or shared with one by a virtual machine.
#[cfg(target_os = "linux")]
const NETWORKS: [(u32, &str); 14] = [
    (0x6969, "nfs"),
    (0x517B, "smb"),
    (0xFF53_4D42, "cifs"),
    (0xFE53_4D42, "smb2"),
    (0x0102_1997, "9p"),
    (0x5346_414F, "afs"),
    (0x6B41_4653, "afs"),
    (0x7375_7245, "coda"),
    (0x00C3_6400, "ceph"),
    (0x564C, "ncp"),
    (0x0BD0_0BD0, "lustre"),
    (0x786F_4256, "vboxsf"),
    (0xBACB_ACBC, "vmhgfs"),
    (0x0116_1970, "gfs2"),
];

#[cfg(target_os = "linux")]
const FUSE: u32 = 0x6573_5546;

/// Type of the file system on a device, from the text of `/proc/self/mountinfo`.
#[cfg(target_os = "linux")]
fn mounted_as<'a>(mounts: &'a str, device: &str) -> Option<&'a str> {
    let line = mounts.lines().rfind(|line| line.split(' ').nth(2) == Some(device))?;
    line.split_once(" - ")?.1.split(' ').next()
}

/// Disks and sealed folders are also served from user space; those are this machine's own.
#[cfg(target_os = "linux")]
fn is_network_in_user_space(kind: &str) -> bool {
    const KINDS: [&str; 12] = [
        "sshfs",
        "rclone",
        "gvfsd-fuse",
        "davfs",
        "s3fs",
        "glusterfs",
        "ceph",
        "smbnetfs",
        "curlftpfs",
        "onedriver",
        "google-drive-ocamlfuse",
        "vmhgfs-fuse",
    ];
    kind == "virtiofs" || kind.strip_prefix("fuse.").is_some_and(|name| KINDS.contains(&name))
}

#[cfg(target_os = "macos")]
fn network(path: &Path) -> Option<String> {
    const LOCAL: u32 = 0x1000;
    let there = path.ancestors().find(|above| above.exists())?;
    let place = rustix::fs::statfs(there).ok()?;
    (place.f_flags & LOCAL == 0).then(|| "network".to_owned())
}

#[cfg(windows)]
fn network(path: &Path) -> Option<String> {
    use std::path::{Component, Prefix};
    let Some(Component::Prefix(prefix)) = path.components().next() else { return None };
    matches!(prefix.kind(), Prefix::UNC(..) | Prefix::VerbatimUNC(..)).then(|| "smb".to_owned())
}

#[cfg(not(any(target_os = "linux", target_os = "macos", windows)))]
fn network(_: &Path) -> Option<String> {
    None
}

/// Bytes this person may still write to the folder's disk, where the system says.
#[cfg(unix)]
pub(super) fn free(folder: &Path) -> Option<u64> {
    let place = rustix::fs::statvfs(folder).ok()?;
    Some(place.f_bavail.saturating_mul(place.f_frsize))
}

/// Bytes this person may still write to the folder's disk, where the system says.
#[cfg(not(unix))]
pub(super) fn free(_: &Path) -> Option<u64> {
    None
}

/// Writes and syncs a small file and takes it away again, to learn what the system has against it.
pub(super) fn try_writing(folder: &Path) -> io::Result<()> {
    let path = folder.join("kohesi.probe");
    let _ = fs::remove_file(&path);
    let written =
        files::create_private(&path).and_then(|mut file| file.write_all(&[0; 8_192]).and_then(|()| file.sync_all()));
    let removed = fs::remove_file(&path);
    written.and(removed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_that_is_copied_to_a_server_is_known_by_its_name() {
        for (path, expected) in [
            ("/home/siti/Dropbox/kohesi", Some("Dropbox")),
            ("/home/siti/Dropbox (Pribadi)", Some("Dropbox (Pribadi)")),
            ("/mnt/c/Users/siti/OneDrive - Kantor/data", Some("OneDrive - Kantor")),
            ("/Users/siti/Library/CloudStorage/x", Some("CloudStorage")),
            ("/Users/siti/Library/Mobile Documents/com~apple~CloudDocs", Some("Mobile Documents")),
            ("/home/siti/Nextcloud", Some("Nextcloud")),
            ("/home/siti/dropboxes", None),
            ("/home/siti/.local/share/kohesi", None),
            ("/media/siti/USB", None),
        ] {
            assert_eq!(cloud(Path::new(path)).as_deref(), expected, "{path}");
        }
    }

    #[cfg(unix)]
    #[test]
    fn a_link_into_a_cloud_folder_is_seen_through() {
        let folder = tempfile::tempdir().unwrap();
        let cloud = folder.path().join("Dropbox");
        fs::create_dir(&cloud).unwrap();
        let link = folder.path().join("data");
        std::os::unix::fs::symlink(&cloud, &link).unwrap();
        assert_eq!(shared(&link.join("not/there/yet")), Some(Shared::Cloud("Dropbox".to_owned())));
        assert_eq!(shared(folder.path()), None);
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_file_system_in_user_space_is_known_by_its_mount() {
        let mounts = "21 1 8:1 / / rw - ext4 /dev/sda1 rw\n\
                      40 21 0:45 / /mnt/far rw,nosuid shared:9 - fuse.sshfs siti@far: rw\n\
                      41 21 8:17 / /media/usb rw - fuseblk /dev/sdb1 rw\n";
        assert_eq!(mounted_as(mounts, "0:45"), Some("fuse.sshfs"));
        assert_eq!(mounted_as(mounts, "8:17"), Some("fuseblk"));
        assert_eq!(mounted_as(mounts, "9:9"), None);
        for (kind, expected) in
            [("fuse.sshfs", true), ("virtiofs", true), ("fuseblk", false), ("fuse.gocryptfs", false)]
        {
            assert_eq!(is_network_in_user_space(kind), expected, "{kind}");
        }
        assert_eq!(network(Path::new("/proc/self")), None);
    }

    #[cfg(unix)]
    #[test]
    fn free_space_is_known_and_a_folder_says_what_it_has_against_writing() {
        let folder = tempfile::tempdir().unwrap();
        assert!(free(folder.path()).unwrap() > 0);
        try_writing(folder.path()).unwrap();
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
        let missing = try_writing(&folder.path().join("missing")).unwrap_err();
        assert_eq!(missing.kind(), io::ErrorKind::NotFound);
    }
}
