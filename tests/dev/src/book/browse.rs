//! Every page in a real browser, from the disk: wide and narrow, light and dark, with axe-core where
//! there is npm.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use anyhow::{Context, Result, bail, ensure};
use backend_gen::book::{Book, Site};
use backend_gen::io::library;
use serde_json::{Value, json};

use crate::pages::driver::Browser;
use crate::pages::look::FAULTS;
use crate::{folder, work};

/// Opens the pages that are meant.
pub fn all(book: &Book, site: &Site, meant: &dyn Fn(&str) -> bool) -> Result<(String, ())> {
    let dir = work::root().join("target").join("book");
    folder::write(&dir, &site.files)?;
    let reader = Reader { browser: Browser::start()?, axe: axe()?, dir };
    let mut faults = Vec::new();
    let mut pages = 0;
    for chapter in book.chapters.iter().filter(|it| meant(it.place.id())) {
        let page = chapter.place.page();
        pages += 1;
        for fault in reader.faults(&page)? {
            faults.push(format!("{page}: {fault}"));
        }
    }
    ensure!(faults.is_empty(), "{} faults\n  {}", faults.len(), faults.join("\n  "));
    let took = reader.uses()?;
    reader.notices_what_is_broken()?;
    let axe = if reader.axe.is_some() { "with axe-core" } else { "WITHOUT axe-core: no npm" };
    Ok((format!("{pages} pages in 4 views each, {axe}, a search takes {took} ms"), ()))
}

struct Reader {
    browser: Browser,
    axe: Option<String>,
    dir: PathBuf,
}

impl Reader {
    fn open(&self, page: &str) -> Result<()> {
        self.browser.noticed()?;
        self.browser.open(&library::address(&self.dir.join(page)))?;
        let ready =
            "return document.readyState === 'complete' && !!document.getElementById('main')";
        self.browser.until(page, ready).map(drop)
    }

    /// What is wrong with a page.
    fn faults(&self, page: &str) -> Result<Vec<String>> {
        let mut faults = Vec::new();
        for scheme in ["light", "dark"] {
            self.browser.scheme(scheme)?;
            for (width, height) in [(1280, 900), (360, 780)] {
                self.browser.resize(width, height)?;
                self.open(page)?;
                let view = format!("{scheme}, {width} px");
                for script in [FAULTS, TARGETS] {
                    let found = self.browser.script(script)?;
                    faults.extend(texts(&found).map(|it| format!("{view}: {it}")));
                }
                if width == 1280 {
                    faults.extend(self.violations()?.into_iter().map(|it| format!("{view}: {it}")));
                }
                let name = page.replace('/', "-").replace(".html", "");
                let picture = format!("{name}-{scheme}-{width}.png");
                let pictures = work::root().join("target").join("book-pictures");
                if (scheme == "light") == (width == 1280) {
                    self.browser.picture(&pictures.join(picture))?;
                }
                faults.extend(self.noise()?);
            }
        }
        Ok(faults)
    }

    /// What the console says, and who is asked besides the disk.
    fn noise(&self) -> Result<Vec<String>> {
        let noticed = self.browser.noticed()?;
        let away = noticed.requests.iter().filter(|url| !url.starts_with("file:"));
        let away = away.map(|url| format!("asks {url}"));
        let said = noticed.console.iter().map(|line| format!("the console says {line}"));
        Ok(away.chain(said).collect())
    }

    fn violations(&self) -> Result<Vec<String>> {
        let Some(axe) = &self.axe else { return Ok(vec![]) };
        self.browser.script(&format!("{axe};\n{RUN_AXE}"))?;
        let found = self.browser.until("axe-core", "return window.axeFound || null")?;
        Ok(texts(&found).map(str::to_string).collect())
    }

    /// Tabs, a question and the search, with the keyboard. The answer is how long a search takes.
    fn uses(&self) -> Result<u128> {
        self.browser.scheme("light")?;
        self.browser.resize(1280, 900)?;
        self.open("why/request.html")?;
        self.browser.script(&format!("{TAB}.focus()"))?;
        self.browser.keys("\u{e014}")?;
        let label = self.browser.script("return document.activeElement.textContent")?;
        let shown = self.browser.script(SHOWN)?;
        ensure!(shown == json!(true), "the arrow does not show the tab {label}");
        let before = self.browser.script("return JSON.stringify(choices)")?;
        self.browser.script("document.querySelector('a[rel=next]').click()")?;
        self.browser.until("the next page", "return location.href.includes('first.html')")?;
        let after = self.browser.script("return JSON.stringify(choices)")?;
        ensure!(
            before == after && before != json!("{}"),
            "{before} became {after} on the next page"
        );
        self.open("why/request.html")?;
        self.browser.script("document.querySelector('.quiz input').focus()")?;
        self.browser.keys(" \u{e007}")?;
        let verdict = "return document.querySelector('.verdict').textContent";
        let verdict = self.browser.script(verdict)?;
        ensure!(verdict.as_str().is_some_and(|it| it.len() > 20), "a question says {verdict}");
        self.browser.keys("\u{e00c}")?;
        self.browser.script("document.getElementById('search').focus()")?;
        let start = Instant::now();
        self.browser.keys("cookie")?;
        self.browser.until("a hit", "return !!document.querySelector('#found a')")?;
        let took = start.elapsed().as_millis();
        ensure!(self.noise()?.is_empty(), "the search makes noise");
        Ok(took)
    }

