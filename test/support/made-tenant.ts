import { DAY, HOUR, MINUTE } from "../../src/base/time.ts";

let id = 0;
function record(time: number, more: object): string {
  return JSON.stringify({ CreationTime: new Date(time).toISOString().slice(0, 19), Id: `made-${++id}`, OrganizationId: "t-ours", UserType: 0, ...more });
}

function message(time: number, user: string, home: string, address: string, to: string, n: number, links: readonly string[]): string {
  return record(time, {
    RecordType: 25,
    Workload: "MicrosoftTeams",
    Operation: links.length > 0 ? "MessageCreatedHasLink" : "MessageSent",
    UserId: user,
    ClientIP: address,
    ChatThreadId: `19:${user}-${to}@unq.gbl.spaces`,
    CommunicationType: "OneOnOne",
    MessageId: `${time}${n}`,
    ...(links.length > 0 ? { MessageURLs: links } : {}),
    Members: [
      { UPN: user, OrganizationId: home },
      { UPN: to, OrganizationId: "t-ours" },
    ],
    ParticipantInfo: { HasForeignTenantUsers: home !== "t-ours" },
  });
}

/** Audit records of 24 people who sign in and talk every day for `days`. */
export function tenantLife(start: number, days: number): string[] {
  const lines: string[] = [];
  for (let d = 0; d < days; d++)
    for (let u = 0; u < 24; u++) {
      const at = start + d * DAY + u * MINUTE;
      const user = `user${u}@ours.example`;
      lines.push(
        record(at, {
          RecordType: 15,
          Workload: "AzureActiveDirectory",
          Operation: "UserLoggedIn",
          ResultStatus: "Success",
          UserId: user,
          ClientIP: "81.2.69.10",
        }),
      );
      lines.push(message(at + 5_000, user, "t-ours", "81.2.69.10", `user${(u + 1) % 24}@ours.example`, u, []));
    }
  return lines;
}

/** 63 messages of one stranger to 21 people within five minutes; every third with a link. */
export function chatBurst(start: number, links: (person: number) => string, sender = "rewards@hotel-chain.example"): string[] {
  return Array.from({ length: 63 }, (_, i) => {
    const person = Math.floor(i / 3);
    return message(
      start + i * 4_700,
      sender,
      "6f1c2d3e-0000-4000-8000-0123456789ab",
      "5.60.0.9",
      `user${person}@ours.example`,
      i,
      i % 3 === 2 ? [links(person)] : [],
    );
  });
}

export const TENANT_START = Date.UTC(2026, 1, 2, 8);
export const BURST_START = TENANT_START + 18 * DAY + 3 * HOUR;
