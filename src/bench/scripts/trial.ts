import { MINUTE } from "../../base/time.ts";
import type { Alert } from "../../schema/alert.ts";
import type { NetEvent } from "../../schema/event.ts";
import { merged } from "../network-attacks/judge.ts";
import { DayCounts, type Kind } from "./day-counts.ts";
import { BUDGET, type Ground } from "./ground.ts";
import { ATTACK, type LaidAttack } from "./lay.ts";

export interface Outcome {
  attack: string;
  /** Minutes from the attack's start to the first alert that it made; undefined = none. */
  minutes: number | undefined;
  /** Place of its best incident among those of the day, by score, honest ones included; undefined when it made none. */
  rank: number | undefined;
  /** Share of its techniques (or their parents) that its alerts name. */
  techniques: number;
  models: string[];
  /** Places of who is attacked among all of their kind by methods that only count. */
  others: ReturnType<DayCounts["places"]>;
}

const NETWORK = new Set<string>(["conn", "dns", "http", "tls", "file", "ssh", "rdp", "smb", "kerberos", "ntlm", "dcerpc", "ntp", "snmp", "known", "software"]);

/** Whose honest records are played beside the attack: the machines that it touches. The rest of the day is judged once for all attacks. */
export function touchedBy(ground: Ground, laid: LaidAttack): Set<string> {
  const touched = new Set<string>();
  for (const t of laid.truth) for (const who of [t.entity, t.peer]) if (who !== undefined && ground.isOwn(who)) touched.add(who);
  for (const e of laid.events) if (e.family === "conn" && e.src !== undefined && ground.isOwn(e.src)) touched.add(e.src);
  return touched;
}

/** The honest records that an attack is judged among: everything of mail, cloud and people, and the connections of machines that it touches. */
export function background(ground: Ground, touched: ReadonlySet<string>): NetEvent[] {
  return ground.window.filter(
    (e) => !(NETWORK.has(e.family) || e.family === "endpoint") || touched.has(e.src ?? "") || touched.has(e.dst ?? "") || touchesHost(e, touched),
  );
}

function touchesHost(event: NetEvent, touched: ReadonlySet<string>): boolean {
  return event.family === "endpoint" && ((event.addresses ?? []).some((ip) => touched.has(ip)) || (event.addresses ?? []).length === 0);
}

/** One attack laid over the ground's day and judged from the state at its midnight. */
export async function tryAttack(ground: Ground, laid: LaidAttack): Promise<Outcome> {
  const touched = touchedBy(ground, laid);
  const last = laid.events.at(-1)?.time ?? ground.midnight;
  const after = last >= ground.end ? await ground.after(last, touched) : [];
  const alerts = ground.alerts(merged([...background(ground, touched), ...after], laid.events));
  const mine = attackAlerts(ground, laid, alerts);
  const start = Math.min(...laid.truth.map((t) => t.start));
  const named = new Set(mine.flatMap((a) => a.mitre));
  const wanted = [...new Set(laid.truth.map((t) => t.technique))];
  return {
    attack: laid.name,
    minutes: mine.length === 0 ? undefined : (Math.min(...mine.map((a) => a.time)) - start) / MINUTE,
    rank: rankOf(ground, alerts, mine, touched),
    techniques: wanted.filter((t) => [...named].some((n) => n === t || n.split(".")[0] === t || n === t.split(".")[0])).length / Math.max(1, wanted.length),
    models: [...new Set(mine.map((a) => a.model))],
    others: othersOf(ground, laid),
  };
}

/** What is there because of the attack: alerts that cite a record of it, and those on who is attacked that the honest day does not have. */
function attackAlerts(ground: Ground, laid: LaidAttack, alerts: readonly Alert[]): Alert[] {
  const honest = new Set(ground.honest.map((a) => a.id));
  const attacked = new Set(laid.truth.map((t) => t.entity.toLowerCase()));
  const names = (a: Alert): (string | undefined)[] => [a.entity.ip, a.entity.user?.toLowerCase(), a.entity.id.toLowerCase(), ...a.peers.map((p) => p.ip)];
  const first = Math.min(...laid.truth.map((t) => t.start));
  return alerts.filter(
    (a) =>
      a.events.some((e) => e.fileKey.startsWith(ATTACK)) || (a.time >= first && !honest.has(a.id) && names(a).some((n) => n !== undefined && attacked.has(n))),
  );
}

/** The day's honest alerts on everybody else, and those of this run, grouped as the product does; the place of the best incident that holds one of the attack's. */
function rankOf(ground: Ground, alerts: readonly Alert[], mine: readonly Alert[], touched: ReadonlySet<string>): number | undefined {
  const here = new Set(alerts.map((a) => a.id));
  const rest = ground.honest.filter((a) => !here.has(a.id) && !touched.has(a.entity.ip ?? ""));
  const builder = ground.builder();
  for (const alert of [...rest, ...alerts].sort((a, b) => a.time - b.time || (a.id < b.id ? -1 : 1))) builder.add({ ...alert });
  const own = new Set(mine.map((a) => a.id));
  const all = builder.list(BUDGET);
  const day = (start: number): number => Math.floor(start / 86_400_000);
  const places = all
    .filter((i) => i.alerts.some((id) => own.has(id)))
    .map((i) => 1 + all.filter((o) => o !== i && day(o.start) === day(i.start) && (o.score > i.score || (o.score === i.score && o.start < i.start))).length);
  return places.length === 0 ? undefined : Math.min(...places);
}

function othersOf(ground: Ground, laid: LaidAttack): Outcome["others"] {
  const day = new DayCounts((ip) => ground.isOwn(ip), ground.counts);
  const attack = laid.events.filter((e) => e.time < ground.end);
  for (const event of merged(ground.window, attack)) day.see(event);
  const attacked = new Set(laid.truth.map((t) => t.entity.toLowerCase()));
  const kind: Kind = [...attacked].some((who) => ground.isOwn(who))
    ? "device"
    : attack.some((e) => e.family === "mail" && attacked.has((e.sender ?? "").toLowerCase()))
      ? "sender"
      : "user";
  return day.places(kind, attacked, ground.forests.get(kind));
}
