// Opens HTML reports in Chromium and holds each to what a reader may expect: readable at every width, by eye, keyboard and
// screen reader, on paper, without a script and without a network.
//
//     NODE_PATH=DIRECTORY/node_modules node tests/reports/html/check.mjs REPORT.html…
//     node tests/reports/html/check.mjs --modules DIRECTORY/node_modules [--shots DIRECTORY] REPORT.html…
//
// DIRECTORY/node_modules holds playwright-core and axe-core; CHROMIUM names the browser (/usr/bin/chromium).
// Prints what is wrong, one line each, and exits with 1; with `--shots` it leaves pictures for people to look at.

import { mkdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { basename, join, resolve } from "node:path";
import { pathToFileURL } from "node:url";

const WIDTHS = [1280, 390, 320];
const TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa", "best-practice"];
// Of these, what depends on width and ground; all others are asked once for wide and light, and once for narrow and dark.
const SEEN = ["color-contrast", "target-size", "scrollable-region-focusable", "link-in-text-block"];
// Elements beyond which the accessibility of a page is checked at one width and ground only: rules are the same.
const LARGE = 20000;

function usage(words) {
  console.error(words);
  process.exit(2);
}

function options(given) {
  const found = { modules: (process.env.NODE_PATH ?? "").split(":").find(Boolean), files: [] };
  for (let at = 0; at < given.length; at += 1) {
    if (given[at] === "--modules") found.modules = given[(at += 1)];
    else if (given[at] === "--shots") found.shots = given[(at += 1)];
    else found.files.push(resolve(given[at]));
  }
  if (!found.modules) usage("where are playwright-core and axe-core? Set NODE_PATH, or pass --modules DIRECTORY");
  if (found.files.length === 0) usage("name the reports to check");
  return found;
}

const { modules, shots, files } = options(process.argv.slice(2));
const require = createRequire(join(resolve(modules), "x.js"));
const { chromium } = require("playwright-core");
const axe = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");

const failures = [];
let checked = 0;
function check(holds, file, words) {
  checked += 1;
  if (!holds) failures.push(`${basename(file)}: ${words}`);
}

/// A page of a fresh context; whatever it asks for or complains of is a failure.
async function opened(browser, file, settings) {
  const context = await browser.newContext({ reducedMotion: "reduce", ...settings });
  const page = await context.newPage();
  const url = pathToFileURL(file).href;
  page.on("request", (request) => {
    if (request.url().split("#")[0] !== url) check(false, file, `asks for ${request.url()}`);
  });
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type())) check(false, file, `console: ${message.text()}`);
  });
  page.on("pageerror", (error) => check(false, file, `script: ${error.message}`));
  await page.goto(url, { waitUntil: "load" });
  return { context, page };
}

/// What is wider than the page, and where.
function overflow() {
  const wide = document.documentElement.scrollWidth - document.documentElement.clientWidth;
  if (wide <= 0) return null;
  const width = document.documentElement.clientWidth;
  const isInside = (element) => element.parentElement?.closest(".scroll");
  const first = [...document.body.querySelectorAll("*")].find(
    (element) => element.getBoundingClientRect().right > width + 1 && !isInside(element),
  );
  return `${wide} pixels too wide: ${first?.outerHTML.slice(0, 160)}`;
}

async function accessible(page, file, where, isWhole) {
  await page.evaluate(axe);
  const found = await page.evaluate(
    (runOnly) => window.axe.run(document, { runOnly, resultTypes: ["violations"] }),
    isWhole ? { type: "tag", values: TAGS } : { type: "rule", values: SEEN },
  );
  check(true, file, "");
  for (const rule of found.violations) {
    const first = rule.nodes[0];
    check(false, file, `${where}: axe ${rule.id}: ${rule.help} (${rule.nodes.length}): ${first.html.slice(0, 200)} ${first.failureSummary.split("\n").slice(1, 2)}`);
  }
}

/// Every width, on light and dark ground, folded as it comes and with everything open.
async function looks(browser, file) {
  // The checker of accessibility is a script of ours, not of the page.
  for (const colorScheme of ["light", "dark"]) {
    const { context, page } = await opened(browser, file, { bypassCSP: true, colorScheme, viewport: { width: WIDTHS[0], height: 900 } });
    const size = await page.evaluate(() => document.querySelectorAll("*").length);
    for (const width of WIDTHS) {
      const where = `${width} pixels, ${colorScheme}`;
      await page.setViewportSize({ width, height: width > 600 ? 900 : 800 });
      const wide = await page.evaluate(overflow);
      check(wide === null, file, `${where}: ${wide}`);
      if (size > LARGE && (width !== WIDTHS[0] || colorScheme !== "light")) continue;
      await page.evaluate(() => document.querySelectorAll("details").forEach((one) => (one.open = true)));
      const wideOpen = await page.evaluate(overflow);
      check(wideOpen === null, file, `${where}, all open: ${wideOpen}`);
      const isWhole = (width === WIDTHS[0]) === (colorScheme === "light") && width !== 390;
      await accessible(page, file, where, isWhole);
      if (shots && width !== 320) {
        await page.evaluate(() => window.scrollTo(0, 0));
        const height = width > 600 ? 1720 : 1460;
        await page.setViewportSize({ width, height });
        await page.screenshot({ path: join(shots, `${basename(file, ".html")}-${width}-${colorScheme}.png`) });
        if (colorScheme === "light" && width > 600 && (await page.locator(".picture").count())) {
          await page.setViewportSize({ width, height: 760 });
          await page.evaluate(() => document.getElementById("family").scrollIntoView());
          await page.screenshot({ path: join(shots, `${basename(file, ".html")}-picture.png`) });
        }
      }
    }
    await context.close();
  }
}

