import type { AuditChange, Services } from "../../src/api/ports.ts";
import { CodedError } from "../../src/base/result.ts";
import { DAY, iso } from "../../src/base/time.ts";
import type { StreamMessage } from "../../src/contract/index.ts";

type Exception = Awaited<ReturnType<Services["exceptions"]>>[number];
type Role = Awaited<ReturnType<Services["roles"]>>[number];
type Device = { id: string; ip?: string | undefined; hostname?: string | undefined };

/** Exceptions, roles and previews that are kept in memory. A preview is half done when first asked about, and done at the second time. */
export function inventedChanges(
  now: number,
  devices: readonly Device[],
  tell: (message: StreamMessage) => void,
): Pick<Services, "preview" | "exceptions" | "createException" | "deleteException" | "roles" | "decideRole"> {
  const exceptions: Exception[] = [];
  const roles = inventRoles(devices);
  const asked = new Set<string>();
  const told = <T>(result: T, audit: AuditChange, what: "models" | "incidents") => {
    tell({ type: "changed", what });
    return { result, audit };
  };
  return {
    preview: async ({ query }) => {
      const key = JSON.stringify(query);
      const first = !asked.has(key);
      asked.add(key);
      if (first) return { state: "running", progress: 0.4, step: "going through the stored days", sentence: "", unknown: [] };
      return {
        state: "done",
        progress: 1,
        step: "done",
        sentence: "Hides 41 alerts of the last 12 stored days and 3 of 29 attacks that are told now (internal-scan, beacon).",
        unknown: [`Days before ${iso(now - 12 * DAY).slice(0, 10)} are not judged: what came before them is not stored.`],
        stored: { hidden: 41, added: 0, from: iso(now - 12 * DAY), to: iso(now), days: 12, alerts: [] },
        attacks: { played: 34, found: 29, hidden: 3, gained: 0, names: ["internal-scan", "beacon"] },
      };
    },
    exceptions: async () => exceptions,
    createException: async ({ body, session }) => {
      const { peer, ...rest } = body;
      const made: Exception = {
        id: `exception-${exceptions.length + 1}`,
        ...rest,
        by: session.name,
        created: iso(now),
        ...(peer === undefined ? {} : { peer }),
      };
      exceptions.push(made);
      return told(made, { target: made.id, why: body.why, after: { model: body.model } }, "models");
    },
    deleteException: async ({ params }) => {
      const at = exceptions.findIndex((e) => e.id === params.id);
      if (at < 0) throw new CodedError("exception-not-found", "There is no such exception.");
      exceptions.splice(at, 1);
      return told({ ok: true as const }, { target: params.id }, "models");
    },
    roles: async () => roles,
    decideRole: async ({ params, body, session }) => {
      const role = roles.find((r) => r.id === params.id);
      if (role === undefined) throw new CodedError("role-not-found", "There is no such role.");
      role.state = body.decision;
      if (body.decision === "proposed") {
        delete role.decidedBy;
        delete role.decided;
      } else {
        role.decidedBy = session.name;
        role.decided = iso(now);
      }
      return told({ ok: true as const }, { target: params.id, why: body.why, after: { state: body.decision } }, "incidents");
    },
  };
}

function inventRoles(devices: readonly Device[]): Role[] {
  const [first, second] = devices;
  const of = (d: Device | undefined) => ({
    kind: "device" as const,
    id: d?.id ?? "",
    ...(d?.ip === undefined ? {} : { ip: d.ip }),
    ...(d?.hostname === undefined ? {} : { hostname: d.hostname }),
  });
  return [
    {
      id: "role-1",
      entity: of(first),
      role: "scanner",
      state: "proposed",
      reason: "Tried about 82 own devices on about 31 ports without an answer on the last of them; 4 of 5 days looked like this.",
      caution: "An intruder who looks around for days looks the same: accept only a scanner that you run, and on the device that runs it.",
      numbers: { devices: 82, ports: 31 },
      days: 4,
      of: 5,
      changes: ["12 models no longer look at what it does: Device / Internal Scan; Device / Port Sweep; and 10 more."],
    },
    {
      id: "role-2",
      entity: of(second),
      role: "backup",
      state: "accepted",
      reason: "Took 4.2 TB in bulk from about 12 own devices and gave 0 B on the last of them; 5 of 5 days looked like this.",
      caution: "Somebody who gathers data before carrying it off looks the same: accept only a backup that you run.",
      numbers: { clients: 12, bytesTaken: 4.2e12, bytesSent: 0 },
      days: 5,
      of: 5,
      changes: ["5 models no longer look at what it does."],
      decidedBy: "analyst",
      decided: "2026-01-01T00:00:00.000Z",
    },
  ];
}
