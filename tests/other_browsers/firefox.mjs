// node firefox.mjs FIREFOX ORIGIN
// Drives a stock Firefox over WebDriver BiDi: reads commands as lines of JSON, answers each with one.
import { createRequire } from 'node:module';
import { createInterface } from 'node:readline';
import { fileURLToPath, pathToFileURL } from 'node:url';

const [executablePath, origin] = process.argv.slice(2);
// Puppeteer is installed with the site's packages.
const packages = createRequire(fileURLToPath(new URL('../../site/package.json', import.meta.url)));
const { default: puppeteer } = await import(pathToFileURL(packages.resolve('puppeteer-core')).href);

const browser = await puppeteer.launch({
  browser: 'firefox',
  executablePath,
  headless: true,
  // A name that this machine answers for, as a school's server has one.
  extraPrefsFirefox: { 'network.dns.localDomains': 'school.test' },
});
const page = await browser.newPage();
await page.setViewport({ width: 1280, height: 900 });

const problems = [];
page.on('console', (message) => {
  if (message.type() === 'error') problems.push(`a console error: ${message.text()}`);
});
page.on('pageerror', (error) => problems.push(`uncaught: ${error.message}`));
page.on('request', (request) => {
  const url = request.url();
  if (/^(http|ws)s?:/.test(url) && !url.startsWith(`${origin}/`)) problems.push(`a request left the origin: ${url}`);
});

const commands = {
  open: (address) => page.goto(address),
  reload: () => page.reload(),
  evaluate: (expression) => page.evaluate(expression),
  'evaluate in frame': (expression) => page.frames()[1].evaluate(expression),
  click: (element) => page.locator(`::-p-xpath(${element})`).click(),
  draw: async (argument) => {
    const { element, places } = JSON.parse(argument);
    const found = await page.locator(`::-p-xpath(${element})`).waitHandle();
    await found.scrollIntoView();
    const box = await found.boundingBox();
    const [first, ...rest] = places.map(([x, y]) => [box.x + x * box.width, box.y + y * box.height]);
    const finger = await page.touchscreen.touchStart(...first);
    for (const place of rest) await finger.move(...place);
    await finger.end();
  },
  replace: async (text) => {
    await page.keyboard.down('Control');
    await page.keyboard.press('a');
    await page.keyboard.up('Control');
    await page.keyboard.type(text);
  },
  problems: async () => problems,
};

for await (const line of createInterface({ input: process.stdin })) {
  const { command, argument } = JSON.parse(line);
  const answer = await commands[command](argument).then(
    (value) => ({ value }),
    (error) => ({ error: String(error) }),
  );
  // Of a navigation nothing is told but its end.
  if (command === 'open' || command === 'reload') delete answer.value;
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}
await browser.close();
