import { countryOf } from "../lexicon/countries.ts";
import { ISPS } from "../lexicon/words.ts";
import type { Draw } from "./draw.ts";
import { addressIn, drawCountry, type NameMaker } from "./make-names.ts";
import type { Bot, MailingList, Newsletter, OrganisationLife, Partner, Person, SaasProvider } from "./types.ts";

const KINDS: readonly [Partner["kind"], number][] = [
  ["supplier", 34],
  ["customer", 44],
  ["partner", 10],
  ["agency", 6],
  ["authority", 3],
  ["bank", 3],
];
const CONTACT_TITLES = ["Account Manager", "Accounts Receivable", "Managing Director", "Buyer", "Project Manager", "Engineer", "Assistant", "Consultant"];

/** About six partners in ten people, a few with most of the correspondence; one in eight is met only within the period. */
export function makePartners(root: Draw, names: NameMaker, organisation: OrganisationLife, people: readonly Person[], days: number): Partner[] {
  const count = Math.round(12 + people.length * 0.9);
  return Array.from({ length: count }, (_, i) => makePartner(root.fork(`partner/${i}`), names, organisation, people, days, i));
}

function makePartner(draw: Draw, names: NameMaker, organisation: OrganisationLife, people: readonly Person[], days: number, index: number): Partner {
  const [kind] = draw.weighted(KINDS, ([, share]) => share);
  const country = kind === "authority" || kind === "bank" ? countryOf(organisation.country) : drawCountry(draw, organisation.country, 0.5);
  const { name, domain } = names.company(draw, country);
  const mailCountry = draw.chance(0.75) ? country.code : draw.pick(["US", "IE", "NL", "DE"]);
  const contacts = Math.min(14, Math.max(1, Math.round(draw.pareto(1, 1.1))));
  const language = draw.chance(0.85) ? country.language : "en";
  const interested = people.filter((p) =>
    kind === "customer"
      ? ["Sales", "Support", "Management"].includes(p.department)
      : kind === "supplier"
        ? ["Purchasing", "Operations", "Engineering", "Finance"].includes(p.department)
        : true,
  );
  const owners = draw.some(interested.length === 0 ? people : interested, draw.int(1, 4)).map((p) => p.id);
  return {
    id: `c${String(index + 1).padStart(4, "0")}`,
    name,
    kind,
    domain,
    country: country.code,
    language,
    timezone: country.timezone,
    tenantId: draw.uuid(),
    m365: draw.chance(0.62),
    asn: draw.int(12_000, 210_000),
    asnName: `${draw.pick(ISPS)} Business`,
    mailServers: Array.from({ length: draw.chance(0.3) ? 2 : 1 }, (_, i) => ({
      hostname: `${draw.pick(["mail", "mx", "smtp", "out"])}${i + 1}.${domain}`,
      ip: addressIn(draw, mailCountry),
    })),
    egress: addressIn(draw, country.code),
    auth: {
      spf: draw.chance(0.95),
      dkim: draw.chance(0.85),
      dmarc: draw.weighted(["none", "quarantine", "reject", "absent"] as const, (p) => ({ none: 40, quarantine: 18, reject: 22, absent: 20 })[p]),
    },
    people: Array.from({ length: contacts }, () => {
      const made = names.person(draw, draw.chance(0.85) ? country.language : "en", domain);
      return {
        name: made.name,
        given: made.given,
        family: made.family,
        mail: `${made.local}@${domain}`,
        title: draw.pick(CONTACT_TITLES),
        phone: `${country.dial} ${draw.int(20, 79)} ${draw.int(100, 999)} ${draw.int(10, 99)} ${draw.int(10, 99)}`,
        weight: draw.pareto(1, 1.2),
      };
    }),
    weight: draw.pareto(1, 1.1),
    since: draw.chance(0.12) ? draw.int(0, days) : -draw.int(30, 2_000),
    owners,
    invoices: kind === "supplier" || kind === "agency",
  };
}

export function makeNewsletters(root: Draw, names: NameMaker, organisation: OrganisationLife, people: readonly Person[]): Newsletter[] {
  const draw = root.fork("newsletters");
  const platforms = Array.from({ length: 5 }, () => ({
    name: names.label(draw),
    domain: `${names.label(draw)}-mailing.com`,
    ips: Array.from({ length: 6 }, () => addressIn(draw, draw.pick(["US", "DE", "IE", "NL", "FR"]))),
  }));
  return Array.from({ length: Math.round(14 + people.length / 3) }, (_, i) => {
    const country = drawCountry(draw, organisation.country, 0.55);
    const label = names.label(draw);
    const domain = `${label}.${draw.pick([country.tld, "com"])}`;
    return {
      id: `n${i + 1}`,
      name: `${label.charAt(0).toUpperCase()}${label.slice(1)} ${draw.pick(["Weekly", "Update", "Brief", "News", "Digest"])}`,
      from: `${draw.pick(["news", "newsletter", "info", "hello", "update"])}@${draw.chance(0.4) ? `${draw.pick(["mail", "e", "news"])}.` : ""}${domain}`,
      domain,
      platform: draw.pick(platforms),
      language: draw.chance(0.7) ? country.language : "en",
      every: draw.pick([1, 7, 7, 7, 14, 30]),
      hour: draw.between(4, 18),
      subscribers: draw.some(people, Math.max(1, Math.round(draw.pareto(1, 0.9)) % Math.max(2, people.length))).map((p) => p.id),
    };
  });
}

