import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import type { Browser, BrowserContext, LaunchOptions, Page } from "playwright-core";
import { uiFolder } from "../places-of-files.ts";
import { ADMINISTRATOR, PASSWORD, type StoryPlatform } from "./story-platform.ts";

const CHROMIUM = "/usr/bin/chromium";

/** Starts a browser. Handed in: the package that can comes with a checkout and not with the published program. */
export type Launch = (options: LaunchOptions) => Promise<Browser>;

/** Headless Chromium that talks to nobody but the page. */
const FLAGS = ["--disable-background-networking", "--disable-component-update", "--disable-default-apps", "--disable-sync", "--no-first-run", "--no-pings"];

export function browserLack(): string | undefined {
  if (!existsSync(CHROMIUM)) return "needs Chromium, which is not installed";
  return existsSync(join(uiFolder(), "index.html")) ? undefined : "needs the built web UI: npm run build";
}

/** Somebody at a desk: logs in to a story's platform and looks at its pages. */
export class StoryBrowser {
  readonly #browser: Browser;
  readonly #pictures: string | undefined;
  #context: BrowserContext | undefined;
  #page: Page | undefined;
  #url = "";
  /** What the pages threw or their content policy refused. */
  readonly faults: string[] = [];

  private constructor(browser: Browser, pictures: string | undefined) {
    this.#browser = browser;
    this.#pictures = pictures;
  }

  /** `pictures`: folder that gets a picture of every page that was looked at. */
  static async open(launch: Launch, pictures?: string): Promise<StoryBrowser> {
    if (pictures !== undefined) mkdirSync(pictures, { recursive: true });
    const sandbox = process.getuid?.() === 0 ? ["--no-sandbox"] : [];
    return new StoryBrowser(await launch({ executablePath: CHROMIUM, args: [...sandbox, ...FLAGS] }), pictures);
  }

  async logIn(platform: StoryPlatform): Promise<void> {
    await this.leave();
    this.#url = platform.url;
    this.#context = await this.#browser.newContext({ viewport: { width: 1_280, height: 1_600 }, timezoneId: "UTC", locale: "en-GB" });
    this.#context.setDefaultTimeout(15_000);
    const page = await this.#context.newPage();
    this.#page = page;
    page.on("pageerror", (error) => this.faults.push(error.message));
    page.on("console", (message) => {
      if (message.type() === "error" && !message.text().startsWith("Failed to load resource")) this.faults.push(message.text());
    });
    await page.goto(this.#url);
    await page.getByLabel("Name").fill(ADMINISTRATOR);
    await page.getByLabel("Password").fill(PASSWORD);
    await page.getByRole("button", { name: "Log in" }).click();
    await page.getByRole("navigation", { name: "Main" }).waitFor();
  }

  get page(): Page {
    if (this.#page === undefined) throw new Error("nobody has logged in");
    return this.#page;
  }

  /** Opens a page, waits until nothing of it is still loading, and answers the text that stands on it. */
  async look(path: string, name = path): Promise<string> {
    await this.page.goto(`${this.#url}${path}`);
    await this.page.getByRole("heading", { level: 1 }).waitFor();
    return await this.read(name);
  }

  async read(name: string): Promise<string> {
    for (let tries = 0; tries < 150; tries++) {
      // The content policy refuses a function that polls inside the page.
      if ((await this.page.evaluate("document.querySelector('.skel') === null")) === true) break;
      await wait(100);
    }
    if (this.#pictures !== undefined)
      await this.page.screenshot({ path: join(this.#pictures, `${name.replaceAll(/[^a-zA-Z0-9]+/g, "-")}.png`), fullPage: true });
    return await this.shown();
  }

  /** The text that a person sees, as it is laid out: hidden parts are not in it. */
  async shown(): Promise<string> {
    // biome-ignore lint/performance/useDomNodeTextContent: textContent holds what nobody sees
    return await this.page.locator("#main").innerText();
  }

  /** Leaves the pages: the platform's clock will go on without anybody who looks. */
  async leave(): Promise<void> {
    await this.#context?.close();
    this.#context = undefined;
    this.#page = undefined;
  }

  async close(): Promise<void> {
    await this.#browser.close();
  }
}
