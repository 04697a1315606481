// The stack builder: from the choices to the command, the numbers and the files.
"use strict";

{
  const data = window.builderData;
  const form = document.querySelector(".builder");
  const box = document.querySelector(".built");
  const read = (list) => list.map((number) => [data.paths[number >> 6], number & 63]);
  const node = (tag, text, name) => make(tag, name ? { class: name } : {}, text);

  const chosen = (axis) => [...form.querySelectorAll(`[name="${axis.name}"]:checked`)].map((it) => it.value);
  const usual = (axis) => [axis.default];
  const files = (pick) => {
    const key = data.axes.filter((axis) => !axis.around).map((axis) => pick(axis)[0]).join("-");
    const facts = data.stacks[key];
    if (!facts) return null;
    const around = data.axes.filter((axis) => axis.around)
      .flatMap((axis) => pick(axis).flatMap((option) => facts.around[`${axis.name}=${option}`] || []));
    return { facts, files: new Map(read([...facts.files, ...around]).sort(([a], [b]) => (a < b ? -1 : 1))) };
  };
  const refusal = () => {
    for (const axis of data.axes) {
      for (const option of axis.options.filter((it) => chosen(axis).includes(it.name))) {
        for (const [other, why] of Object.entries(option.refuses)) {
          const [name, value] = other.split(".");
          const named = data.axes.find((it) => it.name === name);
          if (named && chosen(named).includes(value)) return `${option.name} does not go with ${value}: ${why}`;
        }
      }
    }
    return "";
  };
  // The default of a question with several answers stands alone.
  const settle = (changed) => {
    for (const axis of data.axes.filter((axis) => axis.several)) {
      const inputs = [...form.querySelectorAll(`[name="${axis.name}"]`)];
      const own = inputs.find((input) => input.value === axis.default);
      const others = inputs.filter((input) => input !== own);
      if (changed === own && own.checked) others.forEach((input) => { input.checked = false; });
      own.checked = !others.some((input) => input.checked);
    }
  };
  const show = (changed) => {
    settle(changed);
    const flags = data.axes.filter((axis) => !axis.around || chosen(axis).join() !== axis.default)
      .map((axis) => `--${axis.name} ${chosen(axis).join(",")}`);
    const why = refusal();
    const now = files(chosen);
    box.hidden = false;
    box.querySelector(".refusal").hidden = !why;
    box.querySelector(".refusal").textContent = why;
    box.querySelector(".command").textContent = `backend-gen new my-backend ${flags.join(" ")}`;
    if (!now) return;
    const before = files(usual);
    const all = [...now.files.keys()];
    const more = all.filter((path) => !before.files.has(path));
    const less = [...before.files.keys()].filter((path) => !now.files.has(path));
    const other = all.filter((path) => before.files.has(path) && before.files.get(path) !== now.files.get(path));
    box.querySelector(".counts").textContent =
      `${all.length} files, ${now.facts.dependencies} direct dependencies, ${now.facts.crates} crates in Cargo.lock.`;
    const list = (title, paths, name) => (paths.length
      ? [node("h3", title), make("ul", {}, ...paths.map((path) => node("li", path, name)))] : []);
    box.querySelector(".changes").replaceChildren(
      ...list("Files that this stack adds to the default", more, "more"),
      ...list("Files that say something else", other, "other"),
      ...list("Files that only the default has", less, "less"));
    box.querySelector(".tree").replaceChildren(...all.map((path) => node("li", path)));
  };
  form.addEventListener("change", (event) => show(event.target));
  form.addEventListener("submit", (event) => event.preventDefault());
  show();
}
