import { CodedError } from "../../base/result.ts";
import { Calendar } from "./calendar.ts";
import { Draw } from "./draw.ts";
import { makeDevices } from "./make-devices.ts";
import { makeEvents } from "./make-events.ts";
import { NameMaker } from "./make-names.ts";
import { makeOrganisation } from "./make-organisation.ts";
import { makeBots, makeLists, makeNewsletters, makePartners, makeSaas } from "./make-partners.ts";
import { makePeople } from "./make-people.ts";
import type { World, WorldOptions } from "./types.ts";

export const MAX_PEOPLE = 3_000;
export const MAX_DAYS = 732;

/**
 * The organisation for these options: about 1 ms a person, 5 kB each. Everything in it is invented; that an address or a name exists somewhere is
 * chance. Throws CodedError `generate-option` (exit 2) when the options are impossible.
 */
export function makeWorld(options: WorldOptions): World {
  check(options);
  const root = new Draw(options.seed);
  const names = new NameMaker();
  const organisation = makeOrganisation(root.fork("organisation"), names, options.people);
  const people = makePeople(root, names, organisation, options.people, options.days);
  const { clients, servers, things } = makeDevices(root, organisation, people);
  const partners = makePartners(root, names, organisation, people, options.days);
  const newsletters = makeNewsletters(root, names, organisation, people);
  const lists = makeLists(root, names, organisation, people);
  const saas = makeSaas(root, names, people);
  const monitoring = servers.find((s) => s.role === "monitoring");
  const bots = makeBots(root, organisation, saas, people, monitoring?.ip ?? "10.0.0.1");
  const calendar = new Calendar(options.start, options.days, organisation, root.fork("day"));
  const events = makeEvents(root.fork("events"), { organisation, people, clients, servers, partners, calendar });
  return { options, draw: root, organisation, people, clients, servers, things, partners, newsletters, lists, bots, saas, events, calendar };
}

function check({ seed, people, days, start }: WorldOptions): void {
  const refuse = (message: string): never => {
    throw new CodedError("generate-option", message, { exitCode: 2 });
  };
  if (!Number.isSafeInteger(seed) || seed < 0) refuse("the seed is a whole number from 0");
  if (!Number.isInteger(people) || people < 1 || people > MAX_PEOPLE) refuse(`an organisation has 1 to ${MAX_PEOPLE} people, not ${people}`);
  if (!Number.isInteger(days) || days < 1 || days > MAX_DAYS) refuse(`a life lasts 1 to ${MAX_DAYS} days, not ${days}`);
  const time = Date.parse(`${start}T00:00:00Z`);
  if (!/^\d{4}-\d{2}-\d{2}$/.test(start) || Number.isNaN(time) || new Date(time).toISOString().slice(0, 10) !== start)
    refuse(`the first day is a date as YYYY-MM-DD, not "${start}"`);
  if (time < Date.UTC(1990, 0, 1) || time > Date.UTC(2100, 0, 1)) refuse(`the first day lies between 1990 and 2100, not ${start}`);
}
