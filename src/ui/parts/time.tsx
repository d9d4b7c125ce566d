import { dataNow } from "../prefs/data-now.ts";
import { usePreferences } from "../prefs/preferences.ts";
import { useStore } from "../prefs/store.ts";
import { age, dayAndTime, dayShort, timeOfDay, timeWithMs, zoneName } from "../words/time.ts";

/**
 * A moment on the reader's chosen clock. `as`: time of day; with milliseconds; with the date; or short, "minute": without seconds, and without the date
 * on the day of the newest record. The year stands only when it is another. `zone` adds the zone's name.
 */
export function Time({ iso, as = "day-time", zone = false }: { iso: string; as?: "time" | "ms" | "day-time" | "minute"; zone?: boolean }) {
  const { clock } = usePreferences();
  const now = useStore(dataNow);
  const today = dayShort(iso, clock) === dayShort(now, clock) && iso.slice(0, 4) === now.slice(0, 4);
  const text =
    as === "time"
      ? timeOfDay(iso, clock)
      : as === "ms"
        ? timeWithMs(iso, clock)
        : as === "minute" && today
          ? timeOfDay(iso, clock, false)
          : dayAndTime(iso, clock, now, as === "day-time");
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
