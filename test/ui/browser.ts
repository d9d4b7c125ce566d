import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { type Browser, type BrowserContext, chromium, type Page } from "playwright-core";
import { type ApiServer, createServer, Passwords, type Services } from "../../src/api/index.ts";
import { systemClock } from "../../src/base/clock.ts";
import type { Role, StreamMessage } from "../../src/contract/index.ts";
import { chromium as hasChromium, type Lack } from "../needs.ts";
import { CHEAP } from "../support/api-kit.ts";
import { MemoryAccountStore } from "../support/memory-account-store.ts";
import { makeScene, type Scene } from "./scene.ts";

const UI = fileURLToPath(new URL("../../dist/ui", import.meta.url));
export const PASSWORD = "a sentence is good";

/** Headless Chromium that talks to nobody but the page. */
const FLAGS = [
  ...(process.getuid?.() === 0 ? ["--no-sandbox"] : []),
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-default-apps",
  "--disable-domain-reliability",
  "--disable-sync",
  "--no-first-run",
  "--no-pings",
  "--metrics-recording-only",
  "--disable-features=OptimizationHints,MediaRouter,Translate,CertificateTransparencyComponentUpdater",
];

export function uiBuilt(): Lack {
  return existsSync(`${UI}/index.html`) ? undefined : "needs the built web UI: npm test builds it, as does npm run build";
}

export const LACKS: readonly Lack[] = [hasChromium(), uiBuilt()];
export const CAN_RUN = LACKS.every((lack) => lack === undefined);

export function launch(): Promise<Browser> {
  return chromium.launch({ executablePath: "/usr/bin/chromium", args: FLAGS });
}

export interface Stage {
  url: string;
  scene: Scene;
  server: ApiServer;
  setupCode: string | undefined;
  close(): Promise<void>;
}

/** The real API over the invented scene, listening on loopback; one user per role, all with PASSWORD. */
export async function stage(options: { replace?: Partial<Services>; demo?: boolean; setup?: boolean } = {}): Promise<Stage> {
  const accounts = new MemoryAccountStore();
  let tell: (message: StreamMessage) => void = () => undefined;
  const scene = makeScene((message) => tell(message));
  const server = createServer({
    services: { ...scene.services, ...options.replace },
    accounts,
    clock: systemClock,
    version: "0.1.0",
    uiFolder: UI,
    port: 0,
    demo: options.demo === true,
    passwordCost: CHEAP,
    log: "error",
    sleep: async () => undefined,
  });
  tell = server.broadcast;
  if (options.setup !== true && options.demo !== true) {
    const passwordHash = await new Passwords(CHEAP).hash(PASSWORD);
    for (const role of ["admin", "analyst", "viewer"] as const) {
      await accounts.write([{ op: "put-user", user: { id: role, name: role, role, passwordHash, created: systemClock.now(), disabled: false } }], []);
    }
  }
  const url = (await server.listen()).replace(/\/$/, "");
  const setupCode = options.setup === true ? await server.issueSetupCode() : undefined;
  return { url, scene, server, setupCode, close: () => server.close() };
}

export interface Visit {
  context: BrowserContext;
  page: Page;
  /** Errors of the page, refused by the content policy or thrown. */
  faults: string[];
}

/** A fresh browser profile at 1280x800; every report of the content policy and every error of the page is kept. */
export async function visit(browser: Browser, options: { theme?: "light" | "dark"; reducedMotion?: boolean } = {}): Promise<Visit> {
  const context = await browser.newContext({
    viewport: { width: 1280, height: 800 },
    colorScheme: options.theme ?? "light",
    reducedMotion: options.reducedMotion === true ? "reduce" : "no-preference",
    timezoneId: "Europe/London",
    locale: "en-GB",
  });
  // Below the test's own limit, so that a failure names the step.
  context.setDefaultTimeout(15_000);
  const faults: string[] = [];
  await context.addInitScript(
    "document.addEventListener('securitypolicyviolation', (e) => console.error('policy: ' + e.violatedDirective + ' ' + e.blockedURI + ' ' + e.sourceFile))",
  );
  const page = await context.newPage();
  page.on("pageerror", (error) => faults.push(`error: ${error.message}`));
  page.on("dialog", (dialog) => {
    faults.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on("console", (message) => {
    // A 401 before the log-in and a 404 asked for on purpose are told by Chromium too; they are no faults of the page.
    if (message.type() === "error" && !message.text().startsWith("Failed to load resource")) faults.push(message.text());
  });
  return { context, page, faults };
}

/** Waits until no part of the page shows rows of nothing any more. The live stream keeps the network from ever being idle. */
export async function settled(page: Page): Promise<void> {
  // Asked from outside: the content policy refuses the function that Playwright would poll with inside.
  for (let tries = 0; tries < 150; tries++) {
    if ((await page.evaluate("document.querySelector('.skel') === null && document.fonts.status === 'loaded'")) === true) return;
    await page.waitForTimeout(100);
  }
  throw new Error(`${page.url()} still shows rows of nothing after 15 s`);
}

export async function logIn(page: Page, url: string, role: Role, path = "/"): Promise<void> {
  await page.goto(`${url}${path}`);
  await page.getByLabel("Name").fill(role);
  await page.getByLabel("Password").fill(PASSWORD);
  await page.getByRole("button", { name: "Log in" }).click();
  await page.getByRole("navigation", { name: "Main" }).waitFor();
}
