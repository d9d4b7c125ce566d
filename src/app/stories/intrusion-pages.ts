import type { IntrusionTold } from "./intrusion-records.ts";
import { ACTOR, NEW_AGENT } from "./intrusion-records.ts";
import type { StoryBrowser } from "./story-browser.ts";
import type { Table } from "./table.ts";

export const INTRUSION_PAGES = ["D28", "D34", "D35", "X1", "X3", "X6"] as const;

/** The same in Chromium, as somebody at a desk sees it. */
export async function tellIntrusionPages(table: Table, told: IntrusionTold, browser: StoryBrowser): Promise<void> {
  const { life, platform, alerts, device, group } = told;
  const of = (model: string) => alerts.find((a) => a.model === model);
  await browser.logIn(platform);

  await table.check("D28", "the device's log on its page: the new agent's alert above the integration's, each with its kind", async () => {
    await browser.look(`/devices/${device}?kinds=${encodeURIComponent(JSON.stringify(["alert"]))}`, "D28 event log");
    const lines = await browser.page.locator(".vrow").allInnerTexts();
    const at = (model: string): number => lines.findIndex((l) => l.includes(model) && l.includes("Alert"));
    const [own, product] = [at(NEW_AGENT), at(ACTOR)];
    return own >= 0 && product > own ? `rows ${own + 1} and ${product + 1} of ${lines.length}, newest first` : undefined;
  });
  await table.check("X3", "the log of one device is filtered by kind and says that it is live", async () => {
    await browser.look(`/devices/${device}`, "X3 log");
    const kinds = async (): Promise<string[]> => [...new Set((await browser.page.locator(".vrow").allInnerTexts()).map((l) => l.split("\n")[1] ?? ""))];
    const live = (await browser.shown()).includes("live");
    await browser.page.getByRole("button", { name: "Notice" }).click();
    await browser.read("X3 notices");
    const notices = await kinds();
    return live && notices.length === 1 && notices[0]?.includes("Notice") === true ? "notices alone after one press" : undefined;
  });
  await table.check("D34", "the alert's window opens to what the product said: group, process, when", async () => {
    const alert = of(ACTOR);
    const shut = await browser.look(`/alerts/${alert?.id}`, "D34 shut");
    await browser.page.getByTitle("All fields").first().click();
    const open = await browser.read("D34 open");
    const added = open.length > shut.length && /actor/i.test(open) && open.includes(group) && open.includes("svc.exe");
    return added && shut.includes("Security Integration") ? `${group} and the program's command line` : undefined;
  });
  await table.check("D35", "network, endpoint and response on one page", async () => {
    const text = await browser.look(`/alerts/${of(NEW_AGENT)?.id}`, "D35 one page");
    return text.includes("Triggering records") &&
      /GET 10\./.test(text) &&
      text.includes("Endpoint detections around it") &&
      text.includes(group) &&
      /cannot reach .* on port 8080/.test(text)
      ? "request, detections around it and what would be done"
      : undefined;
  });
  await table.check("X1", "every part of it in one web app", async () => {
    const [incident] = alerts.flatMap((a) => a.incident ?? []);
    const tour: readonly (readonly [string, string])[] = [
      ["/", "ncident"],
      [`/incidents/${incident}`, NEW_AGENT],
      ["/alerts?state=all", "Security Integration"],
      ["/devices", " devices"],
      ["/people", life.world.people[0]?.upn.split("@")[1] ?? "-"],
      ["/mail", "ail"],
      ["/response", "isolated"],
      ["/search?q=family%3Aendpoint", "endpoint"],
      ["/models", NEW_AGENT],
      ["/sources", "services"],
      ["/audit", "create-token"],
      ["/account", "stories"],
    ];
    for (const [path, word] of tour) if (!(await browser.look(path, `X1 ${path}`)).includes(word)) throw new Error(`${path} does not show "${word}"`);
    if (browser.faults.length > 0) throw new Error(browser.faults.join("; "));
    return `${tour.length} pages, none with an error`;
  });
  await table.check("X6", "the device's page: names over time, peers, pattern of life, rare things, responses, log", async () => {
    const text = await browser.look(`/devices/${device}`, "X6 device");
    const parts = ["Identity", "Pattern of life", "Peers", "Rare things", "Response", "Event log"];
    return parts.every((p) => text.includes(p)) ? parts.join(", ").toLowerCase() : undefined;
  });
}
