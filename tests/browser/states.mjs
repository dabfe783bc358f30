// Every page, and every state of it that somebody may see: a name, and how to get there.

const DAY = "2026-12-01";
const person = (n) => ({ name: "Zoë Łukasz", email: `zoe${n}@example.com`, phone: `416-555-01${String(n).padStart(2, "0")}` });
// Somebody from a network of their own, as often as it is asked.
let others = 0;
const anybody = () => {
  others += 1;
  return [{ name: "Ada Ní Dhuibhne", email: `ada${others}@example.com` }, `2001:db8:${others}::1`];
};

// Pages that are the same for everybody.
const ADDRESSES = {
  home: "/",
  articles: "/articles",
  article: "/articles/gut-health-and-foot-pain",
  "articles-found": "/articles?q=heel+pain",
  "articles-not-found": "/articles?q=zebra",
  "articles-with-tag": "/articles?tag=foot+pain",
  "articles-by-author": "/articles?author=chiropodist-1",
  team: "/team",
  practitioner: "/team/chiropodist-1",
  colleague: "/team/carolina-charles",
  visit: "/clinic",
  privacy: "/privacy",
  contact: "/contact",
  "contact-thanks": "/contact/thanks?reference=C-00000-00000&by=phone",
  "book-1-service": "/book",
  "book-2-who": "/book?service=foot-care",
  "book-3-time": "/book?service=foot-care&practitioner=any&month=2026-12",
  "book-3-today": "/book?service=foot-care&practitioner=any",
  "book-3-nothing-free": "/book?service=initial-assessment&practitioner=chiropodist-2&month=2026-11",
  "book-4-details": `/book?service=foot-care&practitioner=any&start=${DAY}T10:00:00-05:00`,
  "book-4-call": "/book?service=new-patient-call&practitioner=any&start=2026-12-02T10:00:00-05:00",
  "book-4-gone": `/book?service=foot-care&practitioner=any&start=${DAY}T03:00:00-05:00`,
  waitlist: `/waitlist?service=foot-care&practitioner=any&from=${DAY}&to=2026-12-04`,
  links: "/bookings/links",
  "not-found": "/nothing/here",
  "dead-link": "/bookings/B-00000-00000?token=x",
  "dead-link-of-staff": "/bookings/B-00000-00000/decision?token=x",
  "dead-link-of-waitlist": "/waitlist/W-00000-00000?token=x",
  "dead-link-of-message": "/contact/C-00000-00000/review?token=x",
};

const book = (desk, n, service, practitioner, start) =>
  desk.post("/bookings", { service, practitioner, start, patient: person(n), reason: "My heel hurts.", consent: true }, `192.0.2.${n}`);

async function cancel(desk, { manage_url: url }) {
  const [address, token] = url.replace(desk.url, "").split("?token=");
  await desk.post(`${address}/cancel`, { token });
}

// Staff's decision about a request.
async function decide(desk, reference, decision) {
  const link = await desk.mailed(reference, "booking_to_staff", "/bookings/");
  const [address, token] = link.split("?token=");
  await desk.post(address, { token, ...decision });
  return link;
}

