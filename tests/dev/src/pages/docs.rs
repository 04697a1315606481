//! `/docs`: read, opened with the keyboard, and used to make an account, log in and make a task.

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};

use super::{Page, look};

/// Uses the page as a reader does. Whoever logs in stays logged in for the pages that follow.
pub fn visit(page: &mut Page) -> Result<usize> {
    page.browser.resize(1280, 900)?;
    page.browser.open(&format!("{}/docs", page.url))?;
    page.browser
        .until("the operations", "return document.querySelectorAll('details').length > 1")?;
    let mut views = look::at(page, "docs")?;
    let person = json!({"email": "ada@example.com", "password": "correct horse battery"});
    if has(page, "post-auth-register")? {
        call(page, "post-auth-register", Some(&person), 201)?;
        let answer = call(page, "post-auth-login", Some(&person), 200)?;
        if let Some(token) = answer["access_token"].as_str() {
            let proof = format!("Bearer {token}");
            let field = page.browser.script("return document.getElementById('bearer').value")?;
            ensure!(field == proof.as_str(), "a login does not fill in its token: {field}");
            page.proof = Some(proof);
        }
        let me = call(page, "get-auth-me", None, 200)?;
        ensure!(me["email"] == person["email"], "the page is not logged in: {me}");
    }
    if has(page, "post-api-v1-tasks")? {
        let task = call(page, "post-api-v1-tasks", Some(&json!({"title": "From a page"})), 201)?;
        ensure!(task["title"] == "From a page", "no task: {task}");
    }
    call(page, "get-readyz", None, 200)?;
    views += look::at(page, "docs-used")?;
    look::quiet(page, "docs")?;
    Ok(views)
}

fn has(page: &Page, id: &str) -> Result<bool> {
    Ok(page.browser.script(&format!("return !!document.getElementById('{id}')"))? == json!(true))
}

/// Opens an operation and sends it with the keys alone: Enter on its line, Tab to its button.
fn call(page: &Page, id: &str, body: Option<&Value>, status: u16) -> Result<Value> {
    let it = format!("document.getElementById('{id}')");
    page.browser.script(&format!("{it}.querySelector('summary').focus()"))?;
    page.browser.keys("\u{e007}")?;
    let open = format!("return {it}.open");
    page.browser.until(&format!("`{id}` opens with Enter"), &open)?;
    if let Some(body) = body {
        let field = format!("{it}.querySelector('textarea')");
        let text = json!(serde_json::to_string_pretty(body)?);
        page.browser.script(&format!("{field}.value = {text}; {field}.focus()"))?;
    }
    let on_button = format!("return document.activeElement === {it}.querySelector('button')");
    for _ in 0..12 {
        if page.browser.script(&on_button)? == json!(true) {
            break;
        }
        page.browser.keys("\u{e004}")?;
    }
    ensure!(page.browser.script(&on_button)? == json!(true), "no Tab leads to `{id}`'s button");
    page.browser.keys("\u{e007}")?;
    let said = format!(
        "const said = {it}.querySelector('[aria-live]').textContent; \
                        return /^\\d/.test(said) && said"
    );
    let said = page.browser.until(&format!("an answer to `{id}`"), &said)?;
    let said = said.as_str().context("the answer is no text")?;
    ensure!(said.starts_with(&status.to_string()), "`{id}`: {said}");
    let body = said.split_once("\n\n").map_or("null", |(_, body)| body);
    Ok(serde_json::from_str(body).unwrap_or_default())
}
