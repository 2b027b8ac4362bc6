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
    /// What the source or the desk says.
    Other(Box<dyn std::error::Error + Send + Sync>),
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
            Self::Other(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for ExportFault {}
