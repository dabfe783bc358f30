// What people do, with and without script, by pointer and by keyboard alone.

import assert from "node:assert/strict";
import test, { after, before } from "node:test";
import { chromium } from "playwright-core";
import { Desk } from "./desk.mjs";

const PHONE = { viewport: { width: 360, height: 740 }, hasTouch: true };
const DESKTOP = { viewport: { width: 1280, height: 800 }, hasTouch: false };
let desk;
let browser;
let people = 0;

before(async () => {
  desk = await Desk.open();
  browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: ["--no-sandbox"] });
});
after(async () => {
  await browser?.close();
  await desk?.close();
});

// A browser of its own, from a network of its own.
async function open(options = {}) {
  people += 1;
  const context = await browser.newContext({ ...PHONE, ...options, extraHTTPHeaders: { "x-forwarded-for": `198.51.100.${people}` } });
  context.setDefaultTimeout(15_000);
  const page = await context.newPage();
  page.email = `person${people}@example.com`;
  page.pressed = 0;
  page.press = async (what) => {
    page.pressed += 1;
    await page.locator(what).first().click();
  };
  return page;
}

async function typeDetails(page) {
  await page.fill("[id='patient.name']", "Zoë Łukasz");
  await page.fill("[id='patient.email']", page.email);
  await page.fill("#reason", "My heel hurts.");
  await page.press("label:has-text('No, this is my first time')");
  await page.press("#consent");
}

// What somebody does who has no pointer.
function byKeyboard(page) {
  const focused = () => page.evaluate(() => document.activeElement === document.body ? "" : document.activeElement.textContent);
  const tabUntil = async (isThere, what) => {
    for (let tabs = 0; tabs < 120; tabs += 1) {
      await page.keyboard.press("Tab");
      if (await isThere()) return;
    }
    throw new Error(`${what} cannot be reached`);
  };
  const tabTo = (words) => tabUntil(async () => (await focused()).replaceAll("\u00a0", " ").includes(words), words);
  const tabToField = (id) => tabUntil(() => page.evaluate((id) => document.activeElement.id === id, id), id);
  const choose = async (words) => { await tabTo(words); await page.keyboard.press("Enter"); };
  const type = async (id, text) => { await tabToField(id); await page.keyboard.type(text); };
  return { focused, tabTo, tabToField, tabUntil, choose, type };
}

const heading = (page) => page.locator("h1").innerText();
const bookings = async () => (await desk.get("/_local/outbox")).mails.filter((mail) => mail.kind === "booking_to_staff").length;

