// Every page in a picture: phone, tablet and desktop; light, dark, printed, with forced colours; with and without script.
// And what a machine can check of each: accessibility (axe-core, WCAG 2.2 AA), markup (the W3C's vnu), headings, nothing that
// scrolls sideways (also with 200 % text), no layout shift, weight.

import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { chromium } from "playwright-core";
import { Desk } from "./desk.mjs";
import { FORMS, laterStates, states } from "./states.mjs";

const OUT = process.env.GALLERY ?? new URL("gallery", import.meta.url).pathname;
const AXE = readFileSync(new URL("node_modules/axe-core/axe.min.js", import.meta.url), "utf8");
const VNU = new URL("node_modules/vnu-jar/build/dist/vnu.jar", import.meta.url).pathname;
const TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
const WIDTHS = [360, 800, 1280];
const LOOKS = {
  light: { colorScheme: "light" },
  dark: { colorScheme: "dark" },
  forced: { forcedColors: "active" },
  print: { media: "print" },
  "without-script": { javaScriptEnabled: false },
};
// Compressed, without pictures.
const HEAVIEST = 30 * 1024;

const problems = [];
const wrong = (name, what) => problems.push(`${name}: ${what}`);

async function check(page, name, width) {
  const wide = await page.evaluate(() => document.documentElement.scrollWidth);
  if (wide > width) wrong(name, `scrolls sideways at ${width} px: ${wide} px`);
  const shift = await page.evaluate(() => new Promise((done) => {
    let sum = 0;
    new PerformanceObserver((list) => list.getEntries().forEach((entry) => { sum += entry.value; })).observe({ type: "layout-shift", buffered: true });
    setTimeout(() => done(sum), 50);
  }));
  if (shift > 0.001) wrong(name, `its layout shifts by ${shift.toFixed(4)} at ${width} px`);
}

async function axe(page, name) {
  // The page's policy lets no script in but its own: this one is told to the debugger.
  const session = await page.context().newCDPSession(page);
  await session.send("Runtime.evaluate", { expression: AXE });
  const run = `axe.run(document, { runOnly: ${JSON.stringify(TAGS)} }).then((found) => JSON.stringify(found.violations.map((one) => [one.id, one.help, one.nodes.map((node) => node.target.join(" ") + " " + (node.any[0]?.message ?? ""))])))`;
  const { result } = await session.send("Runtime.evaluate", { expression: run, awaitPromise: true });
  for (const [id, help, nodes] of JSON.parse(result.value)) wrong(name, `axe ${id}: ${help}: ${nodes.slice(0, 3).join("; ")}`);
  await session.detach();
}

async function headings(page, name) {
  const levels = await page.$$eval("main h1, main h2, main h3, main h4", (all) => all.map((one) => Number(one.tagName[1])));
  if (levels.filter((level) => level === 1).length !== 1 || levels[0] !== 1) wrong(name, `has to begin with its one h1: ${levels}`);
  levels.reduce((before, level) => {
    if (level > before + 1) wrong(name, `leaves out a level of headings: ${levels}`);
    return level;
  }, 1);
}

// Links inside a sentence are as high as their line (WCAG 2.2, 2.5.8 lets them), and a label is part of its box's target.
async function targets(page, name) {
  const small = await page.$$eval("a, button, input:not([type=hidden], [type=radio], [type=checkbox]), select, textarea, summary", (all) => all
    .filter((one) => one.checkVisibility() && !one.closest(".aside, .skip, p, li:not(nav li, .foot li), dd, figcaption, h2, h3, label, blockquote"))
    .map((one) => [one.outerHTML.slice(0, 80), one.getBoundingClientRect()])
    .filter(([, box]) => box.height > 0 && Math.min(box.width, box.height) < 43.5)
    .map(([html, box]) => `${html} ${Math.round(box.width)}×${Math.round(box.height)}`));
  for (const one of small) wrong(name, `too small for a thumb: ${one}`);
}

// The whole page in a window as high as it is, so that every picture in it is loaded, and what is fixed is at its foot.
async function picture(page, name, look, width) {
  const file = `${name}-${look}-${width}.png`;
  const window = page.viewportSize();
  const height = await page.evaluate(() => document.documentElement.scrollHeight);
  await page.setViewportSize({ width, height: Math.max(height, window.height) });
  await page.evaluate(() => Promise.all([...document.images].map((one) => one.decode().catch(() => {}))));
  await page.screenshot({ path: `${OUT}/${file}`, fullPage: true });
  await page.setViewportSize(window);
  pictures.push([name, look, width, file]);
}

async function weigh(origin, name, html) {
  const files = [...html.matchAll(/(?:href|src)="(\/assets\/[^"]+\.(?:css|js))"/g)].map(([, file]) => file);
  let sum = gzipSync(html).length;
  for (const file of files) {
    const text = await (await fetch(origin + file)).text();
    sum += gzipSync(text).length;
  }
  if (sum > HEAVIEST) wrong(name, `weighs ${sum} bytes compressed, and ${HEAVIEST} is the most`);
  return sum;
}

