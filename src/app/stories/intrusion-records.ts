import { appendFileSync } from "node:fs";
import type { z } from "zod";
import { iso, MINUTE } from "../../base/time.ts";
import type { alertDetail, alertSummary, deviceDetail, incidentDetail, logRow, record } from "../../contract/index.ts";
import { zeekLine } from "../../generate/write/zeek-text.ts";
import type { FedLife } from "./fed-life.ts";
import { graphAlertLine } from "./graph-alert.ts";
import type { StoryPlatform } from "./story-platform.ts";
import type { Table } from "./table.ts";

type Alert = z.infer<typeof alertSummary>;
type Detail = z.infer<typeof alertDetail>;
type Device = z.infer<typeof deviceDetail>;

export const INTRUSION_RECORDS = ["D13", "D15", "D25", "D26", "D27", "D30", "D31", "D32"] as const;
export const NEW_AGENT = "Device / New User Agent to Internal Server";
export const ACTOR = "Security Integration / Named Threat Actor or Family";
const CREDENTIAL = "User / New Credential on Server";

export interface IntrusionTold {
  life: FedLife;
  platform: StoryPlatform;
  /** Since the attack began, oldest first. */
  alerts: readonly Alert[];
  /** Id of the device that was taken, and the activity group that the endpoint product names. */
  device: string;
  group: string;
  log: readonly z.infer<typeof logRow>[];
}

export async function readIntrusion(life: FedLife, platform: StoryPlatform, since: number): Promise<IntrusionTold> {
  const asked = life.truth.find((t) => t.step === "new-agent");
  await platform.stored(`family:http src:${asked?.entity} dst:${asked?.peer} port:${asked?.port}`, 9);
  const { alerts } = await platform.get<{ alerts: Alert[] }>(`/api/v1/alerts?state=all&sort=time&limit=500&from=${iso(since)}`);
  const device = alerts.find((a) => a.model === NEW_AGENT)?.entity.id ?? "none";
  const { rows } = await platform.get<{ rows: z.infer<typeof logRow>[] }>(`/api/v1/devices/${device}/log?limit=500&before=${iso(since + 30 * MINUTE)}`);
  const said = life.truth.find((t) => t.step === "defender-alert")?.what ?? "";
  return { life, platform, alerts: alerts.toReversed(), device, group: /DEV-\d+/.exec(said)?.[0] ?? "none", log: rows.toReversed() };
}

/** What stands in alerts, log, search and incident, each set beside what the attack's script says that it did. */
export async function tellIntrusionRecords(table: Table, told: IntrusionTold): Promise<void> {
  const { life, platform, alerts, device, group, log } = told;
  const truth = (step: string) => life.truth.find((t) => t.step === step);
  const of = (model: string): Alert | undefined => alerts.find((a) => a.model === model);

  await table.check("D26", "an account that the server never saw logs in to it", async () => {
    const account = /"(.+?)"/.exec(truth("new-account")?.what ?? "")?.[1] ?? "none";
    const alert = of(CREDENTIAL);
    const lead = String(alert?.lead?.observed ?? "");
    return alert?.entity.ip === truth("new-account")?.peer && lead.includes(account) ? `${account} on ${alert?.entity.hostname}` : undefined;
  });
  await table.check("D27", "detection, its integration alert and our own alert on one device: when each happened, and when each was made", () => {
    const [product, own] = [of(ACTOR), of(NEW_AGENT)];
    if (product === undefined || own === undefined) return undefined;
    const ordered = product.entity.id === own.entity.id && product.time < own.time && product.created > product.time;
    return ordered ? `${product.time} (made ${product.created}), ${own.time} (made ${own.created})` : undefined;
  });
  await table.check("D30", "both ends are own devices; a search for internal traffic finds the requests, one for outbound does not", async () => {
    const fact = truth("new-agent");
    const query = (direction: string): string => `direction:${direction} family:http src:${fact?.entity} dst:${fact?.peer} port:${fact?.port}`;
    const ask = (direction: string) => platform.get<{ hits: z.infer<typeof record>[] }>(`/api/v1/search?${new URLSearchParams({ q: query(direction) })}`);
    const [inside, outside] = [(await ask("internal")).hits.length, (await ask("outbound")).hits.length];
    const known = await Promise.all([fact?.entity, fact?.peer].map((ip) => platform.get<Device>(`/api/v1/devices/${ip}`)));
    // The script counts two lines of Zeek a request: http and conn.
    return inside === 9 && outside === 0 && known.every((d) => d.historyHours > 0)
      ? `${inside} requests, both ends with ${known.map((d) => d.historyHours).join(" and ")} active hours learned`
      : undefined;
  });
  await table.check("D31", "the activity group's name in alert, record, log, search and incident", async () => {
    const alert = await platform.get<Detail>(`/api/v1/alerts/${of(ACTOR)?.id}`);
    const incident = await platform.get<z.infer<typeof incidentDetail>>(`/api/v1/incidents/${alert.incident}`);
    const titles = await Promise.all(incident.alerts.map((id) => platform.get<Detail>(`/api/v1/alerts/${id}`)));
    const places = [
      alert.title.includes(group),
      alert.records.some((r) => r.fields.actor === group),
      log.some((r) => r.kind === "alert" && r.detail.includes(group)),
      titles.some((t) => t.title.includes(group)),
    ];
    return places.every((p) => p) ? `${group} (in exports to other systems: not built yet, see X14)` : undefined;
  });
  await table.check("D32", "third-party alerts are events that the search finds", async () => {
    const { hits } = await platform.get<{ hits: z.infer<typeof record>[] }>(`/api/v1/search?${new URLSearchParams({ q: `family:endpoint actor:${group}` })}`);
    return hits.length > 0 && hits.every((h) => h.fields.actor === group) ? `${hits.length} by family:endpoint actor:${group}` : undefined;
  });
  await tellIncident(table, told, of(NEW_AGENT));
  await table.check(
    "D13",
    "a detection stands on the device that is seen on the wire, by address, by name, and by name after its address changed",
    async () => {
      const mapped = alerts.filter((a) => a.model.startsWith("Security Integration / ") && a.entity.ip === truth("defender-alert")?.entity);
      const renewed = await afterNewLease(told);
      return mapped.length >= 2 && mapped.every((a) => a.entity.id === device) && renewed?.entity.id === device
        ? `${mapped.length} alerts, then one at ${renewed.entity.ip}`
        : undefined;
    },
  );
  await table.check("D15", "operating system from a hunting result, with where it comes from", async () => {
    const host = (await platform.get<Device>(`/api/v1/devices/${device}`)).hostname;
    const now = platform.clock.now();
    const row = { Timestamp: iso(now), DeviceId: "d".repeat(40), DeviceName: host, OSPlatform: "Windows11", OSVersionInfo: "23H2", OSBuild: 22_631 };
    appendFileSync(platform.path("exports", "hunting.ndjson"), `${JSON.stringify(row)}\n`);
    // Pages read what is kept of devices, which is written once a minute, after a commit.
    let os: Device["identity"][number] | undefined;
    for (let minute = 1; minute <= 30 && os === undefined; minute++) {
      await platform.passTo(now + minute * MINUTE);
      os = (await platform.get<Device>(`/api/v1/devices/${device}`)).identity.find((i) => i.what === "os");
    }
    return os?.value === "Windows11 23H2 22631" && os.by.includes("DeviceInfo")
      ? `${os.value}, by ${os.by}; from an exported result, nothing is fetched yet (D9)`
      : undefined;
  });
}