// Pages that are somebody's own.
export async function states(desk) {
  const own = {};
  const path = (url) => url.replace(desk.url, "");

  const confirmed = await book(desk, 1, "foot-care", "chiropodist-1", `${DAY}T10:00:00-05:00`);
  own["booking-confirmed"] = path(confirmed.manage_url);
  own["booking-new"] = `${path(confirmed.manage_url)}&done=booked`;
  own["booking-reschedule"] = path(confirmed.manage_url).replace("?", "/reschedule?");
  own["booking-cancel"] = path(confirmed.manage_url).replace("?", "/cancel?");
  const requested = await book(desk, 2, "initial-assessment", "chiropodist-2", `${DAY}T15:00:00-05:00`);
  own["booking-requested"] = path(requested.manage_url);
  const decision = await desk.mailed(requested.reference, "booking_to_staff", "/bookings/");
  own["staff-booking"] = decision;
  own["staff-decline"] = `${decision}&decision=decline`;
  own["staff-propose"] = `${decision}&decision=propose`;
  const proposed = await book(desk, 5, "initial-assessment", "chiropodist-1", "2026-12-02T10:00:00-05:00");
  const starts = ["2026-12-03T10:00:00-05:00", "2026-12-04T15:00:00-05:00"];
  own["staff-proposed"] = await decide(desk, proposed.reference, { decision: "propose", starts, note: "Would one of these suit you?" });
  own["booking-proposals"] = path(proposed.manage_url);
  const declined = await book(desk, 6, "initial-assessment", "chiropodist-1", "2026-12-02T14:00:00-05:00");
  own["staff-declined"] = await decide(desk, declined.reference, { decision: "decline", note: "Please see your family doctor first." });
  own["booking-declined"] = path(declined.manage_url);
  const cancelled = await book(desk, 3, "foot-care", "chiropodist-1", `${DAY}T11:00:00-05:00`);
  await cancel(desk, cancelled);
  own["booking-cancelled"] = path(cancelled.manage_url);
  own["staff-cancelled"] = await desk.mailed(cancelled.reference, "booking_to_staff", "/bookings/");
  own["staff-confirmed"] = await desk.mailed(confirmed.reference, "booking_to_staff", "/bookings/");
  const message = await desk.post("/contact", { name: "Zoë", email: "zoe@example.com", message: "Hello", consent: true });
  own["staff-message"] = await desk.mailed(message.reference, "message_to_staff", "/contact/");
  const answered = await desk.post("/contact", { name: "Ada", email: "ada@example.com", message: "Hello again", consent: true }, "192.0.2.7");
  own["staff-message-done"] = await desk.mailed(answered.reference, "message_to_staff", "/contact/");
  const [review, reviewToken] = own["staff-message-done"].split("?token=");
  await desk.post(review, { token: reviewToken, action: "handled" });
  const waiting = await desk.post("/waitlist", { service: "foot-care", practitioner: "chiropodist-3", from: DAY, to: DAY, patient: person(4), consent: true });
  own["waitlist-waiting"] = path(waiting.manage_url);
  own["waitlist-leave"] = `${path(waiting.manage_url)}&action=leave`;
  const left = await desk.post("/waitlist", { service: "foot-care", practitioner: "chiropodist-3", from: DAY, to: DAY, patient: person(7), consent: true }, "192.0.2.7");
  const [entry, entryToken] = path(left.manage_url).split("?token=");
  await desk.post(`${entry}/leave`, { token: entryToken });
  own["waitlist-left"] = path(left.manage_url);
  return { ...ADDRESSES, ...own };
}

// Pages after a visit, in a front desk whose clock has gone on.
export async function laterStates(desk) {
  const visit = await book(desk, 1, "foot-care", "chiropodist-1", "2026-11-30T14:00:00-05:00");
  const staff = await desk.mailed(visit.reference, "booking_to_staff", "/bookings/");
  const asked = await book(desk, 2, "initial-assessment", "chiropodist-2", "2026-12-01T15:00:00-05:00");
  await desk.mailed(asked.reference, "booking_to_staff", "/bookings/");
  const missed = await book(desk, 3, "foot-care", "chiropodist-1", "2026-11-30T15:00:00-05:00");
  const staffOfMissed = await desk.mailed(missed.reference, "booking_to_staff", "/bookings/");
  const waited = await desk.post("/waitlist", { service: "foot-care", practitioner: "chiropodist-2", from: "2026-11-30", to: "2026-11-30", patient: person(4), consent: true });
  const quarantined = await suspicious(desk, 5);
  const spam = await suspicious(desk, 6);
  await desk.post("/_local/clock", { advance: "P1D" });
  const [decision, token] = staffOfMissed.split("?token=");
  await desk.post(decision.replace("decision", "no-show"), { token });
  const staffOfSpam = await desk.mailed(spam, "digest", `/contact/${spam}`);
  const [review, reviewToken] = staffOfSpam.split("?token=");
  await desk.post(review, { token: reviewToken, action: "spam" });
  const displaced = await book(desk, 7, "foot-care", "chiropodist-1", "2026-12-09T10:00:00-05:00");
  const staffOfDisplaced = await desk.mailed(displaced.reference, "booking_to_staff", "/bookings/");
  desk.run("timeoff", "add", "--practitioner", "chiropodist-1", "--from", "2026-12-09", "--to", "2026-12-09", "--tell-patients");
  const offered = await offer(desk);
  const path = (url) => url.replace(desk.url, "");
  return {
    "booking-past": path(visit.manage_url),
    "booking-expired": path(asked.manage_url),
    "booking-missed": path(missed.manage_url),
    "booking-must-move": await desk.mailed(displaced.reference, "booking_must_move", "/bookings/"),
    "booking-offered": await desk.mailed(offered.reference, "waitlist_offer", "/bookings/"),
    "staff-past": staff,
    "staff-no-show": `${staff}&decision=no_show`,
    "staff-missed": staffOfMissed,
    "staff-must-move": staffOfDisplaced,
    "staff-message-quarantined": await desk.mailed(quarantined, "digest", `/contact/${quarantined}`),
    "staff-message-spam": staffOfSpam,
    "waitlist-offered": path(offered.manage_url),
    "waitlist-over": path(waited.manage_url),
  };
}

