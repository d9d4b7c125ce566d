/** People whose names were shown with a reason: kept while the page stands, nowhere else. */
export type Known = ReadonlyMap<string, { address: string; name: string }>;