export function makeLists(root: Draw, names: NameMaker, organisation: OrganisationLife, people: readonly Person[]): MailingList[] {
  const draw = root.fork("lists");
  const lists: MailingList[] = [{ address: `all@${organisation.domain}`, name: "All staff", inside: true, members: people.map((p) => p.id), rate: 0.35 }];
  for (const department of new Set(people.map((p) => p.department)))
    lists.push({
      address: `${department.toLowerCase().replace(/[^a-z]+/g, "-")}@${organisation.domain}`,
      name: department,
      inside: true,
      members: people.filter((p) => p.department === department).map((p) => p.id),
      rate: draw.between(0.3, 3),
    });
  for (const site of organisation.sites)
    lists.push({
      address: `office-${lists.length}@${organisation.domain}`,
      name: `${site.city} office`,
      inside: true,
      members: people.filter((p) => p.site === site.name).map((p) => p.id),
      rate: 0.5,
    });
  for (let i = 0; i < 3; i++) {
    const domain = `lists.${names.label(draw)}.org`;
    const topic = names.label(draw);
    lists.push({
      address: `${topic}-users@${domain}`,
      name: `${topic}-users`,
      inside: false,
      members: draw.some(people, draw.int(1, 3)).map((p) => p.id),
      rate: draw.between(2, 15),
      host: { hostname: domain, ip: addressIn(draw, draw.pick(["US", "DE", "NL"])) },
    });
  }
  return lists;
}

export function makeSaas(root: Draw, names: NameMaker, people: readonly Person[]): SaasProvider[] {
  const draw = root.fork("saas");
  const kinds: readonly SaasProvider["kind"][] = ["crm", "tickets", "files", "signature", "travel", "expenses", "design", "meetings", "payroll", "code"];
  return kinds.map((kind) => {
    const label = names.label(draw);
    const domain = `${label}.${draw.pick(["com", "io", "app", "cloud"])}`;
    const users = people.filter((p) =>
      kind === "crm"
        ? ["Sales", "Marketing", "Support"].includes(p.department)
        : kind === "code"
          ? ["Engineering", "IT"].includes(p.department)
          : kind === "design"
            ? p.department === "Marketing"
            : draw.chance(0.7),
    );
    return {
      id: kind,
      name: label.charAt(0).toUpperCase() + label.slice(1),
      domain,
      kind,
      noreply: `${draw.pick(["no-reply", "notifications", "noreply"])}@${domain}`,
      ips: Array.from({ length: 4 }, () => addressIn(draw, draw.pick(["US", "IE", "DE", "NL"]))),
      users: users.map((p) => p.id),
    };
  });
}

export function makeBots(root: Draw, organisation: OrganisationLife, saas: readonly SaasProvider[], people: readonly Person[], serverIp: string): Bot[] {
  const draw = root.fork("bots");
  const it = people.filter((p) => p.department === "IT").map((p) => p.id);
  const engineers = people.filter((p) => p.department === "Engineering").map((p) => p.id);
  const all = people.map((p) => p.id);
  const inside = (kind: Bot["kind"], name: string, rate: number, audience: string[]): Bot => ({
    id: `bot-${kind}`,
    name,
    mail: `${name.toLowerCase().replace(/[^a-z]+/g, "-")}@${organisation.domain}`,
    kind,
    inside: true,
    ip: serverIp,
    rate,
    audience,
  });
  const bots = [
    inside("monitoring", "Monitoring", 14, it),
    inside("backup", "Backup", 2, it),
    inside("scanner", "Copier", people.length / 12, all),
    inside("build", "Build", 8, engineers),
    inside("ticket", "Helpdesk", people.length / 6, all),
    inside("hr", "Time Recording", people.length / 20, all),
  ];
  for (const provider of saas)
    bots.push({
      id: `bot-${provider.id}`,
      name: provider.name,
      mail: provider.noreply,
      kind: provider.kind === "crm" ? "crm" : provider.kind === "meetings" ? "meeting" : provider.kind === "tickets" ? "ticket" : "delivery",
      inside: false,
      ip: provider.ips[0] ?? serverIp,
      rate: (provider.users.length / 10) * draw.between(0.3, 2),
      audience: provider.users,
    });
  return bots;
}
