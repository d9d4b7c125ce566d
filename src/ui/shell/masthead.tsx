import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import { RateLine } from "../charts/rate-line.tsx";
import { get } from "../client/queries.ts";
import { onMessage, streamState } from "../live/stream.ts";
import { Kbd } from "../parts/kbd.tsx";
import { Shown } from "../parts/shown.tsx";
import { prefer, usePreferences } from "../prefs/preferences.ts";
import { useStore } from "../prefs/store.ts";
import { count } from "../words/numbers.ts";
import { plain } from "../words/plain.ts";
import { timeOfDay, zoneName } from "../words/time.ts";
import { Brand } from "./brand.tsx";
import { useMay, useReader } from "./session.ts";

const PAGES = [
  ["/", "Queue"],
  ["/alerts", "Alerts"],
  ["/devices", "Devices"],
  ["/people", "People"],
  ["/mail", "Mail"],
  ["/search", "Search"],
  ["/response", "Response"],
  ["/models", "Models"],
  ["/sources", "Sources"],
] as const;

export function Masthead({ onHelp }: { onHelp: () => void }) {
  const reader = useReader();
  const admin = useMay("admin");
  const initials = reader.name
    .split(/[\s._-]+/)
    .map((part) => [...part][0] ?? "")
    .join("")
    .slice(0, 2)
    .toUpperCase();
  return (
    <header className="mast">
      <Brand />
      <nav className="nav" aria-label="Main">
        {PAGES.map(([to, name]) => (
          <Link key={to} to={to} activeOptions={{ exact: to === "/", includeSearch: false }} activeProps={{ "aria-current": "page" }}>
            {name}
          </Link>
        ))}
        {admin ? (
          <Link to="/audit" activeProps={{ "aria-current": "page" }}>
            Audit
          </Link>
        ) : null}
      </nav>
      <div className="end">
        <Link to="/search">
          Find <Kbd k="/" />
        </Link>
        <button type="button" className="quiet" onClick={onHelp}>
          Keys <Kbd k="?" />
        </button>
        <Rate />
        <Clock />
        <ThemeButton />
        <Link
          to="/account"
          className="ava"
          aria-label={`Account of ${plain(reader.name, 64)}, ${reader.role}`}
          title={`Signed in: ${plain(reader.name, 64)}, ${reader.role}`}
        >
          <Shown text={initials === "" ? "?" : initials} max={4} />
        </Link>
      </div>
    </header>
  );
}

function Rate() {
  const overview = useQuery(get("overview", {}));
  const stream = useStore(streamState);
  const [rates, setRates] = useState<readonly number[]>([]);
  useEffect(
    () =>
      onMessage((message) => {
        if (message.type === "rate") setRates((old) => [...old.slice(-11), message.eventsPerSecond]);
      }),
    [],
  );
  const now = rates.at(-1) ?? overview.data?.eventsPerSecond;
  if (now === undefined) return null;
  return (
    <span title={stream.state === "live" ? "live" : "the live stream does not stand"}>
      <RateLine rates={rates} />
      {count(now)} events/s
    </span>
  );
}

/** The minute on the chosen clock; a press changes the clock of the whole page. */
function Clock() {
  const { clock } = usePreferences();
  const [now, setNow] = useState(() => new Date().toISOString());
  useEffect(() => {
    const timer = setInterval(() => setNow(new Date().toISOString()), 5_000);
    return () => clearInterval(timer);
  }, []);
  const zone = zoneName(clock);
  return (
    <button
      type="button"
      className="quiet nw"
      onClick={() => prefer({ clock: clock === "utc" ? "local" : "utc" })}
      aria-label={`Clock: ${timeOfDay(now, clock, false)} ${zone}. Change to ${clock === "utc" ? "local time" : "UTC"}`}
    >
      {timeOfDay(now, clock, false)} {zone}
    </button>
  );
}

const NAMES = { system: "Auto", dark: "Dark", light: "Light" } as const;
const NEXT = { system: "dark", dark: "light", light: "system" } as const;

function ThemeButton() {
  const { theme } = usePreferences();
  return (
    <button type="button" className="quiet" onClick={() => prefer({ theme: NEXT[theme] })} aria-label={`${NAMES[theme]} theme. Change to ${NEXT[theme]}`}>
      <svg width="13" height="13" aria-hidden="true">
        <circle cx="6.5" cy="6.5" r="5.5" fill="none" stroke="currentColor" strokeWidth="1.2" />
        <path d="M6.5 1a5.5 5.5 0 0 1 0 11z" fill="currentColor" />
      </svg>
      {NAMES[theme]}
    </button>
  );
}
