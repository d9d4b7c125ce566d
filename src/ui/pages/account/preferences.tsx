import { Section } from "../../parts/section.tsx";
import { type Preferences as Prefs, prefer, usePreferences } from "../../prefs/preferences.ts";
import { zoneOfBrowser } from "../../words/time.ts";

/** How pages look and read in this browser. */
export function Preferences() {
  const prefs = usePreferences();
  return (
    <Section title="This browser">
      <div className="snz">
        <Choice
          legend="Theme"
          value={prefs.theme}
          options={[
            ["system", "As the system"],
            ["light", "Light"],
            ["dark", "Dark"],
          ]}
          onChoose={(theme) => prefer({ theme })}
        />
        <Choice
          legend="Clock"
          value={prefs.clock}
          options={[
            ["utc", "UTC"],
            ["local", `Local (${zoneOfBrowser()})`],
          ]}
          onChoose={(clock) => prefer({ clock })}
        />
        <label className="check">
          <input type="checkbox" checked={prefs.letters} onChange={(event) => prefer({ letters: event.target.checked })} />
          Single letters act as keys
        </label>
      </div>
    </Section>
  );
}

function Choice<T extends Prefs["theme"] | Prefs["clock"]>({
  legend,
  value,
  options,
  onChoose,
}: {
  legend: string;
  value: T;
  options: readonly (readonly [T, string])[];
  onChoose: (value: T) => void;
}) {
  return (
    <fieldset>
      <legend className="small">{legend}</legend>
      <span className="seg">
        {options.map(([option, words]) => (
          <button key={option} type="button" className={option === value ? "btn on" : "btn"} aria-pressed={option === value} onClick={() => onChoose(option)}>
            {words}
          </button>
        ))}
      </span>
    </fieldset>
  );
}
