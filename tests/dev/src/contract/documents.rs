//! The documents and their pages; what production closes.

use anyhow::{Result, ensure};
use serde_json::json;

use super::config::PRODUCTION;
use super::kind::Kind;
use super::world::World;

super::cases! {
    Kind::any: the_document_is_openapi_3_1_and_lists_what_is_answered,
        the_document_names_its_errors,
        the_docs_page_loads_nothing_from_outside,
        production_closes_the_documents,
        production_opens_the_documents_when_it_is_told,
        docs_can_be_closed_in_development;
    Kind::graphql: graphiql_loads_nothing_from_outside,
        production_closes_graphiql;
}

fn the_document_is_openapi_3_1_and_lists_what_is_answered(w: &World) -> Result<()> {
    let answer = w
        .nobody()
        .unrecorded()
        .get("/openapi.json")?
        .is(200)?
        .says("content-type", "application/json")?;
    ensure!(answer.word("/openapi")?.starts_with("3.1"), "it is not OpenAPI 3.1");
    let paths = answer.at("/paths").as_object().cloned().unwrap_or_default();
    let mut got: Vec<&str> =
        paths.keys().map(String::as_str).filter(|path| *path != "/openapi.json").collect();
    let mut wanted = vec!["/livez", "/readyz"];
    if w.kind.users() {
        wanted.extend([
            "/auth/delete",
            "/auth/login",
            "/auth/logout",
            "/auth/me",
            "/auth/password",
            "/auth/register",
            "/auth/sessions",
            "/auth/sessions/{id}",
        ]);
    }
    if w.kind.jwt() {
        wanted.push("/auth/refresh");
    }
    if w.kind.rest() {
        wanted.extend(["/api/v1/tasks", "/api/v1/tasks/stats", "/api/v1/tasks/{id}"]);
    }
    wanted.sort_unstable();
    got.sort_unstable();
    ensure!(got == wanted, "paths {got:?}, not {wanted:?}");
    Ok(())
}

fn the_document_names_its_errors(w: &World) -> Result<()> {
    let answer = w.nobody().unrecorded().get("/openapi.json")?.is(200)?;
    let paths = answer.at("/paths").as_object().cloned().unwrap_or_default();
    for (path, item) in &paths {
        for (method, operation) in
            item.as_object().into_iter().flatten().filter(|(method, _)| *method != "parameters")
        {
            let responses = operation["responses"].as_object().cloned().unwrap_or_default();
            let good = responses.keys().any(|status| status.starts_with('2'));
            ensure!(good, "{method} {path} has no good answer");
            for (status, response) in
                responses.iter().filter(|(status, _)| status.starts_with(['4', '5']))
            {
                let problem = response.pointer("/content/application~1problem+json").is_some()
                    || response.get("$ref").is_some();
                ensure!(problem, "{method} {path} {status} is no problem document");
            }
        }
    }
    Ok(())
}

/// No address of another server in what a page loads, and all of it is here.
fn stays_at_home(w: &World, path: &str) -> Result<()> {
    let nobody = w.nobody();
    let page = nobody.get(path)?.is(200)?;
    ensure!(
        page.header("content-type").is_some_and(|kind| kind.starts_with("text/html")),
        "{}",
        page.but("HTML")
    );
    let policy = page.header("content-security-policy").unwrap_or_default();
    let closed = policy.contains("default-src 'none'")
        && !policy.contains("http")
        && !policy.contains("unsafe")
        && !policy.contains('*');
    ensure!(closed, "{}", page.but("a policy of its own that stays at home"));
    let text = page.text();
    for attribute in ["src=\"", "href=\""] {
        for target in text.split(attribute).skip(1).filter_map(|rest| rest.split('"').next()) {
            if target.starts_with('/') && !target.starts_with("//") {
                let file = nobody.get(target)?.is(200)?;
                ensure!(!file.text().contains("//cdn"), "`{target}` loads from elsewhere");
            } else {
                ensure!(
                    target.starts_with("data:") || target.starts_with('#'),
                    "it loads `{target}`"
                );
            }
        }
    }
    Ok(())
}

fn the_docs_page_loads_nothing_from_outside(w: &World) -> Result<()> {
    stays_at_home(w, "/docs")
}

fn graphiql_loads_nothing_from_outside(w: &World) -> Result<()> {
    stays_at_home(w, "/graphiql")
}

fn production_closes_the_documents(w: &World) -> Result<()> {
    let server = w.server(&PRODUCTION)?;
    for path in ["/docs", "/openapi.json", "/metrics", "/graphiql", "/docs/page.js"] {
        w.nobody_at(&server).get(path)?.problem(404, "not_found")?;
    }
    Ok(())
}

fn production_opens_the_documents_when_it_is_told(w: &World) -> Result<()> {
    let server = w.server(&[&PRODUCTION[..], &[("DOCS_ENABLED", "true")]].concat())?;
    let nobody = w.nobody_at(&server).unrecorded();
    nobody.get("/docs")?.is(200)?;
    nobody.get("/openapi.json")?.is(200)?;
    if w.kind.graphql() {
        nobody.get("/graphiql")?.is(200)?;
        let client = if w.kind.users() { w.user_at(&server)? } else { nobody };
        let answer =
            w.graphql(&client, "{ __schema { queryType { name } } }", json!({}))?.is(200)?;
        answer.has("/data/__schema/queryType/name", "Query")?;
    }
    Ok(())
}

fn docs_can_be_closed_in_development(w: &World) -> Result<()> {
    let server = w.server(&[("DOCS_ENABLED", "false")])?;
    for path in ["/docs", "/openapi.json", "/graphiql"] {
        w.nobody_at(&server).get(path)?.problem(404, "not_found")?;
    }
    Ok(())
}

fn production_closes_graphiql(w: &World) -> Result<()> {
    let server = w.server(&PRODUCTION)?;
    w.nobody_at(&server).with("Accept", "text/html").get("/graphiql")?.problem(404, "not_found")?;
    Ok(())
}
