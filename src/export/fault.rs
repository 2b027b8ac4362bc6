use std::fmt;
use std::io;

/// Why an export did not come to be.
#[derive(Debug)]
pub enum ExportFault {
    /// What the system says.
    Io(io::Error),
    /// It was interrupted.
    Interrupted,
    /// A format has room for so many interviews only.
    TooMany {
        /// The most it has room for.
        limit: usize,
    },
    /// What is kept could not be read: the store's own words, to be told as they are.
    Store(String),
}

impl From<io::Error> for ExportFault {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

impl fmt::Display for ExportFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Io(error) => error.fmt(f),
            Self::Interrupted => f.write_str("interrupted"),
            Self::TooMany { limit } => write!(f, "> {limit}"),
            Self::Store(text) => f.write_str(text),
        }
    }
}

impl std::error::Error for ExportFault {}
