import type { Emitted } from "../emitted.ts";
import { fill } from "../lexicon/fill.ts";
import { phrasesOf } from "../lexicon/phrases.ts";
import type { LifeOutput, LifeSource } from "../life.ts";
import type { Draw } from "../world/draw.ts";
import type { Person, World } from "../world/types.ts";
import { type Actor, APPS, auditRecord, clientIp, ours } from "./audit.ts";
import { moments, type Standpoint, shareOfWork, standpoint } from "./standpoint.ts";

/** A record of a mailbox: what was opened, sent, moved, deleted (record types 2, 3 and 50). */
export function mailboxRecord(
  world: World,
  draw: Draw,
  time: number,
  operation: string,
  owner: Person,
  actor: Actor,
  from: Standpoint,
  fields: Readonly<Record<string, unknown>>,
): Emitted {
  return auditRecord(world, draw, time, "Exchange", operation === "MailItemsAccessed" ? 50 : 2, operation, actor, {
    ResultStatus: "Succeeded",
    ClientIPAddress: from.ip,
    ClientInfoString:
      from.device?.role === "phone" ? "Client=REST;Client=RESTSystem;;" : from.device === undefined ? "Client=OWA;Action=ViaProxy" : "Client=MSExchangeRPC",
    AppId: from.device === undefined ? APPS.owa.id : APPS.outlook.id,
    ExternalAccess: false,
    InternalLogonType: 0,
    LogonType: actor.mail === owner.upn ? 0 : 2,
    LogonUserSid: owner.sid,
    MailboxGuid: world.draw.fork(`mailbox/${owner.id}`).uuid(),
    MailboxOwnerSid: owner.sid,
    MailboxOwnerUPN: owner.upn,
    OrganizationName: world.organisation.tenantDomain,
    OriginatingServer: `XM1PR0${(owner.objectId.charCodeAt(2) % 8) + 1}MB0042 (15.20.7001.010)`,
    SessionId: draw.uuid(),
    ...fields,
  });
}

/** A cmdlet on a mailbox, by its owner or an administrator (record type 1): rules, forwarding, permissions. */
export function cmdletRecord(
  world: World,
  draw: Draw,
  time: number,
  cmdlet: string,
  object: string,
  actor: Actor,
  from: Standpoint,
  parameters: readonly (readonly [string, string])[],
): Emitted {
  return auditRecord(world, draw, time, "Exchange", 1, cmdlet, actor, {
    ResultStatus: "True",
    ClientIP: clientIp(draw, from.ip, "Exchange"),
    ObjectId: `XMMPR01A001.PROD.OUTLOOK.COM/Microsoft Exchange Hosted Organizations/${world.organisation.tenantDomain}/${object}`,
    AppId: APPS.owa.id,
    ClientAppId: "",
    ExternalAccess: false,
    OrganizationName: world.organisation.tenantDomain,
    OriginatingServer: "XM1PR07MB0042 (15.20.7001.010)",
    Parameters: parameters.map(([Name, Value]) => ({ Name, Value })),
    SessionId: draw.uuid(),
  });
}

/** Mailboxes as their owners use them; rules for newsletters and lists now and then; assistants who read their chief's mailbox. */
export class ExchangeLife implements LifeSource {
  readonly name = "mailboxes";
  readonly #world: World;
  constructor(world: World) {
    this.#world = world;
  }

  play(from: number, to: number, day: number, out: LifeOutput): void {
    for (const person of this.#world.people) {
      if (day < person.joins || day > person.leaves) continue;
      const draw = this.#world.draw.fork(`mailbox/${person.id}/${from}`);
      const share = shareOfWork(this.#world, person, from, to, day);
      const { mail } = person.activity;
      for (const time of moments(draw, from, to, 9 * mail, share)) out.emit(this.#accessed(person, time, draw));
      for (const time of moments(draw, from, to, 5 * mail, share)) out.emit(this.#item(person, time, "Send", draw));
      for (const time of moments(draw, from, to, 2 * mail, share))
        out.emit(this.#item(person, time, draw.pick(["SoftDelete", "MoveToDeletedItems", "MoveToDeletedItems", "HardDelete"]), draw));
      for (const time of moments(draw, from, to, 0.02, share)) this.#rule(person, time, draw, out);
    }
  }

  #accessed(person: Person, time: number, draw: Draw): Emitted {
    const reads = person.title.startsWith("Assistant") && draw.chance(0.3) ? (this.#world.people.find((p) => p.vip) ?? person) : person;
    const count = Math.min(40, Math.floor(draw.pareto(1, 1.3)));
    return mailboxRecord(this.#world, draw, time, "MailItemsAccessed", reads, ours(this.#world, person), standpoint(this.#world, person, time, draw), {
      OperationProperties: [
        { Name: "MailAccessType", Value: draw.chance(0.85) ? "Bind" : "Sync" },
        { Name: "IsThrottled", Value: "False" },
      ],
      Folders: [
        {
          FolderItems: Array.from({ length: Math.min(count, 4) }, () => ({
            InternetMessageId: `<${draw.hex(24)}@${this.#world.organisation.domain}>`,
            SizeInBytes: draw.int(4_000, 400_000),
          })),
          Path: draw.pick(["\\Inbox", "\\Inbox", "\\Sent Items", "\\Inbox\\Projects"]),
        },
      ],
      OperationCount: count,
    });
  }

  #item(person: Person, time: number, operation: string, draw: Draw): Emitted {
    return mailboxRecord(this.#world, draw, time, operation, person, ours(this.#world, person), standpoint(this.#world, person, time, draw), {
      Item: {
        Id: draw.token(44),
        InternetMessageId: `<${draw.hex(24)}@${this.#world.organisation.domain}>`,
        ParentFolder: { Path: operation === "Send" ? "\\Drafts" : "\\Inbox" },
        SizeInBytes: Math.round(draw.lognormal(30_000, 1.2)),
        Subject: fill(draw.pick(phrasesOf(person.language).subjects), draw, { at: time }),
      },
      ...(operation === "Send" ? { SaveToSentItems: true } : {}),
    });
  }

  /** Lawful rules: a list or a newsletter into its folder; the first day of leave, a forward to a colleague. */
  #rule(person: Person, time: number, draw: Draw, out: LifeOutput): void {
    const letter = draw.pick(this.#world.newsletters);
    const name = draw.chance(0.5) ? letter.name : draw.pick(["Lists", "Tickets", "Projects"]);
    const from = standpoint(this.#world, person, time, draw);
    const parameters: [string, string][] = [
      ["AlwaysDeleteOutlookRulesBlob", "False"],
      ["Force", "False"],
      ["From", letter.from],
      ["Name", name],
      ["MoveToFolder", name],
      ["StopProcessingRules", "True"],
    ];
    out.emit(
      cmdletRecord(
        this.#world,
        draw,
        time,
        draw.chance(0.7) ? "New-InboxRule" : "Set-InboxRule",
        `${person.objectId}\\${name}`,
        ours(this.#world, person),
        from,
        parameters,
      ),
    );
  }
}
