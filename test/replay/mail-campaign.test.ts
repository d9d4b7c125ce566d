import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, test } from "vitest";
import { replay } from "../../src/app/replay/replay.ts";
import { readAttacks } from "../../src/generate/attacks/attack-content.ts";
import { playAttack } from "../../src/generate/attacks/play.ts";
import { networkTargetsOf } from "../../src/generate/attacks/targets.ts";
import { mailLife } from "../../src/generate/mail/index.ts";
import { playLife } from "../../src/generate/play-life.ts";
import { makeWorld } from "../../src/generate/world/make-world.ts";
import { organisationYaml } from "../../src/generate/write/org-yaml.ts";

const CONTENT = fileURLToPath(new URL("../../content", import.meta.url));
const script = readAttacks(join(CONTENT, "attacks")).find((s) => s.name === "mail-campaign");
const dir = mkdtempSync(join(tmpdir(), "replay-campaign-"));
afterAll(() => rmSync(dir, { recursive: true, force: true }), 120_000);

interface Email {
  messageId: string;
  tags: string[];
  actions: string[];
  campaign?: string;
  spf: string;
  places: { domain: string; connection: string; author: string };
  urls: { stage: string }[];
}

interface Told {
  model: string;
  entity: { id: string };
  incident?: string;
  why: { text: string }[];
}

/** One organisation of sixty with days of its honest mail, and the campaign in one language. */
async function judged(language: string, seed: number, days: number) {
  if (script === undefined) throw new Error("no script mail-campaign");
  const world = makeWorld({ seed, people: 60, days: 5, start: "2027-03-01" });
  const honest = playLife(world, mailLife(world), days).emitted;
  const setting = { draw: world.draw.fork("test"), start: world.calendar.at(1, 10), net: networkTargetsOf(world, 0), world };
  const attack = playAttack(script, { language }, setting);
  const folder = join(dir, language);
  for (const mail of [...honest, ...attack.emitted]) {
    if (!("bytes" in mail)) continue;
    mkdirSync(dirname(join(folder, "in", mail.file)), { recursive: true });
    writeFileSync(join(folder, "in", mail.file), mail.bytes);
  }
  const org = join(folder, "org.yaml");
  writeFileSync(org, organisationYaml(world));
  const out = join(folder, "out");
  await replay({ paths: [join(folder, "in")], history: [], out, org, site: undefined, budget: 5, asnTable: undefined }, { now: () => 0 });
  const lines = <T>(name: string): T[] =>
    readFileSync(join(out, `${name}.ndjson`), "utf8")
      .split("\n")
      .filter(Boolean)
      .map((l) => JSON.parse(l) as T);
  const ids = new Set(attack.emitted.map((m) => ("bytes" in m ? /^Message-ID: (\S+)/m.exec(m.bytes.toString("latin1"))?.[1] : undefined)));
  return { ids, emails: lines<Email>("emails"), alerts: lines<Told>("alerts") };
}

describe("the generator's campaign, in a mailbox that was never watched before", () => {
  test.each([
    ["zh", 71, 1],
    ["en", 72, 3],
    ["ko", 73, 1],
    ["ar", 74, 1],
  ])(
    "%s: held from its first mail, one campaign of exactly 55 mails, 8 senders, 55 recipients, 3 days (E1, E5, E9-E11, E14, E16, E18)",
    { timeout: 600_000 },
    async (language, seed, days) => {
      const { ids, emails, alerts } = await judged(language, seed, days);
      const bad = emails.filter((e) => ids.has(e.messageId));
      expect(bad).toHaveLength(55);
      expect(bad.filter((e) => !e.actions.includes("hold"))).toEqual([]);
      expect(bad[0]?.actions).toEqual(["hold", "lock-links"]);
      expect(bad[0]?.tags).toEqual(expect.arrayContaining(["First Time Contact", "No Association", "Multistage Payload", "Location Mismatch"]));
      expect(bad[0]).toMatchObject({ spf: "pass", urls: [{ stage: "qr" }] });
      expect(bad[0]?.places.author).not.toBe(bad[0]?.places.domain);
      expect(new Set(bad.map((e) => e.campaign)).size).toBe(1);
      const told = alerts
        .filter((a) => a.model === "Email / Phishing Campaign")
        .map((a) => a.why.map((w) => w.text).join("\n"))
        .filter((text) => text.includes("55 mails of 8 senders to 55 recipients on 3 days"));
      expect(told).toHaveLength(1);
      expect(told[0]).toMatch(/senders \d\d\?\?\?@/);
      // Whatever told of it, and of whichever of its senders: one story, in which nothing is missing.
      const domain = told[0]?.match(/@(\S+?)[;\s]/)?.[1] ?? "-";
      const stories = alerts.filter((a) => a.entity.id.endsWith(domain)).map((a) => a.incident);
      expect(new Set(stories)).toEqual(new Set([stories[0]]));
      expect(stories[0]).toBeDefined();
      const good = emails.filter((e) => !ids.has(e.messageId));
      expect(good.length).toBeGreaterThan(days * 150);
      // Made names are drawn from short lists, so that a stranger may bear the name of own staff.
      expect(good.filter((e) => e.actions.includes("hold")).length).toBeLessThanOrEqual(good.length / 500);
    },
  );
});
