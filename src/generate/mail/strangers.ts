import { FIRST_PARTS, SECOND_PARTS } from "../lexicon/words.ts";
import type { Draw } from "../world/draw.ts";
import { addressIn, drawCountry, NameMaker } from "../world/make-names.ts";
import type { Partner, World } from "../world/types.ts";
import { type Author, partnerAuthor } from "./author.ts";
import type { End } from "./thread.ts";

/** Providers at which private people have their mailboxes; invented, the same for the whole world. */
export function freeProviders(world: World): { domain: string; server: { hostname: string; ip: string }; weight: number }[] {
  const draw = world.draw.fork("free-mail");
  return Array.from({ length: 7 }, (_, i) => {
    const domain = `${draw.pick(FIRST_PARTS)}${draw.pick(["mail", "post", "box", "net"])}.${draw.pick(["com", "net", "org"])}`;
    return {
      domain,
      server: { hostname: `mail-${draw.token(4).toLowerCase()}.${domain}`, ip: addressIn(draw, draw.pick(["US", "DE", "IE", "NL"])) },
      weight: 1 / (i + 1),
    };
  });
}

/** Somebody who never wrote before: another person at a known partner, a private person, or somebody at a company that nobody knew. */
export function stranger(world: World, partners: readonly Partner[], draw: Draw): End {
  const country = drawCountry(draw, world.organisation.country, 0.55);
  const names = new NameMaker();
  const kind = draw.weighted(["partner", "private", "company"], (k) => ({ partner: 36, private: 44, company: 18 })[k] ?? 0);
  if (kind === "partner" && partners.length > 0) {
    const partner = draw.weighted(partners, (p) => p.weight);
    const made = names.person(draw, partner.language, partner.domain);
    const contact = {
      name: made.name,
      mail: `${made.local}${draw.int(1, 9)}@${partner.domain}`,
      title: draw.pick(["Sales", "Engineer", "Assistant", "Buyer", "Service"]),
      phone: "",
    };
    return { author: partnerAuthor(world, partner, contact), given: made.given };
  }
  const provider = draw.weighted(freeProviders(world), (p) => p.weight);
  const domain =
    kind === "private"
      ? provider.domain
      : `${draw.pick(FIRST_PARTS)}${draw.pick(SECOND_PARTS)}${draw.chance(0.5) ? draw.pick(SECOND_PARTS) : ""}.${draw.pick([country.tld, "com"])}`;
  const made = names.person(draw, country.language, domain);
  const shown = draw.chance(0.2);
  const good = draw.chance(0.9);
  const author: Author = {
    address: { name: made.name, mail: `${made.local}${draw.chance(0.4) ? draw.int(1, 99) : ""}@${domain}` },
    language: draw.chance(0.7) ? country.language : "en",
    zone: country.timezone,
    company: kind === "private" ? "" : domain,
    phone: `${country.dial} ${draw.int(20, 79)} ${draw.int(100, 999)} ${draw.int(10, 99)}`,
    title: kind === "private" ? "" : draw.pick(["Sales Manager", "Owner", "Student", "Consultant", "Business Development"]),
    server:
      kind === "private"
        ? provider.server
        : { hostname: `mail.${domain}`, ip: addressIn(draw, draw.chance(0.7) ? country.code : draw.pick(["US", "IE", "NL", "DE"])) },
    client: shown ? { ip: addressIn(draw, country.code), country: country.code, header: draw.chance(0.6) } : undefined,
    spf: good ? "pass" : draw.pick(["none", "softfail"]),
    dkim: draw.chance(0.85) ? { result: "pass", domain } : undefined,
    dmarc: draw.chance(0.6) ? { result: "pass", policy: draw.pick(["none", "quarantine", "reject"]) } : { result: "none", policy: "" },
    mailer: undefined,
    html: draw.chance(0.75),
    ink: [40, 40, 120],
  };
  return { author, given: made.given };
}
