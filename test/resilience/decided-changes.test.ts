import { appendFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test, vi } from "vitest";
import { DAY, MINUTE } from "../../src/base/time.ts";
import { type LiveLab, liveLab } from "../support/live-lab.ts";
import { madeOffice, writeOffice } from "../support/made-office.ts";

vi.setConfig({ testTimeout: 240_000 });

interface Row {
  id: string;
  title: string;
  alerts: string[];
  entities: { id: string; ip?: string }[];
  consequences: Record<string, string[]>;
  learning: { undone: boolean; entities: { since: string }[] };
  open: boolean;
  verdict?: string;
}
interface Role {
  id: string;
  role: string;
  state: string;
  reason: string;
  changes: string[];
  entity: { id: string };
}

async function send<T>(lab: LiveLab, method: string, path: string, body: unknown): Promise<{ status: number; body: T }> {
  const answer = await fetch(`${lab.url}${path}`.replace(/([^:])\/\//, "$1/"), {
    method,
    headers: { authorization: `Bearer ${lab.token}`, "content-type": "application/json" },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return { status: answer.status, body: (await answer.json()) as T };
}

/** A week of an office whose device .40 tries everybody on many ports, day after day. */
function scans(folder: string, start: number, days: number): void {
  let n = 0;
  for (let d = 0; d < days; d++)
    for (let host = 10; host < 20; host++)
      for (let port = 1; port < 20; port++) {
        const ts = (start + d * DAY + ++n * 10) / 1_000;
        appendFileSync(join(folder, "conn.log"), `${ts.toFixed(6)}\tS${n}\t10.1.0.40\t40000\t10.1.0.${host}\t${port * 7}\ttcp\t-\t0.1\t0\t0\tREJ\tSr\t1\t1\n`);
      }
}

test("an incident called an attack makes its devices forget what it taught them; that goes over a restart and is taken back (X3, E35)", async () => {
  const office = madeOffice(72, true);
  const lab = await liveLab(office.end + MINUTE);
  writeOffice(lab.logs, office);
  await lab.start();
  await lab.pass(MINUTE);
  const { incidents } = await lab.get<{ incidents: Row[] }>("/api/v1/incidents?state=all");
  const [first] = incidents;
  const one = await lab.get<Row>(`/api/v1/incidents/${first?.id}`);
  expect(one.learning).toMatchObject({ undone: false, entities: [expect.anything()] });
  expect(one.consequences.attack?.join(" ")).toMatch(/forgets what it learned since 2024-03-07 00:0\d UTC/);
  expect(one.consequences.benign?.join(" ")).not.toContain("forgets");

  const judged = await send<Row>(lab, "PUT", `/api/v1/incidents/${first?.id}/verdict`, { verdict: "attack", why: "it was one" });
  expect(judged).toMatchObject({ status: 200, body: { verdict: "attack", learning: { undone: true } } });
  await lab.stop();
  await lab.start();
  expect(await lab.get(`/api/v1/incidents/${first?.id}`)).toMatchObject({ verdict: "attack", learning: { undone: true } });
  expect(await send<Row>(lab, "PUT", `/api/v1/incidents/${first?.id}/verdict`, { verdict: "none" })).toMatchObject({ body: { learning: { undone: false } } });
  const kept = await send<Row>(lab, "PUT", `/api/v1/incidents/${first?.id}/verdict`, { verdict: "attack", undoLearning: false });
  expect(kept).toMatchObject({ body: { verdict: "attack", learning: { undone: false } } });
});

test("alerts of an incident are put into one of their own and joined again; nothing is lost on the way or over a restart", async () => {
  const office = madeOffice(72, true);
  const lab = await liveLab(office.end + MINUTE);
  writeOffice(lab.logs, office);
  await lab.start();
  await lab.pass(MINUTE);
  const before = (await lab.get<{ incidents: Row[] }>("/api/v1/incidents?state=all")).incidents;
  const whole = before.find((i) => i.alerts.length > 1);
  const [moved, ...rest] = whole?.alerts ?? [];
  const apart = await send<Row>(lab, "POST", `/api/v1/incidents/${whole?.id}/split`, { alerts: [moved], why: "another story" });
  expect(apart).toMatchObject({ status: 200, body: { alerts: [moved], open: true } });
  expect(await send(lab, "POST", `/api/v1/incidents/${whole?.id}/split`, { alerts: rest })).toMatchObject({ status: 400, body: { code: "split-invalid" } });
  await lab.stop();
  await lab.start();
  expect((await lab.get<Row>(`/api/v1/incidents/${whole?.id}`)).alerts).toEqual(rest);
  const joined = await send<Row>(lab, "POST", `/api/v1/incidents/${whole?.id}/merge`, { other: apart.body.id });
  expect([...joined.body.alerts].sort()).toEqual([...(whole?.alerts ?? [])].sort());
  expect(await send(lab, "POST", `/api/v1/incidents/${whole?.id}/merge`, { other: whole?.id })).toMatchObject({ status: 400, body: { code: "join-invalid" } });
  expect((await lab.get<{ incidents: Row[] }>("/api/v1/incidents?state=all")).incidents.map((i) => i.id).sort()).toEqual(before.map((i) => i.id).sort());
});

test("a role is proposed with its numbers, changes nothing until it is accepted, and is taken back; exceptions too (D22)", async () => {
  const office = madeOffice(24, false);
  const start = office.end - 24 * 60 * MINUTE;
  const lab = await liveLab(start + 4.5 * DAY);
  writeOffice(lab.logs, office);
  scans(lab.logs, start + DAY, 4);
  await lab.start();
  await lab.pass(MINUTE);
  const roles = await lab.get<Role[]>("/api/v1/roles");
  expect(roles).toMatchObject([
    { role: "scanner", state: "proposed", entity: { id: "10.1.0.40" }, reason: expect.stringMatching(/^Tried about \d+ own devices on about \d+ ports/) },
  ]);
  expect(roles[0]?.changes.join(" ")).toMatch(/models no longer look at what it does: /);
  const rolesOf = async (): Promise<string[]> => (await lab.get<{ roles: string[] }>("/api/v1/devices/10.1.0.40")).roles;
  await send(lab, "PUT", `/api/v1/roles/${roles[0]?.id}`, { decision: "accepted", why: "ours" });
  await lab.stop();
  await lab.start();
  await lab.pass(2 * MINUTE);
  expect(await lab.get("/api/v1/roles")).toMatchObject([{ state: "accepted", decidedBy: expect.any(String) }]);
  await vi.waitFor(async () => expect(await rolesOf()).toEqual(["scanner"]));
  await send(lab, "PUT", `/api/v1/roles/${roles[0]?.id}`, { decision: "proposed" });
  expect(await lab.get("/api/v1/roles")).toMatchObject([{ state: "proposed" }]);
  expect(await send(lab, "PUT", "/api/v1/roles/none", { decision: "accepted" })).toMatchObject({ status: 404 });

  const model = (await lab.get<{ path: string }[]>("/api/v1/models"))[0]?.path ?? "";
  const made = await send<{ id: string }>(lab, "POST", "/api/v1/exceptions", { model, entity: "10.1.0.40", why: "ours" });
  expect(made).toMatchObject({ status: 200, body: { model, by: "script" } });
  expect(await send(lab, "POST", "/api/v1/exceptions", { model, entity: "10.1.0.40", why: "again" })).toMatchObject({ status: 409 });
  expect(await send(lab, "POST", "/api/v1/exceptions", { model: "None / Such", entity: "10.1.0.40", why: "x" })).toMatchObject({ status: 400 });
  await lab.stop();
  await lab.start();
  expect(await lab.get("/api/v1/exceptions")).toMatchObject([{ model, entity: "10.1.0.40" }]);
  expect(await send(lab, "DELETE", `/api/v1/exceptions/${made.body.id}`, undefined)).toMatchObject({ status: 200 });
  expect(await lab.get("/api/v1/exceptions")).toEqual([]);
  const { rows } = await lab.get<{ rows: { action: string }[] }>("/api/v1/audit");
  expect(rows.map((r) => r.action)).toEqual(expect.arrayContaining(["decide-role", "create-exception", "delete-exception"]));
});
