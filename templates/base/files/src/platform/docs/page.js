// Reads /openapi.json, shows every operation, and sends what is filled in. No library, no network but this server.
"use strict";

const METHODS = ["get", "post", "put", "patch", "delete"];
let spec = {};

/** An element with text or children; text is never read as HTML. */
function el(tag, attributes, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes || {})) node.setAttribute(name, value);
  node.append(...children.filter((child) => child !== null && child !== undefined));
  return node;
}

function resolved(thing) {
  if (!thing || !thing.$ref) return thing || {};
  return resolved(thing.$ref.replace("#/", "").split("/").reduce((at, key) => at && at[key], spec));
}

/** Words for a schema: `string, 1..200`. */
function words(schema) {
  const s = resolved(schema);
  if (s.oneOf || s.anyOf) return (s.oneOf || s.anyOf).map(words).join(" or ");
  const type = [].concat(s.type || "any").join(" or ");
  const parts = [s.format ? `${type} (${s.format})` : type];
  if (s.enum) parts.push(s.enum.join(" | "));
  if (s.minimum !== undefined || s.maximum !== undefined) parts.push(`${s.minimum ?? ""}..${s.maximum ?? ""}`);
  if (s.minLength !== undefined || s.maxLength !== undefined) parts.push(`length ${s.minLength ?? 0}..${s.maxLength ?? ""}`);
  return parts.join(", ");
}

/** A value that fits a schema, to start from. */
function example(schema) {
  const s = resolved(schema);
  if (s.example !== undefined) return s.example;
  if (s.oneOf || s.anyOf) return example((s.oneOf || s.anyOf).find((one) => resolved(one).type !== "null"));
  const type = [].concat(s.type || "object")[0];
  if (s.enum) return s.enum[0];
  if (type === "object") {
    const required = s.required || [];
    const fields = Object.entries(s.properties || {});
    const shown = required.length ? fields.filter(([name]) => required.includes(name)) : fields;
    return Object.fromEntries(shown.map(([name, field]) => [name, example(field)]));
  }
  if (type === "array") return [];
  if (type === "integer" || type === "number") return s.minimum ?? 1;
  if (type === "boolean") return true;
  if (s.format === "date-time") return new Date().toISOString();
  return "";
}

function fieldRows(schema) {
  const s = resolved(schema);
  const required = s.required || [];
  return Object.entries(s.properties || {}).map(([name, field]) =>
    el("tr", null,
      el("td", null, el("code", null, name), required.includes(name) ? " *" : ""),
      el("td", null, words(field)),
      el("td", null, resolved(field).description || "")));
}

/** One input for each parameter; `read` gives what was filled in. */
function parameterInputs(id, parameters) {
  return parameters.map((raw, index) => {
    const parameter = resolved(raw);
    const input = el("input", { id: `${id}-${index}`, autocomplete: "off", spellcheck: "false" });
    const about = [parameter.in, words(parameter.schema), parameter.required ? "required" : null, parameter.description];
    const label = el("label", { for: input.id }, el("code", null, parameter.name), " ", about.filter(Boolean).join(" · "));
    return { parameter, input, label };
  });
}

async function send(method, path, inputs, body, output) {
  let url = path;
  const query = new URLSearchParams();
  const headers = {};
  const bearer = document.getElementById("bearer").value.trim();
  if (bearer) headers.Authorization = bearer;
  for (const { parameter, input } of inputs) {
    if (input.value === "") continue;
    if (parameter.in === "path") url = url.replace(`{${parameter.name}}`, encodeURIComponent(input.value));
    if (parameter.in === "query") query.append(parameter.name, input.value);
    if (parameter.in === "header") headers[parameter.name] = input.value;
  }
  if ([...query].length) url += `?${query}`;
  const request = { method: method.toUpperCase(), headers, credentials: "same-origin" };
  if (body) {
    headers["Content-Type"] = "application/json";
    request.body = body.value;
  }
  output.textContent = "…";
  try {
    const answer = await fetch(url, request);
    const text = await answer.text();
    let shown = text;
    try {
      const json = JSON.parse(text);
      shown = JSON.stringify(json, null, 2);
      if (json.access_token) document.getElementById("bearer").value = `${json.token_type} ${json.access_token}`;
    } catch { /* not JSON: shown as it is */ }
    const told = ["etag", "location", "retry-after", "x-request-id", "idempotent-replayed"];
    const lines = told.filter((name) => answer.headers.has(name)).map((name) => `${name}: ${answer.headers.get(name)}`);
    output.textContent = [`${answer.status} ${answer.statusText}`, ...lines, "", shown].join("\n");
  } catch (error) {
    output.textContent = `The server did not answer: ${error.message}`;
  }
}

function operation(path, method, op) {
  const id = `${method}${path.replace(/[^a-z0-9]+/gi, "-")}`;
  const inputs = parameterInputs(id, op.parameters || []);
  const content = resolved(op.requestBody).content || {};
  const schema = content["application/json"] && content["application/json"].schema;
  const body = schema && el("textarea", { id: `${id}-body`, spellcheck: "false" });
  if (body) body.value = JSON.stringify(example(schema), null, 2);
  const output = el("pre", { "aria-live": "polite", tabindex: "0", "aria-label": "Answer" }, "Nothing sent yet.");
  const button = el("button", null, `Send ${method.toUpperCase()}`);
  const answers = Object.entries(op.responses || {}).map(([status, raw]) =>
    el("tr", null, el("td", null, el("code", null, status)), el("td", null, resolved(raw).description || "OK")));
  const form = el("form", { class: "inside" },
    op.description ? el("p", null, op.description) : null,
    ...inputs.flatMap(({ label, input }) => [label, input]),
    body ? el("label", { for: body.id }, "Body (Ctrl Enter sends it)") : null,
    body || null,
    button,
    el("h3", null, "Answer"), output,
    schema ? el("h3", null, "Fields (* required)") : null,
    schema ? el("table", null, ...fieldRows(schema)) : null,
    el("h3", null, "What it may answer"), el("table", null, ...answers));
  form.addEventListener("submit", (event) => { event.preventDefault(); send(method, path, inputs, body, output); });
  form.addEventListener("keydown", (event) => {
    if (event.target === body && event.key === "Enter" && (event.ctrlKey || event.metaKey)) form.requestSubmit();
  });
  return el("details", { id },
    el("summary", null, el("span", { class: "method" }, method.toUpperCase()),
      el("span", { class: "path" }, path), el("span", { class: "what" }, op.summary || "")),
    form);
}

async function show() {
  spec = await (await fetch("/openapi.json")).json();
  document.title = spec.info.title;
  document.getElementById("title").textContent = spec.info.title;
  document.getElementById("about").textContent = `Version ${spec.info.version}, OpenAPI ${spec.openapi}`;
  const schemes = Object.values((spec.components || {}).securitySchemes || {});
  document.getElementById("proof").hidden = !schemes.some((scheme) => scheme.type === "http");
  const groups = new Map();
  for (const [path, item] of Object.entries(spec.paths)) {
    for (const method of METHODS.filter((name) => item[name])) {
      const tag = (item[method].tags || ["other"])[0];
      groups.set(tag, [...(groups.get(tag) || []), operation(path, method, item[method])]);
    }
  }
  const main = document.getElementById("operations");
  for (const [tag, list] of groups) main.append(el("section", null, el("h2", null, tag), ...list));
}

show().catch((error) => { document.getElementById("about").textContent = `Cannot read /openapi.json: ${error.message}`; });
