//! A request as a line to type: curl where there is a shell, PowerShell on Windows.

use crate::check::Ask;

/// The line for this system, to a backend at `base`.
pub fn line(ask: &Ask, base: &str) -> String {
    if cfg!(windows) { powershell(ask, base) } else { curl(ask, base) }
}

fn curl(ask: &Ask, base: &str) -> String {
    let mut line = "curl -i".to_string();
    let implied = ask.method == "POST" && ask.body.is_some();
    if ask.method == "HEAD" {
        line.push_str(" -I");
    } else if ask.method != "GET" && !implied {
        line.push_str(&format!(" -X {}", ask.method));
    }
    line.push_str(&format!(" {}", quoted(&format!("{base}{}", ask.path))));
    for (name, value) in &ask.headers {
        line.push_str(&format!(" -H {}", quoted(&format!("{name}: {value}"))));
    }
    if let Some(body) = &ask.body {
        line.push_str(&format!(" -d {}", quoted(body)));
    }
    line
}

fn powershell(ask: &Ask, base: &str) -> String {
    let single = |text: &str| format!("'{}'", text.replace('\'', "''"));
    let mut line = format!(
        "Invoke-WebRequest -SkipHttpErrorCheck -Method {} {}",
        ask.method,
        single(&format!("{base}{}", ask.path))
    );
    let headers = ask.headers.iter();
    let headers: Vec<String> =
        headers.map(|(name, value)| format!("{} = {}", single(name), single(value))).collect();
    if !headers.is_empty() {
        line.push_str(&format!(" -Headers @{{ {} }}", headers.join("; ")));
    }
    if let Some(body) = &ask.body {
        line.push_str(&format!(" -Body {}", single(body)));
    }
    line
}

fn quoted(text: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || ":/.-_".contains(c);
    match text.chars().all(plain) {
        true => text.to_string(),
        false => format!("'{}'", text.replace('\'', "'\\''")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_is_one_line_of_either_shell() {
        let ask = Ask {
            method: "POST".into(),
            path: "/api/v1/orders?x=1".into(),
            headers: vec![("Content-Type".into(), "application/json".into())],
            body: Some("{\"note\":\"it's\"}".into()),
        };
        let base = "http://127.0.0.1:3000";
        assert_eq!(
            curl(&ask, base),
            "curl -i 'http://127.0.0.1:3000/api/v1/orders?x=1' -H 'Content-Type: application/json' \
             -d '{\"note\":\"it'\\''s\"}'"
        );
        let line = powershell(&ask, base);
        assert!(line.contains("-Body '{\"note\":\"it''s\"}'"), "{line}");
    }
}
