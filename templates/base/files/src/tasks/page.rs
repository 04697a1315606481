//! Lists in pages: a filter, and the cursor that remembers where a page ended.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use uuid::Uuid;

use super::{Status, Task, fold};
use crate::platform::checks::{self, Broken};
use crate::platform::secret::{hex, sha256};
use crate::platform::time::Timestamp;

/// Which tasks, in which order, from where on.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    pub status: Option<Status>,
    /// A literal part of the folded title.
    pub q: Option<String>,
    pub newest_first: bool,
    /// Where the page before ended; ties of the time are broken by id.
    pub after: Option<(Timestamp, Uuid)>,
    pub limit: i64,
}

impl Filter {
    pub const DEFAULT_LIMIT: i64 = 20;
    pub const MAX_LIMIT: i64 = 100;

    /// A search text, folded as the titles are.
    pub fn search(text: &str) -> Result<String, Broken> {
        checks::text(text, 0..=200).map(|()| fold(text))
    }

    /// The opaque text that continues this list after a task.
    pub fn cursor(&self, last: &Task) -> String {
        let place = format!("{}.{}", last.created_at.micros(), last.id);
        URL_SAFE_NO_PAD.encode(format!("{place}.{}", self.mark(&place)))
    }

    /// Continues from a cursor of ours; `None` when it is broken or of another filter.
    pub fn resume(&mut self, cursor: &str) -> Option<()> {
        let bytes = URL_SAFE_NO_PAD.decode(cursor).ok()?;
        let text = String::from_utf8(bytes).ok()?;
        let (place, mark) = text.rsplit_once('.')?;
        let (micros, id) = place.split_once('.')?;
        if mark != self.mark(place) {
            return None;
        }
        self.after = Some((Timestamp::from_micros(micros.parse().ok()?), id.parse().ok()?));
        Some(())
    }

    /// Tells filters apart, and places that were meddled with; the size of a page may change.
    fn mark(&self, place: &str) -> String {
        let status = self.status.map(Status::as_str);
        let text = format!("{place}{status:?}{:?}{}", self.q, self.newest_first);
        hex(&sha256(text)[..8])
    }

    /// Asks for one more than the page holds: its presence says that there is a next page.
    pub fn with_one_more(&self) -> Self {
        Self { limit: self.limit + 1, ..self.clone() }
    }

    /// Cuts the extra row off and says whether it was there.
    pub fn cut(&self, tasks: &mut Vec<Task>) -> bool {
        let full = usize::try_from(self.limit).unwrap_or(0);
        let more = tasks.len() > full;
        tasks.truncate(full);
        more
    }
}
