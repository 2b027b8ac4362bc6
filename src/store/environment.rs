use std::env;

/// The variables that say in which language a program speaks, the strongest first (POSIX.1, section 8.2).
const MESSAGES: [&str; 3] = ["LC_ALL", "LC_MESSAGES", "LANG"];
/// The variables that say in which characters, the strongest first.
const CHARACTERS: [&str; 3] = ["LC_ALL", "LC_CTYPE", "LANG"];

/// Value of an environment variable; none where it is missing, empty or not Unicode.
#[must_use]
pub fn variable(name: &str) -> Option<String> {
    env::var(name).ok().filter(|value| !value.is_empty())
}

/// The person's locale, such as `id_ID.UTF-8` or `en-GB`, where the system says one.
#[must_use]
pub fn locale() -> Option<String> {
    first(&MESSAGES, variable).or_else(sys_locale::get_locale)
}

/// Whether the terminal's characters are UTF-8. Windows' console always takes Unicode; macOS is UTF-8 unless said
/// otherwise.
#[must_use]
pub fn utf8() -> bool {
    cfg!(windows) || says_utf8(first(&CHARACTERS, variable).as_deref())
}

fn first(names: &[&str], value: impl Fn(&str) -> Option<String>) -> Option<String> {
    names.iter().find_map(|name| value(name))
}

fn says_utf8(locale: Option<&str>) -> bool {
    locale.map_or(cfg!(target_os = "macos"), |locale| {
        let locale = locale.to_ascii_lowercase();
        locale.contains("utf-8") || locale.contains("utf8")
    })
}

/// What this computer is called; nothing where it does not say.
pub(super) fn machine_name() -> String {
    #[cfg(unix)]
    return rustix::system::uname().nodename().to_string_lossy().into_owned();
    #[cfg(not(unix))]
    return std::env::var("COMPUTERNAME").unwrap_or_default();
}

/// The folders of sticks and other disks that are plugged in.
pub(super) fn sticks() -> Vec<std::path::PathBuf> {
    use std::path::{Path, PathBuf};
    if cfg!(windows) {
        let drives = ('D'..='Z').map(|letter| PathBuf::from(format!("{letter}:\\")));
        return drives.filter(|drive| drive.is_dir()).collect();
    }
    let user = std::env::var("USER").unwrap_or_default();
    let above = if cfg!(target_os = "macos") {
        vec![PathBuf::from("/Volumes")]
    } else {
        vec![Path::new("/media").join(&user), Path::new("/run/media").join(&user), PathBuf::from("/mnt")]
    };
    let within =
        above.iter().filter(|_| !user.is_empty()).flat_map(|above| std::fs::read_dir(above).into_iter().flatten());
    let mut sticks: Vec<PathBuf> = within.flatten().map(|entry| entry.path()).filter(|path| path.is_dir()).collect();
    sticks.sort();
    sticks
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_strongest_variable_decides() {
        let both = |name: &str| match name {
            "LC_MESSAGES" => Some("en_GB".to_owned()),
            "LANG" => Some("id_ID.UTF-8".to_owned()),
            _ => None,
        };
        assert_eq!(first(&MESSAGES, both).as_deref(), Some("en_GB"));
        assert_eq!(first(&CHARACTERS, both).as_deref(), Some("id_ID.UTF-8"));
        assert_eq!(first(&MESSAGES, |_| None), None);
    }

    #[test]
    fn utf8_is_read_from_the_locale() {
        for (locale, expected) in
            [("id_ID.UTF-8", true), ("C.utf8", true), ("id_ID", false), ("C", false), ("id_ID.ISO-8859-1", false)]
        {
            assert_eq!(says_utf8(Some(locale)), expected, "{locale}");
        }
        assert_eq!(says_utf8(None), cfg!(target_os = "macos"));
    }

    #[test]
    fn a_variable_that_is_not_set_is_none() {
        assert_eq!(variable("KOHESI_NO_SUCH_VARIABLE"), None);
    }
}
