export { addressOf, insideAddress } from "./addressing.ts";
export { Calendar } from "./calendar.ts";
export { Draw } from "./draw.ts";
export { makeWorld } from "./make-world.ts";
export type * from "./types.ts";
