import type { Services } from "../../api/ports.ts";
import { CodedError } from "../../base/result.ts";
import { DAY, iso } from "../../base/time.ts";
import type { DeviceRow, LogKind } from "../../store/requests.ts";
import type { Store } from "../../store/types.ts";
import { ms, whyAnswer } from "./convert.ts";
import type { LiveView } from "./live-view.ts";

type DeviceServices = Pick<Services, "devices" | "device" | "deviceScores" | "deviceLog">;

const KINDS: readonly LogKind[] = ["connection", "refused", "event", "notice", "alert", "sensor-alert", "source", "response"];

export function deviceServices(store: Store, live: LiveView): DeviceServices {
  function summary(row: DeviceRow) {
    return {
      id: row.id,
      firstSeen: iso(row.firstSeen),
      lastSeen: iso(row.lastSeen),
      roles: [...row.roles],
      alerts: row.alerts,
      unusual: row.unusual,
      historyHours: live.profile(row.id)?.historyHours ?? row.historyHours,
      learned: live.learned(row.id),
      ...(row.ip === undefined ? {} : { ip: row.ip }),
      ...(row.hostname === undefined ? {} : { hostname: row.hostname }),
      ...(row.mac === undefined ? {} : { mac: row.mac }),
    };
  }
  return {
    async devices({ query }) {
      const answer = await store.ask("devices", {
        sort: query.sort,
        limit: query.limit,
        offset: query.offset,
        ...(query.text === undefined ? {} : { text: query.text }),
      });
      return { devices: answer.devices.map(summary), total: answer.total };
    },
    async device({ params }) {
      const id = live.device(params.id)?.id ?? params.id;
      const row = await store.ask("device", { id });
      const profile = live.profile(id);
      return {
        ...summary(row),
        identity: row.identity.map((f) => ({ what: f.what, value: f.value, from: iso(f.from), to: iso(f.to), by: f.by })),
        peersByBehaviour: profile?.peersByBehaviour ?? [],
        patternOfLife: profile?.patternOfLife ?? { measure: "connections", unit: "an hour", hours: [], thisWeek: [] },
        usual: profile?.usual ?? [],
        rare: profile?.rare ?? [],
        ...(profile?.group === undefined ? {} : { group: profile.group }),
      };
    },
    async deviceScores({ params, query }) {
      const end = live.eventTime() ?? live.now();
      const hours = await store.ask("hours", { entity: live.device(params.id)?.id ?? params.id, from: end - query.days * DAY, to: end + DAY });
      return { hours: hours.map((h) => ({ start: iso(h.start), unusual: h.unusual, p: h.p, why: h.why.map(whyAnswer) })), line: live.line() };
    },
    async deviceLog({ params, query }) {
      const kinds = query.kinds?.split(",").filter((k) => k !== "");
      const unknown = kinds?.find((k) => !(KINDS as readonly string[]).includes(k));
      if (unknown !== undefined) throw new CodedError("log-kind-invalid", `"${unknown}" is no kind of log row.`, { hint: `Kinds: ${KINDS.join(", ")}.` });
      const before = ms(query.before);
      const answer = await store.ask("deviceLog", {
        device: live.device(params.id)?.id ?? params.id,
        limit: query.limit,
        ...(before === undefined ? {} : { before }),
        ...(kinds === undefined || kinds.length === 0 ? {} : { kinds: kinds as LogKind[] }),
      });
      return { rows: answer.rows.map((r) => ({ ...r, time: iso(r.time) })), ...(answer.next === undefined ? {} : { next: iso(answer.next) }) };
    },
  };
}
