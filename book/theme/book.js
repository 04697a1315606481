// What the pages do beyond being read: tabs, questions, the search, colours, copying.
"use strict";

const root = document.documentElement;
const make = (tag, attributes, ...children) => {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  node.append(...children);
  return node;
};
const kept = {
  read: (key) => { try { return localStorage.getItem(key); } catch { return null; } },
  write: (key, value) => { try { localStorage.setItem(key, value); } catch { /* nothing is kept */ } },
};

// The reader's choices: of this book, remembered, and carried along in links where a browser keeps
// a store for each file.
const CHOICES = `book.choices.${root.dataset.book}`;
const choices = JSON.parse(kept.read(CHOICES) || "{}");
for (const [name, value] of new URLSearchParams(location.search)) {
  if (/^[a-z]+$/.test(name) && /^[a-z0-9]+$/.test(value)) choices[name] = value;
}
if (location.protocol === "file:") {
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[href]");
    const inside = link && link.protocol === "file:" && link.pathname !== location.pathname;
    if (inside && Object.keys(choices).length) link.search = new URLSearchParams(choices).toString();
  });
}

const tabsets = [...document.querySelectorAll(".tabs")].map((box, index) => {
  const panels = [...box.children].filter((node) => node.matches(".tab"));
  const list = make("div", { role: "tablist", class: "tablist", "aria-label": "Choices" });
  const tabs = panels.map((panel, at) => {
    const id = `tab-${index}-${at}`;
    const tab = make("button", { type: "button", role: "tab", id, "aria-controls": `${id}-panel` }, panel.dataset.label);
    panel.id = `${id}-panel`;
    panel.setAttribute("role", "tabpanel");
    panel.setAttribute("aria-labelledby", id);
    tab.addEventListener("click", () => choose(panel.dataset.when));
    list.append(tab);
    return tab;
  });
  list.addEventListener("keydown", (event) => {
    const steps = { ArrowRight: 1, ArrowLeft: -1, Home: -tabs.indexOf(event.target), End: -1 - tabs.indexOf(event.target) };
    if (!(event.key in steps) || !tabs.includes(event.target)) return;
    const next = tabs.at((tabs.indexOf(event.target) + steps[event.key] + tabs.length) % tabs.length);
    next.focus();
    next.click();
    event.preventDefault();
  });
  box.prepend(list);
  box.classList.add("ready");
  const own = Math.max(0, panels.findIndex((panel) => "own" in panel.dataset));
  const show = () => {
    const fits = (set) => set.split(" ").every((pair) => {
      const [axis, option] = pair.split(":");
      return !(axis in choices) ? ownHas(pair) : choices[axis] === option;
    });
    const ownHas = (pair) => panels[own].dataset.when.split(/[; ]/).includes(pair);
    const at = panels.findIndex((panel) => panel.dataset.when.split(";").some(fits));
    const chosen = at < 0 ? own : at;
    panels.forEach((panel, at) => {
      panel.classList.toggle("on", at === chosen);
      tabs[at].setAttribute("aria-selected", String(at === chosen));
      tabs[at].tabIndex = at === chosen ? 0 : -1;
    });
  };
  show();
  return { list, show };
});

function choose(when) {
  const before = document.activeElement.getBoundingClientRect().top;
  for (const pair of when.split(";")[0].split(" ")) {
    const [axis, option] = pair.split(":");
    choices[axis] = option;
  }
  kept.write(CHOICES, JSON.stringify(choices));
  tabsets.forEach((set) => set.show());
  // what is above may have grown or shrunk
  window.scrollBy({ top: document.activeElement.getBoundingClientRect().top - before, behavior: "instant" });
}

for (const form of document.querySelectorAll(".quiz")) {
  const inputs = [...form.querySelectorAll("input")];
  const verdict = form.querySelector(".verdict");
  const reasons = [...form.querySelectorAll("details li p")];
  const check = make("button", { type: "submit" }, "Check");
  verdict.before(check);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const chosen = inputs.filter((input) => input.checked);
    const right = inputs.every((input) => input.checked === ("right" in input.dataset));
    verdict.classList.toggle("right", right);
    verdict.replaceChildren();
    if (!chosen.length) {
      verdict.append("Choose an answer first.");
      return;
    }
    const told = chosen.find((input) => right || !("right" in input.dataset)) || chosen[0];
    verdict.append(make("strong", {}, right ? "Right. " : "Not quite. "));
    if (right || !("right" in told.dataset)) verdict.append(...reasons[inputs.indexOf(told)].cloneNode(true).childNodes);
    else verdict.append("There is one more.");
  });
}

