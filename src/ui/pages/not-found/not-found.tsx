import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { PageHead } from "../../parts/page-head.tsx";

export function NotFound(): ReactNode {
  return (
    <main id="main" tabIndex={-1}>
      <PageHead name="Not found" kick={["Wonted"]} headline="There is no page at this address." />
      <p className="small">
        The address may be from another version.{" "}
        <Link to="/" className="hi">
          To the queue
        </Link>
      </p>
    </main>
  );
}
