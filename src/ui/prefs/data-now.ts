import { Store } from "./store.ts";

/** The time of the newest record: what "today" means on the pages. In a replay of last year's records it lies there. */
export const dataNow = new Store<string>(new Date().toISOString());
