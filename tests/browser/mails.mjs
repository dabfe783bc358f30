// Every mail in pictures: at the width of a phone and of a computer, on a light and on a dark screen. And what a machine can
// check of each: whether Gmail, Outlook and Apple Mail know what its HTML uses (caniemail.com), accessibility (axe-core),
// nothing that scrolls sideways, nothing but the logo that is loaded.
//
// FRONTDESK_MAILS names the folder of the mails, which the test suite fills: `… --test suite -- mail::`.

import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename } from "node:path";
import { doIUseEmail } from "@jsx-email/doiuse-email";
import { chromium } from "playwright-core";

const MAILS = process.env.FRONTDESK_MAILS;
const OUT = process.env.MAIL_GALLERY ?? new URL("gallery/mails", import.meta.url).pathname;
const AXE = readFileSync(new URL("node_modules/axe-core/axe.min.js", import.meta.url), "utf8");
const WIDTHS = [360, 800];
const SCREENS = ["light", "dark"];
const PROGRAMS = [
  "gmail.desktop-webmail", "gmail.ios", "gmail.android",
  "outlook.windows", "outlook.macos", "outlook.ios", "outlook.android",
  "apple-mail.macos", "apple-mail.ios",
];
// Two more programs take the style sheet for dark screens away, so that they are asked about the mail without it: Gmail's
// website on a phone, and Windows Mail, which Microsoft ended in 2024 and which knows no roles either.
const PLAIN_PROGRAMS = ["gmail.mobile-webmail", "outlook.windows-mail"];
const HIDDEN = /`display:none`|`role attribute`|`word-break`/;

const problems = [];
const pictures = [];
const wrong = (name, what) => problems.push(`${name}: ${what}`);

function programs(name, html) {
  for (const error of doIUseEmail(html, { emailClients: PROGRAMS }).errors ?? []) wrong(name, error);
  const plain = html.replace(/<style[\s\S]*?<\/style>/g, "");
  const errors = doIUseEmail(plain, { emailClients: PLAIN_PROGRAMS }).errors ?? [];
  for (const error of errors.filter((one) => !HIDDEN.test(one))) wrong(name, error);
}

async function axe(page, name) {
  await page.evaluate(AXE);
  const found = await page.evaluate(() => axe.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"] }));
  for (const one of found.violations) wrong(name, `axe ${one.id}: ${one.help}: ${one.nodes.slice(0, 3).map((node) => node.html).join("; ")}`);
}

async function look(browser, names, width, screen) {
  const context = await browser.newContext({ viewport: { width, height: 640 }, colorScheme: screen });
  const page = await context.newPage();
  await page.route("**/*", (route) => {
    const { pathname, protocol } = new URL(route.request().url());
    if (protocol === "file:") return route.continue();
    if (pathname.startsWith("/images/")) return route.fulfill({ path: `${MAILS}${pathname}` });
    wrong("mails", `something is loaded: ${pathname}`);
    return route.abort();
  });
  for (const name of names) {
    await page.goto(`file://${MAILS}/${name}.html`);
    const wide = await page.evaluate(() => document.documentElement.scrollWidth);
    if (wide > width) wrong(name, `scrolls sideways at ${width} px: ${wide} px`);
    const file = `${name}-${screen}-${width}.png`;
    await page.screenshot({ path: `${OUT}/${file}`, fullPage: true });
    pictures.push(file);
    await axe(page, `${name} (${screen}, ${width})`);
  }
  await context.close();
}

const names = readdirSync(MAILS).filter((file) => file.endsWith(".html")).map((file) => basename(file, ".html")).sort();
if (names.length < 25) wrong("mails", `there are only ${names.length}`);
rmSync(OUT, { recursive: true, force: true });
mkdirSync(OUT, { recursive: true });
for (const name of names) programs(name, readFileSync(`${MAILS}/${name}.html`, "utf8"));
const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: ["--no-sandbox"] });
for (const width of WIDTHS) for (const screen of SCREENS) await look(browser, names, width, screen);
await browser.close();
const sheet = names.map((name) => `<h2>${name}</h2>${pictures.filter((file) => file.startsWith(`${name}-light`) || file.startsWith(`${name}-dark`)).map((file) => `<img src="${file}" alt="${file}" loading="lazy">`).join("\n")}`);
writeFileSync(`${OUT}/index.html`, `<!DOCTYPE html><html lang="en"><meta charset="utf-8"><title>All mails</title>${sheet.join("\n")}</html>`);
for (const problem of problems) console.error(problem);
console.log(`${pictures.length} pictures of ${names.length} mails, ${problems.length} problems`);
process.exitCode = problems.length ? 1 : 0;
