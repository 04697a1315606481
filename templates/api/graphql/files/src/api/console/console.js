// The console: sends what is typed to /graphql and shows the schema. No library, nothing from outside.

const element = (id) => document.getElementById(id);

const INTROSPECTION = `{ __schema {
  queryType { name } mutationType { name }
  types { kind name description
    fields { name description args { name type { ...Ref } defaultValue } type { ...Ref } }
    inputFields { name description type { ...Ref } defaultValue }
    enumValues { name description } } } }
fragment Ref on __Type { kind name ofType { kind name ofType { kind name ofType { kind name } } } }`;

const STRANGER = "Log in first, on the page of HTTP routes, or put your Authorization into the headers.";

async function send(query, variables) {
  const headers = { ...json("headers"), "Content-Type": "application/json", Accept: "application/graphql-response+json" };
  const response = await fetch("/graphql", { method: "POST", headers, body: JSON.stringify({ query, variables }) });
  const text = await response.text();
  try {
    return { response, body: JSON.parse(text) };
  } catch {
    return { response, body: text };
  }
}

function json(id) {
  try {
    return JSON.parse(element(id).value || "{}");
  } catch (error) {
    element(id).focus();
    throw new Error(`The ${id} are not JSON: ${error.message}`);
  }
}

async function run() {
  element("status").value = "…";
  const begun = performance.now();
  try {
    const { response, body } = await send(element("query").value, json("variables"));
    element("status").value = response.status === 401 ? STRANGER : `${response.status} in ${Math.round(performance.now() - begun)} ms`;
    element("answer").textContent = typeof body === "string" ? body : JSON.stringify(body, null, 2);
    if (response.ok && !element("schema").querySelector("details")) await loadSchema();
  } catch (error) {
    element("status").value = error.message;
  }
}

async function loadSchema() {
  try {
    const { response, body } = await send(INTROSPECTION);
    if (response.status === 401) throw new Error(STRANGER);
    if (!body.data) throw new Error(body.errors?.[0]?.message ?? `The server answered ${response.status}.`);
    showSchema(body.data.__schema);
  } catch (error) {
    element("schema").replaceChildren(make("p", error.message));
  }
}

function make(tag, ...children) {
  const made = document.createElement(tag);
  made.append(...children.filter((child) => child != null));
  return made;
}

// `[Task!]!`, with a button on the name that opens the type.
function type(ref) {
  if (ref.kind === "NON_NULL") return [...type(ref.ofType), "!"];
  if (ref.kind === "LIST") return ["[", ...type(ref.ofType), "]"];
  const link = make("button", ref.name);
  link.type = "button";
  link.addEventListener("click", () => open(ref.name));
  return [link];
}

function open(name) {
  element("search").value = "";
  search();
  const details = element(`type-${name}`);
  if (!details) return;
  details.open = true;
  details.querySelector("summary").focus();
}

function member(field) {
  const inputs = (field.args ?? []).flatMap((argument, index) => [index ? ", " : "(", ...value(argument)]);
  const parts = inputs.length ? [field.name, ...inputs, ")"] : [field.name];
  const shown = field.type ? [...parts, ": ", ...type(field.type)] : parts;
  if (field.defaultValue != null) shown.push(` = ${field.defaultValue}`);
  return make("li", ...shown, field.description && make("p", field.description));
}

function value(argument) {
  const preset = argument.defaultValue == null ? [] : [` = ${argument.defaultValue}`];
  return [`${argument.name}: `, ...type(argument.type), ...preset];
}

function showSchema({ queryType, mutationType, types }) {
  const roots = [queryType?.name, mutationType?.name];
  const rank = ({ name }) => (roots.includes(name) ? roots.indexOf(name) : roots.length);
  const own = types.filter(({ name }) => !name.startsWith("__"));
  own.sort((one, other) => rank(one) - rank(other) || one.name.localeCompare(other.name));
  element("schema").replaceChildren(...own.map((it) => {
    const members = [...(it.fields ?? []), ...(it.inputFields ?? []), ...(it.enumValues ?? [])];
    const description = it.description && make("p", it.description);
    const details = make("details", make("summary", it.name), description, make("ul", ...members.map(member)));
    details.id = `type-${it.name}`;
    details.open = roots.includes(it.name);
    return details;
  }));
}

function search() {
  const wanted = element("search").value.toLowerCase();
  for (const details of element("schema").querySelectorAll("details")) {
    details.hidden = !details.textContent.toLowerCase().includes(wanted);
    if (wanted) details.open = !details.hidden;
  }
}

element("run").addEventListener("click", run);
element("reload").addEventListener("click", loadSchema);
element("search").addEventListener("input", search);
document.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
    event.preventDefault();
    run();
  }
});