for (const [how, options] of [["with script", {}], ["without script", { javaScriptEnabled: false }]]) {
  test(`search for a word, read, and go on to the tag, ${how}`, async () => {
    const page = await open(options);
    await page.goto(`${desk.url}/articles`);
    await page.fill("#q", "inflamations");
    await page.press(".search button");
    assert.match(await page.locator("main").innerText(), /No article has all of these words/);
    await page.fill("#q", "plantar fasciitis");
    await page.press(".search button");
    assert.equal(await heading(page), "Search: plantar fasciitis");
    assert.equal(await page.locator(".cards mark").first().innerText(), "plantar");
    await page.press(".cards a");
    await page.press(".tags a:has-text('plantar fasciitis')");
    assert.equal(await heading(page), "Articles about plantar fasciitis");
    assert.ok(await page.locator(".cards .card").count() >= 2);
  });

  test(`read an article and book from it, ${how}`, async () => {
    const page = await open(options);
    await page.goto(`${desk.url}/articles/gut-health-and-foot-pain`);
    await page.press("aside.box a.button");
    assert.equal(await heading(page), "Book online");
    page.pressed = 0;
    await page.press(".card:has-text('Routine foot care') a.button");
    await page.press("text=First available");
    await page.press("text=Later");
    await page.press("td a.day:not(.chosen-day)");
    await page.press("a.time");
    await typeDetails(page);
    await page.press("text=Continue");
    assert.equal(await heading(page), "Check your appointment");
    await page.press("text=Book this appointment");
    await page.waitForURL(/\/bookings\/B-/);
    assert.match(await page.locator("main").innerText(), /Your appointment is booked/);
    assert.ok(page.pressed <= 10, `${page.pressed} presses`);
    // Back and reload repeat nothing.
    const reference = page.url().match(/B-[0-9A-Z]+/)[0];
    await desk.mailed(reference, "booking_to_staff", "/bookings/");
    const before = await bookings();
    await page.goBack();
    await page.goForward();
    await page.reload();
    assert.match(await page.locator("main").innerText(), /Tuesday|Wednesday|Thursday|Friday|Saturday|Monday/);
    assert.equal(await bookings(), before);
    await page.context().close();
  });

  test(`each field wrong once, and nothing typed again, ${how}`, async () => {
    const page = await open(options);
    await page.goto(`${desk.url}/book?service=initial-assessment&practitioner=${how === "with script" ? "chiropodist-1" : "chiropodist-2"}&start=2026-12-03T11:00:00-05:00`);
    await page.press("text=Continue");
    assert.equal(await page.locator(".summary a").count(), 4);
    await page.fill("[id='patient.name']", "Zoë Łukasz");
    await page.press("label:has-text('No, this is my first time')");
    await page.fill("[id='patient.email']", "zoe");
    await page.fill("[id='patient.phone']", "call me");
    await page.fill("#reason", "My heel hurts.");
    await page.press("text=Continue");
    assert.equal(await page.locator(".summary a").count(), 3);
    await page.locator(".summary a").first().click();
    assert.equal(await page.evaluate(() => document.activeElement.id || location.hash), "patient.email");
    await page.fill("[id='patient.email']", page.email);
    await page.fill("[id='patient.phone']", "");
    await page.press("#consent");
    assert.equal(await page.inputValue("#reason"), "My heel hurts.");
    await page.press("text=Continue");
    assert.equal(await heading(page), "Check your appointment");
    await page.goBack();
    assert.equal(await page.inputValue("[id='patient.email']"), page.email);
    await page.goForward();
    await page.press("text=Request this appointment");
    await page.waitForURL(/\/bookings\/B-/);
    await page.context().close();
  });

  test(`another time and a corrected name from the last step, ${how}`, async () => {
    const page = await open(options);
    await page.goto(`${desk.url}/book?service=foot-care&practitioner=chiropodist-1&start=2026-12-04T09:00:00-05:00`);
    await typeDetails(page);
    await page.press("text=Continue");
    await page.press("button[value=time]");
    await page.press("button.time");
    assert.equal(await heading(page), "Check your appointment");
    await page.press("button[value=details]");
    assert.equal(await page.inputValue("[id='patient.name']"), "Zoë Łukasz");
    await page.fill("[id='patient.name']", "Zoë L.");
    await page.press("text=Continue");
    assert.match(await page.locator("main").innerText(), /Zoë L\./);
    await page.context().close();
  });

  test(`a message with mistakes, then without, ${how}`, async () => {
    const page = await open(options);
    await page.goto(`${desk.url}/contact`);
    await page.press("main button");
    await page.waitForSelector(".summary");
    await page.fill("#name", "Zoë");
    await page.fill("#email", page.email);
    await page.fill("#message", "My heel hurts.");
    await page.press("#consent");
    await page.press("main button");
    await page.waitForURL(/\/contact\/thanks/);
    assert.equal(await heading(page), "Thank you: your message has arrived");
    await page.reload();
    assert.equal(await heading(page), "Thank you: your message has arrived");
    await page.context().close();
  });

  test(`a message from an article, and staff's page of it, ${how}`, async () => {
    const page = await open(options);
    await page.goto(`${desk.url}/articles/gut-health-and-foot-pain`);
    await page.fill("#name", "Zoë");
    await page.fill("#email", page.email);
    await page.fill("#message", "My heel hurts.");
    await page.press("#consent");
    await page.press("button:has-text('Send')");
    await page.waitForURL(/\/contact\/thanks/);
    const reference = (await page.locator("main").innerText()).match(/C-\w+-\w+/)[0];
    await page.goto(desk.url + await desk.mailed(reference, "message_to_staff", "/contact/"));
    assert.doesNotMatch(await page.locator("main").innerText(), /heel/);
    await page.press("text=Show the message");
    assert.match(await page.locator("main").innerText(), /My heel hurts\./);
    assert.match(await page.locator("main").innerText(), /\/articles\/gut-health-and-foot-pain/);
    await page.press("text=Mark as done");
    await page.waitForURL(/done=handled/);
    await page.reload();
    assert.equal(await heading(page), "Message marked as done");
    await page.press("text=Mark as not done");
    await page.waitForURL(/done=reopen/);
    assert.equal(await heading(page), "Message waiting for an answer");
    await page.context().close();
  });

  test(`Back and reload at every step, ${how}`, async () => {
    const page = await open(options);
    const steps = [
      ["Book online", () => page.press(".card:has-text('Routine foot care') a.button")],
      ["Who would you like to see?", () => page.press("text=Chiropodist 3")],
      ["When would suit you?", () => page.press("a.time")],
      ["Your details", async () => { await typeDetails(page); await page.press("text=Continue"); }],
      ["Check your appointment", null],
    ];
    await page.goto(`${desk.url}/book`);
    for (const [title, next] of steps) {
      assert.equal(await heading(page), title);
      await page.reload();
      assert.equal(await heading(page), title);
      await next?.();
    }
    for (const [title] of steps.slice(0, -1).reverse()) {
      await page.goBack();
      assert.equal(await heading(page), title);
      if (title === "Your details") assert.equal(await page.inputValue("[id='patient.name']"), "Zoë Łukasz");
    }
    for (const [title] of steps.slice(1)) {
      await page.goForward();
      assert.equal(await heading(page), title);
    }
    await page.press("text=Book this appointment");
    await page.waitForURL(/\/bookings\/B-/);
    await page.context().close();
  });

  test(`another service, person and time, and nothing typed again, ${how}`, async () => {
    const page = await open(options);
    await page.goto(`${desk.url}/book?service=foot-care&practitioner=chiropodist-1&start=2026-12-07T09:00:00-05:00`);
    await typeDetails(page);
    await page.press("button[value=service]");
    await page.press("button[value=initial-assessment]");
    await page.press("button[value=who]");
    await page.press("button[value=chiropodist-2]");
    await page.press("button.day:not(.chosen-day)");
    await page.press("button.time");
    assert.equal(await heading(page), "Check your appointment");
    const text = await page.locator("main").innerText();
    for (const words of ["Initial assessment", "Chiropodist 2", "Zoë Łukasz", "My heel hurts."]) assert.ok(text.includes(words), text);
    await page.context().close();
  });

  test(`somebody else is faster, and one press books another time, ${how}`, async () => {
    const page = await open(options);
    const start = how === "with script" ? "2026-12-02T11:00:00-05:00" : "2026-12-02T14:00:00-05:00";
    await page.goto(`${desk.url}/book?service=foot-care&practitioner=chiropodist-1&start=${start}`);
    await typeDetails(page);
    await page.press("text=Continue");
    await desk.post("/bookings", { service: "foot-care", practitioner: "chiropodist-1", start, patient: { name: "Ada", email: `ada${people}@example.com` }, consent: true }, `203.0.113.${10 + people}`);
    await page.press("text=Book this appointment");
    await page.waitForSelector("text=just been taken");
    await page.press("button[name=start]");
    await page.waitForURL(/\/bookings\/B-/);
    assert.match(await page.locator("main").innerText(), /Thank you/);
    await page.context().close();
  });

  test(`Back, and booked once more, is the same appointment, ${how}`, async () => {
    const page = await open(options);
    await page.goto(`${desk.url}/book?service=foot-care&practitioner=any&start=2026-12-1${how === "with script" ? 5 : 6}T11:00:00-05:00`);
    await typeDetails(page);
    await page.press("text=Continue");
    await page.press("text=Book this appointment");
    await page.waitForURL(/\/bookings\/B-/);
    const [, booked] = page.url().match(/(B-\w+-\w+)/);
    await page.goBack();
    await page.reload();
    await page.press("text=Book this appointment");
    await page.waitForURL(new RegExp(booked));
    await page.goBack();
    await page.goBack();
    assert.equal(await heading(page), "Your details");
    await page.press("text=Continue");
    await page.press("text=Book this appointment");
    await page.waitForURL(new RegExp(booked));
    await page.context().close();
  });

  test(`a double click books once, ${how}`, async () => {
    const page = await open(options);
    await page.goto(`${desk.url}/book?service=foot-care&practitioner=chiropodist-2&start=2026-12-04T${how === "with script" ? "11" : "14"}:00:00-05:00`);
    await typeDetails(page);
    await page.press("text=Continue");
    await page.locator("text=Book this appointment").dblclick();
    await page.waitForURL(/\/bookings\/B-/);
    const reference = page.url().match(/B-\w+-\w+/)[0];
    await desk.mailed(reference, "booking_confirmed", "/bookings/");
    const { mails } = await desk.get("/_local/outbox");
    assert.equal(mails.filter((mail) => mail.kind === "booking_confirmed" && mail.to.includes(page.email)).length, 1);
    await page.context().close();
  });
}

