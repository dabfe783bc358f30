// Proof of work in ALTCHA's form: try numbers until one derives the key that the challenge asks for. At most a few thousand
// tries; they run while somebody reads the page, and hold nothing up. Without a proof a form is taken all the same.

const bytes = (hex) => Uint8Array.from(hex.match(/../g), (pair) => parseInt(pair, 16));
const hex = (buffer) => Array.from(new Uint8Array(buffer), (byte) => byte.toString(16).padStart(2, "0")).join("");

async function derive({ cost, keyLength, nonce, salt }, counter) {
  const password = new Uint8Array([...bytes(nonce), 0, 0, 0, 0]);
  new DataView(password.buffer).setUint32(password.length - 4, counter);
  const key = await crypto.subtle.importKey("raw", password, "PBKDF2", false, ["deriveBits"]);
  const how = { name: "PBKDF2", hash: "SHA-256", salt: bytes(salt), iterations: cost };
  return hex(await crypto.subtle.deriveBits(how, key, keyLength * 8));
}

async function solve() {
  const answer = await fetch("/contact/challenge", { headers: { accept: "application/json" } });
  const challenge = await answer.json();
  const { algorithm, keyPrefix } = challenge.parameters;
  if (algorithm !== "PBKDF2/SHA-256") return "";
  for (let counter = 0; counter < 5000; counter += 1) {
    const derivedKey = await derive(challenge.parameters, counter);
    if (derivedKey.startsWith(keyPrefix)) return btoa(JSON.stringify({ challenge, solution: { counter, derivedKey } }));
  }
  return "";
}

const GOOD_FOR = 50 * 60 * 1000;
let begun = 0;
let proof;

function prove() {
  if (!proof || Date.now() - begun > GOOD_FOR) {
    begun = Date.now();
    proof = solve().catch(() => "");
  }
  return proof;
}

// The form is sent once, by the button that was pressed last, with its proof or, after five seconds, without.
const sending = new WeakMap();

async function send(form, button) {
  const before = sending.get(form);
  before?.button.removeAttribute("aria-disabled");
  button.setAttribute("aria-disabled", "true");
  if (before) {
    before.button = button;
    return;
  }
  const attempt = { button };
  sending.set(form, attempt);
  const field = document.createElement("input");
  field.type = "hidden";
  field.name = "altcha";
  field.value = await Promise.race([prove(), new Promise((late) => setTimeout(late, 5000, ""))]);
  form.querySelector("[name=altcha]")?.remove();
  form.append(field);
  // Not while the press is still being handled: a browser ignores a second submission inside the first.
  setTimeout(() => sending.get(form) === attempt && form.requestSubmit(attempt.button));
}

for (const form of document.querySelectorAll("form:has([data-prove])")) {
  prove();
  form.addEventListener("submit", (event) => {
    const button = event.submitter;
    if (!button?.hasAttribute("data-prove")) {
      sending.get(form)?.button.removeAttribute("aria-disabled");
      sending.delete(form);
      return;
    }
    if (form.querySelector("[name=altcha]")) return;
    event.preventDefault();
    send(form, button);
  });
}

// Back leads to the page as it was left: it may be sent again.
addEventListener("pageshow", () => {
  for (const form of document.forms) {
    sending.delete(form);
    form.querySelector("[name=altcha]")?.remove();
    form.querySelector("[aria-disabled]")?.removeAttribute("aria-disabled");
  }
});
