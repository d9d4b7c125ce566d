import { MINUTE, SECOND } from "../../base/time.ts";
import type { Emitted } from "../emitted.ts";
import { thing } from "../lexicon/fill.ts";
import type { LifeOutput, LifeSource } from "../life.ts";
import type { Draw } from "../world/draw.ts";
import type { Person, World } from "../world/types.ts";
import { type Actor, auditRecord, ours } from "./audit.ts";
import { cmdletRecord } from "./exchange-life.ts";
import { moments, shareOfWork, standpoint } from "./standpoint.ts";

/** A change in the directory (record type 8). `target` is what is changed, as name and id. */
export function directoryRecord(
  world: World,
  draw: Draw,
  time: number,
  operation: string,
  actor: Actor,
  target: { name: string; id: string; kind: "User" | "Group" | "ServicePrincipal" | "Application" },
  changed: readonly (readonly [name: string, to: string, from?: string])[],
): Emitted {
  return auditRecord(world, draw, time, "AzureActiveDirectory", 8, operation, actor, {
    ObjectId: target.kind === "User" ? target.name : target.id,
    AzureActiveDirectoryEventType: 1,
    ExtendedProperties: [
      { Name: "additionalDetails", Value: JSON.stringify({ "User-Agent": "Mozilla/5.0 (Windows NT 10.0; Win64; x64)" }) },
      { Name: "extendedAuditEventCategory", Value: target.kind },
    ],
    ModifiedProperties: changed.map(([Name, NewValue, OldValue = ""]) => ({ Name, NewValue, OldValue })),
    Actor: [
      { ID: actor.mail, Type: 5 },
      { ID: actor.objectId, Type: 2 },
    ],
    ActorContextId: world.organisation.tenantId,
    InterSystemsId: draw.uuid(),
    IntraSystemId: draw.uuid(),
    SupportTicketId: "",
    Target: [
      { ID: `${target.kind}_${target.id}`, Type: 2 },
      { ID: target.id, Type: 2 },
      { ID: target.kind, Type: 2 },
      { ID: target.name, Type: 1 },
    ],
    TargetContextId: world.organisation.tenantId,
  });
}

/** A user's consent to an application: lawful ones are well known to the organisation. */
export function consentRecords(
  world: World,
  draw: Draw,
  time: number,
  actor: Actor,
  app: { name: string; id: string },
  scopes: string,
  admin: boolean,
): Emitted[] {
  const principal = { name: app.name, id: draw.uuid(), kind: "ServicePrincipal" as const };
  return [
    directoryRecord(world, draw, time - 900, "Add service principal.", actor, principal, [["AppId", app.id]]),
    directoryRecord(world, draw, time - 300, "Add delegated permission grant.", actor, principal, [["DelegatedPermissionGrant.Scope", ` ${scopes}`]]),
    directoryRecord(world, draw, time, "Consent to application.", actor, principal, [
      ["ConsentContext.IsAdminConsent", admin ? "True" : "False"],
      ["ConsentContext.IsAppOnly", "False"],
      ["ConsentContext.OnBehalfOfAll", admin ? "True" : "False"],
      [
        "ConsentAction.Permissions",
        `[] => [[Id: ${draw.token(12)}, ClientId: ${principal.id}, ConsentType: ${admin ? "AllPrincipals" : "Principal"}, Scope: ${scopes}, CreatedDateTime: , LastModifiedDateTime ]]; `,
      ],
      ["TargetId.ServicePrincipalNames", app.id],
    ]),
  ];
}