for (const [how, options] of [["with script", {}], ["without script", { javaScriptEnabled: false }]]) {
  test(`by keyboard alone, from an article to a person, with mistakes, another time and a lost race, ${how}`, async () => {
    const page = await open({ ...DESKTOP, ...options });
    const { tabTo, tabToField, tabUntil, choose, type } = byKeyboard(page);
    await page.goto(`${desk.url}/articles/gut-health-and-foot-pain`);
    await tabUntil(() => page.evaluate(() => document.activeElement.matches("aside.box a.button")), "the box");
    await page.keyboard.press("Enter");
    await page.waitForURL(/\/book$/);
    await choose("Choose: Routine foot care");
    await page.waitForURL(/service=/);
    await choose("Chiropodist 1");
    await page.waitForURL(/practitioner=chiropodist-1/);
    await choose("Later");
    await page.waitForURL(/month=2026-12/);
    // The Tab key goes on inside the month.
    await page.keyboard.press("Tab");
    assert.ok(await page.evaluate(() => document.activeElement.closest("#month")), "the month is passed over");
    await choose("Monday, December 14");
    await page.waitForURL(/day=2026-12-14/);
    await choose(how === "with script" ? "9:00 a.m." : "10:00 a.m.");
    await page.waitForURL(/start=/);
    await choose("Continue");
    await page.waitForSelector(".summary");
    await choose("Enter a name");
    await page.keyboard.type("Zoë Łukasz");
    await type("patient.email", page.email);
    await tabToField("patient.returning");
    await page.keyboard.press("ArrowDown");
    await tabToField("consent");
    await page.keyboard.press("Space");
    await choose("Continue");
    await page.waitForSelector("text=Check your appointment");
    await tabUntil(() => page.evaluate(() => document.activeElement.matches("button[name=change][value=time]")), "Change");
    await page.keyboard.press("Enter");
    await page.waitForSelector("text=When would suit you?");
    const hour = how === "with script" ? 13 : 15;
    await choose(`${hour - 12}:30 p.m.`);
    await page.waitForSelector("text=Check your appointment");
    await desk.post("/bookings", { service: "foot-care", practitioner: "chiropodist-1", start: `2026-12-14T${hour}:30:00-05:00`, patient: { name: "Ada", email: `ada${people}@example.com` }, consent: true }, `203.0.113.${100 + people}`);
    await tabTo("Book this appointment");
    await page.keyboard.press("Enter");
    await page.waitForSelector("text=just been taken");
    await tabUntil(() => page.evaluate(() => document.activeElement.matches("button[name=start]")), "another time");
    await page.keyboard.press("Enter");
    await page.waitForURL(/\/bookings\/B-/);
    assert.match(await page.locator("main").innerText(), /Thank you/);
    await page.context().close();
  });
}

