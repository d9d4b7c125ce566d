import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { PageHead } from "../../parts/page-head.tsx";
import { Empty } from "../../parts/states.tsx";

export function NotFound(): ReactNode {
  return (
    <main id="main" tabIndex={-1}>
      <PageHead name="Not found" kick={["Wonted"]} headline="There is no page at this address." />
      <Empty sentence="The address may be from another version." checked="Nothing answers to it.">
        <Link to="/" className="btn">
          To the queue
        </Link>
      </Empty>
    </main>
  );
}
