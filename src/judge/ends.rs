//! Whether a backend started, or ended, as it should.

use serde_json::{Map, Value};

use crate::judge::{Known, Wrong, boot};
use crate::lesson::step::Step;

/// How a backend ended, or that it has not.
pub fn ended(step: &Step, code: Option<i32>) -> Result<Map<String, Value>, Wrong> {
    match (step.exits, code) {
        (Some(wanted), Some(code)) if wanted == code => Ok(Map::new()),
        (None, Some(_)) => Ok(Map::new()),
        (wanted, code) => {
            let wanted = wanted.map_or("its end".to_string(), |code| format!("exit code {code}"));
            Err(Wrong::new(wanted, code.map_or("it runs".into(), |it| format!("exit code {it}"))))
        }
    }
}

/// Where a start listens, how it ended, and what it said.
pub fn booted(
    step: &Step,
    url: Option<&str>,
    code: Option<i32>,
    said: &str,
    known: &Known,
) -> Result<Map<String, Value>, Wrong> {
    let outcome = match (url, code) {
        (Some(url), _) => format!("it listens on {url}"),
        (None, Some(code)) => format!("exit code {code}"),
        (None, None) => "it neither listens nor ends".to_string(),
    };
    let env = step.boot.as_ref().map_or(String::new(), |it| boot(it, known).to_string());
    if let Some(wanted) = step.exits
        && (url.is_some() || code != Some(wanted))
    {
        return Err(Wrong::new(format!("exit code {wanted} with {env}"), outcome));
    }
    if let Some(wanted) = &step.listens {
        let wanted = known.text(wanted).unwrap_or_default();
        if url != Some(wanted.as_str()) {
            return Err(Wrong::new(format!("listening on {wanted} with {env}"), outcome));
        }
    }
    for text in &step.says {
        let text = known.text(text).unwrap_or_default();
        if !said.contains(&text) {
            let got = said.lines().filter(|line| !line.trim().is_empty()).collect::<Vec<_>>();
            return Err(Wrong::new(
                format!("`{text}` in what it says with {env}"),
                got.join(" | "),
            ));
        }
    }
    for text in &step.lacks {
        let text = known.text(text).unwrap_or_default();
        if said.contains(&text) {
            return Err(Wrong::new(format!("nothing of `{text}` in what it says"), text));
        }
    }
    if step.exits.is_none() && step.listens.is_none() && url.is_none() {
        return Err(Wrong::new(format!("a backend that listens, with {env}"), outcome));
    }
    Ok(Map::new())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::judge::Observation;

    #[test]
    fn a_start_is_judged_by_where_it_says_it_listens() {
        let step: Step = toml::from_str(
            "boot = { env = { HOST = \"0.0.0.0\", PORT = \"<port>\" } }\n\
             listens = \"http://0.0.0.0:<port>\"",
        )
        .unwrap();
        let mut known = Known::default();
        known.learn("port", 4000);
        let at = |url: &str| {
            let seen = Observation::Booted { url: Some(url.into()), code: None, said: "".into() };
            crate::judge::judge(&step, &seen, &known)
        };
        assert!(at("http://0.0.0.0:4000").is_ok());
        let wrong = at("http://127.0.0.1:4000").unwrap_err();
        assert_eq!(wrong.expected, "listening on http://0.0.0.0:4000 with HOST=0.0.0.0, PORT=4000");
        assert_eq!(wrong.got, "it listens on http://127.0.0.1:4000");
    }
}