// A reader whose browser has text of twice the usual size.
async function enlarged(addresses, desk, all) {
  const browser = await launch(["--blink-settings=defaultFontSize=32"]);
  const page = await (await browser.newContext({ viewport: { width: 360, height: 740 } })).newPage();
  const measure = async (name) => {
    const size = await page.evaluate(() => parseFloat(getComputedStyle(document.documentElement).fontSize));
    if (size !== 32) throw new Error(`text of ${size} px is not twice the usual size`);
    const wide = await page.evaluate(() => document.documentElement.scrollWidth);
    if (wide > 360) wrong(name, `scrolls sideways with 200 % text: ${wide} px`);
    if (["home", "contact", "book-3-time", "book-5-check"].includes(name)) await picture(page, name, "large-text", 360);
  };
  for (const [name, address] of Object.entries(addresses)) {
    await page.goto(address);
    await measure(name);
  }
  for (const [name, lead] of Object.entries(FORMS)) {
    await lead(page, desk, all);
    await measure(name);
  }
  await browser.close();
}

// A browser of one width and look.
class View {
  static async open(browser, look, width) {
    const { media = "screen", ...options } = LOOKS[look];
    const context = await browser.newContext({ viewport: { width, height: 800 }, ...options });
    const page = await context.newPage();
    const view = new View();
    Object.assign(view, { context, page, look, width, media });
    page.on("pageerror", (error) => wrong(look, `script: ${error}`));
    page.on("console", (message) => message.type() === "error" && !/status of (404|409|422|429|503)/.test(message.text()) && wrong(look, `console: ${message.text()}`));
    page.on("response", (response) => { if (response.request().isNavigationRequest() && response.status() !== 303) view.answer = response; });
    return view;
  }

  // What is checked once is checked on a phone.
  get isFirst() {
    return this.look === "light" && this.width === 360;
  }

  async visit(name) {
    const { page, look, width, media } = this;
    const isOnScreen = look !== "print" && look !== "without-script";
    // Before the picture, for which the window grows.
    if (isOnScreen) await check(page, name, width);
    // On paper there are no forms: they are filled in on the screen.
    await page.emulateMedia({ media });
    await picture(page, name, look, width);
    await page.emulateMedia({ media: "screen" });
    // With forced colours the system answers for the contrast.
    if (isOnScreen && look !== "forced") await axe(page, `${name} (${look}, ${width})`);
    if (!this.isFirst) return;
    await headings(page, name);
    await targets(page, name);
    const html = await this.answer.text();
    writeFileSync(`${OUT}/html/${name}.html`, html);
    const { origin } = new URL(page.url());
    weights[name] = await weigh(origin, name, html);
  }
}

rmSync(OUT, { recursive: true, force: true });
mkdirSync(`${OUT}/html`, { recursive: true });
const launch = (args = []) => chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: ["--no-sandbox", ...args] });
const desk = await Desk.open();
const later = await Desk.open();
const browser = await launch();
const pictures = [];
const weights = {};
try {
  const all = await states(desk);
  const addresses = {};
  for (const [name, path] of Object.entries(all)) addresses[name] = desk.url + path;
  for (const [name, path] of Object.entries(await laterStates(later))) addresses[name] = later.url + path;
  const views = [];
  for (const look of Object.keys(LOOKS)) {
    for (const width of WIDTHS) views.push(await View.open(browser, look, width));
  }
  const ahead = [...views];
  const look = async () => {
    for (let view = ahead.shift(); view; view = ahead.shift()) {
      for (const [name, address] of Object.entries(addresses)) {
        await view.page.goto(address, { waitUntil: "load" });
        await view.visit(name);
      }
    }
  };
  await Promise.all([look(), look()]);
  // One after the other: some make the store fail.
  for (const view of views) {
    for (const [name, lead] of Object.entries(FORMS)) {
      await lead(view.page, desk, all);
      await view.visit(name);
    }
    await view.context.close();
  }
  await enlarged(addresses, desk, all);
  try {
    execFileSync("java", ["-jar", VNU, "--errors-only", `${OUT}/html`], { stdio: "pipe" });
  } catch (error) {
    for (const line of String(error.stderr).split("\n").filter(Boolean).slice(0, 30)) wrong("markup", line.replace(`file:${OUT}/html/`, ""));
  }
  const heaviest = Object.entries(weights).sort(([, one], [, other]) => other - one)[0];
  console.log(`heaviest: ${heaviest[0]}, ${heaviest[1]} bytes compressed`);
} finally {
  await browser.close();
  await desk.close();
  await later.close();
}
const rows = pictures.map(([name, look, width, file]) => `<figure><a href="${file}"><img src="${file}" alt="" loading="lazy"></a><figcaption>${name}, ${look}, ${width} px</figcaption></figure>`);
const style = "body{font:1rem system-ui;display:flex;flex-wrap:wrap;gap:1rem}figure{margin:0;width:15rem}img{width:100%;border:1px solid #999}";
writeFileSync(`${OUT}/index.html`, `<!doctype html><html lang="en"><meta charset="utf-8"><title>Gallery</title><style>${style}</style>${rows.join("\n")}</html>`);
for (const problem of problems) console.error(problem);
console.log(`${pictures.length} pictures of ${new Set(pictures.map(([name]) => name)).size} pages and states, ${problems.length} problems`);
process.exit(problems.length === 0 ? 0 : 1);
