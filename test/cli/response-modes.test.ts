import { appendFileSync, readFileSync } from "node:fs";
import { expect, onTestFinished, test } from "vitest";
import { systemClock } from "../../src/base/clock.ts";
import { DAY } from "../../src/base/time.ts";
import { eveLine, makeLabFiles } from "../../src/bench/block/lab-files.ts";
import { HelperDesk } from "../../src/helper/desk.ts";
import { openStore } from "../../src/store/index.ts";
import { ask, until } from "../support/ask-platform.ts";
import { PretendedKernel } from "../support/pretended-kernel.ts";
import { addToken, serve } from "../support/run-wonted.ts";
import { tempFolder } from "../support/temp-folder.ts";

const SERVER = "198.19.0.10";
const device = (n: number): string => `198.18.1.${10 + n}`;
/** What else the shipped models find strange about the lab is not the matter here. */
const OTHERS = ["Device /", "Compromise /", "Anomalous Connection /", "Unusual Activity /"].map((model) => ({ mode: "off" as const, model }));
let lines = 0;

interface Shown {
  state: string;
  mode: string;
  held?: string;
  cost: { flows: number };
  tally: { count: number; honest: number };
}
interface State {
  autonomy: { kind: string; byHand: boolean; days: number; daysLeft: number; actions: number; devices: number; refused: number; honest: number }[];
}

/** An answered connection as Suricata writes it. */
function flowLine(src: string, time: number): string {
  const at = new Date(time).toISOString().replace("Z", "000+0000");
  const flow = {
    pkts_toserver: 8,
    pkts_toclient: 8,
    bytes_toserver: 900,
    bytes_toclient: 900,
    start: at,
    end: at,
    age: 0,
    state: "established",
    alerted: false,
  };
  const ends = { src_ip: src, src_port: 50_000 + ++lines, dest_ip: SERVER, dest_port: 445, proto: "TCP" };
  return `${JSON.stringify({ timestamp: at, flow_id: 5_000_000 + lines, event_type: "flow", ...ends, flow })}\n`;
}

/** What a browser sends of a logged-in administrator, who has just said the password again. */
async function administrator(url: string): Promise<(method: string, path: string, body: unknown) => Promise<{ status: number; value: { code?: string } }>> {
  const origin = new URL(url).origin;
  const headers: Record<string, string> = { origin, "content-type": "application/json" };
  const send = async (method: string, path: string, body: unknown) => {
    const answer = await fetch(`${origin}/api/v1${path}`, { method, headers, body: JSON.stringify(body) });
    return { answer, value: (await answer.json()) as { code?: string; csrf?: string } };
  };
  const { answer, value } = await send("POST", "/session", { name: "operator", password: "a password of some length" });
  headers.cookie = (answer.headers.getSetCookie()[0] ?? "").split(";", 1)[0] ?? "";
  headers["x-wonted-csrf"] = value.csrf ?? "";
  await send("POST", "/session/step-up", { password: "a password of some length" });
  return async (method, path, body) => {
    const sent = await send(method, path, body);
    return { status: sent.answer.status, value: sent.value };
  };
}