/** What the administrators do: joiners and leavers, groups, resets of passwords, mailboxes, licences; applications that people take into use. */
export class AdminLife implements LifeSource {
  readonly name = "administration";
  readonly #world: World;
  readonly #apps: { name: string; id: string; scopes: string }[];
  constructor(world: World) {
    this.#world = world;
    const draw = world.draw.fork("apps");
    this.#apps = world.saas.map((s) => ({
      name: s.name,
      id: draw.uuid(),
      scopes: draw.pick([
        "openid profile email",
        "openid profile email User.Read",
        "User.Read Calendars.Read",
        "openid profile offline_access User.Read Files.Read",
      ]),
    }));
  }

  play(from: number, to: number, day: number, out: LifeOutput): void {
    const { people, draw: root, calendar } = this.#world;
    const admins = people.filter((p) => p.admin && p.joins <= day && day <= p.leaves);
    for (const admin of admins) {
      const draw = root.fork(`admin/${admin.id}/${from}`);
      const share = shareOfWork(this.#world, admin, from, to, day);
      for (const time of moments(draw, from, to, 2 + people.length / 60, share)) this.#change(admin, time, draw, out);
    }
    for (const person of people) {
      const draw = root.fork(`consent/${person.id}/${from}`);
      for (const time of moments(draw, from, to, 0.012, shareOfWork(this.#world, person, from, to, day))) this.#consent(person, time, draw, out);
      const nine = calendar.at(day, 9.2);
      if (nine < from || nine >= to) continue;
      const admin = admins[0];
      if (admin === undefined) continue;
      if (person.joins === day) this.#joins(admin, person, nine, draw, out);
      if (person.leaves === day) this.#leaves(admin, person, nine + 7 * 60 * MINUTE, draw, out);
    }
  }

  #user(person: Person): { name: string; id: string; kind: "User" } {
    return { name: person.upn, id: person.objectId, kind: "User" };
  }

  #change(admin: Person, time: number, draw: Draw, out: LifeOutput): void {
    const actor = ours(this.#world, admin);
    const person = draw.pick(this.#world.people);
    const target = this.#user(person);
    const write = (operation: string, changed: readonly (readonly [string, string, string?])[]): void =>
      out.emit(directoryRecord(this.#world, draw, time, operation, actor, target, changed));
    const kind = draw.weighted(
      ["group", "user", "password", "licence", "mailbox", "permission", "role"],
      (k) => ({ group: 30, user: 25, password: 20, licence: 12, mailbox: 6, permission: 5, role: 0.6 })[k] ?? 0,
    );
    if (kind === "group") write(draw.chance(0.7) ? "Add member to group." : "Remove member from group.", [["Group.DisplayName", thing(draw)]]);
    else if (kind === "user") write("Update user.", [[draw.pick(["Department", "JobTitle", "TelephoneNumber", "Mobile"]), person.title]]);
    else if (kind === "password") write("Reset user password.", []);
    else if (kind === "licence") write("Change user license.", [["AssignedLicense", "[SkuName=SPE_E3]"]]);
    else if (kind === "role")
      write("Add member to role.", [["Role.DisplayName", draw.pick(["Helpdesk Administrator", "Teams Administrator", "Reports Reader"])]]);
    else
      out.emit(
        cmdletRecord(
          this.#world,
          draw,
          time,
          kind === "mailbox" ? "Set-Mailbox" : "Add-MailboxPermission",
          person.objectId,
          actor,
          standpoint(this.#world, admin, time, draw),
          kind === "mailbox"
            ? [
                ["Identity", person.upn],
                ["RetainDeletedItemsFor", "30.00:00:00"],
              ]
            : [
                ["Identity", `info@${this.#world.organisation.domain}`],
                ["User", person.upn],
                ["AccessRights", "FullAccess"],
              ],
        ),
      );
  }

  #consent(person: Person, time: number, draw: Draw, out: LifeOutput): void {
    const app = draw.pick(this.#apps);
    for (const record of consentRecords(this.#world, draw, time, ours(this.#world, person), app, app.scopes, false)) out.emit(record);
  }

  #joins(admin: Person, person: Person, time: number, draw: Draw, out: LifeOutput): void {
    const actor = ours(this.#world, admin);
    out.emit(
      directoryRecord(this.#world, draw, time, "Add user.", actor, this.#user(person), [
        ["AccountEnabled", "[true]"],
        ["UserPrincipalName", person.upn],
      ]),
    );
    out.emit(
      directoryRecord(this.#world, draw, time + 40 * SECOND, "Change user license.", actor, this.#user(person), [["AssignedLicense", "[SkuName=SPE_E3]"]]),
    );
    for (let i = 0; i < 4; i++)
      out.emit(
        directoryRecord(this.#world, draw, time + (90 + i * 12) * SECOND, "Add member to group.", actor, this.#user(person), [
          ["Group.DisplayName", i === 0 ? person.department : thing(draw)],
        ]),
      );
  }

  #leaves(admin: Person, person: Person, time: number, draw: Draw, out: LifeOutput): void {
    const actor = ours(this.#world, admin);
    out.emit(directoryRecord(this.#world, draw, time, "Disable account.", actor, this.#user(person), [["AccountEnabled", "[false]", "[true]"]]));
    out.emit(directoryRecord(this.#world, draw, time + 30 * SECOND, "Update StsRefreshTokenValidFrom Timestamp.", actor, this.#user(person), []));
    const manager = this.#world.people.find((p) => p.mail === person.manager);
    if (manager !== undefined)
      out.emit(
        cmdletRecord(this.#world, draw, time + 5 * MINUTE, "Set-Mailbox", person.objectId, actor, standpoint(this.#world, admin, time, draw), [
          ["Identity", person.upn],
          ["ForwardingAddress", manager.upn],
          ["DeliverToMailboxAndForward", "True"],
        ]),
      );
  }
}
