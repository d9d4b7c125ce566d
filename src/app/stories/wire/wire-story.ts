import { setTimeout as wait } from "node:timers/promises";
import type { z } from "zod";
import { systemClock } from "../../../base/clock.ts";
import { MINUTE } from "../../../base/time.ts";
import type { action, actionDetail, alertSummary, logRow, responseState } from "../../../contract/index.ts";
import { type StoryPlatform, soon } from "../story-platform.ts";
import type { Table } from "../table.ts";
import { AGENT, OTHER_WEB, THIRD_WEB, WEB, WireLab, wireLack } from "./wire-lab.ts";

type Action = z.infer<typeof action>;
type Alert = z.infer<typeof alertSummary>;

export const WIRE_ROWS = ["D19", "D29", "D36", "D37", "D38", "D39", "D40", "D41", "D42", "D43"] as const;
const NEW_AGENT = "Device / New User Agent to Internal Server";
const GROUP = "DEV-0408";
const TOOL = "python-requests/2.31.0";
const CLIENTS = 9;
/** Clients by what happens to them. */
const [USUAL, AGENT_ALONE, PRODUCT_ALONE, BOTH, STOPPED, CHAIN, ASKED, ...MORE] = [0, 1, 2, 3, 4, 5, 6, 7];
const LAST = CLIENTS - 1;

/** The first post's attack and answer with real packets, a live sensor and a real firewall. */
export async function tellWire(table: Table, say: (line: string) => void): Promise<void> {
  const lack = wireLack();
  if (lack !== undefined) return table.skip(WIRE_ROWS, lack);
  say("a network of namespaces with Suricata, firewall and platform");
  const lab = await WireLab.open(CLIENTS, say);
  try {
    await tell(table, lab);
  } finally {
    await lab.close();
  }
}

