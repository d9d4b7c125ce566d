import { PageHead } from "../../parts/page-head.tsx";
import { Section } from "../../parts/section.tsx";
import { NoPermission } from "../../parts/states.tsx";
import { useMay, useReader } from "../../shell/session.ts";
import { AddSourceForm } from "../sources/add-source-form.tsx";

/** Nothing is watched yet: two ways in. */
export function FirstWays() {
  const admin = useMay("admin");
  const { role } = useReader();
  return (
    <main id="main" tabIndex={-1} className="start">
      <PageHead
        name="Begin"
        kick={["First page", "no source is configured"]}
        headline="Wonted runs, and nothing is watched yet. There are two ways in."
        standfirst="It learns what is customary for every device from the records of a sensor that you already have, and tells you what is not. It sends nothing anywhere."
      />
      <div className="pair">
        <Section title="Connect a source" sub="a folder of Zeek logs, or a Suricata EVE file">
          {admin ? <AddSourceForm /> : <NoPermission what="Connecting a source" role={role} needs="admin" />}
          <div className="prose small twelve">
            <p>
              <b>Zeek</b>: the folder in which Zeek writes, for example <span className="mono">/opt/zeek/logs</span>. TSV and JSON, plain and gzip, rotated or
              not; old files are learned from first, then the newest is followed.
            </p>
            <p>
              <b>Suricata</b>: the EVE file, for example <span className="mono">/var/log/suricata/eve.json</span>. Rotation and a restart lose nothing.
            </p>
            <p>The path is on the machine where Wonted runs, and its user must be able to read it.</p>
          </div>
        </Section>
        <Section title="Watch the demonstration" sub="synthetic, labelled so everywhere">
          <p className="read">A small organisation that does not exist, with a few things in it that are not as usual.</p>
          <p className="small twelve">Stop Wonted in its terminal and start it so:</p>
          <p className="code">npm start -- --demo</p>
          <p className="small">
            It signs you in as a viewer on this machine only, keeps its data apart from yours, and shows its first alert within a minute. Nothing in it can be
            changed.
          </p>
        </Section>
      </div>
    </main>
  );
}
