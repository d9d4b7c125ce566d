import { COUNTRIES, countryOf } from "../lexicon/countries.ts";
import { ISPS, MOBILE_CARRIERS, TITLES } from "../lexicon/words.ts";
import type { Draw } from "./draw.ts";
import { addressIn, type NameMaker } from "./make-names.ts";
import { DEPARTMENTS, type Department, type OrganisationLife, type Person, type Travel } from "./types.ts";

const SHARE: Readonly<Record<Department, number>> = {
  Management: 3,
  Finance: 8,
  "Human Resources": 4,
  Sales: 18,
  Marketing: 7,
  Engineering: 24,
  Operations: 14,
  Legal: 3,
  Purchasing: 5,
  Support: 9,
  IT: 5,
};

/** Those there from the first day, and about one in twenty who joins within the period; one in thirty leaves. */
export function makePeople(root: Draw, names: NameMaker, organisation: OrganisationLife, count: number, days: number): Person[] {
  const people: Person[] = [];
  const departments = departmentsFor(count);
  const joiners = days < 10 ? 0 : Math.max(count < 8 ? 0 : 1, Math.round(root.fork("joiners").poisson(count / 25)));
  for (let i = 0; i < count + joiners; i++) {
    const draw = root.fork(`person/${i}`);
    const department = departments[i] ?? draw.pick(DEPARTMENTS.slice(1));
    const seniority = people.filter((p) => p.department === department).length;
    const person = makePerson(draw, names, organisation, i, department, seniority, days);
    if (i >= count) person.joins = draw.int(3, Math.max(3, days - 3));
    else if (count >= 8 && seniority > 0 && draw.chance(days / 900)) person.leaves = draw.int(3, Math.max(3, days - 1));
    people.push(person);
  }
  const chief = people[0];
  for (const person of people) {
    const head = people.find((p) => p.department === person.department);
    const manager = person === head ? chief : head;
    if (manager !== undefined && manager !== person) person.manager = manager.mail;
  }
  return people;
}

/** Chief, IT and finance first, so that the smallest organisation has them; then by share. */
function departmentsFor(count: number): Department[] {
  const out: Department[] = ["Management", "IT", "Finance", "Sales", "Engineering"];
  const have = new Map<Department, number>(out.map((d) => [d, 1]));
  while (out.length < count) {
    let next: Department = "Engineering";
    let least = Number.POSITIVE_INFINITY;
    for (const d of DEPARTMENTS) {
      const filled = ((have.get(d) ?? 0) + 0.5) / SHARE[d];
      if (filled < least) [least, next] = [filled, d];
    }
    have.set(next, (have.get(next) ?? 0) + 1);
    out.push(next);
  }
  return out.slice(0, count);
}

function makePerson(
  draw: Draw,
  names: NameMaker,
  organisation: OrganisationLife,
  index: number,
  department: Department,
  seniority: number,
  days: number,
): Person {
  const language = draw.chance(0.78) ? organisation.language : draw.weighted(COUNTRIES, (c) => c.share).language;
  const { name, given, family, local } = names.person(draw, language, organisation.domain);
  const titles = TITLES[department] ?? ["Clerk"];
  const title = (department === "Management" || seniority === 0 ? titles[seniority] : undefined) ?? draw.pick(titles.slice(1));
  const site = draw.weighted(organisation.sites, (s) => (s === organisation.sites[0] ? 3 : 1));
  const admin = department === "IT" && title !== "Security Officer";
  const account = local.slice(0, 20);
  const early = draw.normal(8.4, 0.8);
  const length = draw.normal(9, 0.5);
  const partTime = draw.chance(0.14);
  const weekdays = partTime ? draw.some([0, 1, 2, 3, 4], draw.int(2, 4)).sort() : [0, 1, 2, 3, 4];
  const home = countryOf(site.country);
  const remote = department === "Engineering" || department === "Sales" || department === "IT" || department === "Marketing";
  const homeDays = draw.chance(remote ? 0.7 : 0.35) ? draw.some(weekdays, draw.int(1, Math.min(3, weekdays.length))) : [];
  const activity = () => Math.min(6, draw.lognormal(1, 0.6));
  const domain = organisation.domain;
  return {
    id: `p${String(index + 1).padStart(4, "0")}`,
    name,
    given,
    family,
    mail: `${local}@${domain}`,
    upn: `${local}@${domain}`,
    account,
    sid: `${organisation.sid}-${1_104 + index}`,
    objectId: draw.uuid(),
    department,
    title,
    site: site.name,
    language,
    admin,
    ...(admin ? { adminAccount: `adm-${account}`.slice(0, 20) } : {}),
    vip: (department === "Management" && title.startsWith("Chief")) || title.startsWith("Chief"),
    hours: { start: early, end: early + (partTime && draw.chance(0.4) ? length * 0.6 : length), spread: draw.between(0.12, 0.6), weekdays },
    homeDays,
    home: {
      ip: addressIn(draw, site.country),
      isp: draw.pick(ISPS),
      asn: draw.int(12_000, 64_000),
      city: draw.pick(home.cities),
      country: site.country,
      changesEvery: draw.chance(0.2) ? draw.int(1, 4) : draw.int(25, 90),
    },
    mobile: { ip: addressIn(draw, site.country), isp: draw.pick(MOBILE_CARRIERS), asn: draw.int(12_000, 64_000), country: site.country },
    travel: makeTravel(draw, department, site.country, days),
    away: makeAbsence(draw, days),
    joins: Number.NEGATIVE_INFINITY,
    leaves: Number.POSITIVE_INFINITY,
    devices: [],
    activity: { mail: activity(), chat: activity(), web: activity(), files: activity() },
    phone: `${home.dial} ${draw.int(20, 79)} ${draw.int(100, 999)} ${draw.int(10, 99)} ${draw.int(10, 99)}`,
  };
}

/** Sales, field technicians and the board travel about once in three weeks, others seldom; two to four days each. */
function makeTravel(draw: Draw, department: Department, home: string, days: number): Travel[] {
  const rate = department === "Sales" || department === "Management" ? 1 / 21 : department === "Support" || department === "Purchasing" ? 1 / 45 : 1 / 150;
  const out: Travel[] = [];
  for (let day = Math.floor(draw.exponential(1 / rate)); day < days; day += 5 + Math.floor(draw.exponential(1 / rate))) {
    const country = draw.chance(0.45) ? countryOf(home) : draw.weighted(COUNTRIES, (c) => c.share);
    out.push({
      from: day,
      to: day + draw.int(0, 3),
      city: draw.pick(country.cities),
      country: country.code,
      ip: addressIn(draw, country.code),
      isp: draw.pick(ISPS),
      asn: draw.int(12_000, 64_000),
    });
  }
  return out;
}

/** Leave in blocks and sick days: about 11 % of working days. */
function makeAbsence(draw: Draw, days: number): number[] {
  const out = new Set<number>();
  for (let day = Math.floor(draw.exponential(55)); day < days; day += 14 + Math.floor(draw.exponential(55))) {
    const length = draw.pick([1, 2, 5, 7, 12]);
    for (let i = 0; i < length; i++) out.add(day + i);
  }
  for (let day = Math.floor(draw.exponential(60)); day < days; day += 5 + Math.floor(draw.exponential(60)))
    for (let i = draw.int(1, 3); i > 0; i--) out.add(day + i - 1);
  return [...out].filter((d) => d < days).sort((a, b) => a - b);
}
