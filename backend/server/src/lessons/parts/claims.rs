//! Figures of the book, to be shown beside the measured ones.

use protocol::Text;
use protocol::lesson::Claim;

use super::Reader;
use crate::lessons::Lang;
use crate::lessons::file::parts::ClaimFile;

/// A figure of the book, in both languages.
#[derive(Debug)]
pub(super) struct LoadedClaim {
    id: String,
    what: Text,
    book: f64,
    metric: String,
    why: Text,
}

impl LoadedClaim {
    pub(super) fn of(&self, lang: Lang) -> Claim {
        Claim {
            id: self.id.clone(),
            what: lang.of(&self.what),
            book: self.book,
            metric: self.metric.clone(),
            why: lang.of(&self.why),
        }
    }
}

impl Reader<'_> {
    pub(super) fn claims(&mut self, files: &[ClaimFile]) -> Vec<LoadedClaim> {
        self.ids("claim", files.iter().map(|file| &file.id));
        files.iter().filter_map(|file| self.claim(file)).collect()
    }

    fn claim(&mut self, file: &ClaimFile) -> Option<LoadedClaim> {
        let claim = LoadedClaim {
            id: file.id.get_ref().clone(),
            what: self.words(&file.what),
            book: *file.book.get_ref(),
            metric: file.metric.get_ref().clone(),
            why: self.words(&file.why),
        };
        let is_number = claim.book.is_finite();
        if !is_number {
            self.tell(&file.book, "the book's figure is a finite number");
        }
        (self.is_metric(&file.metric) && is_number).then_some(claim)
    }
}
