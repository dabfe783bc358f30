import { element, get, send, tell } from "./page.js";
import { prove } from "./proof.js";

const form = document.getElementById("form");
form.noValidate = true;
prove();
const { service, practitioner } = form.elements;
const slots = document.getElementById("slots");
const zone = { timeZone: "America/Toronto" };
const dateOf = (moment) => moment.toLocaleDateString("sv-SE", zone);

const plus = (date, days) => {
  const moved = new Date(`${date}T12:00:00Z`);
  moved.setUTCDate(moved.getUTCDate() + days);
  return moved.toISOString().slice(0, 10);
};
const spoken = (date, options) => new Date(`${date}T12:00:00Z`).toLocaleDateString("en-CA", { timeZone: "UTC", ...options });
const time = (iso) => new Date(iso).toLocaleTimeString("en-CA", { ...zone, timeStyle: "short" });

let today = dateOf(new Date());
let from = today;
let offers;
// Whether nothing of the week can be booked, so that the form joins the waiting list.
let waits = false;

async function show() {
  const chosen = offers.services.find((one) => one.id === service.value);
  const price = chosen.price.amount === "0.00" ? "free of charge" : `$${chosen.price.amount}`;
  document.getElementById("about").textContent = `${chosen.summary} ${chosen.minutes} minutes, ${price}.`;
  const to = plus(from, 6);
  document.getElementById("week").textContent =
    `${spoken(from, { day: "numeric", month: "short" })} – ${spoken(to, { day: "numeric", month: "short" })}`;
  document.getElementById("before").disabled = from <= today;
  const who = practitioner.value ? `&practitioner=${practitioner.value}` : "";
  try {
    const { days } = await get(`/availability?service=${service.value}&from=${from}&to=${to}${who}`);
    const open = Object.entries(days).filter(([, starts]) => starts.length > 0);
    waits = !open.some(([, starts]) => starts.some((start) => start.book === "online"));
    slots.replaceChildren(...open.map(dayOf), ...(waits ? [element("p", {}, "No free times online in these days. Try later ones, or join the waiting list: when a time becomes free, we write to you and hold it for you.")] : []));
    form.action = waits ? "/api/waitlist" : "/api/bookings";
    form.querySelector("button:not([type=button])").textContent = waits ? "Join the waiting list for these days" : "Ask for this appointment";
  } catch {
    slots.replaceChildren(element("p", {}, "Free times cannot be loaded at the moment. Please try again."));
  }
}

function dayOf([date, starts]) {
  const choices = starts.filter((start) => start.book === "online").map((start) =>
    element("label", {}, element("input", { type: "radio", name: "start", value: start.start }), element("span", {}, time(start.start))));
  const soon = starts.filter((start) => start.book === "call").map((start) => time(start.start));
  if (soon.length) {
    choices.unshift(element("p", { class: "hint" }, `Sooner, from ${soon[0]}: `,
      element("a", { href: "tel:4167693338" }, "call 416-769-3338")));
  }
  return element("div", { class: "day" },
    element("h3", {}, spoken(date, { weekday: "long", day: "numeric", month: "long" })), ...choices);
}

function people() {
  const chosen = offers.services.find((one) => one.id === service.value);
  const offering = offers.practitioners.filter((one) => chosen.practitioners.includes(one.id));
  practitioner.replaceChildren(element("option", { value: "" }, "Whoever is free"),
    ...offering.map((one) => element("option", { value: one.id }, `${one.name}, ${one.role}`)));
}

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const data = new FormData(form);
  const answer = await send(form, {
    service: data.get("service"),
    practitioner: data.get("practitioner"),
    ...(waits ? { from, to: plus(from, 6) } : { start: data.get("start") ?? "", reason: data.get("reason") }),
    patient: {
      name: data.get("patient.name"),
      email: data.get("patient.email"),
      phone: data.get("patient.phone"),
      returning: form.elements["patient.returning"].checked,
    },
    consent: form.elements.consent.checked,
    _consent_version: offers.consent.version,
    altcha: await Promise.race([prove(), new Promise((late) => setTimeout(late, 5000, ""))]),
  });
  if (!answer) return show();
  form.hidden = true;
  if (answer.status === "waiting") {
    tell("You are on the waiting list", element("p", {}, `Your reference is ${answer.reference}. A mail is on its way to you. When a time becomes free that suits you, we write to you and hold it for you.`)).classList.add("good");
    return;
  }
  const when = `${spoken(answer.start.slice(0, 10), { weekday: "long", day: "numeric", month: "long" })}, ${time(answer.start)}`;
  const title = answer.status === "confirmed" ? "Thank you: you have an appointment" : "Thank you: we have your request";
  const next = data.get("patient.email") ? "A mail is on its way to you." : "Please note it down: we will call you.";
  const page = answer.manage_url ? [element("p", {}, element("a", { href: answer.manage_url }, "Your page of this appointment"))] : [];
  tell(title, element("p", {}, element("strong", {}, when)), element("p", {}, `Your reference is ${answer.reference}. ${next}`),
    ...page).classList.add("good");
});

service.addEventListener("change", () => { people(); show(); });
practitioner.addEventListener("change", show);
document.getElementById("before").addEventListener("click", () => { from = plus(from, -7); show(); });
document.getElementById("after").addEventListener("click", () => { from = plus(from, 7); show(); });

// On a laptop whose clock was moved, "today" is the program's.
try { today = from = dateOf(new Date((await get("/_local/clock")).now)); } catch { /* deployed: there is none */ }
offers = await get("/services");
document.getElementById("consent-text").textContent = offers.consent.text;
service.replaceChildren(...offers.services.map((one) => element("option", { value: one.id }, one.name)));
people();
await show();
