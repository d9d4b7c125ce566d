import { DAY, MINUTE } from "../../base/time.ts";
import type { NetEvent } from "../../schema/event.ts";
import { FAMILIES, type Family } from "../../schema/families.ts";

const COMMON = ["src", "dst", "srcPort", "dstPort", "proto", "native"] as const;
/** Records of a family that must be known before a field of it can be lost. */
const ENOUGH = 200;
/** Shares below are too rare to miss. */
const LEAST_SHARE = 0.05;
const LEAST_RUN = 60;
/** Records of a family looked at between two checks before only one in 16 is. */
const LOOKED = 256;
const LEAST_TIME = 5 * MINUTE;
/** A field that stays away this long is the new custom. */
const ACCEPTED = 7 * DAY;

export interface LostField {
  family: Family;
  field: string;
  /** Share of records that carried it, 0-1. */
  share: number;
  since: number;
}

interface FamilyFields {
  names: readonly string[];
  records: number;
  /** Decayed share of records with the field, half-life 2,000 records looked at. */
  share: Float64Array;
  /** Records looked at since it was last filled, and the longest such run. */
  run: Float64Array;
  longest: Float64Array;
  lastFilled: Float64Array;
  lost: Uint8Array;
  /** Records looked at and passed over since the last check. */
  looked: number;
  skipped: number;
}

export interface SavedFields {
  family: Family;
  records: number;
  share: number[];
  longest: number[];
}

const DECAY = 1 - 0.5 ** (1 / 2_000);

/**
 * Learns which fields of a family a source fills, and says when one that used to be there is not any more: when it stayed empty over
 * a run of records that its usual share makes impossible (1 in 10^9 if records were independent) and that is 3 times its longest run so far,
 * at least 60 records and 5 minutes. Beyond 256 records of a family between two checks one in 16 is looked at. Memory: 40 bytes a field and family, 7 kB in all at most.
 * Does not work: fields under 5 % of records, families under 200 records.
 */
export class Fields {
  readonly #families = new Map<Family, FamilyFields>();
  readonly #lost = new Map<string, LostField>();

  constructor(saved: readonly SavedFields[] = []) {
    for (const each of saved) {
      const fields = this.#of(each.family);
      // A family whose columns changed with the program is learned anew.
      if (each.share.length !== fields.names.length) continue;
      fields.records = each.records;
      fields.share.set(each.share);
      fields.longest.set(each.longest);
    }
  }

  came(event: NetEvent, now: number): void {
    const fields = this.#families.get(event.family) ?? this.#of(event.family);
    if (fields.looked >= LOOKED && ++fields.skipped % 16 !== 0) return;
    fields.looked++;
    fields.records++;
    const { names, share, run, longest, lastFilled } = fields;
    const record = event as unknown as Record<string, unknown>;
    const weight = Math.max(DECAY, 1 / fields.records);
    for (let i = 0; i < names.length; i++) {
      const value = record[names[i] ?? ""];
      if (value === undefined || value === "") {
        run[i] = (run[i] ?? 0) + 1;
        // A lost field's share stays what it was, so that its return is seen.
        if (fields.lost[i] === 0) share[i] = (share[i] ?? 0) * (1 - weight);
        continue;
      }
      if (fields.lost[i] === 1) this.#found(event.family, fields, i);
      else if ((run[i] ?? 0) > (longest[i] ?? 0)) longest[i] = run[i] ?? 0;
      run[i] = 0;
      share[i] = (share[i] ?? 0) * (1 - weight) + weight;
      lastFilled[i] = now;
    }
  }

  /** Fields that are lost now. */
  check(now: number): readonly LostField[] {
    for (const [family, fields] of this.#families) {
      fields.looked = 0;
      if (fields.records < ENOUGH) continue;
      for (let i = 0; i < fields.names.length; i++) this.#checkField(family, fields, i, now);
    }
    return [...this.#lost.values()];
  }

  /** Share of records that carry each field, for the source's page. */
  shares(): { family: Family; field: string; share: number }[] {
    const out: { family: Family; field: string; share: number }[] = [];
    for (const [family, fields] of this.#families) for (const [i, field] of fields.names.entries()) out.push({ family, field, share: fields.share[i] ?? 0 });
    return out;
  }

  save(): SavedFields[] {
    return [...this.#families].map(([family, { records, share, longest }]) => ({ family, records, share: [...share], longest: [...longest] }));
  }

  #checkField(family: Family, fields: FamilyFields, i: number, now: number): void {
    const field = fields.names[i] ?? "";
    const key = `${family}.${field}`;
    const known = this.#lost.get(key);
    if (known !== undefined) {
      if (now - known.since > ACCEPTED) this.#accept(key, fields, i);
      return;
    }
    const run = fields.run[i] ?? 0;
    if (run < LEAST_RUN || run < 3 * (fields.longest[i] ?? 0) || now - (fields.lastFilled[i] ?? now) < LEAST_TIME) return;
    // The share before the run began: the run itself has been eating it since.
    const share = (fields.share[i] ?? 0) / (1 - Math.max(DECAY, 1 / fields.records)) ** run;
    if (share < LEAST_SHARE || run * Math.log1p(-Math.min(share, 0.999)) > Math.log(1e-9)) return;
    fields.lost[i] = 1;
    fields.share[i] = Math.min(share, 1);
    this.#lost.set(key, { family, field, share: Math.min(share, 1), since: fields.lastFilled[i] || now });
  }

  #found(family: Family, fields: FamilyFields, i: number): void {
    this.#lost.delete(`${family}.${fields.names[i] ?? ""}`);
    fields.lost[i] = 0;
    // A run just over the line was custom after all; a long one was a fault and teaches nothing.
    const run = fields.run[i] ?? 0;
    const longest = fields.longest[i] ?? 0;
    if (run < 6 * Math.max(longest, LEAST_RUN / 3)) fields.longest[i] = run;
  }

  #accept(key: string, fields: FamilyFields, i: number): void {
    this.#lost.delete(key);
    fields.lost[i] = 0;
    fields.share[i] = 0;
    fields.run[i] = 0;
  }

  #of(family: Family): FamilyFields {
    let fields = this.#families.get(family);
    if (fields === undefined) {
      const names = [...COMMON, ...Object.keys(FAMILIES[family].columns)];
      const array = (): Float64Array => new Float64Array(names.length);
      fields = {
        names,
        records: 0,
        share: array(),
        run: array(),
        longest: array(),
        lastFilled: array(),
        lost: new Uint8Array(names.length),
        looked: 0,
        skipped: 0,
      };
      this.#families.set(family, fields);
    }
    return fields;
  }
}