for (const figure of document.querySelectorAll(".listing, .console")) {
  const copy = make("button", { type: "button", class: "copy" }, "Copy");
  copy.addEventListener("click", async () => {
    const pre = [...figure.querySelectorAll("pre")].find((node) => node.checkVisibility());
    if (!pre) return;
    const commands = [...pre.querySelectorAll("b")].map((node) => node.textContent).filter((it) => it !== "^C");
    const text = figure.matches(".console") ? commands.join("\n") : pre.textContent;
    let done = true;
    try { await navigator.clipboard.writeText(text); } catch { done = false; }
    copy.textContent = done ? "Copied" : "Not allowed here";
    setTimeout(() => { copy.textContent = "Copy"; }, 1500);
  });
  figure.append(copy);
}

const theme = document.querySelector(".theme");
const isDark = () => (root.dataset.theme || (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light")) === "dark";
const named = () => { theme.textContent = isDark() ? "Light" : "Dark"; };
theme.hidden = false;
named();
theme.addEventListener("click", () => {
  root.dataset.theme = isDark() ? "light" : "dark";
  kept.write("book.theme", root.dataset.theme);
  named();
});

// What only some pages need comes when it is needed, as a script: that works from a disk too.
const load = (name) => new Promise((done) => {
  const script = make("script", { src: root.dataset.root + name });
  script.addEventListener("load", () => done(true));
  script.addEventListener("error", () => done(false));
  document.head.append(script);
});
if (document.querySelector(".builder")) load("builder-data.js").then(() => load("builder.js"));

const form = document.querySelector(".search");
const field = form.querySelector("input");
const found = document.getElementById("found");
let loading;
const index = () => loading ||= load("search.js").then(() => window.bookIndex || []);
const score = (entry, words) => {
  const places = [[entry.t.toLowerCase(), 4], [entry.h.toLowerCase(), 6], [entry.b.toLowerCase(), 1]];
  let total = 0;
  for (const word of words) {
    const points = places.map(([text, weight]) => {
      const at = text.indexOf(word);
      if (at < 0) return 0;
      return weight * (at === 0 || /\W/.test(text[at - 1]) ? 2 : 1);
    });
    const most = points.reduce((sum, it) => sum + it, 0);
    if (!most) return 0;
    total += most;
  }
  return total;
};
const around = (entry, word) => {
  const at = Math.max(0, entry.b.toLowerCase().indexOf(word));
  const start = at < 40 ? 0 : entry.b.indexOf(" ", at - 40) + 1;
  return (start ? "… " : "") + entry.b.slice(start, start + 140) + (entry.b.length > start + 140 ? " …" : "");
};
const search = async () => {
  const words = field.value.toLowerCase().split(/\s+/).filter((word) => word.length > 1);
  found.hidden = !words.length;
  if (!words.length) return;
  const entries = await index();
  const hits = entries.map((entry) => [score(entry, words), entry]).filter(([points]) => points);
  hits.sort(([a], [b]) => b - a);
  const items = hits.slice(0, 12).map(([, entry]) => make("li", {},
    make("a", { href: root.dataset.root + entry.u }, entry.h ? `${entry.t} › ${entry.h}` : entry.t),
    make("p", {}, around(entry, words[0]))));
  found.replaceChildren(make("p", {}, hits.length ? `${hits.length} sections` : "Nothing is called so."), make("ul", {}, ...items));
};
form.hidden = false;
form.addEventListener("submit", (event) => {
  event.preventDefault();
  found.querySelector("a")?.focus();
});
field.addEventListener("focus", index, { once: true });
field.addEventListener("input", search);
document.addEventListener("keydown", (event) => {
  const typing = event.target.matches("input, textarea, select");
  if (event.key === "/" && !typing) { event.preventDefault(); field.focus(); }
  if (event.key === "Escape" && !found.hidden) { field.value = ""; found.hidden = true; field.focus(); }
});
