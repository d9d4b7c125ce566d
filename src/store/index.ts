export { emptyDataFolder } from "./data-folder.ts";
export { openStore } from "./open-store.ts";
export type * from "./requests.ts";
export type * from "./types.ts";
