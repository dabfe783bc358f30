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
  "book-3-nothing-free": "/book?service=orthotics-fitting&month=2026-12&day=2026-12-06",
  "book-4-details": `/book?service=foot-care&practitioner=any&start=${DAY}T10:00:00-05:00`,
  "book-4-call": "/book?service=new-patient-call&practitioner=any&start=2026-12-02T10:00:00-05:00",
  "book-4-gone": `/book?service=foot-care&practitioner=any&start=${DAY}T03:00:00-05:00`,
  waitlist: `/waitlist?service=foot-care&practitioner=any&from=${DAY}&to=2026-12-04`,
  links: "/bookings/links",
  "not-found": "/nothing/here",
  "dead-link": "/bookings/B-00000-00000?token=x",
};

// Pages that are somebody's own.
export async function states(desk) {
  const own = {};
  const book = (n, service, practitioner, start) =>
    desk.post("/bookings", { service, practitioner, start, patient: person(n), reason: "My heel hurts.", consent: true }, `192.0.2.${n}`);
  const path = (url) => url.replace(desk.url, "");

  const confirmed = await book(1, "foot-care", "chiropodist-1", `${DAY}T10:00:00-05:00`);
  own["booking-confirmed"] = path(confirmed.manage_url);
  own["booking-new"] = `${path(confirmed.manage_url)}&done=booked`;
  own["booking-reschedule"] = path(confirmed.manage_url).replace("?", "/reschedule?");
  own["booking-cancel"] = path(confirmed.manage_url).replace("?", "/cancel?");
  const requested = await book(2, "initial-assessment", "chiropodist-2", `${DAY}T15:00:00-05:00`);
  own["booking-requested"] = path(requested.manage_url);
  const decision = await desk.mailed(requested.reference, "booking_to_staff", "/bookings/");
  own["staff-booking"] = decision;
  own["staff-decline"] = `${decision}&decision=decline`;
  own["staff-propose"] = `${decision}&decision=propose`;
  const cancelled = await book(3, "foot-care", "chiropodist-1", `${DAY}T11:00:00-05:00`);
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

// Pages that only a form leads to: where the form is, and what is done with it.
export const FORMS = {
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
    await page.click("main button");
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
