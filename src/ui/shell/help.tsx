import { Dialog } from "../parts/dialog.tsx";
import { prefer, usePreferences } from "../prefs/preferences.ts";

const GROUPS: readonly (readonly [string, readonly (readonly [readonly string[], string])[]])[] = [
  [
    "Everywhere",
    [
      [["/"], "find"],
      [["?"], "these keys"],
      [["esc"], "back, or close"],
      [["u"], "undo what was just done"],
      [["."], "let newer rows in"],
      [["g"], "change theme"],
    ],
  ],
  [
    "Lists",
    [
      [["j", "k"], "next, previous (also ↓ ↑)"],
      [["↵"], "open"],
      [["a"], "acknowledge"],
      [["s"], "snooze"],
    ],
  ],
  [
    "Alert",
    [
      [["a"], "acknowledge, or take it back"],
      [["s"], "snooze this model for this entity"],
      [["j", "k"], "next, previous record"],
      [["r"], "raw bytes of the record"],
      [["d"], "the device"],
      [["m"], "write a comment"],
    ],
  ],
  [
    "Device",
    [
      [["j", "k"], "next, previous row of the log"],
      [["↵"], "open the alert, or the event"],
      [["."], "let newer rows in"],
    ],
  ],
  [
    "Search",
    [
      [["j", "k"], "next, previous event"],
      [["↵"], "all its fields"],
      [["r"], "raw bytes, where they were kept"],
    ],
  ],
];

/** All keys on one sheet, and the switch that turns single letters off. */
export function Help({ onClose }: { onClose: () => void }) {
  const { letters } = usePreferences();
  return (
    <Dialog title="Keys" wide onClose={onClose}>
      <div className="keys">
        {GROUPS.map(([name, keys]) => (
          <section key={name}>
            <h3>{name}</h3>
            <dl>
              {keys.map(([ks, words]) => (
                <KeyRow key={words} keys={ks} words={words} />
              ))}
            </dl>
          </section>
        ))}
      </div>
      <label className="check">
        <input type="checkbox" checked={letters} onChange={(event) => prefer({ letters: event.target.checked })} />
        Single letters act as keys (never in text fields)
      </label>
      <div className="btns">
        <button type="button" className="btn go" onClick={onClose}>
          Close
        </button>
      </div>
    </Dialog>
  );
}

function KeyRow({ keys, words }: { keys: readonly string[]; words: string }) {
  return (
    <>
      <dt>
        {keys.map((k) => (
          <kbd key={k}>{k}</kbd>
        ))}
      </dt>
      <dd>{words}</dd>
    </>
  );
}
