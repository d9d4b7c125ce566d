import { useEffect, useState } from "react";

/** The server's time, going on by itself once a second from what an answer said, so that a browser with a wrong clock counts down rightly. */
export function useServerNow(told: string | undefined, at: number): number {
  const [tick, setTick] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setTick(Date.now()), 1_000);
    return () => clearInterval(timer);
  }, []);
  return told === undefined ? tick : Date.parse(told) + Math.max(0, tick - at);
}
