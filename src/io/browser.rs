//! Opens a page in the reader's browser.

use anyhow::Result;

use crate::trouble::Trouble;

/// Asks the system to open an address. It does not wait for the browser.
pub fn open(url: &str) -> Result<()> {
    open::that_detached(url).map_err(|_| {
        let trouble = Trouble::failure("no browser could be started");
        trouble.hint(format!("open this address in one: {url}")).into()
    })
}
