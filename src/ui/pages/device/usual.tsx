import type { DeviceDetail } from "../../client/types.ts";
import { Section } from "../../parts/section.tsx";
import { Shown } from "../../parts/shown.tsx";
import { featureName } from "../../words/features.ts";
import { count } from "../../words/numbers.ts";
import { plain } from "../../words/plain.ts";

/** What is usual for it, in words. */
export function Usual({ device }: { device: DeviceDetail }) {
  return (
    <Section title="Its usual, in words" sub={device.learned >= 1 ? `${count(device.historyHours)} active hours learned` : "still learning"}>
      {device.usual.length === 0 ? (
        <p className="small">Too little history for a sentence: {Math.round(device.historyHours)} active hours so far.</p>
      ) : (
        <dl className="kv">
          {device.usual.map((u) => (
            <Row key={u.feature} feature={u.feature} text={u.text} />
          ))}
        </dl>
      )}
    </Section>
  );
}

function Row({ feature, text }: { feature: string; text: string }) {
  return (
    <>
      <dt className="small dim">{plain(featureName(feature), 40)}</dt>
      <dd>
        <Shown text={text} max={240} />
      </dd>
    </>
  );
}
