//! What a chapter shows besides prose: listings, transcripts, questions, diagrams.

use anyhow::{Context, Result, bail, ensure};

use super::chapter::choices;
use super::directive::Directive;
use super::quiz::Quiz;
use super::shelf::Shelf;
use super::tabs::{self, Tab};
use super::transcript::{INTERRUPT, Step};
use super::{escape, page, paint};
use crate::listing::{self, Cut, Lost};
use crate::stack::Stack;

/// A quotation of the reader's stack, with a tab for each choice that changes it.
pub fn listing(shelf: &Shelf<'_>, mut it: Directive) -> Result<String> {
    it.only(&["from", "to", "with", "tabs", "caption"])?;
    let cut = Cut {
        from: it.key("from").map(str::to_string),
        to: it.key("to").map(str::to_string),
        bare: it.take("bare"),
        signature: it.take("signature"),
    };
    let (path, items) = it.words.split_first().context("a listing of which file?")?;
    let with = choices(it.key("with").unwrap_or_default())?;
    let moved = |stack: &Stack| -> Result<Stack> {
        let mut stack = stack.clone();
        for (axis, option) in &with {
            stack = stack.with(shelf.catalog, axis, option)?;
        }
        Ok(stack)
    };
    let ask = |stack: &Stack| -> Result<Option<String>> {
        let Some(text) = shelf.text(&moved(stack)?, path)? else { return Ok(None) };
        match listing::quote(path, &text, items, &cut) {
            Ok(quoted) => Ok(Some(quoted)),
            Err(Lost::Missing(_) | Lost::NoLine(_)) => Ok(None),
            Err(several) => Err(several).with_context(|| format!("`{path}`")),
        }
    };
    if ask(&shelf.default)?.is_none() {
        let text = shelf.text(&moved(&shelf.default)?, path)?;
        let text =
            text.with_context(|| format!("no `{path}` in the default stack: say `with=`"))?;
        listing::quote(path, &text, items, &cut).with_context(|| format!("`{path}`"))?;
    }
    let axes: Option<Vec<&str>> = it.key("tabs").map(|axes| axes.split(',').collect());
    let found = tabs::of(shelf, axes.as_deref(), ask)?;
    let caption = match it.key("caption") {
        Some(caption) => format!("{} <code>{}</code>", page::inline(caption), escape(path)),
        None => format!("<code>{}</code>", escape(path)),
    };
    let flags = with.iter().map(|(axis, option)| format!(" <code>--{axis} {option}</code>"));
    let caption = format!("{caption}{}", flags.collect::<String>());
    Ok(figure(&caption, path, &found))
}

fn figure(caption: &str, path: &str, tabs: &[Tab]) -> String {
    let language = listing::language(path);
    let panel = |text: &Option<String>| match text {
        Some(text) => format!(
            "<pre tabindex=\"0\"><code class=\"{language}\">{}</code></pre>",
            paint::painted(language, text)
        ),
        None => "<p class=\"none\">This choice has no such thing.</p>".to_string(),
    };
    let body = match tabs {
        [one] => panel(&one.text),
        several => {
            let sections = several.iter().map(|tab| section(tab, &panel(&tab.text)));
            format!("<div class=\"tabs\">{}</div>", sections.collect::<String>())
        }
    };
    format!("<figure class=\"listing\"><figcaption>{caption}</figcaption>{body}</figure>\n")
}

fn section(tab: &Tab, body: &str) -> String {
    format!("{}{body}</div>", opening(&tab.when, &tab.label, tab.own))
}

/// The start of a panel that shows for these choices.
pub fn opening(when: &[Vec<(String, String)>], label: &str, own: bool) -> String {
    let set = |choices: &Vec<(String, String)>| {
        let pairs: Vec<String> = choices.iter().map(|(axis, it)| format!("{axis}:{it}")).collect();
        pairs.join(" ")
    };
    let when: Vec<String> = when.iter().map(set).collect();
    let (when, own) = (when.join(";"), if own { " data-own=\"\"" } else { "" });
    let label = escape(label);
    format!(
        "<div class=\"tab\" data-when=\"{when}\" data-label=\"{label}\"{own}><p class=\"label\">{label}</p>"
    )
}