test("by keyboard alone, from the home page to an appointment", async () => {
  const page = await open(DESKTOP);
  await page.goto(desk.url);
  const { focused, tabTo, tabToField } = byKeyboard(page);
  await page.keyboard.press("Tab");
  assert.equal(await focused(), "Skip to the content");
  await tabTo("Book online");
  await page.keyboard.press("Enter");
  await page.waitForURL(/\/book$/);
  await tabTo("Choose: Routine foot care");
  await page.keyboard.press("Enter");
  await page.waitForURL(/service=/);
  await tabTo("First available");
  await page.keyboard.press("Enter");
  await page.waitForURL(/practitioner=/);
  await tabTo("4:00 p.m.");
  await page.keyboard.press("Enter");
  await page.waitForURL(/start=/);
  await tabToField("patient.name");
  await page.keyboard.type("Zoë Łukasz");
  await page.keyboard.press("Tab");
  await page.keyboard.type(page.email);
  await tabToField("patient.returning");
  await page.keyboard.press("ArrowDown");
  await tabToField("consent");
  await page.keyboard.press("Space");
  await tabTo("Continue");
  await page.keyboard.press("Enter");
  await page.waitForSelector("text=Check your appointment");
  await tabTo("Book this appointment");
  await page.keyboard.press("Enter");
  await page.waitForURL(/\/bookings\/B-/);
  await page.context().close();
});

