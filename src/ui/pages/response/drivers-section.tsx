import type { ResponseState } from "../../client/types.ts";
import { Section } from "../../parts/section.tsx";
import { Shown } from "../../parts/shown.tsx";

/** Who carries actions out, and how well. */
export function DriversSection({ state }: { state: ResponseState }) {
  return (
    <Section title="Drivers" sub={`at most ${state.limits.perHour} an hour by themselves, ${Math.round(state.limits.fleetShare * 100)} % of the devices`}>
      {state.drivers.length === 0 ? (
        <p className="small">None is set up: actions are planned and counted, and nothing is carried out. The guide's chapter on response says how.</p>
      ) : (
        <dl className="kv">
          {state.drivers.map((d) => (
            <Driver key={d.id} driver={d} />
          ))}
        </dl>
      )}
    </Section>
  );
}

function Driver({ driver }: { driver: ResponseState["drivers"][number] }) {
  return (
    <>
      <dt>{driver.label}</dt>
      <dd>
        <b className={driver.state === "unavailable" ? "mk" : ""}>{driver.state}</b>{" "}
        <span className="dim">
          <Shown text={driver.detail} max={250} />
        </span>
      </dd>
    </>
  );
}
