import { usePreferences } from "../prefs/preferences.ts";
import { age, dayAndTime, timeOfDay, timeWithMs, zoneName } from "../words/time.ts";

/** A moment on the reader's chosen clock. `as`: time of day, with milliseconds, or with the date. `zone` adds the zone's name. */
export function Time({ iso, as = "day-time", zone = false }: { iso: string; as?: "time" | "ms" | "day-time" | "minute"; zone?: boolean }) {
  const { clock } = usePreferences();
  const text =
    as === "time" ? timeOfDay(iso, clock) : as === "ms" ? timeWithMs(iso, clock) : dayAndTime(iso, clock, new Date().toISOString(), as === "day-time");
  return (
    <time dateTime={iso} title={iso} className="nw">
      {text}
      {zone ? ` ${zoneName(clock, Date.parse(iso))}` : ""}
    </time>
  );
}

export function Age({ from, to }: { from: string; to: string }) {
  return <span className="nw">{age(from, to)}</span>;
}