test("while the proof is computed, the button that was pressed last counts", async () => {
  const page = await open();
  const begin = async () => {
    await page.goto(`${desk.url}/book?service=foot-care&practitioner=chiropodist-2&start=2026-12-17T11:00:00-05:00`);
    await typeDetails(page);
    await page.press("text=Continue");
    await page.press("text=Book this appointment");
  };
  await page.route("**/contact/challenge*", async (route) => {
    await new Promise((later) => setTimeout(later, 1500));
    await route.continue();
  });
  await begin();
  await page.press("button[value=time]");
  await page.waitForSelector("text=When would suit you?");
  await new Promise((later) => setTimeout(later, 2500));
  assert.equal(await heading(page), "When would suit you?");
  await desk.post("/bookings", { service: "foot-care", practitioner: "chiropodist-2", start: "2026-12-17T11:00:00-05:00", patient: { name: "Ada", email: "ada7@example.com" }, consent: true }, "203.0.113.7");
  await page.goBack();
  await page.press("text=Book this appointment");
  await page.waitForSelector("text=just been taken");
  const times = page.locator("button[name=start]");
  const last = await times.nth(1).innerText();
  await times.nth(0).click();
  await times.nth(1).click();
  await page.waitForURL(/\/bookings\/B-/);
  assert.ok((await page.locator("main").innerText()).includes(last.split(" at ")[1]), last);
  await page.context().close();
});

test("by keyboard alone, a message with a mistake", async () => {
  const page = await open(DESKTOP);
  const { focused, tabToField, choose, type } = byKeyboard(page);
  await page.goto(`${desk.url}/contact`);
  await type("name", "Zoë");
  await type("email", "zoe");
  await type("message", "My heel hurts.");
  await choose("Send");
  await page.waitForSelector(".summary");
  assert.match(await focused(), /There is a problem/);
  await choose("Enter an email address");
  await page.keyboard.press("Control+A");
  await page.keyboard.type(page.email);
  await tabToField("consent");
  await page.keyboard.press("Space");
  await choose("Send");
  await page.waitForURL(/\/contact\/thanks/);
  await page.context().close();
});

