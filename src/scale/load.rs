//! What a load is made of: the questions of the walk that can be asked again and again.

use crate::check::{Ask, Walk};

/// Questions of a user that change nothing, with what is known by now; else whether it is ready.
pub fn questions(walk: &Walk, ready: &str) -> Vec<Ask> {
    let harmless = walk.steps.iter().filter(|step| {
        let reads = step.send.starts_with("GET ");
        reads && step.by.as_deref() == Some("user") && step.status == 200
    });
    let asks: Vec<Ask> = harmless.filter_map(|step| walk.ask(step).ok()).collect();
    if asks.is_empty() { vec![get(ready)] } else { asks }
}

/// A question of nobody.
pub fn get(path: &str) -> Ask {
    Ask { method: "GET".into(), path: path.into(), headers: Vec::new(), body: None }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::Catalog;

    #[test]
    fn every_stack_has_something_to_ask() {
        let catalog = Catalog::bundled().unwrap();
        let given = [("scratch", "/s"), ("random", "r")];
        for stack in catalog.stacks() {
            let walk = Walk::stay(&catalog, &stack, &given).unwrap();
            let sent = || walk.steps.iter().map(|step| step.send.as_str());
            assert!(sent().all(|send| !send.starts_with("DELETE ")), "{stack}");
            assert!(!sent().any(|send| send.ends_with("/logout")), "{stack}");
            assert!(sent().next().is_some(), "{stack}");
            let asks = questions(&walk, "/readyz");
            assert!(asks.iter().all(|ask| ask.method == "GET"), "{stack}: {asks:?}");
        }
    }
}