    /// A page with every fault has every fault found.
    fn notices_what_is_broken(&self) -> Result<()> {
        let page = std::fs::read_to_string(self.dir.join("index.html"))?;
        let body = page.split_once("<article>").context("an article")?;
        std::fs::write(
            self.dir.join("broken.html"),
            format!("{}<article>{BROKEN}{}", body.0, body.1),
        )?;
        std::fs::write(self.dir.join("broken.js"), "console.error('on purpose');")?;
        let found = self.faults("broken.html")?.join("\n");
        for name in ["broken.html", "broken.js"] {
            std::fs::remove_file(self.dir.join(name))?;
        }
        let axe = if self.axe.is_some() { &AXE_SEES[..] } else { &[] };
        for wanted in SEEN.iter().chain(axe) {
            if !found.contains(wanted) {
                bail!("a broken page: nobody says `{wanted}`:\n{found}");
            }
        }
        Ok(())
    }
}

fn texts(found: &Value) -> impl Iterator<Item = &str> {
    found.as_array().into_iter().flatten().filter_map(|it| it.as_str())
}

/// axe-core, fetched once by npm; nothing where there is no npm.
fn axe() -> Result<Option<String>> {
    let dir = work::root().join("target").join("axe");
    let script = dir.join("node_modules").join("axe-core").join("axe.min.js");
    if !script.is_file() && !fetched(&dir) {
        let in_ci = std::env::var("CI").is_ok_and(|value| value == "true");
        ensure!(!in_ci, "axe-core is not there, and npm cannot fetch it");
        return Ok(None);
    }
    std::fs::read_to_string(&script).map(Some).context("axe-core")
}

fn fetched(dir: &Path) -> bool {
    let made = std::fs::create_dir_all(dir).is_ok();
    let mut npm = Command::new("npm");
    npm.current_dir(dir).args(["install", "--no-save", "--no-audit", "--no-fund", "--silent", AXE]);
    made && npm.output().is_ok_and(|said| said.status.success())
}

const AXE: &str = "axe-core@4.10.3";
const RUN_AXE: &str = "window.axeFound = null; \
    axe.run(document, { resultTypes: ['violations'], preload: false }).then((it) => { \
      window.axeFound = it.violations.flatMap((rule) => rule.nodes.map((node) => \
        `axe ${rule.id}: ${node.target.join(' ')}`)); \
    }, (error) => { window.axeFound = [`axe: ${error}`]; })";
const TAB: &str = "document.querySelector('[role=tab][aria-selected=true]')";
const SHOWN: &str = "const tab = document.activeElement; \
    return tab.getAttribute('aria-selected') === 'true' \
      && document.getElementById(tab.getAttribute('aria-controls')).checkVisibility()";
/// What a finger must hit: 44 px each way. Links in a sentence are as high as their line.
const TARGETS: &str = r#"
const faults = [];
const controls = "button, summary, select, input:not([type=radio], [type=checkbox]), .quiz label, header a, nav a, .contents a, #found a";
for (const node of document.querySelectorAll(controls)) {
  if (!node.checkVisibility({ visibilityProperty: true }) || node.matches(".skip")) continue;
  const { width, height } = node.getBoundingClientRect();
  if (width < 43.5 || height < 43.5) {
    faults.push(`a target of ${Math.round(width)} x ${Math.round(height)} px: ${(node.textContent || node.id).trim().slice(0, 30)}`);
  }
}
return faults;
"#;
const BROKEN: &str = "<p style=\"width: 900px\">wide</p><button style=\"min-height: 20px; height: 20px\">small</button>\
    <img src=\"http://127.0.0.1:9/away.png\"><button id=\"main\"></button>\
    <p style=\"color: #888; background: #999\">pale</p><script src=\"broken.js\"></script>";
const SEEN: [&str; 6] = [
    "px wide",
    "a target of",
    "asks http://127.0.0.1:9",
    "on purpose",
    "is there twice",
    "has a contrast",
];
const AXE_SEES: [&str; 2] = ["axe image-alt", "axe button-name"];
