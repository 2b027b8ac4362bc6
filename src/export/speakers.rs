use crate::text::{Catalogue, CatalogueError, ExportWords, LANGUAGES, Language, Tag};

/// The interface's words for an export, in every language it speaks.
#[derive(Clone, Debug)]
pub struct Speakers {
    known: Vec<(&'static str, ExportWords)>,
    first: ExportWords,
}

impl Speakers {
    /// The words, those of `first` where a questionnaire is in a language the interface does not speak.
    ///
    /// # Errors
    /// [`CatalogueError`] where a catalogue is not sound.
    pub fn new(first: Language) -> Result<Self, CatalogueError> {
        let of = |language: Language| Ok((language.tag(), Catalogue::of(language)?.export));
        let known = LANGUAGES.into_iter().map(of).collect::<Result<Vec<_>, CatalogueError>>()?;
        Ok(Self { known, first: Catalogue::of(first)?.export })
    }

    /// The words in a language.
    #[must_use]
    pub fn words(&self, tag: &Tag) -> &ExportWords {
        self.known.iter().find(|(known, _)| *known == tag.as_str()).map_or(&self.first, |(_, words)| words)
    }
}
