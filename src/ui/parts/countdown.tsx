import type { Action } from "../client/types.ts";
import { tallySentence } from "../words/actions.ts";
import { countdownText } from "../words/duration.ts";
import { Time } from "./time.tsx";

/** What is left of an action in force: the clock in serif, and a bar from its beginning to its end. */
export function Countdown({ action, now }: { action: Action; now: number }) {
  const end = Date.parse(action.until);
  const begin = Date.parse(action.began ?? action.created);
  const done = Math.min(1, Math.max(0, (now - begin) / Math.max(1, end - begin)));
  return (
    <div className="cd">
      <span className="cd-clock" role="timer" aria-label={`ends in ${countdownText(end - now)}`}>
        {countdownText(end - now)}
      </span>
      <span className="cd-bar">
        <svg viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true">
          <rect className="cd-all" x="0" y="0" width="100" height="6" />
          <rect className="cd-done" x="0" y="0" width={done * 100} height="6" />
        </svg>
        <span className="cd-ends">
          <Time iso={new Date(begin).toISOString()} as="time" /> <span>{tallySentence(action)}</span>{" "}
          <span>
            <Time iso={action.until} as="time" /> ends
          </span>
        </span>
      </span>
    </div>
  );
}
