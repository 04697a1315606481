//! A check as one page for a projector: what was sent, when, and what came back, rule by rule.

use std::time::Duration;

/// One step of a check.
pub struct Moment {
    /// Of which rule.
    pub rule: String,
    /// From the beginning of the first step to the end of this one.
    pub until: Duration,
    /// How long the longest answer took; nothing when the step was no request.
    pub took: Option<Duration>,
    pub sent: String,
    /// What came back, line by line.
    pub seen: Vec<String>,
    /// What the database was asked meanwhile.
    pub statements: Option<u64>,
}

/// A rule and what became of it: `holds`, `fails`, or why it was not checked.
pub struct Outcome {
    pub id: String,
    pub subgoal: String,
    pub verdict: String,
}

/// The page. It needs nothing besides itself.
pub fn page(title: &str, seed: &str, rules: &[Outcome], moments: &[Moment]) -> String {
    let total = moments.iter().map(|it| it.until).max().unwrap_or_default();
    let mut body = String::new();
    for rule in rules {
        let own: Vec<&Moment> = moments.iter().filter(|it| it.rule == rule.id).collect();
        let (id, subgoal) = (escape(&rule.id), escape(&rule.subgoal));
        let verdict = escape(&rule.verdict);
        body.push_str(&format!(
            "<section><h2>{id} <small>{verdict}</small></h2>\n<p>{subgoal}</p>\n<ol>\n"
        ));
        body.extend(own.into_iter().map(|moment| row(moment, total)));
        body.push_str("</ol></section>\n");
    }
    let title = escape(title);
    let (count, millis) = (moments.len(), total.as_millis());
    format!(
        "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width\"><title>{title}</title>\
         <style>{STYLE}</style></head>\n<body><h1>{title}</h1>\n\
         <p>{count} steps in {millis} ms; the same values again: <code>--seed {seed}</code></p>\n\
         {body}</body></html>\n",
        seed = escape(seed)
    )
}

fn row(moment: &Moment, total: Duration) -> String {
    let share = |part: Duration| 100.0 * part.as_secs_f64() / total.as_secs_f64().max(0.001);
    let took = moment.took.unwrap_or_default();
    let (from, width) = (share(moment.until.saturating_sub(took)), share(took));
    let mut facts = vec![format!("at {} ms", moment.until.as_millis())];
    facts.extend(moment.took.map(|took| format!("took {} ms", took.as_millis())));
    facts.extend(moment.statements.map(|count| format!("{count} statements")));
    let seen: Vec<String> = moment.seen.iter().map(|line| escape(line.trim())).collect();
    format!(
        "<li><div class=\"line\"><i style=\"margin-left:{from:.2}%;width:{width:.2}%\"></i></div>\
         <pre>{}</pre><p class=\"facts\">{}</p><pre class=\"seen\">{}</pre></li>\n",
        escape(&moment.sent),
        facts.join(", "),
        seen.join("\n")
    )
}

fn escape(text: &str) -> String {
    let text = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    text.replace('"', "&quot;")
}

const STYLE: &str = "\
:root{color-scheme:light dark;font:112.5%/1.5 system-ui,sans-serif}\
body{max-width:70rem;margin:2rem auto;padding:0 1rem}\
h2{margin:2.5rem 0 0}small{font-weight:normal}\
ol{list-style:none;padding:0}li{margin:1rem 0;padding:.5rem 0;border-top:1px solid #8888}\
pre{white-space:pre-wrap;overflow-wrap:anywhere;margin:.25rem 0}.seen{padding-left:1.5rem}\
.facts{margin:0;opacity:.8}\
.line{height:.6rem;background:#8883}.line i{display:block;height:100%;min-width:3px;background:#2a7ab8}";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_shows_every_step_and_runs_nothing() {
        let moment = |rule: &str, until, sent: &str| Moment {
            rule: rule.to_string(),
            until: Duration::from_millis(until),
            took: Some(Duration::from_millis(10)),
            sent: sent.to_string(),
            seen: vec!["HTTP 200 <b>".to_string()],
            statements: Some(2),
        };
        let rules = ["W0.real", "W0.missing"].map(|id| Outcome {
            id: id.to_string(),
            subgoal: "a & b".to_string(),
            verdict: "holds".to_string(),
        });
        let moments = [moment("W0.real", 20, "curl <x>"), moment("W0.missing", 40, "curl y")];
        let page = page("W0", "ab12", &rules, &moments);
        assert_eq!(page.matches("<li>").count(), 2);
        assert!(page.contains("curl &lt;x&gt;") && page.contains("HTTP 200 &lt;b&gt;"), "{page}");
        assert!(page.contains("margin-left:25.00%;width:25.00%"), "{page}");
        assert!(page.contains("2 statements") && page.contains("--seed ab12"), "{page}");
        assert!(!page.contains("<script") && !page.contains("http://"), "{page}");
    }
}
