import type { AlertDetail } from "../../client/types.ts";
import { Section } from "../../parts/section.tsx";
import { Shown } from "../../parts/shown.tsx";
import { plain } from "../../words/plain.ts";

export function Techniques({ alert }: { alert: AlertDetail }) {
  if (alert.techniques.length === 0) return null;
  return (
    <Section title="ATT&CK" sub="what an attacker would gain">
      <dl className="kv">
        {alert.techniques.map((t) => (
          <Row key={t.id} id={t.id} name={t.name} tactics={t.tactics} />
        ))}
      </dl>
    </Section>
  );
}

function Row({ id, name, tactics }: { id: string; name: string; tactics: readonly string[] }) {
  return (
    <>
      <dt className="mono">
        <Shown text={id} max={20} />
      </dt>
      <dd>
        <Shown text={name} max={100} /> <span className="dim">{plain(tactics.join(", "), 80)}</span>
      </dd>
    </>
  );
}
