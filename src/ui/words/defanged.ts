import { defang } from "../../base/escape.ts";

/** An address, host or link of the outside that nothing makes a link of. */
export function defanged(text: string): string {
  return defang(text);
}
