import { type Clock, fromField, toField } from "../../words/time.ts";

export type Choice = "hour" | "tomorrow" | "week" | "custom";

const HOUR = 3_600_000;

/** When a snooze chosen now would end; "tomorrow" is 09:00 on the reader's clock. Undefined while a custom time is not one, or is past. */
export function endOf(choice: Choice, custom: string, now: number, clock: Clock): string | undefined {
  if (choice === "hour") return new Date(now + HOUR).toISOString();
  if (choice === "week") return new Date(now + 7 * 24 * HOUR).toISOString();
  if (choice === "tomorrow") return fromField(`${toField(new Date(now + 24 * HOUR).toISOString(), clock).slice(0, 10)}T09:00`, clock);
  const iso = custom === "" ? undefined : fromField(custom, clock);
  return iso !== undefined && Date.parse(iso) > now ? iso : undefined;
}
