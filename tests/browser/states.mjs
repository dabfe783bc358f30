// Every page, and every state of it that somebody may see: a name, and how to get there.

const DAY = "2026-12-01";
const person = (n) => ({ name: "Zoë Łukasz", email: `zoe${n}@example.com`, phone: `416-555-01${String(n).padStart(2, "0")}` });

// Pages that are the same for everybody.
const ADDRESSES = {
  home: "/",
  articles: "/articles",
  article: "/articles/gut-health-and-foot-pain",
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
  const [address, token] = path(cancelled.manage_url).split("?token=");
  await desk.post(`${address}/cancel`, { token });
  own["booking-cancelled"] = path(cancelled.manage_url);
  const message = await desk.post("/contact", { name: "Zoë", email: "zoe@example.com", message: "Hello", consent: true });
  own["staff-message"] = await desk.mailed(message.reference, "message_to_staff", "/contact/");
  const waiting = await desk.post("/waitlist", { service: "foot-care", practitioner: "chiropodist-3", from: DAY, to: DAY, patient: person(4), consent: true });
  own["waitlist-waiting"] = path(waiting.manage_url);
  own["waitlist-leave"] = `${path(waiting.manage_url)}&action=leave`;
  return { ...ADDRESSES, ...own };
}

// Pages after a visit, in a front desk whose clock has gone on.
export async function laterStates(desk) {
  const visit = await book(desk, 1, "foot-care", "chiropodist-1", "2026-11-30T14:00:00-05:00");
  const staff = await desk.mailed(visit.reference, "booking_to_staff", "/bookings/");
  const asked = await book(desk, 2, "initial-assessment", "chiropodist-2", "2026-12-01T15:00:00-05:00");
  await desk.mailed(asked.reference, "booking_to_staff", "/bookings/");
  await desk.post("/_local/clock", { advance: "P1D" });
  const path = (url) => url.replace(desk.url, "");
  return {
    "booking-past": path(visit.manage_url),
    "booking-expired": path(asked.manage_url),
    "staff-past": staff,
    "staff-no-show": `${staff}&decision=no_show`,
  };
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
    await details(page, desk, 8, `${DAY}T13:30:00-05:00`, "chiropodist-1");
    await desk.post("/bookings", { service: "foot-care", practitioner: "chiropodist-1", start: `${DAY}T13:30:00-05:00`, patient: person(9), consent: true }, "192.0.2.9");
    await page.click("text=Book this appointment");
    await page.waitForSelector("text=just been taken");
  },
  "waitlist-errors": async (page, desk) => {
    await page.goto(`${desk.url}${ADDRESSES.waitlist}`);
    await page.click(".actions button");
    await page.waitForSelector(".summary");
  },
};

async function details(page, desk, n, start = `${DAY}T16:30:00-05:00`, who = "chiropodist-2") {
  await page.goto(`${desk.url}/book?service=foot-care&practitioner=${who}&start=${start}`);
  const { name, email } = person(n);
  await page.fill("[id='patient.name']", name);
  await page.fill("[id='patient.email']", email);
  await page.check("[value=no]");
  await page.fill("#reason", "My heel hurts.");
  await page.check("#consent");
  await page.click("text=Continue");
}
