import type { Calendar } from "./calendar.ts";
import type { Bot, Device, MailingList, Newsletter, OrganisationLife, OrgEvent, Partner, Person, SaasProvider, WorldOptions } from "./cast.ts";
import type { Draw } from "./draw.ts";

export * from "./cast.ts";

/** Everything that stands still while the days run: who and what there is, and when things are due. All invented. */
export interface World {
  options: WorldOptions;
  /** The root of all randomness; fork it by a name of your own. */
  draw: Draw;
  organisation: OrganisationLife;
  /** Includes who joins or leaves on the way. */
  people: Person[];
  /** Machines that people use. */
  clients: Device[];
  servers: Device[];
  /** Printers, cameras, telephones, doors. */
  things: Device[];
  partners: Partner[];
  newsletters: Newsletter[];
  lists: MailingList[];
  bots: Bot[];
  saas: SaasProvider[];
  events: OrgEvent[];
  calendar: Calendar;
}
