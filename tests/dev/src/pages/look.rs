//! How a page looks: in both schemes, wide and narrow, with nothing that shuts a reader out.

use anyhow::{Result, ensure};

use super::Page;
use crate::work;

/// Looks at the page as it is now, and answers how many views there were. The pictures stay in
/// `target/pages`.
pub fn at(page: &Page, name: &str) -> Result<usize> {
    let mut views = 0;
    for scheme in ["light", "dark"] {
        for (width, height) in [(1280, 900), (360, 780)] {
            page.browser.scheme(scheme)?;
            page.browser.resize(width, height)?;
            let file = format!("{}-{name}-{scheme}-{width}.png", page.stack);
            page.browser.picture(&work::root().join("target").join("pages").join(file))?;
            let found = page.browser.script(FAULTS)?;
            let faults: Vec<&str> =
                found.as_array().into_iter().flatten().filter_map(|it| it.as_str()).collect();
            ensure!(faults.is_empty(), "{name}, {scheme}, {width} px: {}", faults.join("; "));
            views += 1;
        }
    }
    page.browser.resize(1280, 900)?;
    Ok(views)
}

/// Nothing was asked of another machine, and the console is silent.
pub fn quiet(page: &Page, name: &str) -> Result<()> {
    let noticed = page.browser.noticed()?;
    ensure!(noticed.console.is_empty(), "{name}: the console says {:?}", noticed.console);
    let own = format!("{}/", page.url);
    // what the browser reads out of itself is no request
    let sent = || noticed.requests.iter().filter(|url| url.starts_with("http"));
    let away = sent().find(|url| !url.starts_with(&own));
    ensure!(away.is_none(), "{name}: asks {away:?}");
    ensure!(sent().count() > 0, "{name}: asks nobody");
    Ok(())
}

/// What is wrong with the page, as a list: contrast (WCAG AA), names of controls, ids, width.
pub const FAULTS: &str = r#"
const faults = [];
const pen = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
const rgba = (colour) => {
  pen.clearRect(0, 0, 1, 1);
  pen.fillStyle = colour;
  pen.fillRect(0, 0, 1, 1);
  return [...pen.getImageData(0, 0, 1, 1).data];
};
const light = (colour) => {
  const [r, g, b] = rgba(colour).map((it) => it / 255)
    .map((it) => (it <= 0.04045 ? it / 12.92 : ((it + 0.055) / 1.055) ** 2.4));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
};
const behind = (node) => {
  for (let at = node; at; at = at.parentElement) {
    const colour = getComputedStyle(at).backgroundColor;
    if (rgba(colour)[3] === 255) return colour;
  }
  return "Canvas";
};
const visible = (node) => node.checkVisibility({ visibilityProperty: true }) && node.getClientRects().length > 0;
const told = (node) => `${node.tagName.toLowerCase()} "${(node.textContent || node.id).trim().slice(0, 30)}"`;
for (const node of document.body.querySelectorAll("*")) {
  if (!visible(node)) continue;
  const own = [...node.childNodes].some((child) => child.nodeType === 3 && child.data.trim());
  if (own || node.matches("input, textarea")) {
    const style = getComputedStyle(node);
    const [a, b] = [light(style.color), light(behind(node))].sort((x, y) => y - x);
    const ratio = (a + 0.05) / (b + 0.05);
    if (ratio < 4.5) faults.push(`${told(node)} has a contrast of ${ratio.toFixed(2)}`);
  }
  if (node.matches("input, textarea, select, button, a, summary, [tabindex]")) {
    const name = node.ariaLabel || (node.labels && [...node.labels].map((it) => it.textContent).join(" "))
      || (node.matches("input, textarea, select") ? "" : node.textContent);
    if (!name || !name.trim()) faults.push(`${told(node)} has no name`);
    const box = node.getBoundingClientRect();
    if (getComputedStyle(node).display !== "inline" && box.height < 24) {
      faults.push(`${told(node)} is only ${box.height} px high`);
    }
  }
}
const ids = [...document.querySelectorAll("[id]")].map((node) => node.id);
const twice = ids.find((id, at) => ids.indexOf(id) !== at);
if (twice) faults.push(`the id ${twice} is there twice`);
const { scrollWidth, clientWidth } = document.documentElement;
if (scrollWidth > clientWidth) faults.push(`${scrollWidth} px wide`);
if (!document.documentElement.lang || !document.title) faults.push("no language or no title");
return faults;
"#;