/// Under its own policy: what the script adds, and what keys reach.
async function works(browser, file) {
  const { context, page } = await opened(browser, file, { viewport: { width: 1280, height: 900 } });
  await page.keyboard.press("Tab");
  check(await page.evaluate(() => document.activeElement?.classList.contains("skip")), file, "the first stop of the Tab key is not the skip link");
  await page.keyboard.press("Enter");
  check(await page.evaluate(() => document.activeElement?.id === "main"), file, "the skip link does not lead to the content");

  const summary = page.locator("main details > summary").first();
  if ((await summary.count()) > 0) {
    await summary.focus();
    const before = await summary.evaluate((one) => one.parentElement.open);
    await page.keyboard.press("Enter");
    const after = await summary.evaluate((one) => one.parentElement.open);
    check(before !== after, file, "Enter opens and closes nothing");
    const outline = await summary.evaluate((one) => getComputedStyle(one).outlineStyle);
    check(outline !== "none", file, "the focus is not seen");
  }

  const rows = page.locator("#targets tbody tr");
  const count = await rows.count();
  if (count > 0) {
    check(await page.locator("#tools").isVisible(), file, "there are no tools though the script runs");
    const name = (await rows.nth(count - 1).locator("th a").innerText()).trim();
    await page.fill("#filter", name);
    const left = await page.locator("#targets tbody tr:visible").count();
    check(left >= 1 && left <= count, file, `the filter leaves ${left} rows for ${name}`);
    check((await page.locator("article:visible").count()) === left, file, "cards and rows do not go together");
    await page.fill("#filter", "no such words \u{1f995}");
    check((await page.locator("#targets tbody tr:visible").count()) === 0, file, "the filter keeps what does not fit");
    check(/^0 of \d+ /.test(await page.locator("#shown").innerText()), file, "the number of what is shown is not told");
    await page.fill("#filter", "");
    const word = await rows.first().locator(".badge").evaluate((one) => one.lastChild.textContent.trim());
    if (await page.locator(`#verdict option[value="${word}"]`).count()) {
      await page.selectOption("#verdict", word);
      const words = await page.locator("#targets tbody tr:visible .badge").evaluateAll((all) => all.map((one) => one.lastChild.textContent.trim()));
      check(words.length > 0 && words.every((each) => each === word), file, `the verdict ${word} leaves ${words}`);
      await page.selectOption("#verdict", "");
    }
    await page.locator("#targets thead button", { hasText: "Verdict" }).focus();
    await page.keyboard.press("Enter");
    const ranks = () => rows.locator("td:nth-child(2)").evaluateAll((all) => all.map((one) => Number(one.dataset.value)));
    const falling = await ranks();
    check(falling.every((rank, at) => at === 0 || rank <= falling[at - 1]), file, `sorted by verdict: ${falling}`);
    check((await page.locator("th[aria-sort=descending]").count()) === 1, file, "the order is not told");
    await page.keyboard.press("Enter");
    const rising = await ranks();
    check(rising.every((rank, at) => at === 0 || rank >= rising[at - 1]), file, `sorted the other way: ${rising}`);
    await page.locator("#fold").click();
    check((await page.locator("main details[open]").count()) === 0, file, "not everything closes");
    const inside = await page.evaluate(() => [...document.querySelectorAll("main details [id]")].map((one) => one.id)[0] ?? null);
    if (inside) {
      await page.evaluate((id) => (location.hash = `#${id}`), inside);
      await page.waitForTimeout(50);
      check(await page.locator(`#${inside}`).isVisible(), file, "a link into something closed does not open it");
    }
  }
  await context.close();
}

/// Without a script: all of it is there, and no control that does nothing.
async function reads(browser, file) {
  const { context, page } = await opened(browser, file, { javaScriptEnabled: false, viewport: { width: 390, height: 800 } });
  for (const selector of ["#answer", "#numbers", "#overview", "#cards", "#unseen", "#about"]) {
    check(await page.locator(selector).isVisible(), file, `without a script ${selector} is not seen`);
  }
  check(!(await page.locator("#tools").count()) || !(await page.locator("#tools").isVisible()), file, "without a script there are tools that do nothing");
  check((await page.locator("article").count()) === (await page.locator("#targets tbody tr").count()), file, "cards and rows differ in number");

  // On paper everything is open, and what can be clicked is gone.
  await page.emulateMedia({ media: "print" });
  const hidden = await page.locator("main details").evaluateAll((all) =>
    all.filter((one) => ![...one.children].some((child) => child.tagName !== "SUMMARY" && child.checkVisibility({ contentVisibilityAuto: true }) && child.getBoundingClientRect().height > 0)).length,
  );
  check(hidden === 0, file, `${hidden} details stay closed on paper`);
  check(!(await page.locator(".contents").isVisible()), file, "the contents are printed");
  await page.emulateMedia({ media: "screen" });
  if (shots) await page.pdf({ path: join(shots, `${basename(file, ".html")}.pdf`), format: "A4", printBackground: false });
  await context.close();
}

if (shots) mkdirSync(shots, { recursive: true });
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  headless: true,
  args: ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
});
try {
  for (const file of files) {
    for (const part of [looks, works, reads]) {
      try {
        await part(browser, file);
      } catch (error) {
        check(false, file, `${part.name}: ${error.message.split("\n")[0]}`);
      }
    }
  }
} finally {
  await browser.close();
}
failures.forEach((words) => console.error(words));
console.log(`${files.length} reports, ${checked} checks, ${failures.length} failures`);
process.exit(failures.length > 0 ? 1 : 0);