async function tell(table: Table, lab: WireLab): Promise<void> {
  const { platform, wires } = lab;
  const spoken = new Map<number, number>();
  const accuse = (n: number): void => {
    const now = systemClock.now();
    spoken.set(n, now);
    const process = "svchost-upd.exe -k netsvcs";
    lab.say({
      time: now - 2 * MINUTE,
      reported: now,
      title: `${GROUP} activity group`,
      severity: "high",
      host: lab.host(n),
      ip: wires.client(n),
      actor: GROUP,
      process,
    });
  };
  const accused = (n: number): Promise<Alert | undefined> =>
    soon(() => alertOf(platform, wires.client(n), "Security Integration / Named Threat Actor or Family"));
  const block = (n: number): Promise<Action | undefined> =>
    soon(async () => (await actionsOf(platform, wires.client(n))).find((a) => a.kind === "block-connections" && a.state === "active"), 10_000);

  await table.check("D19", "a Defender alert raises its integration model at once", async () => {
    accuse(PRODUCT_ALONE);
    const alert = await accused(PRODUCT_ALONE);
    const ms = Date.parse(alert?.created ?? "") - (spoken.get(PRODUCT_ALONE) ?? 0);
    return alert !== undefined && ms < 2_000 ? `${alert.model}, ${ms} ms after the product's line was written` : undefined;
  });
  await table.check(
    "D29",
    `real HTTP with a new agent to an internal server: ${NEW_AGENT}; nothing with the known agent, and nothing to a host outside`,
    async () => {
      await lab.get(USUAL, AGENT);
      await lab.get(LAST, TOOL, WEB, wires.other);
      await lab.get(AGENT_ALONE, TOOL);
      const alert = await soon(() => alertOf(platform, wires.client(AGENT_ALONE), NEW_AGENT));
      const read = async (n: number, to: string): Promise<boolean> =>
        (await soon(async () => (await httpOf(platform, wires.client(n), to)) > 0 || undefined)) === true;
      const others = (await read(USUAL, wires.server)) && (await read(LAST, wires.other));
      const none = [await alertOf(platform, wires.client(USUAL), NEW_AGENT), await alertOf(platform, wires.client(LAST), NEW_AGENT)];
      return alert !== undefined && others && none.every((a) => a === undefined) ? alert.title : undefined;
    },
  );

  await lab.hold("cut", BOTH, AGENT, WEB, wires.other);
  await lab.hold("port", BOTH, AGENT, OTHER_WEB);
  await lab.hold("device", USUAL, AGENT);
  const sent = new Map<number, number>();
  const strike = async (n: number): Promise<void> => {
    sent.set(n, systemClock.now());
    await lab.hold(`strike${n}`, n, TOOL);
  };
  let made: Action | undefined;
  await table.check("D36", "either alone starts no block, both within half an hour start one in less than a second", async () => {
    const alone = [...(await actionsOf(platform, wires.client(AGENT_ALONE))), ...(await actionsOf(platform, wires.client(PRODUCT_ALONE)))];
    accuse(BOTH);
    await accused(BOTH);
    await strike(BOTH);
    made = await block(BOTH);
    const alert = made === undefined ? undefined : await platform.get<Alert>(`/api/v1/alerts/${made.alert}`);
    const ms = Date.parse(made?.began ?? "") - Date.parse(alert?.created ?? "");
    return alone.every((a) => a.state === "proposed") && made?.mode === "autonomous" && ms < 1_000
      ? `${made.title}: ${ms} ms after ${alert?.model}`
      : undefined;
  });
  await table.check("D37", "the open connection of the alert is reset at both ends, all others of the device go on", async () => {
    const cut = await soon(async () => {
      const [state] = await lab.states(`strike${BOTH}`);
      return state?.error === "ECONNRESET" ? state : undefined;
    });
    const reset = (await lab.serverResets()).filter((r) => r.from === wires.client(BOTH));
    const before = await lab.states("cut", "port", "device");
    await wait(400);
    const after = await lab.states("cut", "port", "device");
    const alive = after.every((s, i) => s.error === undefined && s.connections === 1 && s.answers > (before[i]?.answers ?? 0));
    return cut !== undefined && reset.length === 1 && reset[0]?.port === WEB && alive
      ? `reset at client and server, ${after.length} other connections go on`
      : undefined;
  });
  await table.check(
    "D38",
    "new connections to that server and port are refused at once; its other port, the other server and other devices are not",
    async () => {
      const refused = await lab.get(BOTH, TOOL);
      const others = [await lab.get(BOTH, TOOL, OTHER_WEB), await lab.get(BOTH, AGENT, WEB, wires.other), await lab.get(USUAL, AGENT)];
      return refused.error === "ECONNREFUSED" && refused.ms < 200 && others.every((o) => o.status === 200)
        ? `refused after ${refused.ms.toFixed(1)} ms, 3 others answered`
        : undefined;
    },
  );
  await table.check("D40", "response and its own alert stand in the device's log, linked by ids", async () => {
    const log = await platform.get<{ rows: z.infer<typeof logRow>[] }>(`/api/v1/devices/${wires.client(BOTH)}/log?limit=200`);
    const row = log.rows.find((r) => r.kind === "response" && r.detail.includes(made?.id ?? "-") && r.detail.includes(made?.alert ?? "-"));
    const told = log.rows.find((r) => r.kind === "alert" && r.what === "Response / Connections Blocked");
    return row !== undefined && told !== undefined ? `${row.what}; ${told.what}` : undefined;
  });
  await table.check("D39", "7,200 s by itself; shortened to two, the kernel lets go by itself", async () => {
    const length = Date.parse(made?.until ?? "") - Date.parse(made?.began ?? "");
    await platform.send(`/api/v1/actions/${made?.id}/decision`, { decision: "extend", seconds: 2, why: "the story has no two hours" });
    const still = await lab.get(BOTH, TOOL);
    const free = await soon(async () => ((await lab.get(BOTH, TOOL)).status === 200 ? true : undefined), 8_000);
    const ended = await soon(async () => (await platform.get<Action>(`/api/v1/actions/${made?.id}`)).state === "expired" || undefined, 8_000);
    return Math.abs(length - 7_200_000) < 2_000 && made?.seconds === 7_200 && still.error === "ECONNREFUSED" && free === true && ended === true
      ? "two hours, then expired and free"
      : undefined;
  });
  await table.check("D41", "one machine further: reached with the response stopped, not reached with it on", async () => {
    const hop = (n: number) => lab.get(n, TOOL, WEB, wires.server, `/hop?${wires.client(LAST)}:${THIRD_WEB}`);
    await platform.send("/api/v1/response/stop", { stopped: true, why: "the same without any answer" });
    accuse(STOPPED);
    await accused(STOPPED);
    await strike(STOPPED);
    await soon(() => alertOf(platform, wires.client(STOPPED), "Security Integration / Detection and Unusual Connections Agree"));
    const off = await hop(STOPPED);
    await platform.send("/api/v1/response/stop", { stopped: false, why: "and with it" });
    accuse(CHAIN);
    await accused(CHAIN);
    await strike(CHAIN);
    await block(CHAIN);
    const on = await hop(CHAIN);
    return off.status === 200 && on.error === "ECONNREFUSED" ? "off: answered; on: refused" : undefined;
  });
  await table.check("D43", "from the strange request's first packet to the rule in force", async () => {
    for (const n of MORE) {
      accuse(n);
      await accused(n);
      await strike(n);
      await block(n);
    }
    const times: number[] = [];
    for (const n of [BOTH, CHAIN, ...MORE]) {
      const [one] = (await actionsOf(platform, wires.client(n))).filter((a) => a.kind === "block-connections" && a.began !== undefined);
      times.push(Date.parse(one?.began ?? "") - (sent.get(n) ?? 0));
    }
    times.sort((a, b) => a - b);
    return times.every((ms) => ms >= 0 && ms < 2_000)
      ? `median ${times[times.length >> 1]} ms, worst ${times.at(-1)} ms of ${times.length} (many runs: bench block)`
      : undefined;
  });
  const rules = [{ mode: "confirm", kind: "block-connections" }];
  await platform.send("/api/v1/response/modes", { standard: "content", rules, why: "the same with a person asked" }, "PUT");
  accuse(ASKED);
  await accused(ASKED);
  await strike(ASKED);
  const asked = await soon(async () => (await actionsOf(platform, wires.client(ASKED))).find((a) => a.state === "proposed"));
  const [open] = await lab.states(`strike${ASKED}`);
  if (asked !== undefined && open?.error === undefined && table.rows.get("D36")?.seen === "seen")
    table.notes.set("modes of the network", "by itself, or asked by a rule");
  await table.check("D42", "quarantine by hand with reason and user; the device is cut off, taken back it is free", async () => {
    const why = "seen on the phone with its owner";
    const hand = await platform.confirmed<Action>("/api/v1/actions", { kind: "quarantine", entity: wires.client(USUAL), seconds: 600, why });
    const cut = [await lab.get(USUAL, AGENT), await lab.get(USUAL, AGENT, OTHER_WEB), await lab.get(USUAL, AGENT, WEB, wires.other)];
    const other = await lab.get(AGENT_ALONE, AGENT, WEB, wires.other);
    const first = (await platform.get<z.infer<typeof actionDetail>>(`/api/v1/actions/${hand.id}`)).changes[0];
    await platform.send(`/api/v1/actions/${hand.id}/decision`, { decision: "clear", why: "it was the scanner" });
    const back = await lab.get(USUAL, AGENT);
    const good = hand.state === "active" && cut.every((c) => c.error === "ECONNREFUSED") && other.status === 200 && back.status === 200;
    return good && first?.why === why ? `by ${first.by}: ${first.why}; ${(await driverOf(platform)) ?? ""}` : undefined;
  });
}

async function alertOf(platform: StoryPlatform, entity: string, model: string): Promise<Alert | undefined> {
  const query = new URLSearchParams({ state: "all", sort: "time", entity, model, limit: "5" });
  return (await platform.get<{ alerts: Alert[] }>(`/api/v1/alerts?${query}`)).alerts[0];
}

async function actionsOf(platform: StoryPlatform, entity: string): Promise<Action[]> {
  const { actions } = await platform.get<{ actions: Action[] }>(`/api/v1/actions?state=all&entity=${entity}`);
  return actions.filter((a) => a.kind === "block-connections");
}

async function httpOf(platform: StoryPlatform, src: string, dst: string): Promise<number> {
  return (
    await platform.get<{ hits: unknown[] }>(
      `/api/v1/search?${new URLSearchParams({ q: `family:http src:${src} dst:${dst} time:>=${new Date(systemClock.now() - 10 * MINUTE).toISOString()}` })}`,
    )
  ).hits.length;
}

async function driverOf(platform: StoryPlatform): Promise<string | undefined> {
  return (await platform.get<z.infer<typeof responseState>>("/api/v1/response")).drivers.find((d) => d.state === "ready")?.label;
}
