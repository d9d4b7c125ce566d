import type { Emitted } from "../emitted.ts";
import type { LifeSource } from "../life.ts";
import type { World } from "../world/types.ts";
import { AdminLife } from "./admin-life.ts";
import { ExchangeLife } from "./exchange-life.ts";
import { FilesLife } from "./files-life.ts";
import { SignInLife } from "./sign-in-life.ts";
import { TeamsLife } from "./teams-life.ts";

/** Everything that the tenant's logs see: sign-ins, mailboxes, files, chats, administration. About 110 records a person and working day. */
export function saasLife(world: World): LifeSource[] {
  const directory: LifeSource = {
    name: "directory",
    play(from, _to, _day, out) {
      if (from === world.calendar.start) out.emit(directoryFile(world));
    },
  };
  return [directory, new SignInLife(world), new ExchangeLife(world), new FilesLife(world), new TeamsLife(world), new AdminLife(world)];
}

/** The directory as Graph's /users hands it out, once, as of the first moment. */
export function directoryFile(world: World): Emitted {
  const value = world.people.map((p) => ({
    id: p.objectId,
    userPrincipalName: p.upn,
    displayName: p.name,
    givenName: p.given,
    surname: p.family,
    mail: p.mail,
    jobTitle: p.title,
    department: p.department,
    officeLocation: p.site,
    accountEnabled: p.joins <= 0,
    userType: "Member",
    onPremisesSamAccountName: p.account,
    onPremisesSecurityIdentifier: p.sid,
    preferredLanguage: p.language,
    businessPhones: [p.phone],
    ...(p.manager === undefined ? {} : { manager: { userPrincipalName: p.manager } }),
  }));
  const text = `${JSON.stringify({ "@odata.context": "https://graph.microsoft.com/v1.0/$metadata#users", value }, null, 1)}\n`;
  return { time: world.calendar.start, file: "m365/users.json", bytes: Buffer.from(text) };
}
