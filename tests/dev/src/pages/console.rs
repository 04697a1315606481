//! `/graphiql`, where there is one: a question is asked with the keyboard, the schema is read.

use anyhow::{Result, ensure};
use serde_json::json;

use super::{Page, look};

/// Uses the console, logged in as the page before it.
pub fn visit(page: &Page) -> Result<usize> {
    let url = format!("{}/graphiql", page.url);
    let there = format!("return fetch({}).then((answer) => answer.ok)", json!(url));
    if page.browser.script(&there)? != json!(true) {
        return Ok(0);
    }
    page.browser.noticed()?;
    page.browser.open(&url)?;
    page.browser.until("the console", "return !!document.getElementById('run')")?;
    let mut views = look::at(page, "console")?;
    look::quiet(page, "console before anybody logs in")?;
    if let Some(proof) = &page.proof {
        let headers = json!(json!({"Authorization": proof}).to_string());
        page.browser.script(&format!("document.getElementById('headers').value = {headers}"))?;
    }
    page.browser.script("document.getElementById('query').focus()")?;
    page.browser.chord(&['\u{e009}', '\u{e007}'])?;
    let answer = "const said = document.getElementById('answer').textContent; \
                  return said.includes('}') && said";
    let said = page.browser.until("an answer", answer)?;
    ensure!(said.as_str().is_some_and(|said| said.contains("\"taskStats\"")), "it says {said}");
    page.browser
        .until("the schema", "return document.querySelectorAll('#schema details').length > 5")?;
    page.browser.script(
        "document.getElementById('search').value = 'createTask'; \
                         document.getElementById('search').dispatchEvent(new Event('input'))",
    )?;
    let shown = "return [...document.querySelectorAll('#schema details')].filter((it) => !it.hidden).length";
    let shown = page.browser.script(shown)?;
    ensure!(
        shown.as_u64().is_some_and(|shown| (1..5).contains(&shown)),
        "the search shows {shown}"
    );
    views += look::at(page, "console-used")?;
    look::quiet(page, "console")?;
    Ok(views)
}
