//! What `services status` says.

use anyhow::{Context, Result};
use serde_json::{Value, json};

use crate::commands::services::standing::Standing;
use crate::io::screen::Style;
use crate::services::greeting::Answer;
use crate::services::kept::Kept;

/// How the servers stand, for people or for programs.
pub fn status(standings: &[Standing], as_json: bool) -> Result<String> {
    if as_json {
        let value = json!({ "services": standings.iter().map(json_of).collect::<Vec<_>>() });
        return serde_json::to_string_pretty(&value).context("cannot write the status as JSON");
    }
    if standings.is_empty() {
        return Ok("this stack needs no server".to_string());
    }
    let style = Style::of_stdout();
    let mut lines = Vec::new();
    for standing in standings {
        let title = style.bold(standing.need.title);
        lines.push(format!("{title}  {}", sentence(standing)));
        if let Some(Kept::Program(program)) = &standing.kept {
            lines.push(style.dim(&format!("  data and log in `{}`", program.home.display())));
        }
    }
    if !standings.iter().all(Standing::is_well) {
        lines.extend([
            String::new(),
            "`backend-gen services up` starts what does not answer".into(),
        ]);
    }
    Ok(lines.join("\n"))
}

fn sentence(standing: &Standing) -> String {
    let place = standing.place();
    if let Some(refusal) = &standing.refusal {
        return format!("answers at {place}, and does not let us in: {refusal}");
    }
    match (standing.answer, standing.is_ours(), standing.pid) {
        (Answer::Ready, true, Some(pid)) => format!("runs here at {place}, process {pid}"),
        (Answer::Ready, true, None) => format!("runs in a container at {place}"),
        (Answer::Ready, false, _) => format!("answers at {place}; it was not started here"),
        (Answer::Busy, ..) => format!("is starting at {place}"),
        (Answer::Refused, ..) => format!("refuses to talk at {place}"),
        (Answer::Stranger, ..) => format!("is not what listens at {place}"),
        (Answer::Nobody, _, Some(pid)) => {
            format!("runs as process {pid}, nobody answers at {place}")
        }
        (Answer::Nobody, _, None) => format!("is stopped: nobody answers at {place}"),
    }
}

fn json_of(standing: &Standing) -> Value {
    let program = match &standing.kept {
        Some(Kept::Program(program)) => Some(program),
        _ => None,
    };
    json!({
        "name": standing.need.name(),
        "title": standing.need.title,
        "variable": standing.need.variable(),
        "address": standing.address.as_ref().map(ToString::to_string),
        "answers": standing.answer == Answer::Ready,
        "ready": standing.is_well(),
        "refusal": standing.refusal,
        "ours": standing.is_ours(),
        "container": matches!(standing.kept, Some(Kept::Container)),
        "pid": standing.pid,
        "home": program.map(|program| &program.home),
        "log": program.map(|program| program.log()),
    })
}
