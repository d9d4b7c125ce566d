import { DAY, HOUR } from "../../base/time.ts";
import { Places } from "../../enrich/places.ts";
import type { MailJudgement } from "../../schema/mail.ts";
import type { Observation } from "../../schema/observation.ts";
import type { Models } from "../lane.ts";
import { EmailLane } from "./email-lane.ts";
import { madeEvent, madeMessage } from "./made-message.ts";
import { shippedMailContent } from "./shipped-content.ts";

/** For tests: an organisation with one chief. */
export const ORGANISATION = {
  networks: [],
  defaultNetworks: true,
  domains: ["own.example"],
  nat: [],
  proxies: [],
  vpn: [],
  protected: [],
  timezone: "UTC",
  sites: [],
  people: [{ name: "Paula Ahrens", mail: "paula.ahrens@own.example", title: "Chief Financial Officer" }],
  roles: [],
};
export const PLACES = new Places([{ lookup: (ip) => ({ country: ip.startsWith("203.0.113.") ? "CN" : ip.startsWith("198.51.100.") ? "SG" : "DE" }) }]);
export const T0 = Date.UTC(2026, 2, 2, 8);

/** A lane that watches, and what its models were shown. */
export function laneWith(): { lane: EmailLane; seen: Observation[]; one(...args: Parameters<typeof madeEvent>): MailJudgement } {
  const seen: Observation[] = [];
  const models: Models = {
    observe: (o) => {
      seen.push(o);
      return [];
    },
    advance: () => [],
    learn: () => undefined,
  };
  const lane = new EmailLane({ organisation: ORGANISATION, models, places: PLACES, mode: () => "watch", ...shippedMailContent() });
  return { lane, seen, one: (...args) => lane.process([madeEvent(...args)]).mails[0] as MailJudgement };
}

/** Six correspondents and six of ours, two mails a day each way. */
export function honest(lane: EmailLane, days = 20): void {
  const people = ["ann", "ben", "cleo", "dan", "eve", "finn"];
  for (let day = 0; day < days; day++) {
    people.forEach((p, k) => {
      const messageId = `<${p}${day}@partner.example>`;
      const text = { plain: "", visible: `Hello, item ${day} of the list is done. The figures for week ${k} follow. Regards, ${p}` };
      const at = T0 + (day - days) * DAY + k * HOUR;
      lane.process([
        madeEvent(
          madeMessage({
            sender_: `${p}@partner.example`,
            name_: `${p} Moor`,
            to_: [`${people[(k + 1) % 6]}@own.example`],
            subject: `item ${day}`,
            messageId,
            text,
            date: at,
          }),
        ),
      ]);
      lane.process([
        madeEvent(
          madeMessage({
            sender_: `${people[(k + 1) % 6]}@own.example`,
            to_: [`${p}@partner.example`],
            subject: `Re: item ${day}`,
            inReplyTo: [messageId],
            text,
            date: at + HOUR,
          }),
        ),
      ]);
    });
  }
}