// A message that waits in quarantine: its reference.
async function suspicious(desk, n) {
  const links = "https://one.example https://two.example https://three.example";
  const { reference } = await desk.post("/contact", { ...person(n), message: links, consent: true }, `192.0.2.${n}`);
  return reference;
}

// Somebody on the waiting list, to whom the only time of a day is offered after it was cancelled.
async function offer(desk) {
  const day = "2026-12-10";
  desk.run("timeoff", "add", "--practitioner", "chiropodist-2", "--from", `${day}T10:40`, "--to", `${day}T18:00`);
  const only = await book(desk, 8, "foot-care", "chiropodist-2", `${day}T10:00:00-05:00`);
  const entry = await desk.post("/waitlist", { service: "foot-care", practitioner: "chiropodist-2", from: day, to: day, patient: person(9), consent: true }, "192.0.2.9");
  await cancel(desk, only);
  await desk.sweep();
  return entry;
}

// Pages that only a form leads to: where the form is, and what is done with it.
export const FORMS = {
  "contact-unavailable": async (page, desk) => {
    await page.goto(`${desk.url}/contact`);
    await page.fill("#name", "Zoë");
    await page.fill("#email", "zoe@example.com");
    await page.fill("#message", "My heel hurts.");
    await page.check("#consent");
    await desk.post("/_local/faults", { dynamodb: "down", operation: "TransactWriteItems" });
    await page.click("text=Send");
    await page.waitForSelector(".notice, .summary");
    await desk.post("/_local/faults", { dynamodb: "ok" });
  },
  "links-errors": async (page, desk) => {
    await page.goto(`${desk.url}/bookings/links`);
    await page.fill("#email", "zoe");
    await page.click("text=Send me my links");
    await page.waitForSelector(".summary");
  },
  "links-asked": async (page, desk) => {
    await page.goto(`${desk.url}/bookings/links`);
    await page.fill("#email", "nobody@example.com");
    await page.click("text=Send me my links");
    await page.waitForSelector("text=Check your email");
  },
  "staff-booking-shown": async (page, desk, all) => {
    await page.goto(desk.url + all["staff-booking"]);
    await page.click("text=Show patient details");
    await page.waitForSelector("blockquote");
  },
  "staff-message-shown": async (page, desk, all) => {
    await page.goto(desk.url + all["staff-message"]);
    await page.click("text=Show the message");
    await page.waitForSelector("blockquote");
  },
  "staff-propose-errors": async (page, desk, all) => {
    await page.goto(desk.url + all["staff-propose"]);
    await page.click("text=Propose these times");
    await page.waitForSelector(".summary");
  },
  "staff-propose-two-days": async (page, desk, all) => {
    await page.goto(desk.url + all["staff-propose"]);
    await page.locator("label.time").first().click();
    await page.locator("button.day:not(.chosen-day)").first().click();
    await page.waitForSelector("text=Chosen on other days");
  },
  "book-1-other-service": async (page, desk) => {
    await details(page, desk, 8);
    await page.click("button[value=service]");
    await page.waitForSelector("text=Which appointment would you like?");
  },
  "contact-errors": async (page, desk) => {
    await page.goto(`${desk.url}/contact`);
    await page.fill("#email", "zoe");
    await page.click("text=Send");
    await page.waitForSelector(".summary");
  },
  "book-4-errors": async (page, desk) => {
    await page.goto(`${desk.url}${ADDRESSES["book-4-details"]}`);
    await page.fill("[id='patient.email']", "zoe");
    await page.click("text=Continue");
    await page.waitForSelector(".summary");
  },
  "book-5-check": async (page, desk) => {
    await details(page, desk, 8);
    await page.waitForSelector("text=Check your appointment");
  },
  "book-5-other-time": async (page, desk) => {
    await details(page, desk, 8);
    await page.click("button[value=time]");
    await page.waitForSelector("text=When would suit you?");
  },
  "book-6-taken": async (page, desk) => {
    const start = `${DAY}T13:30:00-05:00`;
    await details(page, desk, 8, start, "chiropodist-1");
    const [patient, network] = anybody();
    const faster = await desk.post("/bookings", { service: "foot-care", practitioner: "chiropodist-1", start, patient, consent: true }, network);
    await page.click("text=Book this appointment");
    await page.waitForSelector("text=just been taken");
    await cancel(desk, faster);
  },
  "book-6-too-many": async (page, desk) => {
    await page.goto(`${desk.url}/book?service=foot-care&practitioner=chiropodist-2&start=${DAY}T16:30:00-05:00`);
    await typed(page, { name: "Zoë Łukasz", email: await busy(desk) });
    await page.click("text=Book this appointment");
    await page.waitForSelector("text=We cannot take another request online now");
  },
  "book-6-unavailable": async (page, desk) => {
    await details(page, desk, 8);
    await desk.post("/_local/faults", { dynamodb: "down", operation: "TransactWriteItems" });
    await page.click("text=Book this appointment");
    await page.waitForSelector("text=Try again");
    await desk.post("/_local/faults", { dynamodb: "ok" });
  },
  "staff-wrong-state": async (page, desk) => {
    const [patient, network] = anybody();
    const start = "2026-12-10T11:00:00-05:00";
    const asked = await desk.post("/bookings", { service: "initial-assessment", practitioner: "chiropodist-1", start, patient, consent: true }, network);
    await page.goto(desk.url + await desk.mailed(asked.reference, "booking_to_staff", "/bookings/"));
    await cancel(desk, asked);
    await page.click("button:has-text('Confirm')");
    await page.waitForSelector("text=This has changed in the meantime");
  },
  "waitlist-need-not-wait": async (page, desk) => {
    await page.goto(`${desk.url}${ADDRESSES.waitlist}`);
    await page.fill("[id='patient.name']", "Ada");
    await page.fill("[id='patient.email']", "ada@example.com");
    await page.check("#consent");
    await page.click(".actions button");
    await page.waitForSelector("text=There are free times on these days");
  },
  "waitlist-errors": async (page, desk) => {
    await page.goto(`${desk.url}${ADDRESSES.waitlist}`);
    await page.click(".actions button");
    await page.waitForSelector(".summary");
  },
};

async function details(page, desk, n, start = `${DAY}T16:30:00-05:00`, who = "chiropodist-2") {
  await page.goto(`${desk.url}/book?service=foot-care&practitioner=${who}&start=${start}`);
  await typed(page, person(n));
}

async function typed(page, { name, email }) {
  await page.fill("[id='patient.name']", name);
  await page.fill("[id='patient.email']", email);
  await page.check("[value=no]");
  await page.fill("#reason", "My heel hurts.");
  await page.check("#consent");
  await page.click("text=Continue");
}

// The address of somebody who has booked as often as anybody may in a week.
async function busy(desk) {
  const email = "busy@example.com";
  for (const day of ["03", "04", "08", "09", "10", "11"]) {
    const [, network] = anybody();
    await desk.post("/bookings", { service: "foot-care", practitioner: "chiropodist-2", start: `2026-12-${day}T16:00:00-05:00`, patient: { name: "Busy", email }, consent: true }, network);
  }
  return email;
}
