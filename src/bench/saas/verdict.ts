/** One record of the data as the bench itself reads it: what labels and other methods go by. */
export interface PlainRecord {
  id: string;
  user: string;
  day: string;
  operation: string;
  address: string;
}

/** What a method says: which records it marked, how strange each user-day is. */
export interface Verdict {
  method: string;
  records: ReadonlySet<string>;
  days: ReadonlyMap<string, number>;
  /** Alerts on user-days without a label. */
  offLabel: number;
}