test("autonomy is earned in shadow with its honest cost, and modes by model, role and hours of the week decide (X10, T20-T22)", async () => {
  const files = await makeLabFiles(tempFolder(), 600, ["198.18.0.0/15"]);
  appendFileSync(`${files.dir}/org.yaml`, `roles: [{entity: ${device(5)}, role: server}]\n`);
  const token = await addToken(files.data);
  // Watched for fifteen days, and let by nobody.
  const store = await openStore({ dir: files.data, clock: systemClock });
  const since = Date.now() - 15 * DAY;
  await store.ask("putSetting", { key: "response", value: { standard: "content", rules: OTHERS, autonomy: [{ kind: "block-connections", since }] } });
  await store.close();
  const kernel = new PretendedKernel();
  const secret = readFileSync(files.token, "utf8").trim();
  const desk = new HelperDesk({ socket: files.socket, token: secret, enforcer: kernel.enforcer, clock: systemClock, log: () => undefined });
  await desk.listen();
  onTestFinished(() => desk.close());
  const say = (text: string): void => appendFileSync(files.eve, text);
  for (const ago of [4, 3, 2]) for (const n of [0, 3]) say(flowLine(device(n), Date.now() - ago * DAY));
  const platform = await serve(["--data", files.data, "--config", files.config]);
  await platform.says("is read up to now");
  const call = <T>(path: string, body?: unknown): Promise<T> => ask<T>(platform.url, token, path, body);
  const actionsOf = async (n: number): Promise<Shown[]> => (await call<{ actions: Shown[] }>(`/actions?state=all&entity=${device(n)}`)).actions;
  const alert = (n: number): void => say(eveLine(++lines, device(n), SERVER, 445, Date.now()));
  const first = async (n: number, good: (a: Shown) => boolean = () => true): Promise<Shown> => {
    let found: Shown | undefined;
    await until(async () => {
      found = (await actionsOf(n))[0];
      return found !== undefined && good(found);
    });
    return found as Shown;
  };

  // Shadow: one whose connection is its custom, one whose is not.
  alert(0);
  alert(1);
  expect(await first(0)).toMatchObject({ state: "shadow", held: expect.stringContaining("earned"), cost: { flows: 1 } });
  expect(await first(1)).toMatchObject({ state: "shadow", cost: { flows: 0 } });
  say(flowLine(device(0), Date.now() + 1_000) + flowLine(device(1), Date.now() + 1_000));
  expect((await first(0, (a) => a.tally.count > 0)).tally).toMatchObject({ count: 1, honest: 1 });
  expect((await first(1, (a) => a.tally.count > 0)).tally).toMatchObject({ count: 1, honest: 0 });
  expect(kernel.standing()).toEqual([]);
  const report = (await call<State>("/response")).autonomy.find((a) => a.kind === "block-connections");
  expect(report).toMatchObject({ byHand: false, daysLeft: 0, actions: 2, devices: 2, refused: 2, honest: 1 });
  expect(Math.floor(report?.days ?? 0)).toBe(15);

  // A named administrator lets it; what is not watched long enough, or has no driver, cannot be let.
  const admin = await administrator(platform.url);
  const why = "read the report";
  expect((await admin("POST", "/response/autonomy", { kind: "quarantine", on: true, why })).status).toBe(409);
  const hand = await admin("POST", "/response/autonomy", { kind: "disable-user", on: true, why });
  expect(hand.status).toBe(409);
  expect((await admin("POST", "/response/autonomy", { kind: "block-connections", on: true, why })).status).toBe(200);
  alert(2);
  expect(await first(2, (a) => a.state === "active")).toMatchObject({ mode: "autonomous" });
  expect(kernel.endOf(device(2))).toBeDefined();
  // What is customary still asks.
  alert(3);
  expect(await first(3)).toMatchObject({ state: "proposed", held: expect.stringContaining("customary") });

  const modes = async (...rules: unknown[]): Promise<void> => {
    expect((await admin("PUT", "/response/modes", { standard: "content", rules: [...OTHERS, ...rules], why: "as agreed" })).status).toBe(200);
  };
  const days = [0, 1, 2, 3, 4, 5, 6];
  const hour = new Date().getUTCHours();
  await modes({ mode: "off", model: "Bench / " });
  alert(4);
  await until(async () =>
    (await call<{ rows: { kind: string; what: string }[] }>(`/devices/${device(4)}/log?limit=50`)).rows.some((r) => r.what === "Bench / Marked Request"),
  );
  await modes({ mode: "confirm", tag: "server" });
  alert(5);
  expect(await first(5)).toMatchObject({ state: "proposed", mode: "confirm" });
  // Two hours, so that a run over the turn of one is the same.
  await modes({ mode: "shadow", hours: { days, from: hour, to: Math.min(24, hour + 2) } }, { mode: "shadow", hours: { days, from: 0, to: 1 } });
  alert(6);
  expect(await first(6)).toMatchObject({ state: "shadow" });
  await modes({ mode: "shadow", hours: { days, from: (hour + 4) % 24, to: ((hour + 4) % 24) + 1 } });
  alert(7);
  expect(await first(7, (a) => a.state === "active")).toMatchObject({ mode: "autonomous" });
  expect(await actionsOf(4)).toEqual([]);
}, 120_000);