async function tellIncident(table: Table, { platform, device }: IntrusionTold, first: Alert | undefined): Promise<void> {
  await table.check("D25", "a written summary with devices, alerts, times and tactics, each of which stands in the records", async () => {
    const incident = await platform.get<z.infer<typeof incidentDetail>>(`/api/v1/incidents/${first?.incident}`);
    const parts = await Promise.all(incident.alerts.map((id) => platform.get<Detail>(`/api/v1/alerts/${id}`)));
    const times = parts.map((p) => p.time).sort();
    const names = incident.entities.map((e) => e.hostname ?? e.id);
    const techniques = new Set(parts.flatMap((p) => p.mitre));
    const tactics = new Set(parts.flatMap((p) => p.techniques.flatMap((t) => t.tactics)));
    const good =
      parts.every((p) => incident.summary.includes(p.model)) &&
      names.every((n) => incident.summary.includes(n)) &&
      incident.entities.some((e) => e.id === device) &&
      incident.start === times[0] &&
      incident.end === times.at(-1) &&
      incident.mitre.length === techniques.size &&
      incident.mitre.every((t) => techniques.has(t)) &&
      // No address stands in title or summary that no record of its alerts has.
      [...`${incident.title} ${incident.summary}`.matchAll(/\b\d+\.\d+\.\d+\.\d+\b/g)].every(([ip]) => JSON.stringify(parts).includes(ip));
    return good ? `${parts.length} alerts on ${names.join(", ")}; ${[...tactics].join(", ")}` : undefined;
  });
}

/** The taken device gets another address, and the product speaks of it by its name and that address. */
async function afterNewLease({ life, platform, device }: IntrusionTold): Promise<Alert | undefined> {
  const known = await platform.get<Device>(`/api/v1/devices/${device}`);
  const now = platform.clock.now();
  const address = `${(known.ip ?? "").split(".").slice(0, 3).join(".")}.233`;
  const short = (known.hostname ?? "").split(".")[0];
  const lease = {
    uids: ["Cstorylease"],
    client_addr: address,
    mac: known.mac,
    host_name: short,
    requested_addr: address,
    assigned_addr: address,
    lease_time: 86_400,
    msg_types: ["REQUEST", "ACK"],
  };
  appendFileSync(platform.path("zeek", "dhcp.log"), zeekLine({ log: "dhcp", time: now - 90_000, fields: lease }));
  await platform.passTo(now + MINUTE);
  const title = "Credential theft after the new lease";
  const line = graphAlertLine({ time: now, reported: now + 30_000, title, severity: "high", host: known.hostname ?? "", ip: address });
  appendFileSync(platform.path("exports", "defender-alerts_v2.ndjson"), line);
  await platform.passTo(now + 2 * MINUTE);
  const { alerts } = await platform.get<{ alerts: Alert[] }>(
    `/api/v1/alerts?state=all&sort=time&limit=20&from=${iso(life.at(0, 0))}&text=${encodeURIComponent(title)}`,
  );
  return alerts.find((a) => a.title.includes(title) && a.entity.ip === address);
}
