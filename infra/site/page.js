// What all pages share: elements without innerHTML, the API, and errors beside their fields.

export function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

// On the website the API is under /api, so that one address serves both.
export async function get(path) {
  const response = await fetch(`/api${path}`, { headers: { accept: "application/json" } });
  if (!response.ok) throw new Error(`${path}: ${response.status}`);
  return response.json();
}

export function day(iso) {
  return new Date(iso).toLocaleDateString("en-CA", { dateStyle: "long", timeZone: "America/Toronto" });
}

// One key for one filled-in form: pressing twice, or again after a lost connection, sends one thing.
let key = crypto.randomUUID();

export async function send(form, body) {
  const button = form.querySelector("button:not([type=button])");
  button.disabled = true;
  clear(form);
  try {
    const response = await fetch(form.action, {
      method: "POST",
      headers: { "content-type": "application/json", accept: "application/json", "idempotency-key": key },
      body: JSON.stringify(body),
    });
    const answer = await response.json();
    if (response.ok) {
      key = crypto.randomUUID();
      return answer;
    }
    // A corrected form is another request; one that may have been stored all the same is not.
    if (response.status < 500) key = crypto.randomUUID();
    complain(form, answer);
  } catch {
    complain(form, { title: "The connection was lost. Nothing is gone: please press the button again." });
  } finally {
    button.disabled = false;
  }
  return undefined;
}

export function tell(title, ...children) {
  const summary = document.getElementById("summary");
  summary.replaceChildren(element("h2", {}, title), ...children);
  summary.hidden = false;
  summary.focus();
  return summary;
}

function clear(form) {
  const summary = document.getElementById("summary");
  summary.hidden = true;
  summary.classList.remove("good");
  form.querySelectorAll(".error").forEach((error) => error.remove());
  form.querySelectorAll("[aria-invalid]").forEach((field) => {
    field.removeAttribute("aria-invalid");
    field.removeAttribute("aria-describedby");
  });
}

function complain(form, problem) {
  const links = (problem.errors ?? []).map((error) => {
    const field = form.elements[error.field];
    if (!field?.id) return element("li", {}, error.message);
    const id = `${field.id}-error`;
    field.setAttribute("aria-invalid", "true");
    field.setAttribute("aria-describedby", id);
    field.closest("p").append(element("span", { id, class: "error" }, error.message));
    return element("li", {}, element("a", { href: `#${field.id}` }, error.message));
  });
  const detail = problem.detail ? [element("p", {}, problem.detail)] : [];
  tell(problem.title, ...detail, element("ul", {}, ...links));
}
