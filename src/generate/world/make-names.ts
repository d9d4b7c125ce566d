import { COUNTRIES, type Country, countryOf } from "../lexicon/countries.ts";
import { latin, NAMES } from "../lexicon/names.ts";
import { BRANCHES, FIRST_PARTS, LEGAL_FORMS, SECOND_PARTS } from "../lexicon/words.ts";
import type { Draw } from "./draw.ts";

export interface MadeName {
  name: string;
  given: string;
  family: string;
  /** `given.family` in letters of an address. */
  local: string;
}

/** Names that no other call on the same maker gave: people, companies and domains of one world. */
export class NameMaker {
  readonly #locals = new Set<string>();
  readonly #labels = new Set<string>();

  person(draw: Draw, language: string, domain: string): MadeName {
    const list = NAMES[language] ?? NAMES.en;
    if (list === undefined) throw new RangeError(`no names in ${language}`);
    for (let tries = 0; ; tries++) {
      const given = draw.pick(list.given);
      // Two family names, as many bear them, when the plain ones run short.
      const family = tries > 6 && list.familyFirst !== true ? `${draw.pick(list.family)}-${draw.pick(list.family)}` : draw.pick(list.family);
      const number = tries > 24 ? String(tries - 23) : "";
      const local = `${latin(given)}.${latin(family)}${number}`;
      const key = `${local}@${domain}`;
      if (this.#locals.has(key)) continue;
      this.#locals.add(key);
      return { name: list.familyFirst === true ? `${family}${given}` : `${given} ${family}`, given, family, local };
    }
  }

  /** A label of two or three invented parts, not given before. */
  label(draw: Draw): string {
    for (let tries = 0; ; tries++) {
      const label = draw.pick(FIRST_PARTS) + draw.pick(SECOND_PARTS) + (tries > 4 ? draw.pick(SECOND_PARTS) : "");
      if (this.#labels.has(label)) continue;
      this.#labels.add(label);
      return label;
    }
  }

  company(draw: Draw, country: Country): { name: string; domain: string } {
    const label = this.label(draw);
    const branches = BRANCHES[country.language] ?? BRANCHES.en ?? [];
    const branch = draw.pick(branches);
    const title = label.charAt(0).toUpperCase() + label.slice(1);
    const form = LEGAL_FORMS[country.code] ?? "Ltd";
    const tail = draw.chance(0.5) ? `-${latin(branch)}` : "";
    const tld = draw.chance(0.3) ? draw.pick(["com", "eu", "net"]) : country.tld;
    return { name: `${title} ${branch} ${form}`, domain: `${label}${tail}.${tld}` };
  }
}

/** An address in the country's networks; machines there are invented. */
export function addressIn(draw: Draw, country: string): string {
  return `${draw.pick(countryOf(country).networks)}.${draw.int(1, 254)}.${draw.int(2, 253)}`;
}

/** Countries that one deals with from `home`: itself mostly, then neighbours in language, then the world. */
export function drawCountry(draw: Draw, home: string, ownShare: number): Country {
  if (draw.chance(ownShare)) return countryOf(home);
  const language = countryOf(home).language;
  return draw.weighted(COUNTRIES, (c) => c.share * (c.language === language ? 3 : 1));
}