/// The start of a panel of prose, for one or more options of an axis.
pub fn choice(shelf: &Shelf<'_>, axis: &str, options: &[String]) -> Result<String> {
    let axis = shelf.catalog.axis(axis).with_context(|| format!("there is no axis `{axis}`"))?;
    let mut titles = Vec::new();
    for option in options {
        let layer = axis.option(option);
        let layer = layer.with_context(|| format!("`{}` has no option `{option}`", axis.name))?;
        titles.push(layer.spec.title.clone());
    }
    let when: Vec<_> = options.iter().map(|it| vec![(axis.name.clone(), it.clone())]).collect();
    let own = shelf
        .stack
        .choices()
        .any(|(name, it)| name == axis.name && options.iter().any(|o| o == it));
    Ok(opening(&when, &titles.join(" or "), own))
}

/// Commands and what they print.
pub fn console(steps: &[Step]) -> String {
    let mut lines = Vec::new();
    for step in steps {
        lines.push(match step.command.as_str() {
            INTERRUPT => "<b>^C</b>".to_string(),
            command => format!("<i>$ </i><b>{}</b>", escape(command)),
        });
        lines.extend(step.prints.iter().map(|line| escape(line)));
    }
    format!(
        "<figure class=\"console\"><pre tabindex=\"0\"><code>{}</code></pre></figure>\n",
        lines.join("\n")
    )
}

/// A question. Without a script its answers can be unfolded.
pub fn quiz(quiz: &Quiz, id: &str) -> String {
    let kind = if quiz.right().count() > 1 { "checkbox" } else { "radio" };
    let option = |answer: &super::quiz::Answer| {
        let right = if answer.right { " data-right=\"\"" } else { "" };
        format!(
            "<label><input type=\"{kind}\" name=\"{id}\"{right}/><span>{}</span></label>",
            page::inline(&answer.text)
        )
    };
    let reason = |answer: &super::quiz::Answer| {
        let mark = if answer.right { "Right" } else { "Wrong" };
        format!(
            "<li><b>{mark}:</b> {}<p>{}</p></li>",
            page::inline(&answer.text),
            page::inline(&answer.why)
        )
    };
    let options: String = quiz.options.iter().map(option).collect();
    let reasons: String = quiz.options.iter().map(reason).collect();
    let ask = page::inline(&quiz.ask);
    format!(
        "<form class=\"quiz\" id=\"{id}\"><fieldset><legend>{ask}</legend>{options}</fieldset>\
         <p class=\"verdict\" role=\"status\"></p>\
         <details><summary>The answers, and why</summary><ul>{reasons}</ul></details></form>\n"
    )
}

/// A picture, in the colours of the page.
pub fn diagram(svg: &str, name: &str, caption: &str) -> Result<String> {
    let svg = svg.trim();
    let opening = svg.split('>').next().unwrap_or_default();
    ensure!(
        opening.starts_with("<svg ") && opening.contains("viewBox="),
        "`{name}.svg` has no viewBox"
    );
    ensure!(!opening.contains(" width="), "`{name}.svg` has a width");
    let labels = format!("aria-labelledby=\"{name}-title {name}-desc\"");
    ensure!(
        opening.contains(&labels) && opening.contains("role=\"img\""),
        "`{name}.svg` lacks {labels}"
    );
    for part in ["title", "desc"] {
        let open = format!("<{part} id=\"{name}-{part}\">");
        let text = svg.split_once(&open).and_then(|(_, rest)| rest.split('<').next());
        ensure!(text.is_some_and(|text| text.trim().len() > 4), "`{name}.svg` has no {open}");
    }
    for word in ["<script", "<style", "href=\"http", "<image", "<foreignObject", "onload="] {
        if svg.contains(word) {
            bail!("`{name}.svg` holds `{word}`");
        }
    }
    let foreign = svg.split(" id=\"").skip(1).find(|rest| !rest.starts_with(&format!("{name}-")));
    ensure!(foreign.is_none(), "`{name}.svg`: an id that does not begin with `{name}-`");
    let caption = if caption.is_empty() {
        String::new()
    } else {
        format!("<figcaption>{}</figcaption>", page::inline(caption))
    };
    Ok(format!(
        "<figure class=\"diagram\"><div class=\"wide\" role=\"group\" aria-label=\"Diagram\" tabindex=\"0\">{svg}</div>{caption}</figure>\n"
    ))
}
