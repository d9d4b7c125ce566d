import { expect, test, vi } from "vitest";
import { MINUTE } from "../../src/base/time.ts";
import { type LiveLab, liveLab } from "../support/live-lab.ts";
import { madeOffice, writeOffice } from "../support/made-office.ts";

vi.setConfig({ testTimeout: 600_000 });

const MODEL = "Device / New User Agent to Internal Server";

interface Preview {
  state: string;
  progress: number;
  sentence: string;
  unknown: string[];
  stored?: { hidden: number; added: number; days: number; alerts: { model: string; entity: { ip: string } }[] };
  attacks?: { played: number; found: number; hidden: number; names: string[] };
}

async function worked(lab: LiveLab, query: Record<string, string>): Promise<{ seen: number[]; done: Preview }> {
  const path = `/api/v1/preview?${new URLSearchParams(query)}`;
  const seen: number[] = [];
  for (;;) {
    const now = await lab.get<Preview>(path);
    seen.push(now.progress);
    if (now.state === "done" || now.state === "failed") return { seen, done: now };
    await new Promise((resolve) => setTimeout(resolve, 300));
  }
}

test("before it is made, a change is tried on the stored days and on attack scripts: what it hides, and what is not known (E35)", async () => {
  const office = madeOffice(72, true);
  const lab = await liveLab(office.end + MINUTE);
  writeOffice(lab.logs, office);
  await lab.start();
  await lab.pass(MINUTE);
  const { alerts } = await lab.get<{ alerts: { model: string; entity: { id: string; ip: string } }[] }>("/api/v1/alerts?state=all");
  const own = alerts.filter((a) => a.model === MODEL);
  expect(own).toHaveLength(1);

  const exception = await worked(lab, { kind: "exception", model: MODEL, entity: own[0]?.entity.id ?? "" });
  expect(exception.done).toMatchObject({
    state: "done",
    progress: 1,
    stored: { hidden: 1, added: 0, alerts: [{ model: MODEL, entity: { ip: "10.1.0.13" } }] },
  });
  // It goes forward.
  expect([...exception.seen].sort((a, b) => a - b)).toEqual(exception.seen);
  const { attacks } = exception.done;
  expect(attacks?.found).toBeGreaterThan(10);
  expect(attacks?.hidden).toBeLessThan(attacks?.found ?? 0);
  expect(exception.done.sentence).toMatch(/^Hides 1 alert of the last \d stored days? and \d+ of \d+ attacks that are told now/);
  expect(exception.done.unknown.join(" ")).toMatch(/Days before 2024-03-05 are not judged/);

  // As the scanner that it behaves like, much more of what it did is nobody's business.
  const role = await worked(lab, { kind: "role", role: "scanner", entity: own[0]?.entity.id ?? "" });
  expect(role.done.stored?.hidden).toBeGreaterThan(1);
  expect(role.done.attacks?.names).toContain("internal-scan");

  // Another device: it hides nothing here; a change that names nothing is refused.
  const other = await worked(lab, { kind: "exception", model: MODEL, entity: "10.1.0.12" });
  expect(other.done.stored).toMatchObject({ hidden: 0, added: 0 });
  await expect(lab.get("/api/v1/preview?kind=exception&entity=10.1.0.12")).rejects.toThrow();
});
