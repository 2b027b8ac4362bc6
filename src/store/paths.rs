use std::env;
use std::path::{Path, PathBuf};

use directories::{ProjectDirs, UserDirs};

use super::StoreError;

/// The variable that names one folder for everything.
const HOME: &str = "KOHESI_HOME";

/// Where things are kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Paths {
    /// Folder of the store.
    pub home: PathBuf,
    /// The settings file.
    pub settings: PathBuf,
    /// The log file.
    pub log: PathBuf,
    /// True where one folder was named for everything, and not the system's usual ones.
    pub overridden: bool,
}

impl Paths {
    /// The folder `KOHESI_HOME` names, else the system's usual ones. On Windows the store stays on this machine: a
    /// roaming profile is copied to a server.
    ///
    /// # Errors
    /// [`StoreError::NoHome`] where neither is to be had.
    pub fn find() -> Result<Self, StoreError> {
        if let Some(home) = env::var_os(HOME).filter(|home| !home.is_empty()) {
            return Ok(Self::at(Path::new(&home)));
        }
        let folders = ProjectDirs::from("", "", "kohesi").ok_or(StoreError::NoHome)?;
        Ok(Self {
            home: folders.data_local_dir().to_owned(),
            settings: folders.config_dir().join("settings.toml"),
            log: folders.state_dir().unwrap_or_else(|| folders.data_local_dir()).join("kohesi.log"),
            overridden: false,
        })
    }

    /// Everything in one folder.
    #[must_use]
    pub fn at(home: &Path) -> Self {
        let home = std::path::absolute(home).unwrap_or_else(|_| home.to_owned());
        Self { settings: home.join("settings.toml"), log: home.join("kohesi.log"), home, overridden: true }
    }

    /// The database file.
    #[must_use]
    pub fn database(&self) -> PathBuf {
        self.home.join("kohesi.db")
    }

    /// The folder of one's own questionnaires.
    #[must_use]
    pub fn library(&self) -> PathBuf {
        self.home.join("questionnaires")
    }

    /// The same settings and log, with the store in another folder.
    #[must_use]
    pub fn with_home(&self, home: &Path) -> Self {
        Self { home: Self::at(home).home, ..self.clone() }
    }

    /// The folder for what a person saves: the one for documents, or the one named for everything.
    #[must_use]
    pub fn exports(&self) -> PathBuf {
        let documents = UserDirs::new().and_then(|folders| folders.document_dir().map(Path::to_owned));
        documents.filter(|folder| !self.overridden && folder.is_dir()).unwrap_or_else(|| self.home.clone())
    }

    /// The lock file.
    #[must_use]
    pub fn lock(&self) -> PathBuf {
        self.home.join("kohesi.lock")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_folder_holds_everything() {
        let paths = Paths::at(Path::new("somewhere"));
        assert!(paths.home.is_absolute() && paths.home.ends_with("somewhere"));
        for file in [paths.database(), paths.lock(), paths.settings.clone(), paths.log.clone()] {
            assert_eq!(file.parent(), Some(paths.home.as_path()));
        }
        assert!(paths.overridden);
    }
}
