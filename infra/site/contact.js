import { element, get, send, tell } from "./page.js";
import { prove } from "./proof.js";

const form = document.getElementById("form");
form.noValidate = true;
prove();

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const body = Object.fromEntries(new FormData(form));
  body.consent = form.elements.consent.checked;
  body.page = document.referrer.startsWith(location.origin) ? document.referrer : location.href;
  const button = form.querySelector("button");
  button.disabled = true;
  body.altcha = await Promise.race([prove(), new Promise((late) => setTimeout(late, 5000, ""))]);
  const answer = await send(form, body);
  if (!answer) return;
  form.hidden = true;
  tell("Thank you: your message has arrived",
    element("p", {}, `We will get back to you as soon as possible. Your reference is ${answer.reference}.${body.email ? "" : " Please note it down."}`)).classList.add("good");
});

try {
  const { team } = await get("/team");
  const cards = team.map((person) => element("div", { class: "box" },
    element("h2", {}, person.name, person.pronouns ? ` (${person.pronouns})` : ""),
    element("p", {}, element("strong", {}, person.role)), element("p", {}, person.bio)));
  document.getElementById("staff").replaceChildren(...cards);
} catch { /* The form works without it. */ }