test("by keyboard alone, staff propose a time, the patient takes it, moves and cancels", async () => {
  const page = await open(DESKTOP);
  const { tabTo, tabUntil, choose } = byKeyboard(page);
  const booked = await desk.post("/bookings", { service: "initial-assessment", practitioner: "chiropodist-1", start: "2026-12-09T10:00:00-05:00", patient: { name: "Ada", email: "ada3@example.com", phone: "416-555-0143" }, consent: true }, "203.0.113.3");
  await page.goto(desk.url + await desk.mailed(booked.reference, "booking_to_staff", "/bookings/"));
  await choose("Propose other times");
  await page.waitForURL(/decision=propose/);
  await choose("Thursday, December 10");
  await page.waitForSelector("legend:has-text('December 10')");
  await tabUntil(() => page.evaluate(() => document.activeElement.matches("label.time input")), "a time");
  await page.keyboard.press("Space");
  await choose("Propose these times");
  await page.waitForURL(/done=proposed/);
  await page.goto(desk.url + await desk.mailed(booked.reference, "booking_proposed", "/bookings/"));
  await choose("Thursday, December 10");
  await page.waitForURL(/done=accepted/);
  await choose("Look for another time");
  await page.waitForURL(/reschedule/);
  await tabUntil(() => page.evaluate(() => document.activeElement.matches("label.time input")), "a time");
  await page.keyboard.press("Space");
  await choose("Take this time");
  await page.waitForURL(/done=moved/);
  await choose("Cancel the appointment");
  await page.waitForURL(/cancel\?/);
  await tabTo("Yes, cancel it");
  await page.keyboard.press("Enter");
  await page.waitForURL(/done=cancelled/);
  assert.equal(await heading(page), "Your appointment is cancelled");
  await page.context().close();
});

test("the patient moves and cancels, and staff decide, by the links in their mails", async () => {
  const page = await open();
  const booked = await desk.post("/bookings", { service: "initial-assessment", practitioner: "chiropodist-2", start: "2026-12-05T10:00:00-05:00", patient: { name: "Ada", email: "ada2@example.com", phone: "416-555-0142" }, consent: true }, "203.0.113.2");
  const staff = await desk.mailed(booked.reference, "booking_to_staff", "/bookings/");
  await page.goto(desk.url + staff);
  await page.press("button:has-text('Confirm')");
  await page.waitForSelector("[role=status]");
  const own = await desk.mailed(booked.reference, "booking_confirmed", "/bookings/");
  await page.goto(desk.url + own);
  await page.press("a[href*=reschedule]");
  await page.press("label.time");
  await page.press("text=Take this time");
  await page.waitForSelector("text=Your appointment has a new time.");
  await page.press("main a[href*=cancel]");
  await page.press("text=Yes, cancel it");
  await page.waitForSelector("text=Your appointment is cancelled");
  await page.context().close();
});

test("every step fits on two screens of a phone", async () => {
  const page = await open({ viewport: { width: 360, height: 800 } });
  const measure = async (what) => {
    const height = await page.evaluate(() => document.querySelector("main > :last-child").getBoundingClientRect().bottom + scrollY);
    assert.ok(height <= 2 * page.viewportSize().height, `${what}: ${Math.round(height)} px`);
  };
  for (const path of [
    "/book",
    "/book?service=foot-care",
    "/book?service=foot-care&practitioner=chiropodist-1&month=2026-12",
    "/book?service=foot-care&practitioner=any&start=2026-12-08T10:00:00-05:00",
  ]) {
    await page.goto(desk.url + path);
    await measure(path);
  }
  await typeDetails(page);
  await page.press("text=Continue");
  await measure("check");
  await page.press("button[value=time]");
  await measure("another time");
  await page.context().close();
});
